"""Scale: the cosines of a model that count as "nothing in common" and "the same", and a library's cut-off. Pure."""

from __future__ import annotations

from typing import NamedTuple

from library.catalog.vectors import VectorTable

MIDDLE = 0.5
"""Likeness half-way between texts that have nothing in common and texts that mean the same."""
MILLIONTHS = 1_000_000


class Scale(NamedTuple):
    """The cosines that count as 0 and 1, and the least likeness of an answer on that scale."""

    zero: float
    one: float
    cutoff: float = MIDDLE

    def likeness(self, cosine: float) -> float:
        """A cosine on this scale."""
        return (cosine - self.zero) / (self.one - self.zero)


def stored_scale(table: VectorTable, key: str) -> Scale | None:
    """The scale of a model in a library; None before it was measured. Raises LibraryError."""
    numbers = [table.fact(f"{key} {name}") / MILLIONTHS for name in Scale._fields]
    return Scale(*numbers) if numbers[1] > numbers[0] else None
