"""Blocks of sound on their way from the process that hears them: the header on the pipe, and the record behind it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SOUND, ERROR = 1, 2
_LAYOUT = struct.Struct("<4sBqIBBI")
_MAGIC = b"shsb"
_LONGEST = 4 << 20
NS_PER_S = 1_000_000_000


class Header(NamedTuple):
    """``start_ns``: when the first sample was heard, monotonic clock. ``gap``: sound was lost before it."""

    kind: int
    start_ns: int
    rate: int
    channels: int
    gap: int
    length: int

    def pack(self) -> bytes:
        """As bytes, SIZE of them."""
        return _LAYOUT.pack(_MAGIC, *self)

    @classmethod
    def unpack(cls, data: bytes) -> Header:
        """From bytes. Raises ValueError when they are none of ours."""
        if len(data) != SIZE:
            raise ValueError("a torn header")
        magic, *rest = _LAYOUT.unpack(data)
        header = cls(*rest)
        if magic != _MAGIC or header.length > _LONGEST:
            raise ValueError("not a header")
        return header


SIZE = _LAYOUT.size


class Block(NamedTuple):
    """Samples int16 (n, channels) at ``rate``, the first heard at ``start_ns``; ``gap``: some were lost before it."""

    start_ns: int
    samples: NDArray[np.int16]
    rate: int
    gap: bool = False

    @property
    def end_ns(self) -> int:
        """When the last one ended."""
        return self.start_ns + len(self.samples) * NS_PER_S // self.rate


CHILD = "capture.audio.portaudio_process"
