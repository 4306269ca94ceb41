"""Narration as bad as it comes: one side dead, a telephone's, clipped, with numbers that are none; heard even so."""

from __future__ import annotations

import errno
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace as with_fields

from capture.progress import Progress, silent
from capture.span import Span
from library.connection.library import open_library
from library.intake.late_words import complete
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.model import LibraryError
from tests.support.narrated_video import film
from tests.support.scripted_recognizer import ScriptedRecognizer
from tests.support.whole_sound import read_sound
from transcribe.asr.whisper import Whisper
from transcribe.model import Sound, Transcript
from transcribe.models.known import ModelRef

BAD = {
    "one side dead": ["-af", "pan=stereo|c0=c0|c1=0*c0"],
    "hardly audible": ["-af", "volume=-36dB", "-c:a", "pcm_s16le"],
    "eight bits": ["-c:a", "pcm_u8", "-ar", "16000"],
    "a telephone": ["-ar", "8000"],
    "in opposite phase": ["-af", "pan=stereo|c0=c0|c1=-1*c0"],
    "in opposite phase, right louder": ["-af", "pan=stereo|c0=-0.3*c0|c1=c0"],
    "five channels and a subwoofer": ["-af", "pan=5.1|c0=0*c0|c1=0*c0|c2=c0|c3=0*c0|c4=0*c0|c5=0*c0"],
    "as soft as -34 dB": ["-af", "volume=-34dB", "-c:a", "pcm_s16le"],
    "clipped": ["-af", "volume=30dB", "-c:a", "pcm_s16le"],
}


@pytest.fixture(scope="module")
def hears(tiny_en: Path) -> IntakeOptions:
    whisper = Whisper(ModelRef("tiny.en", tiny_en), "en")
    return IntakeOptions(recognizer=lambda: whisper)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film"), "good.mp4", ("Enter the name of the supplier.",))[0]


def changed(good: Path, folder: Path, *options: str) -> Path:
    command = ["ffmpeg", "-y", "-v", "error", "-i", str(good), "-c:v", "copy", "-c:a", "pcm_s16le"]
    subprocess.run([*command, *options, str(folder / "bad.mkv")], check=True)
    return folder / "bad.mkv"


def with_no_numbers(good: Path, folder: Path) -> Path:
    """The sound as 32-bit floats, every thousandth of which is no number, or without end."""
    samples = read_sound(good).astype("<f4")
    samples[::1_000], samples[500::4_000], samples[501::4_000] = np.nan, np.inf, -np.inf
    data = samples.tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 3, 1, 16_000, 64_000, 4, 32,
                       b"data", len(data))  # fmt: skip
    (folder / "sound.wav").write_bytes(head + data)
    inputs = ["-i", str(good), "-i", str(folder / "sound.wav"), "-map", "0:v", "-map", "1:a"]
    command = ["ffmpeg", "-y", "-v", "error", *inputs, "-c", "copy", str(folder / "bad.mkv")]
    subprocess.run(command, check=True)
    return folder / "bad.mkv"


def test_a_recording_without_a_sound_in_its_track_is_told(good: Path, tmp_path: Path) -> None:
    (note,) = propose(changed(good, tmp_path, "-af", "volume=0")).notes
    assert "Nothing is heard in it from beginning to end" in note


@pytest.mark.parametrize("how", BAD)
def test_what_was_said_is_heard_where_it_was_said(good: Path, hears: IntakeOptions, tmp_path: Path, how: str) -> None:
    draft = propose(changed(good, tmp_path, *BAD[how]), hears)
    [span] = draft.speech
    words = draft.transcript.words
    assert "supplier" in draft.transcript.text, draft.transcript.text
    assert all(span.start_ms - 100 <= w.start_ms <= w.end_ms <= span.end_ms + 100 for w in words)


def test_numbers_that_are_none_are_silence_and_the_rest_is_heard(
    good: Path, hears: IntakeOptions, tmp_path: Path
) -> None:
    bad = with_no_numbers(good, tmp_path)
    sound = read_sound(bad)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 1.2
    draft = propose(bad, hears)
    assert draft.transcript.words
    assert all(0 <= word.confidence <= 1 for word in draft.transcript.words)


def test_of_channels_that_cancel_out_the_louder_is_heard_and_that_is_said(
    good: Path, hears: IntakeOptions, tmp_path: Path
) -> None:
    [note] = propose(changed(good, tmp_path, *BAD["in opposite phase"]), hears).notes
    assert "opposite phase" in note
    assert propose(good, hears).notes == ()


TOLD = ("Enter the name of the supplier into the first field.", "Then choose the cost centre from the long list.")


class Unsure(ScriptedRecognizer):
    """Hears what it was told, and is as sure of it as of a language it does not know."""

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress = silent) -> Transcript:
        sure = super().transcribe(sound, speech, progress)
        segments = [
            with_fields(s, words=tuple(with_fields(word, confidence=0.4) for word in s.words)) for s in sure.segments
        ]
        return with_fields(sure, segments=tuple(segments))


@pytest.mark.parametrize(("kind", "count"), [(Unsure, 1), (ScriptedRecognizer, 0)])
def test_words_that_are_unsure_throughout_are_said_to_be(
    tmp_path: Path, kind: type[ScriptedRecognizer], count: int
) -> None:
    video = film(tmp_path, "long.mp4", TOLD)[0]
    notes = propose(video, IntakeOptions(recognizer=lambda: kind(TOLD))).notes
    assert len(notes) == count
    assert all("unsure throughout. Is it English?" in note for note in notes)


@pytest.mark.parametrize("how", [*BAD, "no numbers"])
def test_a_demo_with_bad_sound_filed_without_words_gets_them_later(
    good: Path, hears: IntakeOptions, tmp_path: Path, how: str
) -> None:
    bad = changed(good, tmp_path, *BAD[how]) if how in BAD else with_no_numbers(good, tmp_path)
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(propose(bad), library)
        assert demo.waiting_for_words
        mended = complete(demo.demo_id, library, hears)
    assert not mended.waiting_for_words
    assert mended.words
    assert how not in BAD or "supplier" in mended.transcript.text


def test_a_dead_left_side_is_as_good_as_a_dead_right_one(good: Path, hears: IntakeOptions, tmp_path: Path) -> None:
    dead = ["-af", "pan=stereo|c0=0*c0|c1=c0"]
    assert "supplier" in propose(changed(good, tmp_path, *dead), hears).transcript.text


def test_without_room_for_its_words_a_demo_waits_on_and_is_mended_once_there_is(
    good: Path, hears: IntakeOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(propose(good), library)
        with monkeypatch.context() as disk:
            disk.setattr("library.storage.bundle.write_synced", full)
            with pytest.raises(LibraryError, match="full") as refused:
                complete(demo.demo_id, library, hears)
        assert "\n" not in str(refused.value)
        assert library.catalog.get(demo.demo_id).waiting_for_words
        assert library.store.versions(demo.demo_id) == [1]
        assert not complete(demo.demo_id, library, hears).waiting_for_words
