"""The focus of steps, held against scripted sessions whose controls are known, and against what recordings bring."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.analysis.focus import LEAST_WIDTH, MOST, focus_in, framed
from capture.model import Change, Click, Event, InferredAction, InferredKind, Pointer, Region, Typed, WindowChange
from capture.span import Span
from transcribe.model import Segment, Step, Transcript, Word
from transcribe.steps.builder import make_steps
from transcribe.steps.focus import ScreenLog, refocused, with_focus

DATA = Path(__file__).parent.parent.parent / "data" / "focus"
SESSIONS = sorted(path.stem for path in DATA.glob("*.json"))
"""Logs of ``tests/support/scripted_task.py`` on screens of these sizes, with where its widgets were (``clicks``)."""
SIZE = (1_920, 1_080)
SCREEN = Region(0, 0, *SIZE)


def session(name: str) -> dict[str, Any]:
    return dict(json.loads((DATA / f"{name}.json").read_text("utf-8")))


def spoken(told: dict[str, Any]) -> Transcript:
    """What is said, its words evenly spread."""
    segments = []
    for line in told["speech"]:
        texts, start, end = line["text"].split(), line["start_ms"], line["end_ms"]
        at = [start + (end - start) * n // len(texts) for n in range(len(texts) + 1)]
        words = tuple(Word(at[n], at[n + 1], text=text) for n, text in enumerate(texts))
        segments.append(Segment(start, end, text=line["text"], words=words))
    return Transcript(segments=tuple(segments), language="en")


def steps_of(told: dict[str, Any], transcript: Transcript) -> tuple[Step, ...]:
    events = msgspec.convert(told["events"], list[Event])  # type: ignore[misc]  # msgspec takes unions as types
    changes = [Change(*row[:6], pointer=bool(row[6])) for row in told["changes"]]
    duration_ms = int(told["duration_ms"])
    width, height = told["size"]
    steps = make_steps(transcript, events, duration_ms)
    return with_focus(steps, ScreenLog(changes, (width, height), duration_ms), events)


@pytest.mark.parametrize("narrated", [True, False])
@pytest.mark.parametrize("name", SESSIONS)
def test_the_control_lies_inside_the_focus_and_most_of_the_screen_outside(name: str, narrated: bool) -> None:
    told = session(name)
    steps = steps_of(told, spoken(told) if narrated else Transcript())
    width, height = told["size"]
    shares, clicked = [], 0
    for step in steps:
        focus = step.focus or Region(0, 0, width, height)
        shares.append(focus.width * focus.height / (width * height))
        mine = {event.at_ms for event in step.events if isinstance(event, Click)}
        for click in told["clicks"]:
            if click["at_ms"] in mine:
                control = Region(*click["control"])
                assert control.intersect(focus) == control, click["target"]
                clicked += 1
    assert clicked == len(told["clicks"])
    assert median(shares) <= MOST


@pytest.mark.parametrize("name", SESSIONS)
def test_only_the_step_that_opens_a_dialog_has_a_second_still_and_it_shows_the_dialog(name: str) -> None:
    told = session(name)
    steps = steps_of(told, spoken(told))
    second = {step.number: step.then for step in steps if step.then is not None}
    assert list(second) == [steps[-1].number]
    confirm = next(click for click in told["clicks"] if click["target"] == "confirm")
    submit = next(click for click in told["clicks"] if click["target"] == "submit")
    then = second[steps[-1].number]
    assert submit["at_ms"] < then.at_ms < confirm["at_ms"]
    control = Region(*confirm["control"])
    assert then.focus is not None
    assert control.intersect(then.focus) == control


@given(
    x=st.integers(-500, 9_000), y=st.integers(-500, 9_000),
    size=st.sampled_from([(1_920, 1_080), (7_680, 4_320), (1_080, 1_920), (640, 400), (63, 41), (3_440, 1_440)]),
)  # fmt: skip
def test_a_focus_lies_inside_its_picture_and_has_its_shape(x: int, y: int, size: tuple[int, int]) -> None:
    found = focus_in(Span(0, 9_000), [Click(1_000, x, y)], (), (), size)
    if not (0 <= x < size[0] and 0 <= y < size[1]):
        assert found is None
        return
    assert found is not None
    assert found.intersect(Region(0, 0, *size)) == found
    assert found.x <= x < found.right
    assert found.y <= y < found.bottom
    assert found.width / found.height == pytest.approx(size[0] / size[1], rel=0.02)
    assert found.width >= min(LEAST_WIDTH, size[0])


def test_without_events_the_changes_tell_and_without_those_nothing_does() -> None:
    box = Change(2_000, 800, 400, 200, 100)
    found = focus_in(Span(0, 9_000), (), (), [box], SIZE)
    assert found is not None
    assert box.region.intersect(found) == box.region
    assert focus_in(Span(3_000, 9_000), (), (), [box], SIZE) is None
    assert focus_in(Span(0, 9_000), (), (), [Change(2_000, 0, 0, 1_900, 1_000)], SIZE) is None
    assert focus_in(Span(0, 9_000), (), (), [box], (0, 0)) is None


def test_what_was_probably_done_in_a_film_is_its_focus() -> None:
    region = Region(900, 500, 300, 120)
    action = InferredAction(1_000, 1_200, at_ms=1_100, region=region, kind=InferredKind.LOCAL, place=(700, 480))
    found = focus_in(Span(0, 9_000), (), [action], (), SIZE)
    assert found is not None
    assert region.intersect(found) == region
    assert found.x <= 700


def test_text_typed_beside_its_click_counts_and_a_line_of_status_below_does_not() -> None:
    letters = [Change(2_000 + n * 100, 900 + n * 12, 300, 12, 20) for n in range(30)]
    status = [Change(2_100 + n * 100, 100, 1_040, 300, 20) for n in range(5)]
    events = [Click(1_500, 880, 310), Typed(2_000, 30, 5_000)]
    changes = sorted([*letters, *status], key=lambda change: change.at_ms)
    found = focus_in(Span(0, 9_000), events, (), changes, SIZE)
    assert found is not None
    assert found.right >= letters[-1].region.right
    assert found.bottom < 1_000


def test_the_name_left_of_a_field_that_is_filled_in_is_seen_too() -> None:
    field = Change(1_060, 700, 500, 800, 30)
    click, typed = Click(1_000, 1_000, 515), Typed(1_200, 8, end_ms=2_000)
    name = Region(580, 500, 100, 30)
    filled = focus_in(Span(0, 9_000), [click, typed], (), [field], SIZE)
    assert filled is not None
    assert filled.intersect(name) == name
    assert filled.intersect(field.region) == field.region


def test_a_dialog_is_in_the_focus_of_the_click_that_opens_it() -> None:
    dialog = Region(700, 420, 480, 200)
    events = [Click(1_000, 640, 300), WindowChange(1_050, "Confirm")]
    found = focus_in(Span(0, 9_000), events, (), [Change(1_060, dialog.x, dialog.y, 480, 200)], SIZE)
    assert found is not None
    assert dialog.intersect(found) == dialog


def moved_to(x: int, y: int, at_ms: int) -> list[Event]:
    """A pointer that comes from the lower right in half a second and rests a moment before the click."""
    return [Pointer(at_ms - 700 + n * 33, x + (15 - n) * 20, y + (15 - n) * 10) for n in range(16)]


def still_ms(changes: list[Change]) -> int:
    click = Click(5_000, 600, 300, label="New order")
    step = Step(1_000, 8_000, number=1, title="Click New order", at_ms=4_940, events=(click,))
    events = [*moved_to(600, 300, 5_000), click]
    (made,) = with_focus([step], ScreenLog(changes, SIZE, 9_000), events)
    return made.at_ms


def test_a_still_is_taken_before_the_pointer_comes_over_the_label_unless_something_changed_since() -> None:
    at_ms = still_ms([])
    assert 3_600 <= at_ms < 4_700
    hovered = [Change(4_820, 550, 285, 100, 32)]
    assert still_ms(hovered) == at_ms
    assert still_ms([Change(4_820, 1_200, 600, 300, 200)]) == 4_940


def test_a_step_with_other_events_looks_at_them_and_one_without_where_it_looked() -> None:
    step = Step(0, 9_000, number=1, title="x", focus=Region(0, 0, 720, 405))
    there = refocused(msgspec.structs.replace(step, events=(Click(1_000, 1_500, 900),)), SIZE)
    assert there.focus is not None
    assert there.focus.x <= 1_500 < there.focus.right
    assert refocused(step, SIZE) == step


def test_a_region_as_large_as_the_picture_is_framed_as_the_picture() -> None:
    assert framed(SCREEN, SIZE) == SCREEN
