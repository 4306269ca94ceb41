"""What this desktop can do for a recording, each answered in one line by trying it."""

from __future__ import annotations

from collections.abc import Iterable

from capture.backends.input import open_input_listener
from capture.backends.registry import desktop_backend
from capture.model import Event, Region


def why_slow() -> str:
    """Why whole pictures must be compared on this screen, which costs more CPU; empty when they need not.

    Raises CaptureError when there is no screen to read.
    """
    return desktop_backend().why_slow()


def why_no_events() -> str:
    """Why clicks and keys are not noted; empty when they are."""
    return _tried(())[0]


def hotkey_problems(hotkeys: Iterable[str]) -> list[str]:
    """What is wrong with hotkeys (``"ctrl+alt+p"``); empty when all of them work."""
    why_not, notices = _tried(hotkeys)
    return notices or ([why_not] if why_not else [])


def _tried(hotkeys: Iterable[str]) -> tuple[str, list[str]]:
    watcher = open_input_listener(lambda: Region(0, 0, 1, 1), lambda: 0, _ignore, dict.fromkeys(hotkeys, _ignore))
    try:
        return watcher.why_not, watcher.notices()
    finally:
        watcher.close()


def _ignore(_event: Event | None = None) -> None:
    """Nothing is recorded now, and nothing is done."""
