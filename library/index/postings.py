"""Lists of entries that hold a word, packed into chunks: gaps between entry numbers, and what the word does there.

Owns what the bytes mean; ``packing.py`` makes them. A chunk holds at most CHUNK entries in rising order; a gap takes
one byte in a dense chunk, else two, and a gap too large for that is bridged by blanks. Where a word stands once in the
text, as most do, the list says nothing more; only for the others a code byte follows each gap. Refuses to know where
chunks are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.codes import CODED, IMPLIED, Kind

CHUNK = 4096
"""Entries of a chunk; what one more demo rewrites of a common word is at most this many gaps."""
DENSE = 48
"""Mean gap up to which one byte a gap is smaller than two, blanks included."""

Ids = NDArray[np.int32]
Codes = NDArray[np.uint8]


class Chunk(NamedTuple):
    """One row of the index. ``wide``: two bytes a gap."""

    word: str
    kind: int
    first: int
    last: int
    size: int
    wide: int
    data: bytes


def unpack(chunks: Sequence[Chunk]) -> tuple[Ids, Codes]:
    """The entries and codes of chunks of one kind; entries rise within the chunks of one width."""
    if not chunks:
        return np.empty(0, np.int32), np.empty(0, np.uint8)
    widths = [[c for c in chunks if c.wide == wide] for wide in (0, 1)]
    parts = [_unpack(same, bool(wide)) for wide, same in enumerate(widths) if same]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([ids for ids, _ in parts]), np.concatenate([codes for _, codes in parts])


def _unpack(chunks: Sequence[Chunk], wide: bool) -> tuple[Ids, Codes]:
    kind, top = chunks[0].kind, top_gap(wide=wide)
    data = b"".join(chunk.data for chunk in chunks)
    unit = "<u2" if wide else "u1"
    if kind in CODED:
        pairs = np.frombuffer(data, dtype=[("gap", unit), ("code", "u1")])
        raw, codes = pairs["gap"], pairs["code"]
    else:
        raw = np.frombuffer(data, dtype=unit)
        codes = None
    gaps = raw.astype(np.int32)
    size = (2 if wide else 1) + (kind in CODED)
    starts = np.cumsum([0, *(len(chunk.data) // size for chunk in chunks[:-1])])
    gaps[starts] = _jumps(chunks)
    ids = np.cumsum(gaps, dtype=np.int32)
    blank = raw == top
    blank[starts] = False  # the first gap of a chunk is 0
    if blank.any():
        keep = ~blank
        ids = ids[keep]
        codes = codes[keep] if codes is not None else None
    if codes is None:
        codes = np.full(len(ids), IMPLIED[Kind(kind)], np.uint8)
    return ids, np.ascontiguousarray(codes)


def top_gap(*, wide: bool) -> int:
    """The number that stands for a blank; gaps are smaller."""
    return 65_535 if wide else 255


def _jumps(chunks: Sequence[Chunk]) -> list[int]:
    """How far each chunk's first entry is from the last of the chunk before."""
    before, jumps = 0, []
    for chunk in chunks:
        jumps.append(chunk.first - before)
        before = chunk.last
    return jumps
