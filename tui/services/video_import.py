"""Heavy libraries imported by one thread at a time.

PyAV's modules import each other: two threads that import them at once find half of one, and one of them fails.
"""

from __future__ import annotations

import threading
from importlib import import_module

_IMPORTING = threading.Lock()
_VIDEO = (
    "capture.render.blur",
    "capture.render.clip_renderer",
    "capture.video.media_info",
    "capture.video.reader",
    "capture.video.waveform",
)


def load_video() -> None:
    """Everything that reads and writes video, once; the first caller takes a third of a second, the others wait."""
    with _IMPORTING:
        for module in _VIDEO:
            import_module(module)
