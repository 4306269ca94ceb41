"""A voice is as loud in a filed clip as in a good recording, however soft or loud it was recorded."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from msgspec.structs import replace

from capture.model import Take, TakeState
from capture.span import Span
from capture.takes import write_take
from capture.video.media_info import probe
from library.connection.library import open_library
from library.draft import edits
from library.draft.prerender import render
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.intake.refile import refile, reopen
from library.model import CLIP, Draft
from tests.support.narrated_video import film
from transcribe.model import Segment, Transcript

SOFT = {
    "18 dB softer": ["-af", "volume=-18dB"],
    "30 dB softer": ["-af", "volume=-30dB"],
    "one channel of eight": ["-af", "pan=7.1|c0=0*c0|c1=0*c0|c2=0*c0|c3=0*c0|c4=0*c0|c5=0*c0|c6=0*c0|c7=c0"],
    "far too loud": ["-af", "volume=9dB"],
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film"), "good.mp4", ("Enter the name of the supplier.",))[0]


def changed(good: Path, folder: Path, *options: str) -> Path:
    output = folder / "changed.mkv"
    command = ["ffmpeg", "-y", "-v", "error", "-i", str(good), "-c:v", "copy", "-c:a", "pcm_s16le"]
    subprocess.run([*command, *options, str(output)], check=True)
    return output


def sound(video: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The loudest channel, at 32 kHz."""
    resampler = av.AudioResampler(format="fltp", rate=32_000)
    with av.open(str(video)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    samples = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    return np.asarray(samples[int(np.square(samples).sum(axis=1).argmax())], np.float32)


def level_db(video: Path, spans: tuple[Span, ...], *, clip: Draft | None = None) -> float:
    """Level of the parts of a video, in dBFS RMS."""
    whole = sound(video)
    to = clip.clip.to_clip if clip is not None else int
    parts = [whole[to(span.start_ms) * 32 : to(span.end_ms) * 32] for span in spans]
    return float(10 * np.log10(np.square(np.concatenate(parts)).mean()))


@pytest.mark.parametrize("how", SOFT)
def test_a_voice_is_filed_at_the_level_of_a_good_recording(good: Path, tmp_path: Path, how: str) -> None:
    draft = propose(changed(good, tmp_path, *SOFT[how]))
    assert draft.speech
    render(draft, tmp_path)
    assert level_db(tmp_path / CLIP, draft.speech, clip=draft) == pytest.approx(-22, abs=3.5)
    assert np.abs(sound(tmp_path / CLIP)).max() <= 1.05


def test_what_is_loud_enough_stays_as_it_was_recorded(good: Path, tmp_path: Path) -> None:
    loud = changed(good, tmp_path, "-af", "volume=4dB")
    draft = propose(loud)
    render(draft, tmp_path)
    before, after = level_db(loud, draft.speech), level_db(tmp_path / CLIP, draft.speech, clip=draft)
    assert after == pytest.approx(before, abs=1)


def test_a_recording_in_which_nobody_speaks_is_not_lifted(tmp_path: Path, good: Path) -> None:
    hiss = ["-f", "lavfi", "-t", "3", "-i", "anoisesrc=amplitude=0.002:seed=1"]
    quiet = tmp_path / "hiss.mkv"
    command = ["ffmpeg", "-y", "-v", "error", "-i", str(good), *hiss, "-map", "0:v", "-map", "1:a", "-shortest"]
    subprocess.run([*command, "-c:v", "copy", "-c:a", "pcm_s16le", str(quiet)], check=True)
    draft = propose(quiet)
    assert draft.speech == ()
    render(draft, tmp_path)
    whole = (Span(0, draft.clip.duration_ms),)
    assert level_db(tmp_path / CLIP, whole) == pytest.approx(level_db(quiet, whole), abs=3)


@pytest.mark.parametrize("reviewed", [True, False], ids=["reviewed", "filed at once"])
def test_a_version_rendered_from_the_take_again_is_as_loud_as_the_first(
    good: Path, tmp_path: Path, reviewed: bool
) -> None:
    path = tmp_path / "takes" / "20310417-140500-ab12"
    path.mkdir(parents=True)
    command = ["ffmpeg", "-y", "-v", "error", "-i", str(good), "-c:v", "copy", "-c:a", "aac", "-af", "volume=-20dB"]
    subprocess.run([*command, str(path / "take.mp4")], check=True)
    facts = probe(path / "take.mp4")
    write_take(
        Take(
            take_id=path.name, started_unix_ms=1_000, width=facts.width, height=facts.height,
            duration_ms=facts.duration_ms, state=TakeState.FINISHED, path=path,
        )
    )  # fmt: skip
    draft = propose(path, IntakeOptions(keep_all=True))
    segments = tuple(
        Segment(span.start_ms, span.end_ms, text="Enter the name of the supplier.") for span in draft.speech
    )
    draft = replace(draft, transcript=Transcript(segments=segments), waiting_for_words=False)
    if reviewed:
        edits.save_draft(draft, path)
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        first = file(draft, library)
        again = reopen(library, first.demo_id, path.parent)
        assert again.source == str(path)
        second = refile(edits.add_cut(again, Span(0, 200)), library)
        assert second.version == 2
    levels = [level_db(demo.path / CLIP, (Span(0, demo.clip.duration_ms),)) for demo in (first, second)]
    assert levels[1] == pytest.approx(levels[0], abs=2)
