"""What a learner reads after an attempt: what was seen of each step, and no blame for what cannot be told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from capture.model import (
    Chord,
    Click,
    Event,
    InferredAction,
    InferredKind,
    Region,
    Scroll,
    Typed,
    WindowChange,
)
from library.model import Practice
from library.practice.compare import compare
from library.practice.model import Comparison, Doubt, VerdictKind
from library.practice.renames import renames_in
from transcribe.model import Step

SIZES = ((1280, 720), (1280, 720))
LABELS = ("New order", "Supplier", "Add item", "Check stock", "Submit", "Print", "Archive", "Close period")
DONE, MOVED, RENAMED = VerdictKind.DONE, VerdictKind.MOVED, VerdictKind.RENAMED
PARTLY, MISSING, UNKNOWN = VerdictKind.PARTLY, VerdictKind.MISSING, VerdictKind.UNKNOWN


def place(label: str) -> tuple[int, int]:
    """Every label has a place of its own."""
    at = LABELS.index(label) if label in LABELS else len(LABELS)
    return 200 + 300 * (at % 3), 100 + 90 * (at // 3)


def click(label: str, at_ms: int, *, window: str = "Orders", at: tuple[int, int] | None = None) -> Click:
    x, y = at or place(label)
    return Click(at_ms, x, y, window=window, window_class="erp", label=label)


def did(*labels: str, start_ms: int = 1_000, every_ms: int = 2_000) -> list[Event]:
    return [click(label, start_ms + n * every_ms) for n, label in enumerate(labels)]


def steps(*each: Sequence[Event]) -> tuple[Step, ...]:
    made = []
    for number, events in enumerate(each, 1):
        start = number * 10_000
        moved = tuple(replace(event, at_ms=start + 500 * n) for n, event in enumerate(events))
        made.append(Step(start, start + 10_000, number=number, title=f"Step {number}", events=moved))
    return tuple(made)


def demo(*labels: str) -> tuple[Step, ...]:
    return steps(*([click(label, 0)] for label in labels))


def kinds(comparison: Comparison) -> list[VerdictKind]:
    return [verdict.was for verdict in comparison.verdicts]


def test_all_done_in_order_is_seen_whole() -> None:
    found = compare(demo(*LABELS[:4]), did(*LABELS[:4]), SIZES)
    assert kinds(found) == [DONE] * 4
    assert (found.score, found.seen, found.counted, found.detours, found.doubts) == (1.0, 4, 4, (), ())


def test_a_step_left_out_is_not_seen_and_named() -> None:
    found = compare(demo(*LABELS[:5]), did(*LABELS[:2], *LABELS[3:5]), SIZES)
    assert kinds(found) == [DONE, DONE, MISSING, DONE, DONE]
    assert found.verdicts[2].wanted == "Add item"
    assert (found.seen, found.counted) == (4, 5)


def test_two_steps_the_other_way_round_are_both_seen_and_one_is_moved() -> None:
    found = compare(demo(*LABELS[:4]), did("New order", "Add item", "Supplier", "Check stock"), SIZES)
    assert sorted(kinds(found)) == [DONE, DONE, DONE, MOVED]
    assert found.score == 1.0


def test_steps_in_any_order_are_done_wherever_they_come() -> None:
    events = did("New order", "Add item", "Supplier", "Check stock")
    found = compare(demo(*LABELS[:4]), events, SIZES, practice=Practice(free=(2, 3)))
    assert kinds(found) == [DONE] * 4


def test_an_optional_step_that_was_left_out_does_not_count() -> None:
    found = compare(demo(*LABELS[:4]), did(*LABELS[:3]), SIZES, practice=Practice(optional=(4,)))
    assert found.score == 1.0
    assert (found.seen, found.counted) == (3, 3)
    assert found.verdicts[3].optional


def test_a_button_with_another_label_at_its_place_is_renamed() -> None:
    events = did(*LABELS[:4])
    events[2] = click("Insert line", 5_000, at=place("Add item"))
    found = compare(demo(*LABELS[:4]), events, SIZES)
    assert kinds(found) == [DONE, DONE, RENAMED, DONE]
    assert (found.verdicts[2].wanted, found.verdicts[2].seen) == ("Add item", "Insert line")


def test_something_else_clicked_at_another_place_is_a_detour_not_a_renamed_button() -> None:
    events = [*did(*LABELS[:2]), click("Settings", 5_000, at=(900, 600)), click("Check stock", 7_000)]
    found = compare(demo(*LABELS[:4]), events, SIZES)
    assert kinds(found) == [DONE, DONE, MISSING, DONE]
    assert [(span.start_ms <= 5_000 <= span.end_ms) for span in found.detours] == [True]


def test_letters_that_were_read_wrongly_make_no_other_button() -> None:
    events = did(*LABELS[:4])
    events[2] = click("Add itern", 5_000, at=place("Add item"))
    events[3] = click("Check st0ck", 7_000, at=place("Check stock"))
    assert kinds(compare(demo(*LABELS[:4]), events, SIZES)) == [DONE] * 4


def test_another_row_of_a_list_is_other_data() -> None:
    events = [*did(*LABELS[:2]), click("4300 Training", 5_000, at=(700, 520))]
    wanted = steps([click("New order", 0)], [click("Supplier", 0)], [click("4100 Office", 0, at=(700, 500))])
    assert kinds(compare(wanted, events, SIZES)) == [DONE] * 3


def test_a_field_reached_by_tab_is_filled_in_all_the_same() -> None:
    wanted = steps([click("New order", 0)], [click("Supplier", 0), Typed(0, 5, 0)], [click("Submit", 0)])
    events: list[Event] = [
        click("New order", 1_000),
        Chord(2_000, "Tab"),
        Typed(2_500, 8, 4_000),
        click("Submit", 6_000),
    ]
    assert kinds(compare(wanted, events, SIZES)) == [DONE] * 3


def test_typing_is_compared_by_its_field_not_by_its_length() -> None:
    wanted = steps([click("Supplier", 0), Typed(0, 5, 0)], [click("Submit", 0)])
    events: list[Event] = [
        click("Supplier", 1_000),
        Typed(2_000, 40, 6_000),
        Typed(8_000, 3, 8_500),
        click("Submit", 9_000),
    ]
    found = compare(wanted, events, SIZES)
    assert kinds(found) == [DONE] * 2
    assert found.detours == ()


def test_a_step_of_which_one_of_two_clicks_is_missing_was_seen_in_part() -> None:
    wanted = steps([click("New order", 0)], [click("Submit", 0), click("Print", 0)])
    found = compare(wanted, did("New order", "Submit"), SIZES)
    assert kinds(found) == [DONE, PARTLY]
    assert found.verdicts[1].wanted == "Print"
    assert found.score == pytest.approx(0.75)


def test_a_step_in_which_nothing_is_done_is_not_judged() -> None:
    found = compare(steps([click("New order", 0)], []), did("New order"), SIZES)
    assert kinds(found) == [DONE, UNKNOWN]
    assert found.counted == 1


def test_another_screen_and_a_window_elsewhere_do_not_matter() -> None:
    events: list[Event] = [
        click(label, 1_000 + 2_000 * n, at=(place(label)[0] + 310, place(label)[1] + 205))
        for n, label in enumerate(LABELS[:5])
    ]
    events[3] = replace(events[3], label="Availability")
    found = compare(demo(*LABELS[:5]), events, ((1280, 720), (1920, 1080)))
    assert kinds(found) == [DONE, DONE, DONE, RENAMED, DONE]


def test_a_window_laid_out_anew_is_known_by_its_labels_also_where_the_order_differs() -> None:
    anew = {label: (900 - 200 * (n % 3), 600 - 110 * (n // 3)) for n, label in enumerate(LABELS)}
    order = ("New order", "Add item", "Supplier", "Check stock")
    events = [click(label, 1_000 + 2_000 * n, at=anew[label]) for n, label in enumerate(order)]
    found = compare(demo(*LABELS[:4]), events, SIZES)
    assert sorted(kinds(found)) == [DONE, DONE, DONE, MOVED]
    assert found.detours == ()


def test_two_buttons_at_one_place_on_two_pages_are_two_actions() -> None:
    at = (700, 600)
    events: list[Event] = [click("Next", 1_000, at=at), click("Finish", 2_000, at=at)]
    wanted = steps([click("Next", 0, at=at)], [click("Finish", 0, at=at)])
    assert kinds(compare(wanted, events, SIZES)) == [DONE, DONE]


def test_a_program_that_was_in_front_from_the_start_is_no_terminal() -> None:
    events: list[Event] = [WindowChange(0, "Orders", "erp", 5), *did(*LABELS[:3])]
    assert kinds(compare(demo(*LABELS[:3]), events, SIZES)) == [DONE] * 3


def test_another_language_is_told_and_nothing_is_called_missing() -> None:
    german = ("Neue Bestellung", "Lieferant", "Zeile dazu", "Bestand", "Absenden")
    events = [
        click(new, 1_000 + 2_000 * n, at=place(old)) for n, (old, new) in enumerate(zip(LABELS, german, strict=False))
    ]
    found = compare(demo(*LABELS[:5]), events, SIZES)
    assert kinds(found) == [RENAMED] * 5
    assert found.doubts == (Doubt.OTHER_LABELS,)
    assert renames_in([found, found, found]) == []


def test_half_an_attempt_is_one_that_stopped() -> None:
    found = compare(demo(*LABELS[:6]), did(*LABELS[:3]), SIZES)
    assert kinds(found) == [DONE] * 3 + [MISSING] * 3
    assert found.doubts == (Doubt.STOPPED,)


def test_an_attempt_at_another_task_is_told_as_such_without_detours() -> None:
    events = [
        click(label, 1_000 + 2_000 * n, window="Mail", at=(900, 80 * n))
        for n, label in enumerate(["Inbox", "Reply", "Send"])
    ]
    found = compare(demo(*LABELS[:6]), [replace(event, window_class="mail") for event in events], SIZES)
    assert found.doubts == (Doubt.OTHER_TASK,)
    assert found.detours == ()


def test_an_attempt_without_events_is_not_judged() -> None:
    found = compare(demo(*LABELS[:3]), [], SIZES)
    assert kinds(found) == [UNKNOWN] * 3
    assert Doubt.NO_EVENTS in found.doubts
    assert found.counted == 0


def inferred(label: str, at_ms: int) -> InferredAction:
    box = Region(0, 0, 10, 10)
    return InferredAction(
        at_ms - 300, at_ms, at_ms=at_ms, region=box, kind=InferredKind.LOCAL, place=place(label), label=label
    )


def test_a_demo_without_events_is_compared_by_what_its_pictures_tell_and_not_seen_is_never_said() -> None:
    wanted = tuple(
        Step(n * 1_000, n * 1_000 + 900, number=n, title="", inferred=(inferred(label, n * 1_000 + 500),))
        for n, label in enumerate(LABELS[:4], 1)
    )
    found = compare(wanted, did(LABELS[0], LABELS[2], LABELS[3]), SIZES)
    assert kinds(found) == [DONE, UNKNOWN, DONE, DONE]
    assert Doubt.NO_EVENTS in found.doubts


def test_a_recording_that_broke_off_says_so() -> None:
    assert Doubt.CUT_OFF in compare(demo(*LABELS[:3]), did(*LABELS[:3]), SIZES, cut_off=True).doubts


def test_hints_read_in_the_terminal_are_no_detour() -> None:
    events: list[Event] = [
        WindowChange(0, "showhow", "XTerm", 7),
        click("New order", 1_000),
        WindowChange(1_050, "Orders", "erp", 9),
        Click(3_000, 30, 650, window="showhow", window_class="XTerm", label="h Hint"),
        WindowChange(3_050, "showhow", "XTerm", 7),
        Typed(3_500, 1, 3_500),
        click("Supplier", 5_000),
        WindowChange(5_050, "Orders", "erp", 9),
        WindowChange(9_000, "showhow", "XTerm", 7),
        Chord(9_500, "Ctrl+S"),
    ]
    found = compare(demo("New order", "Supplier"), events, SIZES)
    assert kinds(found) == [DONE, DONE]
    assert found.detours == ()


def test_times_are_the_learners_own_and_the_experts() -> None:
    found = compare(demo(*LABELS[:3]), did(*LABELS[:3], every_ms=7_000), SIZES)
    assert [verdict.expert_ms for verdict in found.verdicts] == [10_000] * 3
    assert [verdict.took_ms for verdict in found.verdicts[1:]] == [7_000, 7_000]
    assert found.expert_ms == 30_000


def test_a_new_label_that_two_attempts_saw_is_a_rename_one_alone_is_not() -> None:
    events = did(*LABELS[:4])
    events[2] = click("Insert line", 5_000, at=place("Add item"))
    new, old = compare(demo(*LABELS[:4]), events, SIZES), compare(demo(*LABELS[:4]), did(*LABELS[:4]), SIZES)
    assert renames_in([new]) == []
    found = renames_in([new, old, new])
    assert [(one.step, one.was, one.now, one.attempts) for one in found] == [(3, "Add item", "Insert line", 2)]
    assert renames_in([new, old, new, old]) == []


tasks = st.lists(st.sampled_from(LABELS), min_size=1, max_size=8)
attempts = st.lists(
    st.one_of(
        st.builds(click, st.sampled_from([*LABELS, "", "Settings"]), st.integers(0, 90_000)),
        st.builds(lambda at, count: Typed(at, count, at + 50 * count), st.integers(0, 90_000), st.integers(0, 30)),
        st.builds(Chord, st.integers(0, 90_000), st.sampled_from(["Ctrl+S", "Tab", "Return"])),
        st.builds(Scroll, st.integers(0, 90_000), st.just(5), st.just(5)),
        st.builds(WindowChange, st.integers(0, 90_000), st.sampled_from(["", "Orders", "Mail"])),
    ),
    max_size=20,
)


@settings(max_examples=150, deadline=None)
@given(tasks, attempts)
@example(["New order"], [click("New order", 566), Typed(565, 1, 615), Typed(594, 0, 594)])
def test_whatever_was_done_each_step_has_one_verdict_and_the_numbers_hold_together(
    labels: list[str], events: list[Event]
) -> None:
    found = compare(demo(*labels), events, SIZES)
    assert [verdict.step for verdict in found.verdicts] == list(range(1, len(labels) + 1))
    assert 0 <= found.score <= 1
    assert 0 <= found.seen <= found.counted <= len(labels)
    assert all(verdict.took_ms >= 0 and verdict.at_ms >= 0 for verdict in found.verdicts)
    assert all(one.end_ms <= other.start_ms for one, other in zip(found.detours, found.detours[1:], strict=False))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(LABELS), min_size=2, max_size=8, unique=True), st.data())
def test_what_was_left_out_is_missing_and_nothing_else(labels: list[str], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(labels), min_size=max(1, len(labels) // 2), unique=True))
    found = compare(demo(*labels), did(*[label for label in labels if label in kept]), SIZES)
    missing = {labels[verdict.step - 1] for verdict in found.verdicts if verdict.was is MISSING}
    assert missing == set(labels) - set(kept)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(LABELS), min_size=2, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_in_whatever_order_all_steps_are_done_all_are_seen(labels: list[str], draw: object) -> None:
    shuffled = list(labels)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    found = compare(demo(*labels), did(*shuffled), SIZES)
    assert set(kinds(found)) <= {DONE, MOVED}
