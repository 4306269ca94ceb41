"""Header: precedes each block on the pipe from the process that runs PortAudio."""

from __future__ import annotations

import struct
from typing import NamedTuple

SOUND, ERROR = 1, 2
_LAYOUT = struct.Struct("<4sBqIBBI")
_MAGIC = b"shsb"
_LONGEST = 4 << 20


class Header(NamedTuple):
    """``start_ns``: capture time, monotonic clock. ``gap``: sound was lost before it. ``length``: bytes."""

    kind: int
    start_ns: int
    rate: int
    channels: int
    gap: int
    length: int

    def pack(self) -> bytes:
        """Encode as SIZE bytes."""
        return _LAYOUT.pack(_MAGIC, *self)

    @classmethod
    def unpack(cls, data: bytes) -> Header:
        """Decode from bytes. Raises ValueError when they are not a header."""
        if len(data) != SIZE:
            raise ValueError("a torn header")
        magic, *rest = _LAYOUT.unpack(data)
        header = cls(*rest)
        if magic != _MAGIC or header.length > _LONGEST:
            raise ValueError("not a header")
        return header


SIZE = _LAYOUT.size
