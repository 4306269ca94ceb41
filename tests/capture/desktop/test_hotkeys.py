"""Hotkeys where other programs hold the keyboard, and on keyboards without Latin letters; on a real X server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from Xlib import X, display

from capture.backends.capabilities import hotkey_problems
from tests.capture.desktop.test_input_listener import chords, listening
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import paper

pytestmark = pytest.mark.x11
KEYS = ("ctrl+alt+s", "ctrl+alt+k")


@contextmanager
def keyboard_held(*, menu: bool = False) -> Iterator[None]:
    """Another program holds the keyboard; as a ``menu`` does, the pointer too."""
    other = display.Display()
    root = other.screen().root
    try:
        wait_for(lambda: not root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime), "the keyboard")
        if menu:
            mask = X.ButtonPressMask
            wait_for(
                lambda: not root.grab_pointer(False, mask, X.GrabModeAsync, X.GrabModeAsync, 0, 0, X.CurrentTime),
                "the pointer",
            )
        other.sync()
        yield
    finally:
        other.close()


@contextmanager
def layout(stage: Stage, name: str) -> Iterator[None]:
    """Another keyboard layout."""
    stage.run(["setxkbmap", name])
    try:
        yield
    finally:
        stage.run(["setxkbmap", "us"])


def actions(pressed: list[str]) -> dict[str, Callable[[], None]]:
    return {key: lambda key=key: pressed.append(key) for key in KEYS}  # type: ignore[misc]  # a bound argument


@pytest.mark.parametrize("menu", [False, True])
def test_a_hotkey_acts_once_while_another_program_holds_the_keyboard(stage: Stage, menu: bool) -> None:
    pressed: list[str] = []
    with listening(hotkeys=actions(pressed)) as ear:
        with keyboard_held(menu=menu):
            stage.xdo("key ctrl+alt+k")
            stage.xdo("key ctrl+alt+s")
            wait_for(lambda: pressed == ["ctrl+alt+k", "ctrl+alt+s"], "both hotkeys")
        stage.xdo("key ctrl+alt+k")
        stage.xdo("key ctrl+q")
        wait_for(lambda: chords(ear.events), "what came after them")
        assert pressed == ["ctrl+alt+k", "ctrl+alt+s", "ctrl+alt+k"]
        assert chords(ear.closed()) == ["Ctrl+Q"], "a hotkey is no part of the lesson"


def test_the_program_in_front_does_not_get_a_hotkey(stage: Stage) -> None:
    pressed: list[str] = []
    with paper("Editor", (100, 100, 300, 200)) as sheet, listening(hotkeys=actions(pressed)):
        sheet.window.change_attributes(event_mask=X.KeyPressMask)
        sheet.window.set_input_focus(X.RevertToParent, X.CurrentTime)
        sheet.display.sync()
        stage.run(["xdotool", "key", "38"])
        stage.xdo("key ctrl+alt+s")
        stage.run(["xdotool", "key", "39"])
        got: list[int] = []

        def last_came() -> bool:
            while sheet.display.pending_events():
                event = sheet.display.next_event()
                if event.type == X.KeyPress and event.detail in range(38, 47) and not event.state & X.ControlMask:
                    got.append(event.detail)
                assert not (event.type == X.KeyPress and event.state & X.ControlMask and event.detail == 39)
            return 39 in got

        wait_for(last_came, "the keys of the editor")
        assert got == [38, 39]
        wait_for(lambda: pressed == ["ctrl+alt+s"], "the hotkey")


@pytest.mark.parametrize("name", ["ru", "gr", "il"])
def test_a_layout_without_latin_letters_has_the_hotkeys_at_their_places(stage: Stage, name: str) -> None:
    pressed: list[str] = []
    with layout(stage, name):
        assert hotkey_problems(KEYS) == []
        with listening(hotkeys=actions(pressed)) as ear:
            stage.xdo("keydown Control_L keydown Alt_L key 39 keyup Alt_L keyup Control_L")  # the place of S
            wait_for(lambda: pressed == ["ctrl+alt+s"], "the hotkey")
            stage.xdo("keydown Control_L key 38 keyup Control_L")
            wait_for(lambda: chords(ear.events), "a chord of the lesson")
            assert chords(ear.closed()) == ["Ctrl+A"], "named as most programs read it"


def test_a_hotkey_moves_with_a_layout_that_changes_meanwhile(stage: Stage) -> None:
    pressed: list[str] = []
    with listening(hotkeys=actions(pressed)) as ear, layout(stage, "dvorak"):
        wait_for(lambda: (47, 12) in ear.watcher._hotkeys._actions, "the new place")  # type: ignore[attr-defined]
        stage.xdo("keydown Control_L keydown Alt_L key 39 key 47 keyup Alt_L keyup Control_L")
        wait_for(lambda: pressed == ["ctrl+alt+s"], "the hotkey")
        assert chords(ear.closed()) == ["Ctrl+Alt+O"], "the old place is a key like any other"
