"""What is known of each entry without its words, kept in rows of many entries: its day, its place, its lengths.

Owns these rows. Refuses to know words.
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
"""Entries of a row."""
_PAGES = 64
_TYPES = {"days": "<u2", "places": "<u2", "headings": "u1", "texts": "u1"}
_NAMES = tuple(_TYPES)
"""In the order in which ``sql/catalog.sql`` selects them."""


@dataclass(frozen=True)
class EntryStatsTable:
    """One number for each entry, by its number; see ``layout.Column``."""

    days: NDArray[np.uint16]
    places: NDArray[np.uint16]
    headings: NDArray[np.uint8]
    texts: NDArray[np.uint8]

    @cached_property
    def scratch(self) -> NDArray[np.int32]:
        """Room for a number for each entry; whoever uses it writes before reading."""
        return np.empty(len(self.days), np.int32)

    def sizes(self, wholes: NDArray[np.intp], most: int) -> NDArray[np.intp]:
        """How many entries some demos have, given as wholes; at most so many."""
        after = np.minimum(wholes[:, None] + np.arange(most), len(self.places) - 1)
        mine: NDArray[np.bool_] = np.logical_and.accumulate(self.places[after] == np.arange(most), axis=1)
        sizes: NDArray[np.intp] = mine.sum(axis=1)
        return sizes


NO_COLUMNS = EntryStatsTable(*np.empty((4, 0), np.uint16))


def read_columns(session: Session) -> EntryStatsTable:
    """All of them. Rows that hold no entry any more may be missing."""
    last = session.ask("last_column")[0][0]
    pages = 1 + (last or 0)
    sizes = [np.dtype(kind).itemsize * PAGE for kind in _TYPES.values()]
    room = np.zeros(pages * sum(sizes), np.uint8)  # one piece: the system gives large ones in large pages, at once
    starts = [pages * sum(sizes[:at]) for at in range(len(sizes))]
    bytes_of = room.data
    for first in range(0, pages, _PAGES):  # some at a time: memory that was just used is used again
        for number, *columns in session.ask("columns_between", first=first, last=first + _PAGES - 1):
            for start, size, data in zip(starts, sizes, columns, strict=True):
                at = start + number * size
                bytes_of[at : at + len(data)] = data
    ends = [*starts[1:], len(room)]
    views = {name: room[at:end].view(_TYPES[name]) for name, at, end in zip(_NAMES, starts, ends, strict=True)}
    return EntryStatsTable(**views)


def add_columns(session: Session, first: int, columns: Sequence[EntryStats]) -> None:
    """Note entries in order, beginning with number ``first``."""
    _write(session, first, columns)


def clear_columns(session: Session, first: int, count: int) -> None:
    """Forget entries."""
    _write(session, first, [EntryStats(0, 0, 0, 0)] * count)


def _write(session: Session, first: int, columns: Sequence[EntryStats]) -> None:
    at = 0
    while at < len(columns):
        page, offset = divmod(first + at, PAGE)
        some = columns[at : at + PAGE - offset]
        rows = session.ask("column", number=page)
        old = rows[0] if rows else (b"",) * len(_TYPES)
        values = {
            "days": [one.day for one in some],
            "places": [one.place for one in some],
            "headings": [one.heading for one in some],
            "texts": [one.text for one in some],
        }
        new = {name: _spliced(old[i], offset, _TYPES[name], values[name]) for i, name in enumerate(_NAMES)}
        session.run("put_column", number=page, **new)
        at += len(some)


def _spliced(old: bytes, offset: int, kind: str, values: Sequence[int]) -> bytes:
    """A row's bytes with values put in; it grows as it fills."""
    new = np.asarray(values, dtype=kind).tobytes()
    at = offset * np.dtype(kind).itemsize
    return old[:at].ljust(at, b"\0") + new + old[at + len(new) :]
