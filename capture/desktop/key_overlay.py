"""Optional overlay of recently pressed key chords: ``Ctrl+S`` on a dark label.

Owns how a chord looks and how long it is shown. Does not know what was typed: it receives chords only.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import cv2
import numpy as np

from capture.desktop.cursor_overlay import Mark, Sprite

CHORD_MS = 1500
"""Enough time to notice the label and read two words (about 250 ms each)."""
_LONGEST = 40
_FONT, _THICKNESS, _PADDING = cv2.FONT_HERSHEY_SIMPLEX, 2, 14
_BACKGROUND, _FOREGROUND = (0x2B, 0x26, 0x22), (0xFF, 0xFF, 0xFF)  # BGR
_OPACITY = 0.85


class Chords:
    """The latest chord, shown at the bottom in the middle. ``add`` may be called from another thread."""

    def __init__(self, width: int, height: int) -> None:
        self._middle, self._bottom = width // 2, height - height // 14
        self._scale = max(0.6, height / 900)
        self._lock = Lock()
        self._latest: tuple[str, float] | None = None

    def __bool__(self) -> bool:
        """Whether a chord is shown or due."""
        return self._latest is not None

    def add(self, keys: str, now_s: float) -> None:
        """A chord was pressed; it replaces the one before."""
        with self._lock:
            self._latest = (keys[:_LONGEST], now_s)

    def marks(self, now_s: float) -> list[Mark]:
        """The label to draw now; none once its time is over."""
        with self._lock:
            if self._latest is not None and (now_s - self._latest[1]) * 1000 >= CHORD_MS:
                self._latest = None
            latest = self._latest
        return [] if latest is None else [Mark(label_sprite(latest[0], self._scale), self._middle, self._bottom)]


@lru_cache(maxsize=32)
def label_sprite(text: str, scale: float) -> Sprite:
    """White letters on a dark label; the hot spot is the middle of its lower edge."""
    # OpenCV's fonts have ASCII only; a letter of another alphabet becomes a question mark.
    text = text.encode("ascii", "replace").decode()
    (width, height), below = cv2.getTextSize(text, _FONT, scale, _THICKNESS)
    size = (height + below + 2 * _PADDING, width + 2 * _PADDING)
    colour = np.full((*size, 3), _BACKGROUND, np.uint8)
    letters = np.zeros(size, np.uint8)
    for canvas, tone in ((colour, _FOREGROUND), (letters, (255,))):
        place = (_PADDING, _PADDING + height)
        cv2.putText(canvas, text, place, _FONT, scale, tone, _THICKNESS, cv2.LINE_AA)
    alpha = np.maximum(np.full(size, _OPACITY), letters / 255)
    pixels = np.dstack((colour * alpha[..., None], alpha * 255))
    return Sprite(np.rint(pixels).astype(np.uint8), size[1] // 2, size[0])
