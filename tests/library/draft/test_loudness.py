"""A voice is as loud in a filed clip as in a good recording, however soft or loud it was recorded."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from capture.span import Span
from library.draft.prerender import render
from library.intake.pipeline import propose
from library.model import CLIP, Draft
from tests.support.narrated_video import film

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
