"""How far a learner is: what reaches a point, and that no clock makes an assessment come earlier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from library.practice.model import Attempt, AttemptState, Doubt, PracticeLevel, VerdictKind
from library.practice.pathways.model import AttemptReviewed, Enrolment, Pathway, Point, PointKind, Watched, keyed
from library.practice.pathways.progress import LearnerFacts, PathwayProgress, PointState, progress_of, share_seen
from tests.library.practice.pathways.attempts import STEPS, at, attempt

DEMO = "split-1"
HERE = {DEMO: STEPS}
KINDS = (PointKind.WATCH, PointKind.PRACTISE, PointKind.REVIEW, PointKind.ASSESS)
POINTS = (
    *(Point(kind=kind, demo_id=DEMO, after_days=3 * (kind is PointKind.ASSESS)) for kind in KINDS),
    Point(kind=PointKind.SIGN_OFF, role="Shift lead", by=("Tom",)),
)
PATHWAY = Pathway(pathway_id="orders-1", title="Orders", points=POINTS)


def progress(
    *attempts: Attempt, days: float = 30, watched: tuple[Watched, ...] = (),
    reviews: tuple[AttemptReviewed, ...] = (), enrolment: Enrolment | None = None, pathway: Pathway = PATHWAY,
) -> PathwayProgress:  # fmt: skip
    return progress_of(pathway, LearnerFacts(attempts, watched, reviews, enrolment), HERE, at(days))


def states(found: PathwayProgress) -> dict[PointKind, PointState]:
    return {one.keyed.point.kind: one.state for one in found.points}


def assessed(*attempts: Attempt, days: float = 30, watched: tuple[Watched, ...] = ()) -> PointState:
    return states(progress(*attempts, days=days, watched=watched))[PointKind.ASSESS]


def test_nothing_is_reached_before_anything_was_done() -> None:
    found = progress()
    assert set(states(found).values()) == {PointState.OPEN}
    assert (found.reached, found.counted, found.complete) == (0, 5, False)
    assert found.next is found.points[0]


def test_the_whole_way_reaches_every_point() -> None:
    found = progress(
        attempt(1, 0), attempt(2, 4, alone=True), watched=(Watched(demo_id=DEMO, at_unix_ms=at(0)),),
        reviews=(AttemptReviewed(attempt_id="a2", by="tom", signed_off=True, at_unix_ms=at(5)),),
    )  # fmt: skip
    assert found.complete
    assert found.next is None
    assert [one.reached_unix_ms for one in found.points] == [at(0), at(0), at(5), at(4), at(5)]


@pytest.mark.parametrize(
    ("tried", "reaches"),
    [
        (attempt(2, 4, alone=True), True),
        (attempt(2, 3, alone=True), True),
        (attempt(2, 2.9, alone=True), False),
        (attempt(2, 4), False),
        (attempt(2, 4, alone=True, hints=1), False),
        (attempt(2, 4, alone=True, missing=(2,)), False),
        (attempt(2, 4, alone=True, missing=(2,), disputed=(2,)), False),
        (attempt(2, 4, alone=True, untold=True), False),
    ],
    ids=["alone", "on the day", "too early", "with steps", "a hint", "not whole", "disputed", "cannot be told"],
)
def test_an_assessment_is_alone_without_hints_whole_and_days_after_the_last_practice(
    tried: Attempt, reaches: bool
) -> None:
    assert (assessed(attempt(1, 0), tried) is PointState.REACHED) is reaches


def test_what_cannot_be_compared_is_assessed_by_somebody() -> None:
    signed = (AttemptReviewed(attempt_id="a2", by="Ana", signed_off=True),)
    found = progress(attempt(1, 0), attempt(2, 4, alone=True, untold=True), reviews=signed)
    assert states(found)[PointKind.ASSESS] is PointState.REACHED
    assert states(found)[PointKind.SIGN_OFF] is PointState.OPEN  # Ana has not the role


def test_an_assessment_that_comes_too_early_says_from_when() -> None:
    point = progress(attempt(1, 0), attempt(2, 1, missing=(1,)), days=2).points[3]
    assert (point.state, point.from_unix_ms) == (PointState.WAITING, at(4))
    assert progress(attempt(1, 0), days=3).points[3].state is PointState.OPEN


def test_watching_is_help_too_so_an_assessment_waits_after_it() -> None:
    seen = (Watched(demo_id=DEMO, at_unix_ms=at(0)),)
    assert assessed(attempt(1, 0.5, alone=True), watched=seen) is not PointState.REACHED
    assert assessed(attempt(1, 3.5, alone=True), watched=seen) is PointState.REACHED


def test_a_clock_set_back_between_practice_and_assessment_does_not_hide_the_practice() -> None:
    assert assessed(attempt(1, 0), attempt(2, -5, alone=True)) is not PointState.REACHED
    assert assessed(attempt(1, 0), attempt(2, -5, alone=True), days=-4) is PointState.WAITING


def test_a_clock_set_back_before_practice_does_not_make_it_old() -> None:
    first, backdated, alone = attempt(1, 0, missing=(1,)), attempt(2, -10), attempt(3, 0.1, alone=True)
    assert assessed(first, backdated, alone) is not PointState.REACHED
    joined = Enrolment(pathway_id="orders-1", title="Orders", learner_id="x", joined_unix_ms=at(0), attempts=0)
    found = progress(attempt(1, -10), attempt(2, 0.1, alone=True), enrolment=joined)
    assert states(found)[PointKind.ASSESS] is not PointState.REACHED


def test_a_demo_watched_before_the_clock_was_set_back_was_watched_before() -> None:
    seen = (Watched(demo_id=DEMO, at_unix_ms=at(0), attempts=0),)
    assert assessed(attempt(1, -5, alone=True), watched=seen) is not PointState.REACHED


def test_practice_of_before_the_joining_counts_as_old_as_it_is() -> None:
    joined = Enrolment(pathway_id="orders-1", title="Orders", learner_id="x", joined_unix_ms=at(10), attempts=1)
    found = progress(attempt(1, 0), attempt(2, 11, alone=True), enrolment=joined)
    assert states(found)[PointKind.ASSESS] is PointState.REACHED


@given(st.lists(st.tuples(st.integers(-60, 60), st.booleans()), max_size=8))
def test_whatever_the_clock_says_nothing_is_assessed_before_the_days_have_passed_by_it(
    rows: list[tuple[int, bool]],
) -> None:
    tries = [attempt(n, days, alone=alone) for n, (days, alone) in enumerate(rows, 1)]
    reached = assessed(*tries, days=200) is PointState.REACHED
    allowed = any(
        alone and all(days - before >= 3 for before, _ in rows[:n]) for n, (days, alone) in enumerate(rows)
    )  # fmt: skip
    assert reached is allowed


def test_practice_takes_hints_and_the_learners_word_and_what_cannot_be_told() -> None:
    for tried in (attempt(1, 0, hints=9), attempt(1, 0, missing=(2,), disputed=(2,)), attempt(1, 0, untold=True)):
        assert states(progress(tried))[PointKind.PRACTISE] is PointState.REACHED
    other = attempt(1, 0)
    assert other.comparison is not None
    other = replace(other, comparison=replace(other.comparison, doubts=(Doubt.OTHER_TASK,)))
    for tried in (attempt(1, 0, missing=(2,)), replace(attempt(1, 0), state=AttemptState.RUNNING), other):
        assert states(progress(tried))[PointKind.PRACTISE] is PointState.OPEN


def test_a_step_seen_in_part_counts_half_and_one_wrongly_judged_whole() -> None:
    tried = attempt(1, 0)
    assert tried.comparison is not None
    verdicts = (replace(tried.comparison.verdicts[0], was=VerdictKind.PARTLY), *tried.comparison.verdicts[1:])
    tried = replace(tried, comparison=replace(tried.comparison, verdicts=verdicts), disputed=(1,))
    assert share_seen(tried, disputes=False) == pytest.approx(3.5 / 4)
    assert share_seen(tried, disputes=True) == pytest.approx(1)
    assert share_seen(attempt(1, 0, untold=True), disputes=True) is None
    assert states(progress(replace(tried, disputed=())))[PointKind.PRACTISE] is PointState.OPEN


def test_help_fades_a_second_practice_is_alone() -> None:
    twice = (Point(kind=PointKind.PRACTISE, demo_id=DEMO), Point(kind=PointKind.PRACTISE, demo_id=DEMO))
    assert [one.level for one in keyed(twice)] == [PracticeLevel.TRY, PracticeLevel.ALONE]
    found = progress(attempt(1, 0), pathway=replace(PATHWAY, points=twice))
    assert [one.state for one in found.points] == [PointState.REACHED, PointState.OPEN]


def test_a_review_is_anybodys_a_sign_off_is_by_who_has_the_role() -> None:
    asked = AttemptReviewed(attempt_id="a1", by="Ana", at_unix_ms=at(1))
    found = states(progress(attempt(1, 0), reviews=(asked,)))
    assert (found[PointKind.REVIEW], found[PointKind.SIGN_OFF]) == (PointState.REACHED, PointState.OPEN)
    once_more = replace(asked, by="Tom")
    assert states(progress(attempt(1, 0), reviews=(once_more,)))[PointKind.SIGN_OFF] is PointState.OPEN
    elsewhere = AttemptReviewed(attempt_id="a9", by="Tom", signed_off=True)
    found = states(progress(attempt(9, 0, demo_id="another-1"), reviews=(elsewhere,)))
    assert found[PointKind.SIGN_OFF] is PointState.OPEN


def test_a_demo_that_was_removed_counts_only_where_it_was_reached_before() -> None:
    facts = LearnerFacts((attempt(1, 0),))
    found = progress_of(PATHWAY, facts, {}, at(30))
    assert [one.state for one in found.points] == [
        PointState.GONE, PointState.REACHED, PointState.GONE, PointState.GONE, PointState.OPEN
    ]  # fmt: skip
    assert (found.reached, found.counted) == (1, 2)


def test_a_demo_whose_steps_are_others_now_says_so_and_stays_reached() -> None:
    found = progress_of(PATHWAY, LearnerFacts((attempt(1, 0),)), {DEMO: (*STEPS, "Print it")}, at(1))
    assert (found.points[1].state, found.points[1].changed) == (PointState.REACHED, True)
    assert not progress(attempt(1, 0)).points[1].changed


def test_an_empty_pathway_is_never_complete() -> None:
    found = progress(attempt(1, 0), pathway=replace(PATHWAY, points=()))
    assert (found.reached, found.counted, found.complete, found.next) == (0, 0, False, None)


def test_a_point_keeps_its_key_where_others_are_moved_or_taken_out() -> None:
    before = {one.point: one.key for one in keyed(POINTS)}
    assert {one.point: one.key for one in keyed(POINTS[::-1])} == before
    assert len(set(before.values())) == len(POINTS)
