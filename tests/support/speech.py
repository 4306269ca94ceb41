"""Sentences for tests in a natural voice, with pauses between them and known times."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from capture.span import Span
from tests.support.natural_voice import speak as synthesise
from tests.support.whole_sound import read_sound
from transcribe.asr.silero_vad import Detector
from transcribe.model import SAMPLE_RATE
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import Log, PartialTranscript

SENTENCES = (
    "In this short lesson we create a purchase order from start to finish.",
    "First, press the new order button.",
    "Enter the name of the supplier.",
    "Finally, submit the order and confirm.",
)


@lru_cache(maxsize=64)
def say(text: str, rate: int = SAMPLE_RATE) -> NDArray[np.float32]:
    """One sentence as float32 [samples], mono, at ``rate`` Hz."""
    with TemporaryDirectory() as folder:
        return read_sound(synthesise([text], Path(folder))[0], rate=rate)


def speak(
    sentences: Sequence[str] = SENTENCES, *, pause_ms: int = 1_500, gain: float = 1.0, noise: float = 1e-4
) -> tuple[NDArray[np.float32], list[Span]]:
    """All sentences with pauses before, between and after them, over noise of that level; and their spans."""
    parts, spans, at = [np.zeros(pause_ms * 16, np.float32)], [], pause_ms
    for text in sentences:
        said = say(text)
        loud = np.flatnonzero(np.abs(said) > 0.02)
        spans.append(Span(at + int(loud[0]) // 16, at + int(loud[-1]) // 16))
        parts += [said, np.zeros(pause_ms * 16, np.float32)]
        at += (len(said) + pause_ms * 16) * 1000 // SAMPLE_RATE
    sound = np.concatenate(parts) * gain
    room = np.random.default_rng(7).normal(0, noise, len(sound))
    return (sound + room).astype(np.float32), spans


def speech_spans(*blocks: NDArray[np.float32]) -> list[Span]:
    """Spans (ms) in which the product finds speech in a sound, given whole or in blocks."""
    log = Log(PartialTranscript())
    transcribe_stream(blocks, None, log, Detector(), lambda _: None)
    return [span for heard in log.words.heard for span in heard.speech]
