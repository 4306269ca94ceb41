"""The corridor on real video, real sound and a real speech model: nothing lost, nothing half-filed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from capture.errors import Cancelled, ShowhowError
from capture.model import CutReason
from library.connection.library import Library, open_library
from library.draft import edits
from library.intake.late_words import complete
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.maintenance.check import check
from library.model import Draft, LibraryError
from library.search.search import search
from library.storage.bundle import read_bundle
from tests.support.narrated_video import LINES, film
from tests.support.speech_models import model
from tests.support.windows import WINDOWS, skip_on_windows
from transcribe.asr.whisper import Whisper
from transcribe.model import ModelMissing, Recognizer, TranscribeError
from transcribe.models.known import ModelRef


class Filmed(NamedTuple):
    video: Path
    said_ms: list[int]
    draft: Draft


@cache
def whisper() -> Recognizer:
    """Loaded once for all tests."""
    return Whisper(ModelRef("tiny.en", model("tiny.en")))


def no_model() -> Recognizer:
    raise ModelMissing("There is no speech model", "Get one")


def never() -> Recognizer:
    raise AssertionError("asked for a model though nobody speaks")


HEARING = IntakeOptions(recognizer=whisper, author="Priya")


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    """A narrated video and its draft; made once, for hearing takes seconds."""
    video, said_ms = film(tmp_path_factory.mktemp("film"))
    return Filmed(video, said_ms, propose(video, HEARING))


@pytest.fixture(scope="module")
def silent_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of moving picture, no sound."""
    path = tmp_path_factory.mktemp("film") / "silent.mp4"
    run(
        "ffmpeg",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=160x120:r=10:d=2",
        "-pix_fmt",
        "yuv420p",
        str(path),
    )
    return path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        yield opened


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def untouched(library: Library) -> bool:
    return list(library.demos.iterdir()) == [] and library.catalog.count() == 0


def test_dead_time_is_cut_and_no_speech_is(filmed: Filmed) -> None:
    draft = filmed.draft
    assert len(draft.cuts) >= 3
    assert draft.clip.duration_ms < draft.take.duration_ms * 0.7
    for cut in draft.cuts:
        assert all(not cut.overlap_ms(span) for span in draft.speech)


def test_every_line_becomes_a_step_near_where_it_is_said(filmed: Filmed) -> None:
    assert len(filmed.draft.steps) == len(LINES)
    for step, said in zip(filmed.draft.steps, filmed.said_ms, strict=True):
        assert abs(step.start_ms - said) < 1_000


def test_a_draft_tells_its_stages_and_where_it_comes_from(filmed: Filmed) -> None:
    draft = filmed.draft
    stages = {"open_ms", "sound_ms", "speech_ms", "activity_ms", "cuts_ms", "words_ms", "steps_ms", "propose_ms"}
    assert stages <= set(draft.timings)
    assert (draft.author, draft.source, draft.has_sound) == ("Priya", str(filmed.video), True)
    assert (draft.width, draft.height) == (320, 240)


def test_a_filed_demo_is_a_whole_bundle_that_plays_and_is_found_where_it_is_said(
    filmed: Filmed, library: Library
) -> None:
    demo = file(filmed.draft, library)
    assert library.catalog.get(demo.demo_id).path == demo.path
    run("ffmpeg", "-v", "error", "-xerror", "-i", str(demo.path / "clip.mp4"), "-f", "null", "-")  # decodes whole
    assert abs(demo.clip.duration_ms - filmed.draft.clip.duration_ms) < 120
    for step in demo.steps:
        still = cv2.imdecode(np.fromfile(demo.path / step.still, np.uint8), cv2.IMREAD_COLOR)
        assert still is not None
        assert still.shape == (240, 320, 3)
    assert (demo.path / "captions.vtt").read_text().startswith("WEBVTT")
    hit = search(library.catalog, "supplier").hits[0]
    assert (hit.demo_id, hit.step) == (demo.demo_id, 2)
    said_in_clip = filmed.draft.clip.to_clip(filmed.said_ms[1])
    assert hit.start_ms == demo.step(2).start_ms
    assert 0 <= said_in_clip - hit.start_ms < 2_000
    assert not check(library)
    assert {"file_ms", "clip_ms", "stills_ms", "index_ms"} <= set(demo.timings)
    assert "stopped_to_searchable_ms" not in demo.timings  # a file that was added has not just been recorded


def test_whatever_cannot_be_heard_is_filed_all_the_same_and_gets_its_words_later(
    filmed: Filmed, library: Library
) -> None:
    trouble = TranscribeError("The speech model base cannot be loaded", "Get it again")

    def broken() -> Recognizer:
        raise trouble

    draft = propose(filmed.video, IntakeOptions(recognizer=broken))
    assert draft.waiting_for_words
    assert draft.no_words_because == str(trouble)
    demo = file(draft, library)
    assert demo.waiting_for_words
    done = complete(demo.demo_id, library, HEARING)
    assert done.words
    assert not done.waiting_for_words


def test_keeping_all_cuts_nothing(filmed: Filmed) -> None:
    draft = propose(filmed.video, IntakeOptions(recognizer=no_model, keep_all=True))
    assert draft.cuts == ()
    assert draft.clip.duration_ms == draft.take.duration_ms


def test_without_a_model_a_demo_is_filed_waiting_and_gets_its_words_later(filmed: Filmed, library: Library) -> None:
    draft = propose(filmed.video, IntakeOptions(recognizer=no_model))
    assert draft.waiting_for_words
    assert draft.title == "raise an order"
    assert len(draft.cuts) >= 3  # trimming needs no words
    waiting = file(draft, library)
    assert library.catalog.get(waiting.demo_id).waiting_for_words
    with pytest.raises(ModelMissing):
        complete(waiting.demo_id, library, IntakeOptions(recognizer=no_model))
    done = complete(waiting.demo_id, library, HEARING)
    assert (done.version, done.waiting_for_words, done.path.name) == (2, False, "v2")
    assert done.title != "raise an order"
    assert len(done.steps) == len(LINES)
    assert all((done.path / step.still).is_file() for step in done.steps)
    hit = search(library.catalog, "supplier").hits[0]
    assert abs(hit.start_ms - draft.clip.to_clip(filmed.said_ms[1])) < 2_000
    assert "supplier" in (done.path / "captions.vtt").read_text()
    assert not check(library)


def test_no_recognizer_at_all_is_the_same_as_no_model(filmed: Filmed) -> None:
    assert propose(filmed.video).waiting_for_words


def test_hearing_again_keeps_what_people_wrote(filmed: Filmed, library: Library) -> None:
    draft = edits.with_title(filmed.draft, "My own title")
    draft = edits.rewrite_step(edits.delete_step(draft, 3), 1, "My own step")
    demo = file(draft, library)
    again = complete(demo.demo_id, library, HEARING)
    assert again.title == "My own title"
    assert again.steps[0].title == "My own step"
    assert len(again.steps) == 2


def test_nobody_speaking_asks_for_no_model(silent_video: Path, library: Library) -> None:
    draft = propose(silent_video, IntakeOptions(recognizer=never))
    assert not draft.waiting_for_words
    demo = file(draft, library)
    assert not demo.clip.has_sound
    assert demo.title == "silent"
    assert complete(demo.demo_id, library, IntakeOptions(recognizer=never)) == read_bundle(demo.path)


def test_steps_that_were_cut_whole_are_left_out_and_the_others_renumbered(filmed: Filmed, library: Library) -> None:
    draft = filmed.draft
    demo = file(edits.add_cut(draft, draft.steps[1].span), library)
    assert [step.number for step in demo.steps] == [1, 2]
    assert [step.title for step in demo.steps] == [draft.steps[0].title, draft.steps[2].title]
    assert not search(library.catalog, "supplier").hits


def test_filing_the_same_draft_again_gives_the_demo_there_is(silent_video: Path, library: Library) -> None:
    draft = propose(silent_video)
    first = file(draft, library)
    assert file(draft, library).demo_id == first.demo_id
    assert file(propose(silent_video), library).demo_id == first.demo_id
    assert library.catalog.count() == 1
    another = file(replace(draft, tags=("new",)), library)  # the same recording, told differently
    assert another.demo_id != first.demo_id
    assert library.catalog.count() == 2


def bad_files(folder: Path, silent_video: Path) -> dict[str, Path]:
    files = {name: folder / name for name in ("empty.mp4", "text.mp4", "cut short.mp4", "only sound.wav")}
    files["empty.mp4"].touch()
    files["text.mp4"].write_text("not a video\n" * 100)
    files["cut short.mp4"].write_bytes(silent_video.read_bytes()[:3_000])
    run("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "sine=d=1", str(files["only sound.wav"]))
    files["missing"] = folder / "missing.mp4"
    files["folder"] = folder / "folder"
    files["folder"].mkdir()
    if Path("/dev/null").exists():
        files["device"] = Path("/dev/null")
    return files


@pytest.mark.parametrize(
    "name", ["empty.mp4", "text.mp4", "cut short.mp4", "only sound.wav", "missing", "folder", "device"]
)
def test_what_cannot_become_a_demo_is_one_line(tmp_path: Path, silent_video: Path, name: str) -> None:
    with pytest.raises(ShowhowError) as caught:
        propose(bad_files(tmp_path, silent_video)[name])
    assert "\n" not in str(caught.value)


class Canceller:
    """Cancels at the n-th report; counts all of them."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def __call__(self, _done: int, _total: int, _what: str) -> None:
        self.count += 1
        if self.count == self.at:
            raise Cancelled


def moments(reports: int) -> list[int]:
    """The first, the last, and some between."""
    return sorted({1, 2, reports // 2, reports - 1, reports} - {0})


def test_cancelling_a_proposal_anywhere_passes_through_and_leaves_the_source_alone(filmed: Filmed) -> None:
    before = filmed.video.read_bytes()
    options = IntakeOptions(recognizer=no_model)
    counter = Canceller(0)
    propose(filmed.video, options, counter)
    for at in moments(counter.count):
        with pytest.raises(Cancelled):
            propose(filmed.video, options, Canceller(at))
    assert filmed.video.read_bytes() == before
    assert {path.name for path in filmed.video.parent.iterdir()} == {"track.wav", filmed.video.name}


def test_cancelling_a_filing_anywhere_leaves_nothing_and_it_can_be_done_again(filmed: Filmed, library: Library) -> None:
    counter = Canceller(0)
    with open_library(library.folder.parent / "other", cache=library.folder.parent / "cache") as other:
        file(filmed.draft, other, counter)
    for at in moments(counter.count):
        with pytest.raises(Cancelled):
            file(filmed.draft, library, Canceller(at))
        assert untouched(library)
    assert file(filmed.draft, library).version == 1


def test_cancelling_the_hearing_leaves_the_demo_as_it_was(filmed: Filmed, library: Library) -> None:
    demo = file(filmed.draft, library)
    for at in (1, 2, 3):
        with pytest.raises(Cancelled):
            complete(demo.demo_id, library, HEARING, Canceller(at))
    assert read_bundle(library.demos / demo.demo_id).version == 1


def test_a_full_disk_is_one_line_and_nothing_is_half_filed(filmed: Filmed, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        with open_library(place, cache=tmp_path / "cache") as library:
            (place / "ballast").write_bytes(b"x" * (shutil.disk_usage(place).free - 80_000))  # the clip has 130 kB
            with pytest.raises(ShowhowError, match=r"(?i)room|full") as caught:
                file(filmed.draft, library)
            assert "\n" not in str(caught.value)
            assert untouched(library)
            (place / "ballast").unlink()
    finally:
        run("umount", str(place))


def test_a_source_gone_since_the_proposal_is_one_line(silent_video: Path, tmp_path: Path, library: Library) -> None:
    video = shutil.copy(silent_video, tmp_path / "mine.mp4")
    draft = propose(video)
    video.unlink()
    with pytest.raises(ShowhowError) as caught:
        file(draft, library)
    assert "\n" not in str(caught.value)
    assert untouched(library)


@pytest.mark.parametrize("name", ["d\udcff.mp4", "d\x1b[2J.mp4", "a\nb.mp4"])
def test_a_file_name_that_cannot_be_shown_is_one_line(silent_video: Path, tmp_path: Path, name: str) -> None:
    skip_on_windows("such file names")
    shutil.copy(silent_video, tmp_path / name)
    with pytest.raises(LibraryError, match="Rename it") as caught:
        propose(tmp_path / name)
    assert str(caught.value).isprintable()


def test_any_other_name_will_do(silent_video: Path, tmp_path: Path, library: Library) -> None:
    colon, mark = ("", "") if WINDOWS else (":", "?")  # in no file name there
    video = Path(shutil.copy(silent_video, tmp_path / f"  -- 采购  “ordér”{colon} 100%_done{mark}.mp4"))
    draft = propose(video)
    edits.save_draft(draft, tmp_path / "draft.json")
    demo = file(edits.load_draft(tmp_path / "draft.json"), library)
    assert demo.title == f"采购 “ordér”{colon} 100% done{mark}"


def test_cuts_by_hand_are_kept_with_their_reason(filmed: Filmed, library: Library) -> None:
    draft = edits.toggle_cut(filmed.draft, filmed.draft.steps[0].start_ms + 200)
    demo = file(draft, library)
    assert CutReason.BY_HAND in {cut.reason for cut in demo.cuts}
