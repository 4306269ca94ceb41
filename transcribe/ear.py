"""Ear: sound as it comes in, Stretches with their sound out.

Owns what of the sound is still to be parted, and asking the detector. Refuses to know words. Whatever the size of the
pieces it is given, it parts the same sound at the same places: the detector is always asked about four blocks at a
time, counted from where the Stretch began.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.model import SAMPLE_RATE, Sound
from transcribe.utterances import BLOCK_MS, Room, Stretch, Utterances

PER_MS = SAMPLE_RATE // 1000
_BLOCK = BLOCK_MS * PER_MS
_ASKED = 4


class Probabilities(Protocol):
    """How probable it is that somebody speaks: Silero's ``Detector``, or any for tests."""

    def restart(self) -> None:
        """Forget what was heard."""

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n] for blocks [n, 512]."""


class Parted(NamedTuple):
    """A Stretch, its sound, and the room as it was at its end."""

    stretch: Stretch
    sound: Sound
    room: Room


class Ear:
    """Hears one stream from ``start_ms`` on, in a ``room`` it knows."""

    def __init__(self, detector: Probabilities, start_ms: int = 0, room: Room | None = None) -> None:
        self._detector = detector
        self._waiting: Sound = np.zeros(0, np.float32)
        self._begin(start_ms, room or Room())

    def _begin(self, start_ms: int, room: Room) -> None:
        self._utterances, self._room, self._done = Utterances(start_ms), room, 0
        self._rooms: list[Room] = []
        self._detector.restart()

    def hear(self, sound: Sound) -> Iterator[Parted]:
        """More of the sound."""
        self._waiting = np.concatenate((self._waiting, sound))
        while len(self._waiting) - self._done >= _ASKED * _BLOCK:
            if (parted := self._ask(_ASKED)) is not None:
                yield parted

    def end(self) -> Iterator[Parted]:
        """The sound has ended: what is left of it."""
        length = len(self._waiting)
        self._waiting = np.pad(self._waiting, (0, -(length - self._done) % _BLOCK))
        while (left := (len(self._waiting) - self._done) // _BLOCK) > 0:
            if (parted := self._ask(min(left, _ASKED))) is not None:
                length -= len(parted.sound)
                yield parted
        rest = self._utterances.rest(self._utterances.start_ms + max(0, length) // PER_MS)
        if rest is not None:
            yield Parted(rest, self._waiting[: max(0, length)], self._rooms[-1] if self._rooms else self._room)

    def _ask(self, count: int) -> Parted | None:
        blocks = self._waiting[self._done : self._done + count * _BLOCK].reshape(count, _BLOCK)
        self._done += count * _BLOCK
        levels = np.sqrt((blocks * blocks).mean(axis=1))
        rooms = [self._used_to(float(level)) for level in levels]
        gains = np.array([room.gain for room in rooms], np.float32)
        found = self._detector(np.clip(blocks * gains[:, None], -1, 1))
        for probability, level, room in zip(found, levels, rooms, strict=True):
            if (stretch := self._utterances.hear(float(probability), float(level), room)) is not None:
                return self._part(stretch)
        return None

    def _used_to(self, level: float) -> Room:
        self._rooms.append((self._rooms[-1] if self._rooms else self._room).after(level))
        return self._rooms[-1]

    def _part(self, stretch: Stretch) -> Parted:
        length = stretch.duration_ms * PER_MS
        parted = Parted(stretch, self._waiting[:length], self._rooms[stretch.duration_ms // BLOCK_MS - 1])
        self._waiting = self._waiting[length:]
        self._begin(stretch.end_ms, parted.room)
        return parted
