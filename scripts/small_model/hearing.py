"""What a model hears: word error rates by showhow's own recogniser, on sentences it has not been trained on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from capture.span import Span
from scripts.small_model.corpus import HELD_OUT
from scripts.small_model.speech import Spoken, say
from transcribe.model import Sound
from transcribe.models import find_model
from transcribe.whisper import Whisper


def error_rates(model: Path, held_back: Sequence[Spoken]) -> dict[str, float]:
    """Wrong, missing and extra words for each word spoken: on what was held back, and on what tests and demo say."""
    whisper = Whisper(find_model(model, model), "en")
    sets = {
        "held back": list(held_back),
        "held out, en-us": [(text, say(text, "en-us", 155)) for text in sorted(HELD_OUT)],
        "held out, en": [(text, say(text, "en", 160)) for text in sorted(HELD_OUT)],
    }
    return {name: _error_rate(whisper, spoken) for name, spoken in sets.items()}


def _error_rate(whisper: Whisper, spoken: Sequence[Spoken]) -> float:
    wrong = total = 0
    room = np.random.default_rng(0)
    for text, wave in spoken:
        sound = _in_a_room(wave, room)
        heard = whisper.hear(sound, [Span(150, len(sound) // 16 - 300)]).text
        wrong += Levenshtein.distance(_words(text), _words(heard))
        total += len(_words(text))
    return wrong / total


def _in_a_room(wave: np.ndarray, room: np.random.Generator) -> Sound:
    sound = np.concatenate([np.zeros(4_000), wave / 32_768, np.zeros(8_000)])
    return np.asarray(sound + room.normal(0, 1e-3, len(sound)), np.float32)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())
