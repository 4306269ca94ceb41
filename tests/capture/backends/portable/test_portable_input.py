"""The portable way of listening on a real X server: pynput in its process, windows by X."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from capture.backends import registry
from capture.backends.input import open_input_listener
from capture.backends.portable.child_listener import ChildListener
from capture.model import Chord, Click, Event, Pointer, Region, Scroll, Typed, WindowChange
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import paper
from tests.support.portable_desktop import PORTABLE, python_path

E = TypeVar("E", bound=Event)
SLOW_S = 90.0
"""For a process to start and load pynput on a machine that does much else."""
WHOLE = Region(0, 0, 1280, 720)
pytestmark = pytest.mark.x11


@pytest.fixture
def portable(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(registry, "DESKTOPS", PORTABLE)
    monkeypatch.setenv("PYTHONPATH", python_path())
    return stage


class Ear:
    def __init__(self, region: Region, hotkeys: Mapping[str, Callable[[], None]]) -> None:
        self.events: list[Event] = []
        start = time.monotonic()
        self.listener = open_input_listener(
            lambda: region, lambda: round((time.monotonic() - start) * 1000), self.events.append, hotkeys
        )

    def heard(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def pid(self) -> int:
        assert isinstance(self.listener, ChildListener)
        return self.listener._child.pid


@contextmanager
def listening(region: Region = WHOLE, hotkeys: Mapping[str, Callable[[], None]] | None = None) -> Iterator[Ear]:
    ear = Ear(region, hotkeys or {})
    assert isinstance(ear.listener, ChildListener)
    wait_for(ear.listener._answered.is_set, "the listener", SLOW_S)
    try:
        yield ear
    finally:
        ear.listener.close()


def test_clicks_have_their_window_scrolls_and_typing_are_joined(portable: Stage) -> None:
    with (
        paper("Orders", (100, 100, 300, 200), window_class="Shop"),
        listening(Region(50, 60, 600, 400)) as ear,
    ):
        assert ear.listener.why_not == ""
        portable.xdo("mousemove 200 180 click 1 mousemove 210 190 click 3 mousemove 900 600 click 1")
        portable.xdo("mousemove 220 200 click 5 click 5")
        portable.xdo("type Tr0ub4dor")
        portable.xdo("key ctrl+s")
        wait_for(lambda: ear.heard(Chord), "the chord")
    left, right = ear.heard(Click)
    assert (left.x, left.y, left.button, left.window, left.window_class) == (150, 120, 1, "Orders", "Shop")
    assert (right.x, right.y, right.button) == (160, 130, 3)
    assert sum(scroll.dy for scroll in ear.heard(Scroll)) == 2
    assert sum(burst.count for burst in ear.heard(Typed)) == len("Tr0ub4dor")
    assert [chord.keys for chord in ear.heard(Chord)] == ["Ctrl+S"]
    assert "Orders" in {change.window for change in ear.heard(WindowChange)}


def test_the_pointers_path_ends_where_it_rests(portable: Stage) -> None:
    with listening() as ear:
        portable.xdo("\n".join(f"mousemove {x} 300" for x in range(100, 400, 7)))
        wait_for(lambda: [(p.x, p.y) for p in ear.heard(Pointer)][-1:] == [(394, 300)], "the last place")


def test_hotkeys_act_and_are_not_noted(portable: Stage) -> None:
    pressed: list[str] = []
    with listening(hotkeys={"ctrl+alt+k": lambda: pressed.append("k"), "ctrl+nosuch": lambda: None}) as ear:
        assert ear.listener.notices() == ["The hotkey ctrl+nosuch is no key of a keyboard and will not work."]
        portable.xdo("key ctrl+alt+k")
        portable.xdo("key ctrl+k")
        wait_for(lambda: ear.heard(Chord), "the chord")
    assert pressed == ["k"]
    assert [chord.keys for chord in ear.heard(Chord)] == ["Ctrl+K"]


def test_a_crash_of_the_listening_is_one_line_and_another_process_listens_to_the_mouse(portable: Stage) -> None:
    with listening() as ear:
        portable.xdo("mousemove 400 400 click 1 type abc")
        portable.xdo("key ctrl+k")  # what was typed before it has been told then
        wait_for(lambda: ear.heard(Click) and ear.heard(Chord), "the click and the keys")
        first = ear.pid
        os.kill(first, signal.SIGILL)
        (line,) = wait_for(ear.listener.notices, "the notice")
        assert line == "Keys are no longer noted: the process that listens was ended by SIGILL. Clicks are."
        assert ear.listener.why_not == line
        wait_for(lambda: portable.xdo("click 3") or len(ear.heard(Click)) > 1, "another click", SLOW_S)
        os.kill(ear.pid, signal.SIGILL)
        assert wait_for(ear.listener.notices, "the last notice") == [
            "Clicks and keys are no longer noted: the process that listens ended."
        ]
        assert ear.pid != first
    assert ear.heard(Click)[0].button == 1
    assert sum(burst.count for burst in ear.heard(Typed)) == 3


def test_a_crash_while_it_starts_leaves_the_clicks(
    portable: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As on a Mac whose keyboard cannot be read: the process dies before it is ready, unless it leaves it alone."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "if 'capture.backends.portable.input_process' in sys.orig_argv and 'mouse' not in sys.orig_argv:\n"
        "    os.kill(os.getpid(), signal.SIGTRAP)\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{python_path()}")
    with listening() as ear:
        why = "Keys are not noted: the process that listens was ended by SIGTRAP. Clicks are."
        assert ear.listener.why_not == why
        assert set(ear.listener.notices()) <= {why}
        portable.xdo("mousemove 400 400 click 1")
        wait_for(lambda: ear.heard(Click), "the click")


def test_without_pynput_it_says_why_not(portable: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pynput.py").write_text("raise ImportError('no pynput here')\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{python_path()}")
    with listening() as ear:
        assert ear.listener.why_not == "Clicks and keys are not noted: no pynput here."
