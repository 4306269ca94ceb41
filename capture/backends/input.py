"""Input listeners of this machine's desktop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capture.backends.registry import desktop_backend
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener, NullListener
from capture.errors import CaptureError
from capture.model import Event, Region


def open_input_listener(
    region: Callable[[], Region],
    now_ms: Callable[[], int],
    put: Callable[[Event], None],
    hotkeys: Mapping[str, Callable[[], None]] | None = None,
) -> InputListener:
    """Listen to what the expert does. Never raises: what cannot be heard is told by the Watcher.

    ``region`` tells which part of the desktop the picture shows now, in desktop pixels: places in events are relative
    to it and what lies outside is left out. ``now_ms`` is the time to stamp. ``hotkeys``: ``"ctrl+alt+p"`` to what it
    does, wherever the focus is; they are not put as events.
    """
    inputs = EventAggregator(region, now_ms, put)
    try:
        return desktop_backend().open_listener(inputs, hotkeys or {})
    except (CaptureError, ImportError) as problem:
        return NullListener(f"Clicks and keys are not noted: {problem}")
