"""Decodes one window with a loaded Whisper model: tokens, their probabilities, and word times.

Owns the padding of a window, the maximum number of tokens, and when a result is rejected. Does not load models and does
not know the position of the window.

faster-whisper pads every window to 30 s, and the work of the encoder grows faster than the length. For a light model
the window is padded to four times its length, at least the 10 s of the shortest training window. On 200 unseen
sentences the word error rate is the same as with six times (0.081) for a fifth less CPU; with three times it is 0.085.
Where the confidence is low, the full window is decoded after all.
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
_SURE, _POOR, _NO_SPEECH = -0.3, -1.0, 0.6  # mean log probabilities; probability of no speech; the last two OpenAI's
_REPETITIVE = 2.4  # compression ratio above which a text is a repetition loop; OpenAI's
_BEAM = 5
_BASE_TOKENS, _TOKENS_PER_S = 30, 25  # limit of tokens in a result: no language is spoken faster
_BEFORE_WORD, _AFTER_WORD = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True)
class DecodeOptions:
    """Options of a window: faster-whisper's tokenizer for language and task, hotwords, suppressed tokens."""

    tokenizer: Any
    hotwords: str | None = None
    suppressed: Sequence[int] = (-1,)
    light: bool = False


@dataclass(frozen=True)
class Decoded:
    """Words in window time with their leading space; ``log_prob`` is the mean of their tokens."""

    words: list[Word] = field(default_factory=list)
    log_prob: float = 0.0
    no_speech: float = 0.0
    compression: float = 1.0

    @property
    def hallucinated(self) -> bool:
        """Whether the model reports both a high probability of no speech and a low one of its tokens."""
        return self.no_speech > _NO_SPEECH and self.log_prob < _POOR

    @property
    def looped(self) -> bool:
        """Whether the text is a repetition loop."""
        return self.compression > _REPETITIVE or len(without_loops(self.words)) * 2 < len(self.words)


def transcribe_window(model: Any, samples: Sound, options: DecodeOptions) -> list[Word]:
    """The words of a window, without loops and hallucinations: decoded once, and again if the result is rejected.

    The second pass does not raise the temperature as OpenAI does, so the same sound always gives the same words.
    """
    frames = context(len(samples), light=options.light)
    first = decode(model, samples, options, frames)
    if not first.looped and first.log_prob >= (_POOR if frames == FULL else _SURE):
        return _plausible_words(first)
    remedy = {"no_repeat_ngram_size": 4, "repetition_penalty": 1.1} if first.looped and frames == FULL else {}
    second = decode(model, samples, options, FULL, **remedy)
    return _plausible_words(max((second, first), key=lambda one: (not one.looped, one.log_prob)))


def _plausible_words(decoded: Decoded) -> list[Word]:
    return [] if decoded.hallucinated else without_loops(decoded.words)


def context(samples: int, *, light: bool) -> int:
    """Number of frames to which a window of ``samples`` is padded."""
    if not light:  # shorter padding was not measured for larger models
        return FULL
    return min(FULL, max(_LEAST, _TIMES * samples * 100 // SAMPLE_RATE)) // 2 * 2


def decode(model: Any, samples: Sound, options: DecodeOptions, frames: int, **extra: Any) -> Decoded:
    """One pass at temperature 0, without the previous text as prompt. The window is padded to ``frames``."""
    encoded = model.encode(_padded(model.feature_extractor(samples)[..., :-1], frames))
    prompt = model.get_prompt(options.tokenizer, [], without_timestamps=True, hotwords=options.hotwords)
    most = len(prompt) + _BASE_TOKENS + math.ceil(_TOKENS_PER_S * len(samples) / SAMPLE_RATE)
    [found] = model.model.generate(
        encoded,
        [prompt],
        beam_size=_BEAM,
        max_length=min(model.max_length, most),
        suppress_tokens=list(options.suppressed),
        return_scores=True,
        return_no_speech_prob=True,
        **extra,
    )
    tokens = [token for token in found.sequences_ids[0] if token < options.tokenizer.eot]
    text = options.tokenizer.decode(tokens).strip().encode()
    length = len(found.sequences_ids[0])
    return Decoded(
        _timed(model, options, encoded, tokens, len(samples)) if text else [],
        found.scores[0] * length / (length + 1),
        found.no_speech_prob,
        len(text) / len(zlib.compress(text)),
    )


def _padded(features: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Features [mels, frames], cut or padded with zeros as faster-whisper does."""
    features = features[:, :frames]
    return np.pad(features, ((0, 0), (0, frames - features.shape[1])))


def _timed(model: Any, options: DecodeOptions, encoded: Any, tokens: list[int], samples: int) -> list[Word]:
    """Words with their times in the window, from the attention of the model."""
    seconds = samples / SAMPLE_RATE
    part = {"seek": 0, "start": 0.0, "end": seconds, "tokens": tokens}
    frames = [math.ceil(seconds) * 100]
    model.add_word_timestamps([[part]], options.tokenizer, encoded, frames, _BEFORE_WORD, _AFTER_WORD, 0.0)
    return [_word(word) for word in part["words"] if word["word"].strip()]  # type: ignore[attr-defined]  # added by the call


def _word(word: dict[str, Any]) -> Word:
    start = round(float(word["start"]) * 1000)
    end = max(start, round(float(word["end"]) * 1000))
    return Word(start, end, text=word["word"], confidence=min(1.0, max(0.0, float(word["probability"]))))
