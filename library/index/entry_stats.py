"""EntryStatsTable: day, place and field lengths of every entry, stored in rows of PAGE entries.

Owns these rows. Knows no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from library.index.documents import EntryStats
from library.index.model import Session

PAGE = 4096
"""Entries in a row."""
_PAGES = 64
"""Rows read at once."""
_TYPES = {"days": "<u2", "places": "<u2", "headings": "u1", "texts": "u1"}
_NAMES = tuple(_TYPES)
"""In the order in which ``sql/catalog.sql`` selects them."""


@dataclass(frozen=True)
class EntryStatsTable:
    """EntryStats by column: each array has one value for each entry number."""

    days: NDArray[np.uint16]
    places: NDArray[np.uint16]
    headings: NDArray[np.uint8]
    texts: NDArray[np.uint8]

    @cached_property
    def scratch(self) -> NDArray[np.int32]:
        """Scratch array with a number for each entry; its content is undefined before a write."""
        return np.empty(len(self.days), np.int32)

    def sizes(self, wholes: NDArray[np.intp], most: int) -> NDArray[np.intp]:
        """The number of entries of each demo, at most ``most``; ``wholes`` are the demos' first entries."""
        after = np.minimum(wholes[:, None] + np.arange(most), len(self.places) - 1)
        mine: NDArray[np.bool_] = np.logical_and.accumulate(self.places[after] == np.arange(most), axis=1)
        sizes: NDArray[np.intp] = mine.sum(axis=1)
        return sizes


NO_STATS = EntryStatsTable(*np.empty((4, 0), np.uint16))


def read_stats(session: Session) -> EntryStatsTable:
    """The statistics of all entries. Rows without any entry may be missing."""
    last = session.fetch("last_column")[0][0]
    pages = 1 + (last or 0)
    sizes = [np.dtype(kind).itemsize * PAGE for kind in _TYPES.values()]
    buffer = np.zeros(pages * sum(sizes), np.uint8)  # one block: the system maps it in large pages
    starts = [pages * sum(sizes[:at]) for at in range(len(sizes))]
    bytes_of = buffer.data
    for first in range(0, pages, _PAGES):  # few at a time, to reuse the same memory
        for number, *stats in session.fetch("columns_between", first=first, last=first + _PAGES - 1):
            for start, size, data in zip(starts, sizes, stats, strict=True):
                at = start + number * size
                bytes_of[at : at + len(data)] = data
    ends = [*starts[1:], len(buffer)]
    views = {name: buffer[at:end].view(_TYPES[name]) for name, at, end in zip(_NAMES, starts, ends, strict=True)}
    return EntryStatsTable(**views)


def append_stats(session: Session, first: int, stats: Sequence[EntryStats]) -> None:
    """Store the statistics of entries ``first``, ``first`` + 1 and so on."""
    _write(session, first, stats)


def clear_stats(session: Session, first: int, count: int) -> None:
    """Clear the statistics of ``count`` entries."""
    _write(session, first, [EntryStats(0, 0, 0, 0)] * count)


def _write(session: Session, first: int, stats: Sequence[EntryStats]) -> None:
    at = 0
    while at < len(stats):
        page, offset = divmod(first + at, PAGE)
        some = stats[at : at + PAGE - offset]
        rows = session.fetch("column", number=page)
        old = rows[0] if rows else (b"",) * len(_TYPES)
        values = {
            "days": [one.day for one in some],
            "places": [one.place for one in some],
            "headings": [one.heading for one in some],
            "texts": [one.text for one in some],
        }
        new = {name: _patched(old[i], offset, _TYPES[name], values[name]) for i, name in enumerate(_NAMES)}
        session.run("put_column", number=page, **new)
        at += len(some)


def _patched(old: bytes, offset: int, kind: str, values: Sequence[int]) -> bytes:
    """A row's bytes with values written at ``offset``; the row grows as needed."""
    new = np.asarray(values, dtype=kind).tobytes()
    at = offset * np.dtype(kind).itemsize
    return old[:at].ljust(at, b"\0") + new + old[at + len(new) :]
