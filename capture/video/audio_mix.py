"""MixedSound: some sound tracks of a file as one stream of mono sound. Does not choose the tracks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.video.audio_reader import AudioTrackReader
from capture.video.damage import Damage

_BLOCK_S = 2


class MixedSound:
    """The tracks ``tracks`` of a file at ``rate`` Hz, added up. Use as a context manager. Raises VideoError."""

    def __init__(self, path: Path, *, rate: int, tracks: Sequence[int]) -> None:
        self._block = rate * _BLOCK_S
        with ExitStack() as stack:
            self._readers = [stack.enter_context(AudioTrackReader(path, rate=rate, track=track)) for track in tracks]
            self._open = stack.pop_all()

    def __enter__(self) -> MixedSound:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    @property
    def cancelling_s(self) -> float:
        """Seconds of stereo so far whose channels cancel out when mixed."""
        return max((reader.cancelling_s for reader in self._readers), default=0.0)

    @property
    def damage(self) -> list[Damage]:
        """What was read of each track."""
        return [reader.damage for reader in self._readers]

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The rest of the sound: blocks of mono float32 [samples], until the longest track ends."""
        if len(self._readers) == 1:
            yield from self._readers[0].blocks()
            return
        while not all(reader.ended for reader in self._readers):
            parts = [reader.read(self._block)[0] for reader in self._readers]
            mixed = np.zeros(max(map(len, parts)), np.float32)
            for part in parts:
                mixed[: len(part)] += part
            yield np.clip(mixed, -1, 1)
