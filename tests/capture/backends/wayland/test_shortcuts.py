"""Hotkeys through the desktop's portal: bound by name, wherever the desktop lets them be."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from capture.backends.wayland.listener import WaylandListener
from capture.backends.wayland.shortcuts import trigger
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import HotkeyAction
from capture.model import Event, Pointer, Region
from tests.support.desktop import wait_for
from tests.support.scripted_portal import ScriptedPortal
from tests.support.wayland_stage import start_bus

BIND = "Bind keys to showhow mark."


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A session bus on which nothing is."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("a session bus needs dbus-daemon; scripts/setup.sh names the package")
    started: list[subprocess.Popen[bytes]] = []

    def spawn(command: list[str], **options: Any) -> None:
        started.append(subprocess.Popen(command, **options))

    address = start_bus(spawn, tmp_path / "bus", os.environ)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield address
    started[0].terminate()
    started[0].wait()


@pytest.fixture
def listen() -> Iterator[Callable[..., WaylandListener]]:
    """Opens listeners; all are closed at the end."""
    opened: list[WaylandListener] = []

    def with_keys(**actions: Callable[[], object]) -> WaylandListener:
        chords = {f"ctrl+alt+{name[0]}": HotkeyAction(name, run) for name, run in actions.items()}
        inputs = EventAggregator(lambda: Region(0, 0, 1, 1), lambda: 0, lambda _event: None)
        opened.append(WaylandListener(inputs, chords, why_not="not told", bind=BIND, path=False))
        return opened[-1]

    yield with_keys
    for listener in opened:
        listener.close()


def test_a_key_that_the_desktop_grants_does_what_its_name_says(
    bus: str, listen: Callable[..., WaylandListener]
) -> None:
    done: list[str] = []
    portal = ScriptedPortal(bus)
    listener = listen(mark=lambda: done.append("mark"), stop=lambda: done.append("stop"))
    portal.press("mark")
    portal.press("stop")
    portal.press("mark")
    wait_for(lambda: done == ["mark", "stop", "mark"], "what the keys do")
    assert listener.notices() == []
    assert portal.bound["stop"] == {"description": "showhow: stop", "preferred_trigger": "CTRL+ALT+s"}
    portal.close()


def test_without_such_a_portal_the_notice_says_what_to_do_instead(
    bus: str, listen: Callable[..., WaylandListener]
) -> None:
    listener = listen(mark=lambda: None)
    told = wait_for(listener.notices, "the notice")
    assert told == [f"This desktop gives no program keys of its own. {BIND}"]
    assert listener.notices() == [], "said once"


def test_keys_that_are_refused_are_told(bus: str, listen: Callable[..., WaylandListener]) -> None:
    portal = ScriptedPortal(bus, answer=1)
    assert wait_for(listen(mark=lambda: None).notices, "the notice") == [
        f"It was refused in the desktop's dialogue. {BIND}"
    ]
    portal.close()


@pytest.mark.parametrize(
    ("chord", "written"),
    [("ctrl+alt+s", "CTRL+ALT+s"), ("super+F5", "LOGO+F5"), ("Shift+Control+p", "SHIFT+CTRL+p"), ("F9", "F9")],
)
def test_chords_are_written_as_the_portal_wants_them(chord: str, written: str) -> None:
    assert trigger(chord) == written


def test_the_pointers_path_is_taken_from_the_pictures() -> None:
    places = iter([(10, 10), (10, 10), None, (50, 60), (500, 60)])
    looked: list[tuple[int, int] | None] = []
    events: list[Event] = []

    def seen() -> tuple[int, int] | None:
        looked.append(next(places, None))
        return looked[-1]

    inputs = EventAggregator(lambda: Region(0, 0, 100, 100), lambda: len(looked), events.append, pointer=seen)
    listener = WaylandListener(inputs, {}, why_not="not told", bind=BIND, path=True)
    wait_for(lambda: len(looked) > 5, "the end of the path")
    listener.close()
    assert events == [Pointer(1, 10, 10), Pointer(4, 50, 60)]
