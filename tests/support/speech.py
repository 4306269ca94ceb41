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
TALK = (
    "Open the finance menu and choose purchase orders.",
    "The list shows every order of this year.",
    "Click on new order in the upper right corner.",
    "A form appears with a field for the supplier.",
    "Type the first letters and pick the name from the list.",
    "Then set the delivery date to the first of March.",
    "Leave a note for the driver in the large box below.",
    "The price is taken from the contract with the supplier.",
    "Check the total at the bottom of the page.",
    "If it looks right, press the green button to submit.",
    "Your manager gets a message and has to approve it.",
    "After that the order can be found under open orders.",
    "You can print it from there, or send it by mail.",
    "Now let us look at an order that was sent back.",
    "Its line is red, and a note says what is missing.",
    "Open it, change the amount, and send it once more.",
    "The history on the right shows who did what, and when.",
    "That is all you need to know about orders.",
)
"""Three quarters of a minute in which nothing is said twice: what repeats itself is decoded again, as a loop."""


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
