"""Evaluates a model: word error rates of showhow's own recognizer on sentences not used in training."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from rapidfuzz.distance import Levenshtein

from capture.span import Span
from scripts.small_model.corpus import HELD_OUT
from scripts.small_model.speech import Spoken, say, taken_anywhere
from transcribe.asr.whisper import Whisper
from transcribe.model import Sound
from transcribe.models.registry import find_model

_TIMES = 20

Recorded: TypeAlias = tuple[str, Sound, Span]
"""A sentence, its recording, and the span of the speech in it (ms)."""


def error_rates(model: Path, held_back: Sequence[Spoken]) -> dict[str, float]:
    """Word error rate by set: sentences held back from training, and those of tests and demo (``HELD_OUT``).

    The last set has 20 recordings of each sentence, with different starts, levels and noise.
    """
    whisper = Whisper(find_model(model, model), "en")
    held_out = [(text, say(text, "en-us", 155)) for text in sorted(HELD_OUT)]
    sets = {
        "held back": _with_noise(held_back),
        "held out, en-us": _with_noise(held_out),
        "held out, en": _with_noise([(text, say(text, "en", 160)) for text in sorted(HELD_OUT)]),
        "held out, begun anywhere": _varied(held_out),
    }
    return {name: _error_rate(whisper, recorded) for name, recorded in sets.items()}


def _error_rate(whisper: Whisper, recorded: Iterable[Recorded]) -> float:
    wrong = total = 0
    for text, sound, speech in recorded:
        wrong += Levenshtein.distance(_words(text), _words(whisper.hear(sound, [speech]).text))
        total += len(_words(text))
    return wrong / total


def _with_noise(spoken: Iterable[Spoken]) -> Iterator[Recorded]:
    noise_source = np.random.default_rng(0)
    for text, wave in spoken:
        yield text, *_recorded(wave / 32_768, 4_000, 1e-3, noise_source)


def _varied(spoken: Iterable[Spoken]) -> Iterator[Recorded]:
    dice, noise_source = random.Random(3), np.random.default_rng(3)  # noqa: S311  no secrets
    for text, wave in spoken:
        for _ in range(_TIMES):
            sound = taken_anywhere(wave, dice) * 10 ** dice.uniform(-0.3, 0.15)  # -6 to +3 dB
            yield text, *_recorded(sound, dice.randint(0, 8_000), 10 ** dice.uniform(-4.5, -2.7), noise_source)


def _recorded(wave: np.ndarray, begins: int, noise: float, noise_source: np.random.Generator) -> tuple[Sound, Span]:
    sound = np.concatenate([np.zeros(begins), wave, np.zeros(8_000)])
    sound = np.asarray(np.clip(sound + noise_source.normal(0, noise, len(sound)), -1, 1), np.float32)
    return sound, Span(max(0, begins // 16 - 100), len(sound) // 16 - 300)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())
