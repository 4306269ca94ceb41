"""Steps of recordings without input events: inferred actions are weak witnesses, and claim no click."""

from __future__ import annotations

from capture.model import Click, InferredAction, InferredKind, Marker, Region, WindowChange
from library.draft.stills import marked_click
from tests.transcribe.steps.test_builder import END, transcript
from transcribe.model import Transcript
from transcribe.steps.boundaries import LEAD_MS
from transcribe.steps.builder import BEFORE_CHANGE_MS, SETTLE_MS, make_steps

BOX = Region(100, 100, 300, 200)


def acted(at_ms: int, label: str = "", *, kind: InferredKind = InferredKind.LOCAL, until: int = 0) -> InferredAction:
    end_ms = max(until, at_ms + 1)
    return InferredAction(at_ms - 500, end_ms, at_ms=at_ms, region=BOX, kind=kind, place=(150, 120), label=label)


PROBABLE = [
    acted(3_000, "New order"),
    acted(8_000, "Supplier", kind=InferredKind.TYPING, until=9_500),
    acted(15_000),
    acted(15_900, "OK"),
]


def test_without_words_and_events_inferred_actions_make_the_steps() -> None:
    steps = make_steps(Transcript(), [], END, PROBABLE)
    assert [s.title for s in steps] == ["New order", "Supplier", "OK"]
    assert [s.start_ms for s in steps] == [2_500 - LEAD_MS, 7_500 - LEAD_MS, 14_500 - LEAD_MS]
    assert [s.title for s in make_steps(Transcript(), [], END, [acted(3_000), acted(9_000)])] == ["Step 1", "Step 2"]


def test_they_claim_no_click_and_no_still_gets_a_ring() -> None:
    for step in make_steps(Transcript(), [], END, PROBABLE):
        assert not step.clicked
        assert not step.events
        assert marked_click(step) is None


def test_a_still_shows_the_moment_before_a_change_or_the_typed_text() -> None:
    steps = make_steps(Transcript(), [], END, PROBABLE)
    assert [s.at_ms for s in steps] == [3_000 - BEFORE_CHANGE_MS, 9_500 + SETTLE_MS, 15_000 - BEFORE_CHANGE_MS]


def test_where_clicks_are_known_nothing_is_inferred() -> None:
    clicks = [Click(4_000, 10, 10, label="Save"), Click(12_000, 10, 10, label="Close")]
    assert make_steps(Transcript(), clicks, END, PROBABLE) == make_steps(Transcript(), clicks, END)


def test_windows_and_markers_are_no_input_so_both_count() -> None:
    steps = make_steps(Transcript(), [WindowChange(25_000, "Confirm"), Marker(35_000, note="Check it")], END, PROBABLE)
    assert [s.title for s in steps] == ["New order", "Supplier", "OK", "Go to “Confirm”", "Check it"]


def test_with_words_they_make_no_steps_but_choose_the_still() -> None:
    said = transcript([(1_000, "Click the new order button."), (12_000, "Then enter the name of the supplier.")])
    silent, seen = make_steps(said, [], END), make_steps(said, [], END, [acted(3_000), acted(30_000)])
    assert [(s.title, s.start_ms, s.text) for s in seen] == [(s.title, s.start_ms, s.text) for s in silent]
    assert seen[0].at_ms == 3_000 - BEFORE_CHANGE_MS


def test_many_of_them_are_gathered_into_steps_one_can_read() -> None:
    assert 5 < len(make_steps(Transcript(), [], 600_000, [acted(at) for at in range(3_000, 600_000, 3_000)])) <= 24
