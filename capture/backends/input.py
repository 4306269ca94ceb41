"""Input listeners of this machine's desktop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capture.backends.registry import desktop_backend
from capture.desktop.backend import NOT_NOTED
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener, NullListener
from capture.errors import CaptureError
from capture.model import Event, Region


def open_input_listener(
    region: Callable[[], Region],
    now_ms: Callable[[], int],
    put: Callable[[Event], None],
    hotkeys: Mapping[str, Callable[[], None]] | None = None,
    *,
    scale: Callable[[], float] = lambda: 1.0,
    pointer: Callable[[], tuple[int, int] | None] = lambda: None,
) -> InputListener:
    """Listen to mouse and keyboard. Never raises: the InputListener reports what cannot be recorded.

    ``region`` gives the part of the desktop that the picture shows now, in desktop pixels: positions in events are
    relative to it, times ``scale()``, and inputs outside it are left out. ``now_ms`` gives the time of an event.
    ``put`` receives the events. ``hotkeys`` maps ``"ctrl+alt+p"`` to its action, whatever has the focus; they are not
    put as events. ``pointer`` gives the pointer's place on the desktop, where only the pictures tell it.
    """
    inputs = EventAggregator(region, now_ms, put, scale, pointer)
    try:
        return desktop_backend().open_listener(inputs, hotkeys or {})
    except (CaptureError, ImportError) as problem:
        return NullListener(f"{NOT_NOTED}: {problem}")
