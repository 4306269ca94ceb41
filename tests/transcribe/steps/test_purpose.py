"""What is only talk at the beginning and the end of a demo has nothing to tick off."""

from __future__ import annotations

from capture.model import Chord, Click, Event, InferredAction, InferredKind, Region, WindowChange
from transcribe.model import Step
from transcribe.steps.purpose import talk_in

HELLO = "In this short lesson we create a purchase order from start to finish."
BYE = "That is all. The order is now waiting for approval."


def steps(*rows: tuple[str, tuple[Event, ...]]) -> list[Step]:
    return [
        Step(n * 1_000, n * 1_000 + 900, number=n, title="x", text=text, events=events)
        for n, (text, events) in enumerate(rows, 1)
    ]


def test_an_introduction_and_a_closing_without_actions_are_talk() -> None:
    told = steps((HELLO, ()), ("Press the new order button.", (Click(2_100, 5, 5),)), (BYE, ()))
    assert talk_in(told, "en") == {1, 3}


def test_what_is_done_or_asked_for_is_not_whatever_is_said() -> None:
    done = steps((HELLO, (Chord(1_100, "Ctrl+N"),)), ("Press it.", (Click(2_100, 5, 5),)), ("Now save it.", ()))
    assert talk_in(done, "en") == set()
    windows = steps((HELLO, (WindowChange(1_100, "Orders"),)), ("Press it.", (Click(2_100, 5, 5),)))
    assert talk_in(windows, "en") == {1}
    probable = InferredAction(1_100, 1_200, at_ms=1_150, region=Region(0, 0, 9, 9), kind=InferredKind.LOCAL)
    first, second = steps((HELLO, ()), ("Press it.", ()))
    seen = [Step(first.start_ms, first.end_ms, number=1, title="x", text=HELLO, inferred=(probable,)), second]
    assert talk_in(seen, "en") == set()


def test_talk_between_steps_and_demos_that_are_all_talk_keep_their_boxes() -> None:
    between = steps(("Press it.", ()), (BYE, ()), ("Save it.", ()))
    assert talk_in(between, "en") == set()
    assert talk_in(steps((HELLO, ()), (BYE, ())), "en") == set()
    assert talk_in([], "en") == set()


def test_where_sentences_cannot_be_told_apart_nothing_is_talk() -> None:
    told = steps((HELLO, ()), ("Press it.", (Click(2_100, 5, 5),)), ("", ()))
    assert talk_in(told, "zu") == set()


def test_a_step_that_says_where_something_is_found_keeps_its_box() -> None:
    told = steps(("Press it.", (Click(1_100, 5, 5),)), ("Under Tools you'll find Export.", ()))
    assert talk_in(told, "en") == set()
