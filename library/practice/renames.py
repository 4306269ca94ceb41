"""Finds buttons that are called something else now: several attempts saw the same new label at the same step.

Pure. One attempt alone says nothing: somebody may have clicked something else. Owns how many must agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from library.practice.likeness import SAME_LABEL, label_likeness
from library.practice.model import Comparison, Doubt, Verdict, VerdictKind

LEAST = 2
"""Attempts that must agree."""


class Rename(msgspec.Struct, frozen=True, kw_only=True):
    """A label of a demo that is probably another one now. ``attempts``: how many saw ``now`` in its place."""

    step: int
    was: str
    now: str
    attempts: int


def renames_in(comparisons: Sequence[Comparison]) -> list[Rename]:
    """The renamed labels of a demo, by its attempts' comparisons, in the order of its steps.

    None where as many attempts saw the old label, and none from attempts in another language.
    """
    by_step: dict[int, list[Verdict]] = defaultdict(list)
    for comparison in comparisons:
        if not {Doubt.OTHER_LABELS, Doubt.OTHER_TASK} & set(comparison.doubts):
            for verdict in comparison.verdicts:
                by_step[verdict.step].append(verdict)
    found = (_rename(step, verdicts) for step, verdicts in sorted(by_step.items()))
    return [rename for rename in found if rename is not None]


def _rename(step: int, verdicts: Sequence[Verdict]) -> Rename | None:
    others = [verdict for verdict in verdicts if verdict.was is VerdictKind.RENAMED and verdict.seen]
    as_before = sum(verdict.was in {VerdictKind.DONE, VerdictKind.MOVED} for verdict in verdicts)
    best: list[Verdict] = []
    for verdict in others:
        agreeing = [one for one in others if (label_likeness(verdict.seen, one.seen) or 0) >= SAME_LABEL]
        best = max(best, agreeing, key=len)
    if len(best) < LEAST or as_before >= len(best):
        return None
    return Rename(step=step, was=best[0].wanted, now=best[0].seen, attempts=len(best))
