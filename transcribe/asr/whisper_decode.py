"""Decoding one window with a loaded Whisper model: tokens, how sure it is of them, and when each word was said.

Owns how much silence a window is filled up with, the bound on how much may be written, and when a result is not to be
trusted. Refuses to load models and to know where the window lies.

faster-whisper fills every window up to 30 s, and the encoder's work grows faster than its length. A light model gets
a window filled to four times its length, at least the 10 s of the shortest it was trained on. Of 200 sentences it had
not heard it gets as many words wrong as with six times (0.081) for a fifth less CPU, with three times more (0.085).
Where it is not confident the full window is heard after all.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.asr.guards import without_loops
from transcribe.model import SAMPLE_RATE, Sound, Word

FULL = 3_000
"""Frames of 10 ms in a full window."""
_LEAST, _TIMES = 1_000, 4
_SURE, _POOR, _NOBODY = -0.3, -1.0, 0.6  # mean log probabilities; probability of no speech; the latter two OpenAI's
_TIGHT = 2.4  # times smaller when compressed: the same over and over; OpenAI's
_BEAM = 5
_AT_LEAST, _A_SECOND = 30, 25  # tokens that may be written: no language is spoken faster
_BEFORE_WORD, _AFTER_WORD = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True)
class Asked:
    """What is wanted of a window: faster-whisper's tokenizer for language and task, the words it is told beforehand."""

    tokenizer: Any
    hotwords: str | None = None
    suppressed: Sequence[int] = (-1,)
    light: bool = False


@dataclass(frozen=True)
class Decoded:
    """Words in window time with the space before them; ``log_prob`` is the mean of their tokens."""

    words: list[Word] = field(default_factory=list)
    log_prob: float = 0.0
    no_speech: float = 0.0
    tightness: float = 1.0

    @property
    def invented(self) -> bool:
        """Whether the model itself says that nobody spoke and that it is not sure of what it wrote; both together."""
        return self.no_speech > _NOBODY and self.log_prob < _POOR

    @property
    def stuck(self) -> bool:
        """Whether it wrote the same over and over."""
        return self.tightness > _TIGHT or len(without_loops(self.words)) * 2 < len(self.words)


def hear_window(model: Any, samples: Sound, asked: Asked) -> list[Word]:
    """The words of a window, loops and inventions left out: heard once, and once more if that cannot be trusted.

    The second time is no higher temperature, as with OpenAI: this way the same sound gives the same words.
    """
    frames = context(len(samples), light=asked.light)
    first = decode(model, samples, asked, frames)
    if not first.stuck and first.log_prob >= (_POOR if frames == FULL else _SURE):
        return _kept(first)
    cure = {"no_repeat_ngram_size": 4, "repetition_penalty": 1.1} if first.stuck and frames == FULL else {}
    second = decode(model, samples, asked, FULL, **cure)
    return _kept(max((second, first), key=lambda one: (not one.stuck, one.log_prob)))


def _kept(decoded: Decoded) -> list[Word]:
    return [] if decoded.invented else without_loops(decoded.words)


def context(samples: int, *, light: bool) -> int:
    """How many frames a window of so many samples is filled up to."""
    if not light:  # how much real models can do without could not be measured here
        return FULL
    return min(FULL, max(_LEAST, _TIMES * samples * 100 // SAMPLE_RATE)) // 2 * 2


def decode(model: Any, samples: Sound, asked: Asked, frames: int, **options: Any) -> Decoded:
    """One pass at temperature 0; what was heard before is no prompt. ``frames``: what the window is filled up to."""
    encoded = model.encode(_filled(model.feature_extractor(samples)[..., :-1], frames))
    prompt = model.get_prompt(asked.tokenizer, [], without_timestamps=True, hotwords=asked.hotwords)
    bound = len(prompt) + _AT_LEAST + math.ceil(_A_SECOND * len(samples) / SAMPLE_RATE)
    [found] = model.model.generate(
        encoded,
        [prompt],
        beam_size=_BEAM,
        max_length=min(model.max_length, bound),
        suppress_tokens=list(asked.suppressed),
        return_scores=True,
        return_no_speech_prob=True,
        **options,
    )
    tokens = [token for token in found.sequences_ids[0] if token < asked.tokenizer.eot]
    text = asked.tokenizer.decode(tokens).strip().encode()
    length = len(found.sequences_ids[0])
    return Decoded(
        _timed(model, asked, encoded, tokens, len(samples)) if text else [],
        found.scores[0] * length / (length + 1),
        found.no_speech_prob,
        len(text) / len(zlib.compress(text)),
    )


def _filled(features: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Exactly so many frames; what is missing is what faster-whisper itself puts there."""
    features = features[:, :frames]
    return np.pad(features, ((0, 0), (0, frames - features.shape[1])))


def _timed(model: Any, asked: Asked, encoded: Any, tokens: list[int], samples: int) -> list[Word]:
    """Each word with its time in the window, by the model's own attention."""
    seconds = samples / SAMPLE_RATE
    part = {"seek": 0, "start": 0.0, "end": seconds, "tokens": tokens}
    frames = [math.ceil(seconds) * 100]
    model.add_word_timestamps([[part]], asked.tokenizer, encoded, frames, _BEFORE_WORD, _AFTER_WORD, 0.0)
    return [_word(word) for word in part["words"] if word["word"].strip()]  # type: ignore[attr-defined]  # added to it


def _word(word: dict[str, Any]) -> Word:
    start = round(float(word["start"]) * 1000)
    end = max(start, round(float(word["end"]) * 1000))
    return Word(start, end, text=word["word"], confidence=min(1.0, max(0.0, float(word["probability"]))))
