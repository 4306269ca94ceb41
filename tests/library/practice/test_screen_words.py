"""Where clicks and keys are not known, a step is seen by what it led to on the screen; no more is claimed."""

from __future__ import annotations

from collections.abc import Sequence

from capture.model import Change, Click
from library.practice.compare import compare
from library.practice.model import Doubt, VerdictKind
from library.practice.screen_words import MOST_SCREENS, SeenScreen, moments_to_read, steps_seen
from transcribe.model import Step

PAGES = (
    "Welcome to the travel portal",
    "Where do you want to go? Destination and dates",
    "Choose a hotel near the office",
    "Who approves this journey? Cost centre",
    "Your request was sent",
)
DONE, UNKNOWN = VerdictKind.DONE, VerdictKind.UNKNOWN


def demo(*pages: str) -> tuple[Step, ...]:
    return tuple(
        Step(n * 1_000, n * 1_000 + 900, number=n, title=f"Step {n}", screen_text=text)
        for n, text in enumerate(pages, 1)
    )


def screens(*pages: str) -> list[SeenScreen]:
    return [SeenScreen(n * 5_000, text) for n, text in enumerate(pages)]


def verdicts(steps: Sequence[Step], seen: Sequence[SeenScreen]) -> list[VerdictKind]:
    found = compare(steps, (), ((1280, 720), (1280, 720)), screens=seen)
    assert Doubt.NO_EVENTS in found.doubts
    return [verdict.was for verdict in found.verdicts]


def test_steps_are_seen_by_the_page_that_each_led_to_and_the_last_is_not_told() -> None:
    assert steps_seen(demo(*PAGES), screens(*PAGES)) == {1: 5_000, 2: 10_000, 3: 15_000, 4: 20_000}
    assert verdicts(demo(*PAGES), screens(*PAGES)) == [DONE, DONE, DONE, DONE, UNKNOWN]


def test_a_page_that_never_came_leaves_its_step_open_and_blames_nobody() -> None:
    seen = screens(PAGES[0], PAGES[1], PAGES[3], PAGES[4])
    assert verdicts(demo(*PAGES), seen) == [DONE, UNKNOWN, DONE, DONE, UNKNOWN]


def test_misread_words_and_other_data_do_not_matter() -> None:
    seen = screens(
        PAGES[0], "Where do you vvant to go? Destination and dates Lisbon 2026", "Choose a hotel near the offlce"
    )
    assert verdicts(demo(*PAGES), seen)[:3] == [DONE, DONE, UNKNOWN]


def test_words_that_stood_there_all_the_time_tell_nothing() -> None:
    everything = " ".join(PAGES)
    assert verdicts(demo(*PAGES), screens(everything, everything)) == [UNKNOWN] * 5


def test_stills_that_were_not_read_tell_nothing() -> None:
    assert verdicts(demo("", "", ""), screens(*PAGES)) == [UNKNOWN] * 3
    assert verdicts(demo(*PAGES), ()) == [UNKNOWN] * 5
    assert steps_seen((), screens(*PAGES)) == {}


def test_with_clicks_the_screen_is_not_asked() -> None:
    click = Click(4_000, 10, 10, window="Portal", window_class="web", label="Go")
    steps = (Step(0, 9_000, number=1, title="Go", events=(click,), screen_text=PAGES[0]), *demo(*PAGES)[1:])
    found = compare(steps, [click], ((1280, 720), (1280, 720)), screens=screens(PAGES[0]))
    assert Doubt.NO_EVENTS not in found.doubts
    assert [verdict.was for verdict in found.verdicts] == [DONE] + [UNKNOWN] * 4


def test_screens_are_read_when_they_have_settled_and_never_more_than_the_most() -> None:
    page = [Change(at, 0, 0, 900, 700) for at in (1_000, 1_040, 1_080)]
    caret = [Change(at, 5, 5, 2, 12) for at in (4_000, 9_000)]
    assert moments_to_read([*page, *caret], 20_000) == [0, 1_430]
    many = [Change(1_000 * n, 0, 0, 300 + n, 700) for n in range(1, 301)]
    read = moments_to_read(many, 400_000)
    assert len(read) <= MOST_SCREENS
    assert read[-1] >= 300_000, "the largest are kept"
