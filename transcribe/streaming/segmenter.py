"""UtteranceSegmenter: splits a stream of sound into utterances with their audio.

Owns the sound that is not split yet, and the calls of the voice detector. Does not know words. The result does not
depend on the size of the pieces fed: which blocks go to the detector is decided block by block from the start of the
utterance, and the detector's output does not depend on how many blocks it gets at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.model import SAMPLE_RATE, Sound
from transcribe.streaming.endpointing import BLOCK_MS, Endpointer, NoiseFloor, Utterance

SAMPLES_PER_MS = SAMPLE_RATE // 1000
_BLOCK = BLOCK_MS * SAMPLES_PER_MS
_LEAST, _MOST = 4, 16
"""Blocks per call of the detector: fewer cost a third more CPU, more are wasted when an utterance ends."""
_QUIET, _WARM_UP = 24, 8
"""Blocks. After 768 ms at noise level the detector is not called, and the probability is 0. When the level rises again,
the detector first gets the 256 ms before."""


class VoiceDetector(Protocol):
    """Returns the probability of speech: Silero's ``Detector``, or a fake in tests."""

    def restart(self) -> None:
        """Reset the state for a new stream."""

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n] for blocks [n, 512]."""


class UtteranceAudio(NamedTuple):
    """An Utterance, its sound, and the NoiseFloor at its end."""

    utterance: Utterance
    sound: Sound
    noise: NoiseFloor


class UtteranceSegmenter:
    """Splits one stream that starts at ``start_ms``, with the NoiseFloor reached before."""

    def __init__(self, detector: VoiceDetector, start_ms: int = 0, noise: NoiseFloor | None = None) -> None:
        self._detector = detector
        self._pending: Sound = np.zeros(0, np.float32)
        self._begin(start_ms, noise or NoiseFloor())

    def _begin(self, start_ms: int, noise: NoiseFloor) -> None:
        self._endpointer, self._noise, self._done = Endpointer(start_ms), noise, 0
        self._noises: list[NoiseFloor] = []
        self._quiet_blocks, self._detecting = 0, True
        self._detector.restart()

    def feed(self, sound: Sound) -> Iterator[UtteranceAudio]:
        """Add sound, mono at 16 kHz, of any length. Yields the utterances that ended."""
        self._pending = np.concatenate((self._pending, sound))
        while (left := len(self._pending) // _BLOCK - self._done) >= _LEAST:
            if (part := self._process(min(left, _MOST))) is not None:
                yield part

    def end(self) -> Iterator[UtteranceAudio]:
        """End the stream. Yields the remaining utterances."""
        length = len(self._pending)
        self._pending = np.pad(self._pending, (0, -length % _BLOCK))
        while (left := len(self._pending) // _BLOCK - self._done) > 0:
            if (part := self._process(min(left, _MOST))) is not None:
                length -= len(part.sound)
                yield part
        rest = self._endpointer.rest(self._endpointer.start_ms + max(0, length) // SAMPLES_PER_MS)
        if rest is not None:
            yield UtteranceAudio(rest, self._pending[: max(0, length)], self._last_noise)

    def _process(self, count: int) -> UtteranceAudio | None:
        first, self._done = self._done, self._done + count
        blocks = self._blocks(first, self._done)
        levels = np.sqrt((blocks * blocks).mean(axis=1)).tolist()
        noises = [self._adapted_to(level) for level in levels]
        found = self._probabilities(first, [noise.masks(level) for noise, level in zip(noises, levels, strict=True)])
        for probability, level, noise in zip(found, levels, noises, strict=True):
            if (utterance := self._endpointer.feed(probability, level, noise)) is not None:
                return self._part(utterance)
        return None

    def _blocks(self, first: int, end: int) -> NDArray[np.float32]:
        return self._pending[first * _BLOCK : end * _BLOCK].reshape(-1, _BLOCK)

    def _adapted_to(self, level: float) -> NoiseFloor:
        self._noises.append(self._last_noise.after(level))
        return self._noises[-1]

    @property
    def _last_noise(self) -> NoiseFloor:
        return self._noises[-1] if self._noises else self._noise

    def _probabilities(self, first: int, masked: list[bool]) -> list[float]:
        """Probabilities of speech for the blocks from ``first`` on; 0 in a long silence."""
        found: list[float] = []
        for needed, run in groupby(masked, self._needs_detector):
            start, count = first + len(found), len(list(run))
            warm_up = _WARM_UP if needed and not self._detecting else 0
            found += self._detect(start - warm_up, start + count)[warm_up:] if needed else [0.0] * count
            self._detecting = needed
        return found

    def _needs_detector(self, masked: bool) -> bool:
        self._quiet_blocks = self._quiet_blocks + 1 if masked else 0
        return self._quiet_blocks < _QUIET

    def _detect(self, first: int, end: int) -> list[float]:
        gains = np.array([noise.gain for noise in self._noises[first:end]], np.float32)
        found: list[float] = self._detector(np.clip(self._blocks(first, end) * gains[:, None], -1, 1)).tolist()
        return found

    def _part(self, utterance: Utterance) -> UtteranceAudio:
        length = utterance.duration_ms * SAMPLES_PER_MS
        part = UtteranceAudio(utterance, self._pending[:length], self._noises[utterance.duration_ms // BLOCK_MS - 1])
        self._pending = self._pending[length:]
        self._begin(utterance.end_ms, part.noise)
        return part
