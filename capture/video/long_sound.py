"""The sound of a file as one array that is never whole in memory: three hours of it would be 0.7 GB.

Owns reading on, and from the top again when somebody looks back further than a minute. Refuses to know words.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from capture.video.sound import SoundTrack

SOUND_RATE = 16_000
_KEPT = 60 * SOUND_RATE
"""Samples kept behind the last ones asked for: a recognizer looks back within its window of half a minute."""
_AT_ONCE = 10 * SOUND_RATE


class LongSound:
    """Float32, mono, 16 kHz, sample 0 at the video's time zero; slices of it are arrays. Use as a context manager.

    Slices are cheap in order; looking back more than a minute reads the file again from its beginning. Empty when there
    is no such track. Raises VideoError when the file cannot be read.
    """

    def __init__(self, path: Path, track: int = 0) -> None:
        self._path, self._track_number, self._length = path, track, 0
        self._open()

    def _open(self) -> None:
        self._track = SoundTrack(self._path, rate=SOUND_RATE, track=self._track_number)
        self._start, self._near = 0, np.zeros(0, np.float32)

    def __enter__(self) -> LongSound:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._track.close()

    def __len__(self) -> int:
        """All samples; reads to the end when nobody has yet."""
        while not self._length and not self._track.ended:
            self._reach(self._end, self._end + _AT_ONCE)
            self._forget(self._end)
        return self._length or self._end

    def __getitem__(self, part: slice) -> NDArray[np.float32]:
        """Samples ``[start, stop)``; fewer where the sound has ended."""
        start, stop = part.start or 0, len(self) if part.stop is None else part.stop
        if start < self._start:
            self._track.close()
            self._open()
        self._reach(start, stop)
        asked = self._near[start - self._start : max(start, stop) - self._start].copy()
        self._forget(stop)
        return asked

    @property
    def _end(self) -> int:
        return self._start + len(self._near)

    def _reach(self, start: int, stop: int) -> None:
        """Read on to ``stop``; what lies before ``start`` may be forgotten on the way."""
        blocks, end = [self._near], self._end
        while end < stop and not self._track.ended:
            blocks.append(self._track.read(min(_AT_ONCE, stop - end))[0])
            end += len(blocks[-1])
            while len(blocks) > 1 and self._start + len(blocks[0]) <= start - _KEPT:
                self._start += len(blocks.pop(0))
        if self._track.ended:
            self._length = end
        self._near = np.concatenate(blocks) if len(blocks) > 1 else blocks[0]

    def _forget(self, asked: int) -> None:
        """What lies more than a minute before ``asked``; in pieces, for each time the rest is copied."""
        old = min(asked, self._end) - _KEPT - self._start
        if old > _AT_ONCE:
            self._near, self._start = self._near[old:].copy(), self._start + old
