"""The Watcher of other systems, with pynput played by the test: what pynput reports and what becomes of it."""

from __future__ import annotations

import platform
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from capture.backends.input import open_input_listener
from capture.backends.portable.probe import PollingProbe
from capture.desktop.input_listener import InputListener
from capture.model import Chord, Click, Event, Pointer, Region, Scroll, Typed


class FakeListener:
    """Stands in for pynput's listeners, which are threads with callbacks."""

    def __init__(self, **callbacks: Callable[..., None]) -> None:
        self.callbacks, self.running = callbacks, False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


class Hand:
    """Plays pynput: holds the listeners that were made and presses on them."""

    def __init__(self) -> None:
        self.mouse: FakeListener | None = None
        self.keyboard: FakeListener | None = None
        self.hotkeys: dict[str, Callable[[], None]] = {}

    def mouse_listener(self, **callbacks: Callable[..., None]) -> FakeListener:
        self.mouse = FakeListener(**callbacks)
        return self.mouse

    def keyboard_listener(self, **callbacks: Callable[..., None]) -> FakeListener:
        self.keyboard = FakeListener(**callbacks)
        return self.keyboard

    def global_hotkeys(self, hotkeys: Mapping[str, Callable[[], None]]) -> FakeListener:
        if any("nosuch" in text for text in hotkeys):
            raise ValueError("nosuch")
        self.hotkeys = dict(hotkeys)
        return FakeListener()

    def button(self, what: str, *args: Any) -> None:
        assert self.mouse is not None
        self.mouse.callbacks[what](*args)

    def keys(self, *keys: str) -> None:
        """Press all, release all; a letter is a character, anything longer a key's name."""
        assert self.keyboard is not None
        made = [types.SimpleNamespace(char=key) if len(key) == 1 else types.SimpleNamespace(name=key) for key in keys]
        for key in made:
            self.keyboard.callbacks["on_press"](key)
        for key in reversed(made):
            self.keyboard.callbacks["on_release"](key)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    hand = Hand()
    mouse = types.ModuleType("pynput.mouse")
    mouse.Listener = hand.mouse_listener  # type: ignore[attr-defined]  # a module made of what is used of it
    mouse.Controller = lambda: types.SimpleNamespace(position=(33.0, 44.6))  # type: ignore[attr-defined]  # likewise
    keyboard = types.ModuleType("pynput.keyboard")
    keyboard.Listener = hand.keyboard_listener  # type: ignore[attr-defined]  # likewise
    keyboard.GlobalHotKeys = hand.global_hotkeys  # type: ignore[attr-defined]  # likewise
    package = types.ModuleType("pynput")
    package.mouse, package.keyboard = mouse, keyboard  # type: ignore[attr-defined]  # likewise
    for name, module in (("pynput", package), ("pynput.mouse", mouse), ("pynput.keyboard", keyboard)):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    return hand


class Ear:
    def __init__(self, **hotkeys: Callable[[], None]) -> None:
        self.events: list[Event] = []
        hold = {text.replace("_", "+"): action for text, action in hotkeys.items()}
        self.watcher: InputListener = open_input_listener(
            lambda: Region(100, 50, 200, 200), lambda: 7, self.events.append, hold
        )


@pytest.fixture
def ear(hand: Hand) -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.watcher.close()


def test_clicks_scrolls_and_the_path_have_places_in_the_picture(hand: Hand, ear: Ear) -> None:
    left = types.SimpleNamespace(name="left")
    hand.button("on_move", 120.4, 70.2)
    hand.button("on_click", 110, 60, left, True)
    hand.button("on_click", 110, 60, left, False)
    hand.button("on_scroll", 110, 60, 0, -2)
    ear.watcher.close()
    assert ear.watcher.why_not == ""
    assert ear.events == [Pointer(7, 20, 20), Click(7, 10, 10, 1), Scroll(7, 10, 10, dy=2)]


def test_characters_are_only_counted_and_chords_are_named(hand: Hand, ear: Ear) -> None:
    for key in ("S", "3", "space"):
        hand.keys(key)
    hand.keys("shift", "B")
    hand.keys("backspace")
    hand.keys("ctrl_l", "s")
    hand.keys("ctrl_l", "shift", "n")
    hand.keys("cmd", "page_down")
    hand.keys("enter")
    hand.keys("f5")
    hand.keys("caps_lock")
    hand.keys("ctrl_l", "alt_gr", "@")  # how Windows reports AltGr
    ear.watcher.close()
    assert ear.events == [
        Typed(7, 4, 7),
        *(Chord(7, keys) for keys in ("Ctrl+S", "Ctrl+Shift+N", "Super+PageDown", "Return", "F5")),
        Typed(7, 1, 7),
    ]


def test_the_option_key_of_a_mac_types_characters(hand: Hand, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    hand.keys("alt", "€")
    ear.watcher.close()
    assert ear.events == [Typed(7, 1, 7)]


def test_hotkeys_are_handed_over_in_pynputs_spelling_and_a_wrong_one_is_told(hand: Hand) -> None:
    ear = Ear(ctrl_alt_p=lambda: None, super_F5=lambda: None)
    assert set(hand.hotkeys) == {"<ctrl>+<alt>+p", "<cmd>+<f5>"}
    ear.watcher.close()
    other = Ear(ctrl_nosuch=lambda: None)
    assert other.watcher.notices() == ["The hotkeys ctrl+nosuch will not work: nosuch."]
    other.watcher.close()


def test_without_pynput_it_says_why_not(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pynput", "pynput.mouse", "pynput.keyboard"):
        monkeypatch.setitem(sys.modules, name, None)
    ear = Ear()
    assert ear.watcher.why_not.startswith("Clicks and keys are not noted: ")
    lookout = PollingProbe("all", Region(0, 0, 100, 100))
    assert lookout.refresh().pointer is None
    assert lookout.confirm()
    (line,) = PollingProbe("all", Region(0, 0, 100, 100)).refresh().notices
    assert line.startswith("The pointer is left out of the picture: ")


def test_without_x_the_pointer_is_an_arrow_where_pynput_says(hand: Hand) -> None:
    sight = PollingProbe("all", Region(0, 0, 100, 100)).refresh()
    assert sight.pointer is not None
    assert (sight.pointer_x, sight.pointer_y, sight.suspects) == (33, 44, None)
