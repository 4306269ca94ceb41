"""Decodes one window with a loaded Whisper model: tokens, their probabilities, and word times.

Owns the padding of a window, the maximum number of tokens, and when a result is rejected. Does not load models and does
not know the position of the window.

faster-whisper pads every window to 30 s, and the work of the encoder grows faster than the length. Here a window is
padded to three and a half times its length, at least 10 s; where the confidence is low, the full window is decoded
after all. Five narrations (723 words) heard utterance by utterance by base: 49 words wrong at 0.149 s of CPU a
second of sound; with full windows 44 at 0.203; with three times the length 55 at 0.129.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.asr.guards import stuck, without_loops
from transcribe.model import SAMPLE_RATE, Sound, Word

FULL = 3_000
"""Frames of 10 ms in a full window."""
_LEAST, _TIMES = 1_000, 3.5
_SURE, _POOR, _NO_SPEECH = -0.4, -1.0, 0.6  # mean log probabilities; probability of no speech; the last two OpenAI's
_BEAM = 5
_TEMPERATURES, _BEST_OF = (0.2, 0.4, 0.6, 0.8, 1.0), 5  # faster-whisper's
_BASE_TOKENS, _TOKENS_PER_S = 30, 25  # limit of tokens in a result: no language is spoken faster
_BEFORE_WORD, _AFTER_WORD = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True)
class DecodeOptions:
    """Options of a window: faster-whisper's tokenizer for language and task, hotwords, suppressed tokens."""

    tokenizer: Any
    hotwords: str | None = None
    suppressed: Sequence[int] = (-1,)


@dataclass(frozen=True)
class Decoded:
    """Words in window time with their leading space; ``log_prob`` is the mean of their tokens."""

    words: list[Word] = field(default_factory=list)
    log_prob: float = 0.0
    no_speech: float = 0.0

    @property
    def hallucinated(self) -> bool:
        """Whether the model reports both a high probability of no speech and a low one of its tokens."""
        return self.no_speech > _NO_SPEECH and self.log_prob < _POOR

    @property
    def looped(self) -> bool:
        """Whether the model is stuck in a repetition loop."""
        return stuck(self.words)


def transcribe_window(model: Any, sound: WindowSound, options: DecodeOptions) -> list[Word]:
    """The words of a window, without hallucinations and loops; decoded again, in other ways, while it is rejected.

    At last with rising temperature, as OpenAI does. Then words are drawn by chance, though by the same chance in each
    process that decodes the same windows.
    """
    results = list[Decoded]()
    for frames, ways in _attempts(context(len(sound)), results):
        results.append(decode(model, sound, options, frames, **ways))
        last = results[-1]
        if last.hallucinated or (not last.looped and last.log_prob >= (_POOR if frames == FULL else _SURE)):
            return _plausible_words(last)
    return _plausible_words(max(results, key=lambda one: (not one.looped, one.log_prob)))


def _attempts(frames: int, results: Sequence[Decoded]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Ways to decode a window, one after the other: number of frames, and options."""
    yield frames, {}
    if frames < FULL:
        yield FULL, {}
    if results[-1].looped:
        yield FULL, {"no_repeat_ngram_size": 4, "repetition_penalty": 1.1}
    for temperature in _TEMPERATURES:
        yield (
            FULL,
            {"beam_size": 1, "num_hypotheses": _BEST_OF, "sampling_topk": 0, "sampling_temperature": temperature},
        )


def _plausible_words(decoded: Decoded) -> list[Word]:
    if decoded.hallucinated:
        return []
    return without_loops(decoded.words) if decoded.looped else list(decoded.words)


def context(samples: int) -> int:
    """Number of frames to which a window of ``samples`` is padded."""
    return min(FULL, max(_LEAST, round(_TIMES * samples * 100 / SAMPLE_RATE))) // 2 * 2


class WindowSound:
    """The sound of a window, ``samples`` at 16 kHz, encoded once for each number of frames."""

    def __init__(self, model: Any, samples: Sound) -> None:
        self._model, self.samples = model, samples
        self._encoded: dict[int, Any] = {}

    def __len__(self) -> int:
        """Samples."""
        return len(self.samples)

    def encoded(self, frames: int) -> Any:
        """The output of the encoder for the window padded to ``frames``."""
        if frames not in self._encoded:
            features = self._model.feature_extractor(self.samples)[..., :-1]
            self._encoded[frames] = self._model.encode(_padded(features, frames))
        return self._encoded[frames]


def decode(model: Any, sound: WindowSound, options: DecodeOptions, frames: int, **ways: Any) -> Decoded:
    """One pass, without the previous text as prompt; at temperature 0 unless ``ways`` say otherwise.

    The window is padded to ``frames``.
    """
    encoded = sound.encoded(frames)
    prompt = model.get_prompt(options.tokenizer, [], without_timestamps=True, hotwords=options.hotwords)
    most = len(prompt) + _BASE_TOKENS + math.ceil(_TOKENS_PER_S * len(sound) / SAMPLE_RATE)
    [found] = model.model.generate(
        encoded,
        [prompt],
        max_length=min(model.max_length, most),
        suppress_tokens=list(options.suppressed),
        return_scores=True,
        return_no_speech_prob=True,
        **{"beam_size": _BEAM, **ways},
    )
    tokens = [token for token in found.sequences_ids[0] if token < options.tokenizer.eot]
    text = options.tokenizer.decode(tokens).strip().encode()
    length = len(found.sequences_ids[0])
    return Decoded(
        _timed(model, options, encoded, tokens, len(sound)) if text else [],
        found.scores[0] * length / (length + 1),
        found.no_speech_prob,
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
