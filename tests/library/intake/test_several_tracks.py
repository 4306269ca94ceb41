"""Recordings with several sound tracks or pictures, as OBS and meetings make them: what is said is heard and kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from capture.span import Span
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from library.connection.library import open_library
from library.draft.prerender import clip_key
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.intake.sound_tracks import TrackSound, chosen_tracks
from tests.support.sample_videos import RATE, film, numbered
from tests.support.scripted_recognizer import ScriptedRecognizer
from tests.support.speech import say
from tests.support.whole_sound import read_sound

LINES = ("Click the new order button.", "Enter the name of the supplier.")
END_MS = 9_000


def track(*lines: tuple[int, str]) -> NDArray[np.float32]:
    sound = np.zeros(END_MS * RATE // 1000, np.float32)
    for at_ms, line in lines:
        said = say(line, RATE)
        sound[at_ms * RATE // 1000 :][: len(said)] += said
    return sound


def music() -> NDArray[np.float32]:
    at = np.arange(END_MS * RATE // 1000) / RATE
    return np.asarray(0.01 * np.sin(2 * np.pi * 330 * at), np.float32)


def recording(path: Path, *sounds: NDArray[np.float32]) -> Path:
    return film(path, [(at, numbered(at // 500 % 64)) for at in range(0, END_MS, 500)], END_MS, sounds)


SPOKEN = track((500, LINES[0]), (5_000, LINES[1]))
TRACKS = {
    "nothing, then the narration": ((track(), SPOKEN), (1,)),
    "music, then the narration": ((music(), SPOKEN), (1,)),
    "the mix, then its parts": ((SPOKEN + music(), SPOKEN, music()), (0,)),
    "a speaker each": ((track((500, LINES[0])), track((5_000, LINES[1]))), (0, 1)),
}


@pytest.mark.parametrize("how", TRACKS)
def test_the_tracks_in_which_something_is_said_are_heard_and_kept_and_that_is_told(tmp_path: Path, how: str) -> None:
    sounds, chosen = TRACKS[how]
    source = recording(tmp_path / "obs.mkv", *sounds)
    draft = propose(source, IntakeOptions(recognizer=lambda: ScriptedRecognizer(LINES), keep_all=True))
    assert draft.transcript.text == " ".join(LINES)
    assert draft.tracks == chosen
    [note] = [note for note in draft.notes if "sound tracks" in note]
    assert " and ".join(str(n + 1) for n in chosen) in note
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(draft, library)
    kept = read_sound(demo.path / demo.clip.path)
    for at_ms in (500, 5_000):  # both sentences are in the clip
        assert np.abs(kept[at_ms * 16 : (at_ms + 1_500) * 16]).max() > 0.05


def test_quiet_speakers_on_tracks_of_their_own_are_both_lifted(tmp_path: Path) -> None:
    sounds, chosen = TRACKS["a speaker each"]
    source = recording(tmp_path / "quiet.mkv", *(np.float32(0.03) * sound for sound in sounds))
    draft = propose(source, IntakeOptions(recognizer=lambda: ScriptedRecognizer(LINES), keep_all=True))
    assert draft.tracks == chosen
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(draft, library)
    kept = read_sound(demo.path / demo.clip.path)
    for at_ms in (500, 5_000):
        assert np.abs(kept[at_ms * 16 : (at_ms + 1_500) * 16]).max() > 0.2


def test_where_nothing_is_said_the_first_track_with_sound_is_kept(tmp_path: Path) -> None:
    draft = propose(recording(tmp_path / "game.mkv", track(), music()), IntakeOptions(keep_all=True))
    assert draft.tracks == (1,)


def test_tracks_that_say_little_more_are_left_out_and_those_that_say_more_are_not() -> None:
    narration = TrackSound((Span(0, 60_000),), sounds=True)
    echo = TrackSound((Span(1_000, 59_000), Span(60_000, 60_500)), sounds=True)
    guest = TrackSound((Span(70_000, 90_000),), sounds=True)
    assert chosen_tracks([echo, narration]) == (0,)
    assert chosen_tracks([narration, echo]) == (0,)
    assert chosen_tracks([echo, narration, guest]) == (0, 2)
    assert chosen_tracks([TrackSound((), sounds=False), TrackSound((), sounds=False)]) == (0,)


def test_a_clip_of_other_tracks_is_another_clip(tmp_path: Path) -> None:
    draft = propose(recording(tmp_path / "obs.mkv", SPOKEN, track()))
    assert clip_key(draft) != clip_key(replace(draft, tracks=(1,)))


def test_of_two_pictures_the_larger_is_kept_and_that_is_told(tmp_path: Path) -> None:
    """A camera of 320 x 240 before the screen, as a meeting writes them."""
    source = tmp_path / "meeting.mkv"
    inputs = [word for size in ("320x240", "640x360") for word in ("-f", "lavfi", "-t", "2", "-i", f"testsrc=s={size}")]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, "-map", "0:v", "-map", "1:v", source], check=True)
    draft = propose(source, IntakeOptions(keep_all=True))
    assert (draft.width, draft.height) == (640, 360)
    assert any("640 x 360" in note for note in draft.notes)
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(draft, library)
    clip = demo.path / demo.clip.path
    assert probe(clip).width == 640
    assert np.abs(grab_frame(clip, 500).astype(int) - grab_frame(source, 500)).mean() < 6
