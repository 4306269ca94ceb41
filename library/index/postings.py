"""Lists of entries that hold a word, packed into chunks: gaps between entry numbers, and what the word does there.

Owns what the bytes mean; ``packing.py`` makes them. A chunk holds at most CHUNK entries in rising order; a gap takes
one byte in a dense chunk, else two, and a gap too large for that is bridged by blanks. Where a word stands once in the
text, as most do, the list says nothing more; only for the others a code byte follows each gap. Refuses to know where
chunks are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.codes import CODED, IMPLIED, Kind

CHUNK = 4096
"""Entries of a chunk; what one more demo rewrites of a common word is at most this many gaps."""
DENSE = 48
"""Mean gap up to which one byte a gap is smaller than two, blanks included."""

Ids = NDArray[np.intp]
"""Entries; as wide as NumPy looks things up by, which is two to three times as fast as with four bytes."""
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


_WORD, _KIND, _FIRST, _LAST, _SIZE, _WIDE, _DATA = range(7)
Packed = Sequence[Any]
"""A Chunk, or the row it was read as: thousands are read at once."""


def unpack(chunks: Sequence[Packed]) -> tuple[Ids, Codes]:
    """The entries and codes of chunks of one kind; entries rise within the chunks of one word and width."""
    if not chunks:
        return np.empty(0, np.intp), np.empty(0, np.uint8)
    widths = [[c for c in chunks if c[_WIDE] == wide] for wide in (0, 1)]
    if not widths[0] or not widths[1]:
        return _unpack(chunks, bool(widths[1]))
    (ids, codes), (more, others) = (_unpack(same, bool(wide)) for wide, same in enumerate(widths))
    return np.concatenate([ids, more]), np.concatenate([codes, others])


def _unpack(chunks: Sequence[Packed], wide: bool) -> tuple[Ids, Codes]:
    kind, top = chunks[0][_KIND], top_gap(wide=wide)
    data = b"".join([chunk[_DATA] for chunk in chunks])
    unit = "<u2" if wide else "u1"
    if kind in CODED:
        pairs = np.frombuffer(data, dtype=[("gap", unit), ("code", "u1")])
        raw, codes = pairs["gap"], np.ascontiguousarray(pairs["code"])
    else:
        raw = np.frombuffer(data, dtype=unit)
        codes = np.full(len(raw), IMPLIED[Kind(kind)], np.uint8)
    gaps = raw.astype(np.intp)
    starts, jumps = 0, chunks[0][_FIRST]
    blank = raw == top
    if len(chunks) > 1:
        size = (2 if wide else 1) + (kind in CODED)
        lengths = np.array([len(chunk[_DATA]) for chunk in chunks]) // size
        starts = np.cumsum(lengths) - lengths
        firsts, lasts = spans_of(chunks)
        jumps = firsts - np.concatenate([[0], lasts[:-1]])  # from the last entry of the chunk before
    gaps[starts] = jumps
    blank[starts] = False  # the first gap of a chunk is 0
    ids = np.cumsum(gaps)
    if blank.any():
        keep = ~blank
        ids, codes = ids.compress(keep), codes.compress(keep)
    return ids, codes


def top_gap(*, wide: bool) -> int:
    """The number that stands for a blank; gaps are smaller."""
    return 65_535 if wide else 255


def spans_of(chunks: Sequence[Packed]) -> tuple[Ids, Ids]:
    """The first and the last entry of each chunk."""
    return np.array([chunk[_FIRST] for chunk in chunks]), np.array([chunk[_LAST] for chunk in chunks])
