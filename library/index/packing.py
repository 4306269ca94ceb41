"""The bytes of lists made, for many lists at once: 10,000 demos have 100,000 lists.

Owns where chunks begin and end and how they are written; ``postings.py`` says what the bytes mean and reads them. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from library.index.codes import CODED
from library.index.postings import CHUNK, DENSE, Chunk, Codes, Ids, top_gap, unpack


class Run(NamedTuple):
    """Entries ``[start, end)`` of an array that go into one chunk: a new one, or the ``tail`` they are added to."""

    word: str
    kind: int
    start: int
    end: int
    tail: Chunk | None = None


def runs_of(word: str, kind: int, start: int, end: int, tail: Chunk | None = None) -> list[Run]:
    """The runs of one list: what its last chunk has room for, then new chunks."""
    room = min(_room(tail), end - start) if tail else 0
    runs = [Run(word, kind, start, start + room, tail)] if room else []
    return runs + [Run(word, kind, at, min(at + CHUNK, end)) for at in range(start + room, end, CHUNK)]


def _room(tail: Chunk) -> int:
    if tail.wide and tail.size >= 64 and tail.last - tail.first <= DENSE * tail.size // 2:
        return 0  # it began when the word looked rare; the next chunk is dense
    return max(0, CHUNK - tail.size)


def pack(runs: Sequence[Run], entries: Ids, codes: Codes) -> list[Chunk]:
    """A chunk for each run, in their order; entries rise within a run and come after those of its tail."""
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
    """The bytes of each run; runs of one form are written at once. ``bounds``: start, end and wide of each."""
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
    """Gaps and codes as bytes, cut at ``ends``; blanks bridge the gaps that are too large."""
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
    """The chunks that change when the entries ``[first, last]`` are taken out, each with what is left of it."""
    changed: list[tuple[Chunk, Chunk | None]] = []
    for kind, wide in sorted({(chunk.kind, chunk.wide) for chunk in chunks}):
        changed += _without([chunk for chunk in chunks if (chunk.kind, chunk.wide) == (kind, wide)], first, last)
    return changed


def _without(chunks: Sequence[Chunk], first: int, last: int) -> list[tuple[Chunk, Chunk | None]]:
    """The same for chunks of one kind and one width."""
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
