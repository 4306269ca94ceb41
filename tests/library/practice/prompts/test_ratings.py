"""An attempt tells how well it is known; where it does not tell, nothing is made up."""

from __future__ import annotations

import pytest

from library.practice.model import Doubt, PracticeLevel, VerdictKind
from library.practice.prompts.model import RecallRating
from library.practice.prompts.ratings import rating_of
from tests.library.practice.prompts.learner import attempt, demo

MISSING, PARTLY, MOVED, RENAMED = VerdictKind.MISSING, VerdictKind.PARTLY, VerdictKind.MOVED, VerdictKind.RENAMED


def test_alone_and_nothing_missing_is_good() -> None:
    assert rating_of(attempt(demo())) is RecallRating.GOOD
    assert rating_of(attempt(demo(), MOVED, RENAMED)) is RecallRating.GOOD


def test_faster_than_the_expert_asks_for_is_easy_and_only_then() -> None:
    assert rating_of(attempt(demo(), took_ms=59_000), target_ms=60_000) is RecallRating.EASY
    assert rating_of(attempt(demo(), took_ms=60_000), target_ms=60_000) is RecallRating.GOOD


def test_with_help_is_hard() -> None:
    assert rating_of(attempt(demo(), hints=1)) is RecallRating.HARD
    assert rating_of(attempt(demo(), level=PracticeLevel.TRY)) is RecallRating.HARD
    assert rating_of(attempt(demo(), PARTLY)) is RecallRating.HARD


def test_a_missing_step_is_again_whatever_else_was_done() -> None:
    assert rating_of(attempt(demo(), MISSING, took_ms=1_000), target_ms=60_000) is RecallRating.AGAIN
    assert rating_of(attempt(demo(), MISSING, hints=2)) is RecallRating.AGAIN


def test_what_need_not_be_done_is_not_missing() -> None:
    assert rating_of(attempt(demo(), MISSING, optional=(1,))) is RecallRating.GOOD
    assert rating_of(attempt(demo(), MISSING, disputed=(1,))) is RecallRating.GOOD, "the learner says it was done"


@pytest.mark.parametrize("doubt", [Doubt.OTHER_TASK, Doubt.NO_EVENTS, Doubt.CUT_OFF])
def test_an_attempt_that_cannot_tell_has_no_rating(doubt: Doubt) -> None:
    assert rating_of(attempt(demo(), MISSING, doubts=(doubt,))) is None
    assert rating_of(attempt(demo(), level=PracticeLevel.SEE)) is None
    assert rating_of(attempt(demo(), *[VerdictKind.UNKNOWN] * 3)) is None
