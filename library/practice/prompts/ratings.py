"""What an attempt says of how well its learner can do it. Pure.

Steps whose verdict the learner marked as wrong count as done: she knows better.
"""

from __future__ import annotations

from library.practice.model import Attempt, Doubt, PracticeLevel, VerdictKind
from library.practice.prompts.model import RecallRating

_SAY_NOTHING = {Doubt.OTHER_TASK, Doubt.NO_EVENTS, Doubt.CUT_OFF}


def rating_of(attempt: Attempt, target_ms: int | None = None) -> RecallRating | None:
    """The rating of an attempt; None where it does not tell: of another task, cut off, without clicks and keys.

    A step that was not seen: AGAIN. Hints, the steps beside it, or a step done in part: HARD. Alone: GOOD; within
    ``target_ms``: EASY.
    """
    comparison = attempt.comparison
    if comparison is None or attempt.level is PracticeLevel.SEE or _SAY_NOTHING & set(comparison.doubts):
        return None
    seen = [verdict for verdict in comparison.verdicts if verdict.counts and verdict.step not in attempt.disputed]
    if not seen and not attempt.disputed:
        return None
    kinds = {verdict.was for verdict in seen}
    if VerdictKind.MISSING in kinds:
        return RecallRating.AGAIN
    if attempt.hints or attempt.level is not PracticeLevel.ALONE or VerdictKind.PARTLY in kinds:
        return RecallRating.HARD
    fast = target_ms is not None and 0 < comparison.took_ms < target_ms
    return RecallRating.EASY if fast else RecallRating.GOOD
