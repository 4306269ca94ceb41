"""Chunk: posting lists packed as gaps between entry numbers, with a code byte where the tier needs one.

Owns the byte format. A chunk holds at most CHUNK entries in rising order. A gap takes one byte in a dense chunk, else
two; a larger gap is preceded by blanks. Most words occur once in a text: such a list has no codes. In the other lists
a code byte follows each gap. Does not know where chunks are stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.term_flags import CODED, IMPLIED, PostingTier, kind_of

CHUNK = 4096
"""Most entries of a chunk; adding a demo rewrites at most this many gaps of a common word."""
DENSE = 48
"""Mean gap up to which one byte for each gap takes less than two, blanks included."""

Ids = NDArray[np.intp]
"""Entry numbers, in NumPy's index type: lookups are two to three times as fast as with four bytes."""
Codes = NDArray[np.uint8]


def kinds_of(codes: NDArray[np.uint8], wholes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The tier of each code; ``wholes``: whether it is of a whole demo."""
    kinds: NDArray[np.int64] = _kinds()[wholes.astype(np.intp), codes]
    return kinds


@cache
def _kinds() -> NDArray[np.int64]:
    return np.array([[kind_of(code, whole=whole) for code in range(256)] for whole in (False, True)], np.int64)


class Chunk(NamedTuple):
    """One row of the index. ``kind``: a PostingTier. ``wide``: two bytes for each gap."""

    word: str
    kind: int
    first: int
    last: int
    size: int
    wide: int
    data: bytes


_WORD, _KIND, _FIRST, _LAST, _SIZE, _WIDE, _DATA = range(7)
Packed = Sequence[Any]
"""A Chunk, or its database row: thousands are read at once, without making Chunks of them."""


def unpack(chunks: Sequence[Packed]) -> tuple[Ids, Codes]:
    """The entries and codes of chunks of one tier; entries rise within the chunks of one word and width."""
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
        codes = np.full(len(raw), IMPLIED[PostingTier(kind)], np.uint8)
    gaps = raw.astype(np.intp)
    starts, jumps = 0, chunks[0][_FIRST]
    blank = raw == top
    if len(chunks) > 1:
        size = (2 if wide else 1) + (kind in CODED)
        lengths = np.array([len(chunk[_DATA]) for chunk in chunks]) // size
        starts = np.cumsum(lengths) - lengths
        firsts, lasts = spans_of(chunks)
        jumps = firsts - np.concatenate([[0], lasts[:-1]])  # from the last entry of the previous chunk
    gaps[starts] = jumps
    blank[starts] = False  # the first gap of a chunk is 0
    ids = np.cumsum(gaps)
    if blank.any():
        keep = ~blank
        ids, codes = ids.compress(keep), codes.compress(keep)
    return ids, codes


def top_gap(*, wide: bool) -> int:
    """The value of a blank; gaps are smaller."""
    return 65_535 if wide else 255


def spans_of(chunks: Sequence[Packed]) -> tuple[Ids, Ids]:
    """The first and the last entry of each chunk."""
    return np.array([chunk[_FIRST] for chunk in chunks]), np.array([chunk[_LAST] for chunk in chunks])


class Run(NamedTuple):
    """Entries ``[start, end)`` of an array that go into one chunk: a new one, or the ``tail`` to append to."""

    word: str
    kind: int
    start: int
    end: int
    tail: Chunk | None = None


def runs_of(word: str, kind: int, start: int, end: int, tail: Chunk | None = None) -> list[Run]:
    """The runs of one list: first what fits into its last chunk, then new chunks."""
    free = min(_free(tail), end - start) if tail else 0
    runs = [Run(word, kind, start, start + free, tail)] if free else []
    return runs + [Run(word, kind, at, min(at + CHUNK, end)) for at in range(start + free, end, CHUNK)]


def _free(tail: Chunk) -> int:
    if tail.wide and tail.size >= 64 and tail.last - tail.first <= DENSE * tail.size // 2:
        return 0  # it was begun when the word was rare; the next chunk is dense
    return max(0, CHUNK - tail.size)


def pack(runs: Sequence[Run], entries: Ids, codes: Codes) -> list[Chunk]:
    """A chunk for each run, in the same order; entries rise within a run and follow those of its tail."""
    if not runs:
        return []
    starts, ends = np.array([run.start for run in runs]), np.array([run.end for run in runs])
    firsts, lasts, sizes = entries[starts], entries[ends - 1], ends - starts
    wide = (lasts - firsts > DENSE * (sizes - 1)) | (sizes < 4)
    before = firsts.copy()
    for at, run in enumerate(runs):
        if run.tail:
            wide[at], before[at] = run.tail.wide, run.tail.last
    gaps = np.diff(entries, prepend=entries[:1])
    gaps[starts] = firsts - before
    data = _packed(runs, np.column_stack((starts, ends, wide)), gaps, codes)
    facts = zip(firsts.tolist(), lasts.tolist(), sizes.tolist(), wide.tolist(), data, strict=True)
    return [
        Chunk(run.word, run.kind, first, last, size, int(wide), packed)
        if run.tail is None
        else run.tail._replace(last=last, size=run.tail.size + size, data=run.tail.data + packed)
        for run, (first, last, size, wide, packed) in zip(runs, facts, strict=True)
    ]


def _packed(runs: Sequence[Run], bounds: Ids, gaps: Ids, codes: Codes) -> list[bytes]:
    """The bytes of each run; runs of one format are encoded at once. ``bounds``: start, end and wide of each."""
    out = [b""] * len(runs)
    forms = bounds[:, 2] * 2 + np.array([run.kind in CODED for run in runs])
    for form in range(4):
        mine = np.flatnonzero(forms == form)
        if len(mine):
            starts, sizes = bounds[mine, 0], bounds[mine, 1] - bounds[mine, 0]
            ends = np.cumsum(sizes)
            at = np.repeat(starts - (ends - sizes), sizes) + np.arange(ends[-1])
            pieces = _written(gaps[at], codes[at] if form & 1 else None, ends, wide=bool(form & 2))
            for number, piece in zip(mine.tolist(), pieces, strict=True):
                out[number] = piece
    return out


def _written(gaps: Ids, codes: Codes | None, ends: Ids, *, wide: bool) -> list[bytes]:
    """Gaps and codes as bytes, cut at ``ends``; blanks precede the gaps that are too large."""
    top, unit = top_gap(wide=wide), "<u2" if wide else "u1"
    blanks, rest = np.divmod(gaps, top)
    places = np.cumsum(blanks + 1) - 1
    units = np.zeros(places[-1] + 1, [("gap", unit)] if codes is None else [("gap", unit), ("code", "u1")])
    units["gap"] = top
    units["gap"][places] = rest
    if codes is not None:
        units["code"][places] = codes
    data, size = units.tobytes(), units.dtype.itemsize
    cuts = [0, *((places[ends - 1] + 1) * size).tolist()]
    return [data[start:end] for start, end in pairwise(cuts)]


def without(chunks: Sequence[Chunk], first: int, last: int) -> list[tuple[Chunk, Chunk | None]]:
    """The chunks that change when the entries ``[first, last]`` are removed, each with its new form; None if empty."""
    changed: list[tuple[Chunk, Chunk | None]] = []
    for kind, wide in sorted({(chunk.kind, chunk.wide) for chunk in chunks}):
        changed += _without([chunk for chunk in chunks if (chunk.kind, chunk.wide) == (kind, wide)], first, last)
    return changed


def _without(chunks: Sequence[Chunk], first: int, last: int) -> list[tuple[Chunk, Chunk | None]]:
    """The same for chunks of one tier and one width."""
    ids, codes = unpack(chunks)
    owners = np.repeat(np.arange(len(chunks)), [chunk.size for chunk in chunks])
    keep = (ids < first) | (ids > last)
    left = np.bincount(owners[keep], minlength=len(chunks))
    ends = np.cumsum(left).tolist()
    changed = [(chunk, end - count, end) for chunk, count, end in zip(chunks, left.tolist(), ends, strict=True)
               if count < chunk.size]  # fmt: skip
    runs = [Run(chunk.word, chunk.kind, start, end) for chunk, start, end in changed if end > start]
    packed = iter(pack(runs, ids[keep], codes[keep]))
    return [(chunk, next(packed) if end > start else None) for chunk, start, end in changed]
