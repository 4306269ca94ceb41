"""Asking for a demo, on both engines: the same words are a vote, filing answers, the asker is told, nothing is lost."""

from __future__ import annotations

import itertools

import pytest

from library.learning.needs.fold import fold_needs
from library.learning.needs.model import NeedEvent, NeedKind, NeedState
from library.learning.needs.words import need_id_of
from library.maintenance.revisions import remove_demo
from library.model import DemoNotFound, LibraryError
from tests.library.learning.conftest import SharedLibrary


def test_the_same_words_from_another_are_a_vote_and_from_the_same_none(shared: SharedLibrary) -> None:
    shared.machine("ana").needs.ask("split an order", app="Erp", why="Two suppliers")
    shared.machine("bo").needs.ask("Splitting orders", app="Mail")
    shared.machine("bo").needs.ask("order split")
    shared.machine("cy").needs.ask("print labels")
    first, second = shared.machine("lead").needs.every()
    assert (first.query, len(first.votes), first.apps, first.why) == (
        "split an order", 2, ("Erp", "Mail"), ("Two suppliers",),
    )  # fmt: skip
    assert (second.query, len(second.votes)) == ("print labels", 1)


def test_an_asker_is_told_once_when_it_is_answered_and_others_are_not(shared: SharedLibrary) -> None:
    need = shared.machine("ana").needs.ask("split an order")
    shared.machine("bo").needs.ask("print labels")
    assert shared.machine("ana").needs.ended_for() == []
    shared.file("split-1", "Split an order")
    shared.machine("filer").needs.answer(need.need_id, "split-1")
    [told] = shared.machine("ana").needs.ended_for()
    assert (told.state, told.demo_ids) == (NeedState.ANSWERED, ("split-1",))
    assert shared.machine("bo").needs.ended_for() == []
    shared.machine("ana").needs.told([told])
    assert shared.machine("ana").needs.ended_for() == []


def test_a_need_is_taken_released_and_declined_with_a_reason(shared: SharedLibrary) -> None:
    need = shared.machine("ana").needs.ask("split an order")
    needs = shared.machine("bo").needs
    assert (needs.take(need.need_id, "Bo").state, needs.get(need.need_id).taken_by) == (NeedState.TAKEN, "Bo")
    assert needs.release(need.need_id).state is NeedState.OPEN
    with pytest.raises(LibraryError, match="reason"):
        needs.decline(need.need_id, "  ")
    assert needs.decline(need.need_id, "It is done by the shop now").declined == "It is done by the shop now"
    assert [one.need_id for one in shared.machine("ana").needs.ended_for()] == [need.need_id]


def test_two_people_who_answer_one_need_both_stand_in_it(shared: SharedLibrary) -> None:
    need = shared.machine("ana").needs.ask("split an order")
    shared.file("split-1", "Split an order")
    shared.file("split-2", "Split an order by supplier")
    shared.machine("bo").needs.answer(need.need_id, "split-1")
    shared.machine("cy").needs.answer(need.need_id, "split-2")
    assert shared.machine("ana").needs.get(need.need_id).demo_ids == ("split-1", "split-2")


def test_an_answer_that_is_removed_opens_the_need_again(shared: SharedLibrary) -> None:
    need = shared.machine("ana").needs.ask("split an order")
    shared.file("split-1", "Split an order")
    shared.machine("filer").needs.answer(need.need_id, "split-1")
    remove_demo(shared.library("filer"), "split-1")
    assert shared.machine("filer").needs.get(need.need_id).wanted
    with pytest.raises(DemoNotFound):
        shared.machine("filer").needs.answer(need.need_id, "split-1")


def test_asking_again_for_what_was_answered_opens_it_with_that_vote(shared: SharedLibrary) -> None:
    need = shared.machine("ana").needs.ask("split an order")
    shared.file("split-1", "Split an order")
    shared.machine("filer").needs.answer(need.need_id, "split-1")
    again = shared.machine("bo").needs.ask("split an order", why="It shows the old screen")
    assert (again.state, len(again.votes)) == (NeedState.OPEN, 1)


def test_a_merged_need_gives_its_votes_and_who_asks_with_its_words_asks_for_the_other(shared: SharedLibrary) -> None:
    one = shared.machine("ana").needs.ask("split an order")
    other = shared.machine("bo").needs.ask("divide a purchase")
    merged = shared.machine("lead").needs.merge(other.need_id, one.need_id)
    assert (merged.need_id, len(merged.votes)) == (one.need_id, 2)
    shared.machine("cy").needs.ask("divide purchases")
    assert [len(need.votes) for need in shared.machine("lead").needs.every()] == [3]
    shared.file("split-1", "Split an order")
    shared.machine("lead").needs.answer(other.need_id, "split-1")
    assert shared.machine("bo").needs.ended_for()
    with pytest.raises(LibraryError, match="into itself"):
        shared.machine("lead").needs.merge(other.need_id, one.need_id)


def test_merging_an_open_need_into_an_answered_one_answers_it(shared: SharedLibrary) -> None:
    done = shared.machine("ana").needs.ask("split an order")
    shared.file("split-1", "Split an order")
    shared.machine("filer").needs.answer(done.need_id, "split-1")
    late = shared.machine("bo").needs.ask("divide a purchase")
    for who in ("cy", "dee", "eve"):
        shared.machine(who).needs.ask("divide a purchase")
    assert shared.machine("lead").needs.merge(late.need_id, done.need_id).state is NeedState.ANSWERED
    assert [need.demo_ids for need in shared.machine("bo").needs.ended_for()] == [("split-1",)]


def test_a_clock_a_day_behind_does_not_undo_what_happened_after_it_asked(
    shared: SharedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from library.learning.needs import needs as module

    now = 1_800_000_000.0
    monkeypatch.setattr(module.time, "time", lambda: now)
    need = shared.machine("ana").needs.ask("split an order")
    shared.file("split-1", "Split an order")
    monkeypatch.setattr(module.time, "time", lambda: now - 86_400)
    answered = shared.machine("bo").needs.answer(need.need_id, "split-1")
    assert answered.state is NeedState.ANSWERED
    assert shared.machine("ana").needs.ended_for()


@pytest.mark.parametrize("nothing", ["", "   ", "?!…", "tag:finance", "author:tom app:sap"])
def test_what_has_no_words_cannot_be_asked_for(shared: SharedLibrary, nothing: str) -> None:
    with pytest.raises(LibraryError, match="no words"):
        shared.machine("ana").needs.ask(nothing)
    assert not shared.machine("ana").needs.every()


def test_a_need_is_found_by_its_words_and_by_the_beginning_of_its_id(shared: SharedLibrary) -> None:
    need = shared.machine("ana").needs.ask("split an order")
    needs = shared.machine("bo").needs
    assert needs.resolve("orders split") == needs.resolve(need.need_id[:6]) == need
    with pytest.raises(LibraryError, match="no such need"):
        needs.resolve("print labels")


def event(number: int, kind: NeedKind, need: str = "a", **more: str) -> NeedEvent:
    name = f"{need}{number}{kind}{sorted(more.items())}"
    given = {"machine": "m", "query": "split an order" if kind is NeedKind.ASKED else ""} | more
    return NeedEvent(record_id=name, at_unix_ms=number, need_id=need, kind=kind, number=number, **given)


def test_events_give_the_same_needs_in_whatever_order_they_arrive() -> None:
    events = [
        event(1, NeedKind.ASKED), event(2, NeedKind.TAKEN, who="Bo"), event(2, NeedKind.ASKED, machine="n"),
        event(3, NeedKind.ANSWERED, demo_id="x-1"), event(3, NeedKind.ASKED, machine="o"),
    ]  # fmt: skip
    folded = [fold_needs(order) for order in itertools.permutations(events)]
    assert all(one == folded[0] for one in folded)
    assert folded[0]["a"].state is NeedState.ANSWERED
    assert set(folded[0]["a"].votes) == {"m", "n", "o"}


def test_needs_merged_in_a_circle_are_not_lost() -> None:
    merges = [event(2, NeedKind.MERGED, "a", into="b"), event(2, NeedKind.MERGED, "b", into="a")]
    asked = [event(1, NeedKind.ASKED, "a"), event(1, NeedKind.ASKED, "b", machine="n")]
    for order in itertools.permutations([*merges, *asked]):
        [need] = fold_needs(order).values()
        assert set(need.votes) == {"m", "n"}


def test_two_who_ask_without_seeing_each_other_have_one_need() -> None:
    assert need_id_of("How do I split an order?") == need_id_of("order splitting") != need_id_of("print")
