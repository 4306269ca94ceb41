"""Neighbours: the demos whose vectors are nearest to a question's, exactly compared, without an index.

Two passes. The codes of all demos and steps are in memory (48 MB for a million of 384 dimensions) and are compared by
Hamming distance, or the database compares them; the demos of the nearest are ranked by their full vectors. Owns this
and the likeness of a demo.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from library.catalog.vectors import VectorTable
from library.meaning.near import NearDemo
from library.meaning.packing import Floats, code_bytes, code_columns, codes_of, distances, vectors_of

_CANDIDATES = 256
"""Entries that the first pass keeps."""
_WHOLE = 0.4
"""Share of the whole demo in the likeness; the rest is its nearest step's. Of a question that names a task several
demos have a step that sounds right; the right one is also about it as a whole. 0.3 to 0.6 differ little."""
_ENTRIES = 3


class Neighbours:
    """The vectors of a model in a table. Not thread-safe. Methods raise LibraryError."""

    def __init__(self, table: VectorTable, key: str, dimensions: int) -> None:
        self._table, self._key, self._dimensions = table, key, dimensions
        self._state = -1
        self._ids: list[str] = []
        self._columns = code_columns([], dimensions)
        self._owners = np.zeros(0, np.int32)

    def nearest(self, vector: Floats, most: int, among: Collection[str] = (), *, only: bool = False) -> list[NearDemo]:
        """About the ``most`` nearest demos and those of ``among``, nearest first; ``only`` those, if so wished."""
        found = set(among if only and len(among) <= _CANDIDATES else self._candidates(vector, among, only=only))
        found.update([] if only else among)
        likened = [
            _likened(demo_id, vectors_of(data, self._dimensions) @ vector)
            for demo_id, data in self._table.data(self._key, sorted(found)).items()
            if data and len(data) % (self._dimensions + 4) == 0
        ]
        likened.sort(key=lambda one: (-one.likeness, one.demo_id))
        asked = set(among)
        return [one for place, one in enumerate(likened) if place < most or one.demo_id in asked]

    def _candidates(self, vector: Floats, among: Collection[str], *, only: bool) -> Sequence[str]:
        """The demos of the entries whose codes are nearest: as the database says, or compared here where it cannot."""
        code = codes_of(vector[None])
        if self._table.compares:
            return self._table.nearest(self._key, code, _CANDIDATES, sorted(among) if only else None)
        self._follow()
        found = distances(self._columns, code)
        if only:
            passing = frozenset(among)
            allowed = np.fromiter((demo_id in passing for demo_id in self._ids), bool, len(self._ids))
            found[~allowed[self._owners]] = np.iinfo(found.dtype).max
        if len(found) > _CANDIDATES:
            owners = self._owners[np.argpartition(found, _CANDIDATES)[:_CANDIDATES]]
        else:
            owners = self._owners
        return [self._ids[at] for at in np.unique(owners)]

    def _follow(self) -> None:
        """Read the codes again when the table has changed."""
        state = self._table.state
        if state == self._state:
            return
        width = code_bytes(self._dimensions)
        rows = [(demo_id, codes) for demo_id, codes in self._table.codes(self._key) if len(codes) % width == 0]
        self._ids = [demo_id for demo_id, _ in rows]
        self._columns = code_columns([codes for _, codes in rows], self._dimensions)
        self._owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(codes) // width for _, codes in rows])
        self._state = state


def _likened(demo_id: str, cosines: Floats) -> NearDemo:
    whole, steps = float(cosines[0]), cosines[1:]
    best = float(steps.max()) if len(steps) else whole
    order = np.argsort(-steps, kind="stable")[:_ENTRIES] + 1 if len(steps) else np.zeros(1, np.intp)
    return NearDemo(demo_id, _WHOLE * whole + (1 - _WHOLE) * best, tuple(int(at) for at in order))
