"""Spoken sentences for tests by espeak-ng, with pauses between them and known times."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from capture.span import Span
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
def say(text: str, voice: str = "en", speed: int = 160) -> NDArray[np.float32]:
    """One sentence as float32 mono at 16 kHz."""
    from tests.support.whole_sound import read_sound

    with TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), text], check=True)
        with wave.open(str(path)) as file:
            assert file.getnframes()
        return read_sound(path)


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
