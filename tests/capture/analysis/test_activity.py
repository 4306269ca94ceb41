"""Activity: work is seen, what moves by itself is not; from a log and from pictures alike."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from capture.analysis.activity import MOMENT_MS, changes_activity
from capture.analysis.video_changes import detect_changes
from capture.errors import Cancelled
from capture.model import (
    Change,
    Chord,
    Click,
    Event,
    Marker,
    Notice,
    Pause,
    Pointer,
    Scrap,
    Scroll,
    Typed,
    WindowChange,
)
from capture.progress import silent
from capture.span import Span
from tests.support.sample_videos import film

END = 20_000


def covered(spans: list[Span], *moments: int) -> bool:
    return all(any(span.contains(at) for span in spans) for at in moments)


def blinking(start: int, end: int, every: int = 530, x: int = 100) -> list[Change]:
    times = range(start, end, every)
    return [Change(at, x, 40, 2, 18, checksum=n % 2) for n, at in enumerate(times)]


def test_a_blinking_caret_is_no_activity() -> None:
    assert changes_activity(blinking(0, END), [], END) == []


def test_a_caret_that_fades_and_a_turning_spinner_are_no_activity() -> None:
    fading = [Change(at, 10, 10, 2, 18, checksum=at // 40 % 13) for at in range(0, 8_000, 40)]
    turning = [Change(at, 400, 300, 48, 48, checksum=at // 80 % 8) for at in range(0, 8_000, 80)]
    assert changes_activity(sorted(fading + turning, key=lambda c: c.at_ms), [], END) == []


def test_a_clock_that_never_returns_to_a_state_is_no_activity() -> None:
    digits = [
        Change(500 + 1_000 * n + n % 3 * 10, 1_200 + n % 2 * 8, 10, 8 + n % 3 * 8, 14, checksum=n) for n in range(18)
    ]
    assert changes_activity(digits, [], END) == []


def test_typing_that_is_seen_is_activity_even_when_the_caret_blinks_around_it() -> None:
    typed = [Change(5_000 + 90 * n, 100 + 8 * n, 40, 10, 18, checksum=100 + n) for n in range(20)]
    changes = sorted([*blinking(0, 5_000), *typed, *blinking(6_900, END, x=262)], key=lambda c: c.at_ms)
    assert changes_activity(changes, [], END) == [Span(5_000, 5_000 + 90 * 19 + MOMENT_MS)]


def test_a_window_that_opens_and_closes_is_activity() -> None:
    changes = [Change(at, 200, 200, 400, 300, checksum=n % 2) for n, at in enumerate((3_000, 4_000, 5_000, 6_000))]
    assert covered(changes_activity(changes, [], END), 3_000, 4_000, 5_000, 6_000)


def test_what_comes_back_after_a_while_was_brought_back() -> None:
    changes = [Change(at, 10, 10, 20, 20, checksum=n % 2) for n, at in enumerate((1_000, 6_000, 12_000))]
    assert covered(changes_activity(changes, [], END), 1_000, 6_000, 12_000)


def test_the_pointer_drawn_into_the_picture_is_activity_wherever_it_returns_to() -> None:
    changes = [Change(at, 10, 10, 24, 24, checksum=at // 500 % 2, pointer=True) for at in range(1_000, 4_000, 500)]
    assert covered(changes_activity(changes, [], END), *range(1_000, 4_000, 500))


def test_a_counter_clicked_up_at_an_uneven_pace_is_activity() -> None:
    times = [1_000, 1_700, 2_900, 3_500, 5_100, 5_600]
    changes = [Change(at, 50, 50, 20, 14, checksum=n) for n, at in enumerate(times)]
    assert covered(changes_activity(changes, [], END), *times)


def test_a_film_that_plays_in_a_corner_all_along_is_no_activity() -> None:
    film = [Change(at, 1_500, 800, 320, 180, checksum=at) for at in range(0, END, 40)]
    typing = [Change(at, 200 + at // 10, 300, 12, 18, checksum=at) for at in range(5_000, 6_000, 150)]
    spans = changes_activity(sorted(film + typing, key=lambda c: c.at_ms), [], END)
    assert covered(spans, *range(5_000, 5_900, 150))
    assert sum(span.duration_ms for span in spans) < 1_500


def test_a_film_that_somebody_plays_to_be_looked_at_is_activity() -> None:
    large = [Change(at, 100, 100, 1_280, 720, checksum=at) for at in range(0, END, 40)]
    brief = [Change(at, 1_500, 800, 320, 180, checksum=at) for at in range(6_000, 11_000, 40)]
    for shown in (large, brief):
        assert covered(changes_activity(shown, [], END), shown[0].at_ms, shown[-1].at_ms)


def test_the_pointer_is_where_the_log_says_it_moved_and_rings_around_clicks_are_nothing() -> None:
    ring = [Change(at, 90, 90, 40, 40, pointer=True) for at in range(5_000, 5_500, 33)]
    log = [Pointer(3_000, 5, 5), Click(5_000, 100, 100)]
    assert changes_activity(ring, log, END) == [Span(3_000, 3_000 + MOMENT_MS), Span(5_000, 5_000 + MOMENT_MS)]


def recorded_from(terminal: str) -> list[Event]:
    """A take as most begin and end: in the terminal that runs showhow."""
    return [
        WindowChange(12, "showhow", terminal),
        Chord(900, "Alt+Tab"),
        WindowChange(1_500, "Orders", "Firefox"),
        Click(6_000, 10, 10),
        WindowChange(15_000, "showhow", terminal),
        Typed(16_000, count=1, end_ms=16_000),
    ]


def ticking(start: int, end: int) -> list[Change]:
    return [Change(at, 40 + at % 7 * 90, 20, 200, 90, checksum=at) for at in range(start, end, 70)]


def test_what_the_terminal_that_runs_showhow_shows_at_head_and_tail_is_no_activity() -> None:
    changes = [*ticking(0, 1_500), *ticking(6_000, 6_300), *ticking(15_000, END)]
    spans = changes_activity(changes, recorded_from("XTerm"), END)
    assert spans[-1].end_ms <= 15_000
    assert spans[0].start_ms >= 1_500


@pytest.mark.parametrize(
    "log",
    [
        recorded_from("XTerm")[:2],  # it never went anywhere else: the terminal is what is shown
        [WindowChange(12, "Orders", "Firefox"), WindowChange(1_500, "Mail", "Thunderbird")],
        [*recorded_from("XTerm")[:5], Typed(16_000, count=12, end_ms=17_000)],
        [*recorded_from("XTerm")[:4], WindowChange(15_000, "top", "XTerm")],
    ],
)
def test_work_in_a_terminal_is_work(log: list[Event]) -> None:
    spans = changes_activity(ticking(15_000, 19_000), log, END)
    assert covered(spans, 15_000, 18_900)


@pytest.mark.parametrize(
    "deed",
    [
        Click(4_000, 1, 1),
        Scroll(4_000, 1, 1, dy=1),
        Chord(4_000, "Return"),
        Pointer(4_000, 1, 1),
        WindowChange(4_000, "x"),
        Marker(4_000),
    ],
)
def test_deeds_are_activity_though_nothing_changes(deed: Event) -> None:
    assert changes_activity([], [deed], END) == [Span(4_000, 4_000 + MOMENT_MS)]


def test_typing_lasts_until_its_last_key() -> None:
    assert changes_activity([], [Typed(4_000, count=30, end_ms=7_500)], END) == [Span(4_000, 7_500 + MOMENT_MS)]


def test_how_things_stand_when_a_take_begins_is_no_deed() -> None:
    assert changes_activity([], [Pointer(0, 5, 5), WindowChange(12, "Orders")], END) == []
    assert changes_activity([], [Click(12, 5, 5)], END) == [Span(12, 12 + MOMENT_MS)]


def test_what_the_recorder_notes_is_no_deed_of_the_expert() -> None:
    noted: list[Event] = [
        Pause(1_000, 5),
        Scrap(3_000, start_ms=0),
        Notice(4_000, "The disk is nearly full"),
    ]
    assert changes_activity([], noted, END) == []


@given(
    st.lists(
        st.builds(
            Change,
            at_ms=st.integers(0, 25_000),
            x=st.integers(0, 1_000),
            y=st.integers(0, 700),
            width=st.integers(2, 300),
            height=st.integers(2, 200),
            checksum=st.integers(0, 3),
            pointer=st.booleans(),
        ),
        max_size=40,
    )
)
def test_spans_are_in_order_apart_and_inside(changes: list[Change]) -> None:
    spans = changes_activity(sorted(changes, key=lambda c: c.at_ms), [], END)
    assert all(0 <= s.start_ms < s.end_ms <= END for s in spans)
    assert all(a.end_ms < b.start_ms for a, b in pairwise(spans))


# A desktop drawn in a few lines: a form with a field, a caret in it, a clock, a list, a pointer.
Paint = Callable[[NDArray[np.uint8], int], None]


def _screen(*paints: tuple[int, int, Paint]) -> list[tuple[int, NDArray[np.uint8]]]:
    """Ten pictures a second; each paint draws between its two moments."""
    pictures = []
    for at in range(0, 12_000, 100):
        picture = np.full((360, 640, 3), 225, np.uint8)
        picture[20:60, 20:620] = (120, 80, 40)
        picture[100:124, 200:500] = 255
        for start, end, paint in paints:
            if start <= at < end:
                paint(picture, at)
        pictures.append((at, picture))
    return pictures


def _caret(picture: NDArray[np.uint8], at: int) -> None:
    if at // 500 % 2:
        picture[103:121, 206:208] = 0


def _clock(picture: NDArray[np.uint8], at: int) -> None:
    import cv2

    cv2.putText(picture, f"10:15:{at // 1000 + 10}", (530, 48), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255))


def _typing(picture: NDArray[np.uint8], at: int) -> None:
    import cv2

    text = "Harbour Paper Works Ltd"[: (at - 3_000) // 120]
    cv2.putText(picture, text, (206, 118), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0))


def _pointer(picture: NDArray[np.uint8], at: int) -> None:
    x, y = 100 + (at - 3_000) // 10, 150 + (at - 3_000) // 25
    picture[y : y + 14, x : x + 9] = 10


def _scrolling(picture: NDArray[np.uint8], at: int) -> None:
    for n in range(6):
        y = 170 + (n * 30 - (at - 3_000) // 20) % 180
        picture[y : y + 8, 40 : 200 + n * 40] = 90


def activity_in(path: Path) -> list[Span]:
    return changes_activity(detect_changes(path, silent, 12_000)[0], (), 12_000)


MAKINGS = {
    "a.mp4": {"options": {"crf": "30", "preset": "ultrafast", "g": "50"}},
    "a.webm": {"codec": "libvpx", "options": {"deadline": "realtime", "cpu-used": "8", "b": "400k"}},
}


@pytest.mark.parametrize(
    ("name", "work"), [("a.mp4", _typing), ("a.mp4", _pointer), ("a.mp4", _scrolling), ("a.webm", _typing)]
)
def test_work_is_seen_in_a_film_and_what_blinks_is_not(tmp_path: Path, name: str, work: Paint) -> None:
    pictures = _screen((0, 12_000, _caret), (0, 12_000, _clock), (3_000, 5_600, work))
    spans = activity_in(film(tmp_path / name, pictures, 12_000, **MAKINGS[name]))
    seen = [s for s in spans if s.end_ms > 2_000]  # an encoder may need a moment to settle
    assert covered(seen, *range(3_200, 5_400, 200))
    assert all(s.start_ms >= 2_900 and s.end_ms <= 6_700 for s in seen), seen


def test_a_still_film_with_a_caret_and_a_clock_has_no_activity(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", _screen((0, 12_000, _caret), (0, 12_000, _clock)), 12_000, **MAKINGS["a.mp4"])
    assert [s for s in activity_in(path) if s.start_ms > 1_500] == []


def test_looking_can_be_cancelled_and_tells_how_far_it_is(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", _screen((3_000, 5_600, _pointer)), 12_000)
    told: list[tuple[int, int, str]] = []
    detect_changes(path, lambda *report: told.append(report), 12_000)
    assert told == sorted(told)
    assert told[-1][0] > 11_000

    def enough(done: int, total: int, what: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        detect_changes(path, enough, 12_000)
