"""Listening on a real X server: what is noted, and what must never be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeVar

import msgspec
import pytest

from capture.backends.input import open_input_listener
from capture.model import Chord, Click, Event, Pointer, Region, Scroll, Typed, WindowChange
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import Paper, paper
from tests.support.windows import WINDOWS

E = TypeVar("E", bound=Event)
WHOLE = Region(0, 0, 1280, 720)


class Ear:
    """A Watcher with what it put."""

    def __init__(self, region: Region, hotkeys: Mapping[str, Callable[[], None]]) -> None:
        self.region = region
        self.events: list[Event] = []
        start = time.monotonic()
        self.watcher = open_input_listener(
            lambda: self.region, lambda: round((time.monotonic() - start) * 1000), self.events.append, hotkeys
        )

    def heard(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def closed(self) -> list[Event]:
        """Everything, bursts included, but not the pointer's path."""
        self.watcher.close()
        return [event for event in self.events if not isinstance(event, Pointer)]


@contextmanager
def listening(region: Region = WHOLE, hotkeys: Mapping[str, Callable[[], None]] | None = None) -> Iterator[Ear]:
    ear = Ear(region, hotkeys or {})
    try:
        yield ear
    finally:
        ear.watcher.close()


def chords(events: list[Event]) -> list[str]:
    return [event.keys for event in events if isinstance(event, Chord)]


def test_a_click_has_its_place_in_the_picture_its_button_and_the_window_under_it(stage: Stage) -> None:
    with (
        paper("Orders", (100, 100, 300, 200), window_class="Shop"),
        listening(Region(50, 60, 600, 400)) as ear,
    ):
        stage.xdo("mousemove 200 180 click 1 mousemove 210 190 click 3")
        wait_for(lambda: len(ear.heard(Click)) == 2, "both clicks")
        first, second = ear.heard(Click)
    assert (first.x, first.y, first.button, first.window, first.window_class) == (150, 120, 1, "Orders", "Shop")
    assert (second.x, second.y, second.button) == (160, 130, 3)
    assert 0 <= first.at_ms <= second.at_ms


def test_clicks_outside_the_picture_are_left_out_and_a_picture_that_moves_is_followed(stage: Stage) -> None:
    with listening(Region(0, 0, 100, 100)) as ear:
        stage.xdo("mousemove 500 500 click 1")
        stage.xdo("mousemove 30 40 click 2")
        wait_for(lambda: ear.heard(Click), "the click inside")
        ear.region = Region(480, 490, 100, 100)
        stage.xdo("mousemove 500 500 click 1")
        wait_for(lambda: len(ear.heard(Click)) == 2, "the click in the moved picture")
        assert [(click.x, click.y, click.button) for click in ear.heard(Click)] == [(30, 40, 2), (20, 10, 1)]


TYPED_IN = "Tr0ub4dor&3 Äß!"


def test_secrets_that_are_typed_appear_nowhere_only_their_count_does(stage: Stage) -> None:
    with paper("Login", (100, 100, 300, 200)), listening() as ear:
        stage.xdo("mousemove 200 180 click 1")
        stage.run(["xdotool", "type", "--delay", "5", TYPED_IN])
        wait_for(lambda: ear.watcher._inputs._typed and ear.watcher._inputs._typed.count == len(TYPED_IN), "every key")  # type: ignore[attr-defined]
        events = ear.closed()
    assert [event.count for event in events if isinstance(event, Typed)] == [len(TYPED_IN)]
    assert chords(events) == []
    written = msgspec.json.encode(events).decode()
    kept = written.replace("Login", "").replace("Paper", "")
    for length in (2, 3):
        pieces = {TYPED_IN[at : at + length].lower() for at in range(len(TYPED_IN) - length)}
        assert not any(f'"{piece}' in kept.lower() for piece in pieces)


def test_chords_are_written_as_people_do_and_shift_with_a_letter_is_typing(stage: Stage) -> None:
    with listening() as ear:
        keys = (
            "ctrl+s ctrl+shift+n alt+F10 Return Tab shift+Tab Escape F5 Page_Down Left shift+Right super+g ctrl+minus"
        )
        stage.xdo("\n".join(f"key {key}" for key in keys.split()))
        stage.xdo("key shift+a")
        stage.xdo("key Delete")
        wait_for(lambda: len(ear.heard(Chord)) >= 13, "all chords")
        wait_for(lambda: ear.heard(Typed) or ear.watcher._inputs._typed, "the letter")  # type: ignore[attr-defined]
        events = ear.closed()
    assert chords(events) == [
        "Ctrl+S", "Ctrl+Shift+N", "Alt+F10", "Return", "Tab", "Shift+Tab", "Escape", "F5", "PageDown", "Left",
        "Shift+Right", "Super+G", "Ctrl+Minus",
    ]  # fmt: skip
    assert [event.count for event in events if isinstance(event, Typed)] == [1]


def test_the_keypad_types_digits_while_numlock_is_on_and_moves_while_it_is_off(stage: Stage) -> None:
    with listening() as ear:
        stage.xdo("key KP_Home")
        stage.xdo("key Num_Lock")
        try:
            stage.run(["xdotool", "key", "79"])  # the keypad's 7 by its keycode, with nothing added by xdotool
            wait_for(lambda: ear.watcher._inputs._typed, "the digit")  # type: ignore[attr-defined]
        finally:
            stage.xdo("key Num_Lock")
        events = ear.closed()
    assert chords(events) == ["Home"]


def test_notches_of_the_wheel_join_into_one_scroll(stage: Stage) -> None:
    with listening() as ear:
        stage.xdo("mousemove 300 200 click 5 click 5 click 5")
        (scroll,) = wait_for(lambda: ear.heard(Scroll), "the scroll")
    assert (scroll.x, scroll.y, scroll.dy, scroll.dx) == (300, 200, 3, 0)


def test_the_window_that_comes_to_the_front_is_told_and_at_zero_the_one_that_was_there(stage: Stage) -> None:
    with paper("First", (100, 100, 200, 100)) as first:
        wait_for(lambda: _focused(stage) == "First", "the focus")
        with listening() as ear:
            with paper("Second", (500, 300, 200, 100), window_class="Two"):
                wait_for(lambda: len(ear.heard(WindowChange)) == 2, "the change")
            wait_for(lambda: len(ear.heard(WindowChange)) == 3, "the change back")
        there, second, back = ear.heard(WindowChange)
        assert (there.window, there.at_ms) == ("First", 0)
        assert (second.window, second.window_class) == ("Second", "Two")
        assert back.window == "First"
        assert first.place


def _focused(stage: Stage) -> str:
    return stage.run(["xdotool", "getactivewindow", "getwindowname"], check=False).stdout.strip()


def test_the_pointers_path_is_sampled_in_picture_places(stage: Stage) -> None:
    stage.xdo("mousemove 10 10")
    with listening(Region(200, 100, 400, 300)) as ear:
        for x in (250, 300, 350):
            stage.xdo(f"mousemove {x} 150")
            wait_for(lambda x=x: any(sample.x == x - 200 for sample in ear.heard(Pointer)), f"the sample at {x}")
        path = ear.heard(Pointer)
    assert {sample.y for sample in path} == {50}
    assert all(later.at_ms - earlier.at_ms >= 100 for earlier, later in pairwise(path))


@pytest.mark.parametrize("lock", ["", "Num_Lock", "Caps_Lock"])
def test_hotkeys_work_whatever_is_locked_and_are_no_part_of_the_lesson(stage: Stage, lock: str) -> None:
    pressed: list[str] = []
    hotkeys = {"ctrl+alt+p": lambda: pressed.append("p"), "Shift+F9": lambda: pressed.append("F9")}
    with paper("Focus", (100, 100, 300, 200)), listening(hotkeys=hotkeys) as ear:
        assert ear.watcher.notices() == []
        if lock:
            stage.xdo(f"key {lock}")
        try:
            stage.xdo("key ctrl+alt+p")
            stage.xdo("key shift+F9")
            stage.xdo("key ctrl+q")
            wait_for(lambda: pressed == ["p", "F9"] and chords(ear.events), "both")
        finally:
            if lock:
                stage.xdo(f"key {lock}")
        assert chords(ear.closed()) == ["Ctrl+Q"]


def test_a_hotkey_held_down_counts_once(stage: Stage) -> None:
    pressed: list[int] = []
    with listening(hotkeys={"ctrl+alt+p": lambda: pressed.append(1)}) as ear:
        stage.run(["xset", "r", "rate", "200", "50"], check=False)
        stage.xdo("keydown ctrl keydown alt keydown p sleep 0.5 keyup p keyup alt keyup ctrl")
        stage.xdo("key ctrl+q")
        wait_for(lambda: chords(ear.events), "what came after it")
        assert pressed == [1]


def test_a_hotkey_that_is_taken_or_unknown_is_told_and_nothing_fails(stage: Stage) -> None:
    with (
        listening(hotkeys={"ctrl+alt+p": lambda: None}),
        listening(
            hotkeys={
                "ctrl+alt+p": lambda: None,
                "ctrl+hyperspace": lambda: None,
                "fn+a": lambda: None,
                "ctrl+alt+f3": lambda: None,
            }
        ) as second,
    ):
        assert second.watcher.why_not == ""
        assert second.watcher.notices() == [
            "The hotkey ctrl+alt+p is held by another program and will not work.",
            "The hotkey ctrl+hyperspace is no key of this keyboard and will not work.",
            "The hotkey fn+a is no key of this keyboard and will not work.",
            "The hotkey ctrl+alt+f3 switches consoles and will not work.",
        ]
        assert second.watcher.notices() == []
        stage.xdo("mousemove 300 300 click 1")
        wait_for(lambda: second.heard(Click), "a click")


def test_without_record_it_says_why_not_and_hotkeys_still_work(poor_screen: str) -> None:
    with listening(hotkeys={"ctrl+alt+p": lambda: None}) as ear:
        assert ear.watcher.why_not == "Clicks and keys are not noted: this X server has no RECORD extension."
        assert ear.watcher.notices() == []


@pytest.mark.skipif(WINDOWS, reason="Windows always has a desktop")
def test_without_a_display_it_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    watcher = open_input_listener(lambda: Region(0, 0, 1, 1), lambda: 0, lambda _: None, {})
    assert watcher.why_not.startswith("Clicks and keys are not noted: There is no screen here")
    assert watcher.notices() == []
    watcher.close()


def test_a_hotkey_may_close_the_watcher_itself(stage: Stage) -> None:
    closing: list[Callable[[], None]] = []
    with listening(hotkeys={"ctrl+alt+s": lambda: [close() for close in closing] and None}) as ear:
        closing.append(ear.watcher.close)
        stage.xdo("key ctrl+alt+s")
        wait_for(lambda: not ear.watcher._thread.is_alive(), "the end of listening")  # type: ignore[attr-defined]


def test_when_the_x_server_dies_listening_ends_with_a_line_and_open_bursts_are_put(own_stage: Stage) -> None:
    sheet = Paper("Sheet", (100, 100, 300, 300))
    with listening() as ear:
        own_stage.run(["xdotool", "type", "abc"])
        wait_for(lambda: ear.watcher._inputs._typed, "typing")  # type: ignore[attr-defined]
        assert own_stage.x_server is not None
        own_stage.end(own_stage.x_server)
        wait_for(lambda: ear.watcher.why_not, "the line")
        assert ear.watcher.why_not == (
            "Clicks and keys are no longer noted: The display went away. What was recorded until then is kept."
        )
        assert [event.count for event in wait_for(lambda: ear.heard(Typed), "the burst")] == [3]
    sheet.close()
