"""Narration that is hard to transcribe: nothing is lost or invented, while recording and for a whole file."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.support.speech import TALK, say, speak
from tests.support.whole_sound import read_sound
from tests.support.word_errors import word_error_rate
from transcribe.asr.silero_vad import Detector
from transcribe.asr.whisper import Whisper
from transcribe.model import SAMPLE_RATE, Sound, Transcript
from transcribe.models.known import ModelRef
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import Log, PartialTranscript

BOTH = pytest.mark.parametrize("together", [False, True], ids=["live", "whole"])


@pytest.fixture(scope="module")
def whisper(tiny_en: Path) -> Whisper:
    return Whisper(ModelRef("tiny.en", tiny_en))


def heard(whisper: Whisper, sound: Sound, *, together: bool) -> Transcript:
    log = Log(PartialTranscript())
    blocks = [sound[at : at + SAMPLE_RATE] for at in range(0, len(sound), SAMPLE_RATE)]
    transcribe_stream(blocks, whisper, log, Detector(), lambda _: None, together=together)
    return log.words.transcript


@BOTH
def test_of_a_talk_without_a_pause_nothing_is_lost(whisper: Whisper, *, together: bool) -> None:
    sound = np.concatenate([say(text) for text in TALK])
    assert len(sound) > 40 * SAMPLE_RATE
    transcript = heard(whisper, sound, together=together)
    assert word_error_rate(" ".join(TALK), transcript.text) < 0.12
    assert transcript.words[-1].end_ms > (len(sound) - SAMPLE_RATE) // 16


def other_voice(text: str, folder: Path) -> Sound:
    path = folder / f"{len(text)}.wav"
    command = ["espeak-ng", "-v", "en-us+f3", "-s", "150", "-w", path, text]
    subprocess.run(command, check=True, capture_output=True)
    sound = read_sound(path, rate=SAMPLE_RATE)
    return np.asarray(sound * (0.055 / np.sqrt(np.mean(sound**2))), np.float32)


def test_two_people_who_take_turns_are_both_heard(whisper: Whisper, tmp_path: Path) -> None:
    turns = ("Where do I find the orders?", TALK[0], "And who has to approve it?", TALK[10])
    gap = np.zeros(SAMPLE_RATE // 2, np.float32)
    said = [say(text) if text in TALK else other_voice(text, tmp_path) for text in turns]
    sound = np.concatenate([part for one in said for part in (gap, one)] + [gap])
    assert word_error_rate(" ".join(turns), heard(whisper, sound, together=True).text) < 0.3


@BOTH
def test_a_voice_far_too_soft_is_heard_as_well(whisper: Whisper, *, together: bool) -> None:
    sound, _ = speak(TALK[:4], pause_ms=900, gain=10 ** (-34 / 20), noise=2e-6)
    assert word_error_rate(" ".join(TALK[:4]), heard(whisper, sound, together=together).text) < 0.12


def test_what_was_said_three_times_is_written_three_times(whisper: Whisper) -> None:
    sound, _ = speak(["No, no, no, not that one."], pause_ms=600)
    text = "".join(c for c in heard(whisper, sound, together=True).text.casefold() if c.isalpha() or c == " ")
    assert "no no no not" in text


@BOTH
@pytest.mark.parametrize("pause_ms", [600, 1_000])
def test_pauses_between_words_are_as_long_as_they_were(whisper: Whisper, pause_ms: int, *, together: bool) -> None:
    """However far a model stretches its words: steps begin at pauses, also those of words from the recording."""
    sound, spans = speak(TALK[:6], pause_ms=pause_ms)
    words = heard(whisper, sound, together=together).words
    for before, after in pairwise(spans):
        middle = (before.end_ms + after.start_ms) // 2
        end = max(word.end_ms for word in words if word.start_ms < middle)
        start = min(word.start_ms for word in words if word.start_ms >= middle)
        assert start - end == pytest.approx(after.start_ms - before.end_ms, abs=250)
