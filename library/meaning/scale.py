"""Scale: the cosines of a model that count as "nothing in common" and "the same", and a library's cut-off. Pure."""

from __future__ import annotations

from typing import NamedTuple

from library.catalog.vectors import VectorTable

MIDDLE = 0.5
"""Likeness half-way between texts that have nothing in common and texts that mean the same."""
MILLIONTHS = 1_000_000
_COVERAGE = 0.5
"""Share of the coverage in the sureness; the rest is the likeness. 0.4 to 0.6 differ little."""


class Levels(NamedTuple):
    """The measured values that count as 0 and 1; equal where there is nothing to measure."""

    zero: float = 0.0
    one: float = 0.0

    def of(self, value: float) -> float:
        """A value on this scale."""
        return (value - self.zero) / (self.one - self.zero)


class Scale(NamedTuple):
    """The levels of a model's cosines and coverages, and the least sureness of an answer in a library."""

    cosines: Levels
    coverages: Levels = Levels()
    cutoff: float = MIDDLE

    def likeness(self, cosine: float) -> float:
        """A cosine on this scale."""
        return self.cosines.of(cosine)

    def sureness(self, likeness: float, coverage: float | None) -> float:
        """How sure a demo answers a question, from its likeness and coverage; the likeness alone without the latter."""
        if coverage is None or self.coverages.one <= self.coverages.zero:
            return likeness
        return (1 - _COVERAGE) * likeness + _COVERAGE * self.coverages.of(coverage)


_NAMES = ("zero", "one", "coverage zero", "coverage one", "sureness")


def stored_scale(table: VectorTable, key: str) -> Scale | None:
    """The scale of a model in a library; None before it was measured. Raises LibraryError."""
    zero, one, no_coverage, coverage, cutoff = (table.fact(f"{key} {name}") / MILLIONTHS for name in _NAMES)
    return Scale(Levels(zero, one), Levels(no_coverage, coverage), cutoff) if cutoff else None


def keep_scale(table: VectorTable, key: str, scale: Scale) -> None:
    """Store the scale of a model in a library. Raises LibraryError."""
    for name, value in zip(_NAMES, (*scale.cosines, *scale.coverages, scale.cutoff), strict=True):
        table.keep_fact(f"{key} {name}", round(value * MILLIONTHS))
