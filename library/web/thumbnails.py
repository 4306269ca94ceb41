"""Thumbnails: small pictures of stills, and crops of them, made once and kept in memory.

Owns their size and the limit of memory. A page of whole stills would be some megabytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from library.model import Demo, LibraryError
from library.pictures import Look, shown_picture
from transcribe.model import Step

WIDTH, HEIGHT = 480, 270
"""Pixels at most: twice the size that a list shows, for displays of high density."""
_QUALITY, _CROP_QUALITY, _EFFORT = 70, 86, 2
_KEPT_BYTES = 8 << 20
"""About a thousand thumbnails."""


class Thumbnails:
    """Thumbnails by key, least recently used dropped first. Thread-safe."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: str, still: Path) -> bytes:
        """The thumbnail of a still, as WebP. Raises LibraryError when the still cannot be read."""
        return self.kept(key, lambda: thumbnail_of(still))

    def kept(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The picture of that key, made now unless it was before. Raises as ``make``."""
        with self._lock:
            if (ready := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return ready
        made = make()  # concurrent requests may both make it: neither waits for the other
        with self._lock:
            self._bytes += len(made) - len(self._kept.pop(key, b""))
            self._kept[key] = made
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return made


def crop_of(demo: Demo, step: Step, look: Look, *, then: bool) -> bytes:
    """What is shown of a step's still, as WebP. Raises LibraryError when the still cannot be read."""
    picture = shown_picture(demo, step, look, then=then)
    if picture is None:
        raise LibraryError(f"The still of step {step.number} cannot be read", "Run: showhow library check")
    data = BytesIO()
    picture.save(data, "WEBP", quality=_CROP_QUALITY, method=_EFFORT)
    return data.getvalue()


def thumbnail_of(still: Path) -> bytes:
    """Make the thumbnail of a still, as WebP. Raises LibraryError when the still cannot be read."""
    from PIL import Image

    data = BytesIO()
    try:
        with Image.open(still) as picture:
            picture.thumbnail((WIDTH, HEIGHT))
            picture.convert("RGB").save(data, "WEBP", quality=_QUALITY, method=_EFFORT)
    except (OSError, ValueError, KeyError, Image.DecompressionBombError) as error:
        raise LibraryError(f"The still {still.name} cannot be read", "Run: showhow library check") from error
    return data.getvalue()
