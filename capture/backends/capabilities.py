"""Checks of what this desktop supports for a recording; each tries it and returns the problem in one line."""

from __future__ import annotations

from collections.abc import Iterable

from capture.backends.input import open_input_listener
from capture.backends.registry import desktop_backend
from capture.model import Event, Region


def why_slow() -> str:
    """Why whole pictures must be compared on this screen, which costs more CPU; empty when damage events are available.

    Raises CaptureError when there is no screen.
    """
    return desktop_backend().why_slow()


def why_no_events() -> str:
    """Why clicks and keys are not recorded; empty when they are."""
    return _try_listener(())[0]


def hotkey_problems(hotkeys: Iterable[str]) -> list[str]:
    """Problems of hotkeys (``"ctrl+alt+p"``), one line each; empty when all of them work."""
    why_not, notices = _try_listener(hotkeys)
    return notices or ([why_not] if why_not else [])


def _try_listener(hotkeys: Iterable[str]) -> tuple[str, list[str]]:
    listener = open_input_listener(lambda: Region(0, 0, 1, 1), lambda: 0, _ignore, dict.fromkeys(hotkeys, _ignore))
    try:
        return listener.why_not, listener.notices()
    finally:
        listener.close()


def _ignore(_event: Event | None = None) -> None:
    """Discard an event or a hotkey."""
