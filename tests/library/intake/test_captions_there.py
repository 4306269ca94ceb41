"""Captions that people already have become the words: beside the video or in it, of every form that meetings write."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from library.connection.library import open_library
from library.intake.captions_there import captions_beside
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.model import Draft
from tests.support.sample_videos import film, numbered
from transcribe.caption_files import read_captions

SAID = "Open the list of suppliers. Press the new order button."
TIMES = ("00:00:00.500 --> 00:00:02.000", "00:00:03.000 --> 00:00:04.500")
VTT = f"WEBVTT\n\n1\n{TIMES[0]}\n{{}}Open the list of suppliers.\n\n{TIMES[1]}\n{{}}Press the new order button.\n"
HEAD = "WEBVTT\nKind: captions\nLanguage: en\n\nNOTE made by hand\n\nSTYLE\n::cue {{}}"
FORMS = {
    "talk.vtt": VTT.format("", ""),
    "talk.srt": VTT.removeprefix("WEBVTT\n\n").replace(".000", ",000").replace(".500", ",500").format("", ""),
    "talk.en.vtt": VTT.format("- ", "- "),
    "talk.transcript.vtt": VTT.format("Anna Smith: ", "Anna Smith: "),
    "talk.mp4.vtt": "\ufeff" + VTT.replace("\n", "\r\n").format("<v Anna Smith>", "<v Anna Smith>"),
    "talk.cc.vtt": VTT.replace(
        "WEBVTT", "WEBVTT\nKind: captions\nLanguage: en\n\nNOTE made by hand\n\nSTYLE\n::cue {{}}"
    )
    .format("<00:00:00.600><c>", "[Music] ")
    .replace("suppliers.", "suppliers.</c>"),
    "talk.sbv": "0:00:00.500,0:00:02.000\nOpen the list of suppliers.\n\n"
    "0:00:03.000,0:00:04.500\nPress the new order button.\n",
}


def silent_film(path: Path) -> Path:
    return film(path, [(at, numbered(at // 500)) for at in range(0, 6_000, 500)], 6_000)


def never() -> None:
    raise AssertionError("there is nothing to hear")


def proposed(video: Path) -> Draft:
    return propose(video, IntakeOptions(recognizer=never))  # type: ignore[arg-type]  it is never called


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return silent_film(tmp_path_factory.mktemp("film") / "talk.mp4")


@pytest.mark.parametrize("name", FORMS)
def test_captions_beside_a_video_are_its_words(tmp_path: Path, video: Path, name: str) -> None:
    (tmp_path / "talk.mp4").hardlink_to(video)
    (tmp_path / name).write_bytes(FORMS[name].encode())
    draft = proposed(tmp_path / "talk.mp4")
    assert draft.transcript.text == SAID
    assert draft.transcript.language == "en"
    assert [s.start_ms for s in draft.transcript.segments] == [500, 3_000]
    assert not draft.waiting_for_words
    assert [step.title for step in draft.steps] == ["Open the list of suppliers", "Press the new order button"]
    note = " ".join(draft.notes)
    assert name in note
    assert ("Anna Smith" in note) == ("Anna" in FORMS[name])


@pytest.mark.parametrize(("form", "codec"), [(".mp4", "mov_text"), (".mkv", "subrip"), (".mkv", "ass"), (".webm", "")])
def test_captions_in_a_video_are_its_words(tmp_path: Path, video: Path, form: str, codec: str) -> None:
    (tmp_path / "a.srt").write_text(FORMS["talk.srt"])
    picture = ["-c:v", "copy"] if codec else ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"]
    both = ["-i", video, "-i", tmp_path / "a.srt", *picture, "-c:s", codec or "webvtt"]
    subprocess.run(
        ["ffmpeg", "-v", "error", *both, "-metadata:s:s:0", "language=eng", tmp_path / f"b{form}"], check=True
    )
    draft = proposed(tmp_path / f"b{form}")
    assert draft.transcript.text == SAID
    assert [round(s.start_ms, -2) for s in draft.transcript.segments] == [500, 3_000]


def test_a_demo_with_captions_is_found_by_them(tmp_path: Path, video: Path) -> None:
    from library.search.search import search

    (tmp_path / "talk.mp4").hardlink_to(video)
    (tmp_path / "talk.vtt").write_text(FORMS["talk.vtt"])
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(proposed(tmp_path / "talk.mp4"), library)
        assert not demo.waiting_for_words
        assert [hit.demo_id for hit in search(library.catalog, "suppliers").hits] == [demo.demo_id]


def test_captions_of_another_video_are_left_alone(tmp_path: Path) -> None:
    for name in ("talk.mp4", "talks.vtt", "other.vtt", "talk.txt", "GMT1_Recording.transcript.vtt"):
        (tmp_path / name).touch()
    assert captions_beside(tmp_path / "talk.mp4") == []
    (tmp_path / "talk.de.srt").touch()
    (tmp_path / "Talk.vtt").touch()
    assert [path.name for path in captions_beside(tmp_path / "talk.mp4")] == ["Talk.vtt", "talk.de.srt"]
    zoom = tmp_path / "GMT1_Recording_1920x1080.mp4"
    assert [path.name for path in captions_beside(zoom)] == ["GMT1_Recording.transcript.vtt"]


def test_broken_captions_are_told_and_left_out(tmp_path: Path, video: Path) -> None:
    (tmp_path / "talk.mp4").hardlink_to(video)
    (tmp_path / "talk.vtt").write_bytes(b"WEBVTT\n\n99:99 --> --> \n\xff\xfe")
    draft = propose(tmp_path / "talk.mp4")
    assert draft.transcript.text == ""
    assert any("talk.vtt" in note for note in draft.notes)


def test_what_is_said_before_a_colon_is_no_speaker() -> None:
    lines = ("Remember: save first.", "Then press Submit.", "It says: waiting for approval.", "That is all.")
    text = "\n\n".join(f"00:00:0{n}.000 --> 00:00:0{n}.900\n{line}" for n, line in enumerate(lines, 1))
    cues, _ = read_captions(text.encode())
    assert [cue.text for cue in cues] == list(lines)


def test_rolling_captions_say_each_line_once() -> None:
    rolled = ("one two", "one two\nthree four", "three four\nfive six")
    text = "\n\n".join(f"00:00:0{n}.000 --> 00:00:0{n}.900\n{lines}" for n, lines in enumerate(rolled, 1))
    cues, _ = read_captions(text.encode())
    assert [cue.text for cue in cues] == ["one two", "three four", "five six"]
