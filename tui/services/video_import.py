"""``load_video``: serializes the import of PyAV. Its modules import each other: concurrent first imports can fail."""

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
    """Import all modules that read or write video. The first call takes about 0.3 s; concurrent calls wait for it."""
    with _IMPORTING:
        for module in _VIDEO:
            import_module(module)
