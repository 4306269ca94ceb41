"""Ear: sound as it comes in, Stretches with their sound out.

Owns what of the sound is still to be parted, and asking the detector. Refuses to know words. Whatever the size of the
pieces it is given, it parts the same sound at the same places: what the detector is asked is decided block by block,
counted from where the Stretch began, and what it answers does not depend on how many it is asked at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.model import SAMPLE_RATE, Sound
from transcribe.streaming.endpointing import BLOCK_MS, Endpointer, NoiseFloor, Utterance

PER_MS = SAMPLE_RATE // 1000
_BLOCK = BLOCK_MS * PER_MS
_LEAST, _MOST = 4, 16
"""Blocks it is asked about at a time: fewer cost a third more of CPU, more are asked in vain when a Stretch ends."""
_STILL, _RUN_UP = 24, 8
"""Blocks. Where nothing was louder than the room for 768 ms nobody speaks, whatever the detector might say, and it is
not asked; when something is again, it first hears 256 ms of what came before."""


class VoiceDetector(Protocol):
    """How probable it is that somebody speaks: Silero's ``Detector``, or any for tests."""

    def restart(self) -> None:
        """Forget what was heard."""

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n] for blocks [n, 512]."""


class Parted(NamedTuple):
    """A Stretch, its sound, and the room as it was at its end."""

    stretch: Utterance
    sound: Sound
    room: NoiseFloor


class UtteranceSegmenter:
    """Hears one stream from ``start_ms`` on, in a ``room`` it knows."""

    def __init__(self, detector: VoiceDetector, start_ms: int = 0, room: NoiseFloor | None = None) -> None:
        self._detector = detector
        self._waiting: Sound = np.zeros(0, np.float32)
        self._begin(start_ms, room or NoiseFloor())

    def _begin(self, start_ms: int, room: NoiseFloor) -> None:
        self._utterances, self._room, self._done = Endpointer(start_ms), room, 0
        self._rooms: list[NoiseFloor] = []
        self._still, self._asked = 0, True
        self._detector.restart()

    def feed(self, sound: Sound) -> Iterator[Parted]:
        """More of the sound."""
        self._waiting = np.concatenate((self._waiting, sound))
        while (left := len(self._waiting) // _BLOCK - self._done) >= _LEAST:
            if (part := self._ask(min(left, _MOST))) is not None:
                yield part

    def end(self) -> Iterator[Parted]:
        """The sound has ended: what is left of it."""
        length = len(self._waiting)
        self._waiting = np.pad(self._waiting, (0, -length % _BLOCK))
        while (left := len(self._waiting) // _BLOCK - self._done) > 0:
            if (part := self._ask(min(left, _MOST))) is not None:
                length -= len(part.sound)
                yield part
        rest = self._utterances.rest(self._utterances.start_ms + max(0, length) // PER_MS)
        if rest is not None:
            yield Parted(rest, self._waiting[: max(0, length)], self._rooms[-1] if self._rooms else self._room)

    def _ask(self, count: int) -> Parted | None:
        first, self._done = self._done, self._done + count
        blocks = self._blocks(first, self._done)
        levels = np.sqrt((blocks * blocks).mean(axis=1)).tolist()
        rooms = [self._used_to(level) for level in levels]
        found = self._probabilities(first, [room.hides(level) for room, level in zip(rooms, levels, strict=True)])
        for probability, level, room in zip(found, levels, rooms, strict=True):
            if (stretch := self._utterances.feed(probability, level, room)) is not None:
                return self._part(stretch)
        return None

    def _blocks(self, first: int, end: int) -> NDArray[np.float32]:
        return self._waiting[first * _BLOCK : end * _BLOCK].reshape(-1, _BLOCK)

    def _used_to(self, level: float) -> NoiseFloor:
        self._rooms.append((self._rooms[-1] if self._rooms else self._room).after(level))
        return self._rooms[-1]

    def _probabilities(self, first: int, hidden: list[bool]) -> list[float]:
        """How probable speech is in blocks from ``first`` on; 0 in a silence that lasts."""
        found: list[float] = []
        for worth, run in groupby(hidden, self._worth_asking):
            start, count = first + len(found), len(list(run))
            run_up = _RUN_UP if worth and not self._asked else 0
            found += self._asked_about(start - run_up, start + count)[run_up:] if worth else [0.0] * count
            self._asked = worth
        return found

    def _worth_asking(self, hidden: bool) -> bool:
        self._still = self._still + 1 if hidden else 0
        return self._still < _STILL

    def _asked_about(self, first: int, end: int) -> list[float]:
        gains = np.array([room.gain for room in self._rooms[first:end]], np.float32)
        found: list[float] = self._detector(np.clip(self._blocks(first, end) * gains[:, None], -1, 1)).tolist()
        return found

    def _part(self, stretch: Utterance) -> Parted:
        length = stretch.duration_ms * PER_MS
        part = Parted(stretch, self._waiting[:length], self._rooms[stretch.duration_ms // BLOCK_MS - 1])
        self._waiting = self._waiting[length:]
        self._begin(stretch.end_ms, part.room)
        return part
