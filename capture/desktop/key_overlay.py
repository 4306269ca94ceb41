"""Key chords shown in the picture while they are fresh, for those who ask for it: ``Ctrl+S`` on a dark label.

Owns how a chord looks and how long it is seen. Refuses to know what was typed: it is only ever given chords.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache

import cv2
import numpy as np

from capture.desktop.cursor_overlay import Mark, Sprite

CHORD_MS = 1500
"""Long enough to read two words (about 250 ms each) after having found the place."""
_LONGEST = 40
_FONT, _THICKNESS, _PADDING = cv2.FONT_HERSHEY_SIMPLEX, 2, 14
_PAPER, _INK = (0x2B, 0x26, 0x22), (0xFF, 0xFF, 0xFF)  # BGR
_OPACITY = 0.85


class Chords:
    """The chords to be seen, the newest at the bottom in the middle. ``add`` may be called from another thread."""

    def __init__(self, width: int, height: int) -> None:
        self._middle, self._bottom = width // 2, height - height // 14
        self._scale = max(0.6, height / 900)
        self._fresh: deque[tuple[str, float]] = deque(maxlen=1)

    def __bool__(self) -> bool:
        """Whether one is shown, or about to be."""
        return bool(self._fresh)

    def add(self, keys: str, now_s: float) -> None:
        """A chord was pressed; it takes the place of the one before."""
        self._fresh.append((keys[:_LONGEST], now_s))

    def marks(self, now_s: float) -> list[Mark]:
        """What is to be drawn now."""
        while self._fresh and (now_s - self._fresh[0][1]) * 1000 >= CHORD_MS:
            self._fresh.popleft()
        return [Mark(label_sprite(keys, self._scale), self._middle, self._bottom) for keys, _ in tuple(self._fresh)]


@lru_cache(maxsize=32)
def label_sprite(text: str, scale: float) -> Sprite:
    """White letters on a dark label; the spot is the middle of its lower edge."""
    # OpenCV's own letters know ASCII only; a key of another alphabet is shown by a question mark.
    text = text.encode("ascii", "replace").decode()
    (width, height), below = cv2.getTextSize(text, _FONT, scale, _THICKNESS)
    size = (height + below + 2 * _PADDING, width + 2 * _PADDING)
    colour = np.full((*size, 3), _PAPER, np.uint8)
    letters = np.zeros(size, np.uint8)
    for canvas, ink in ((colour, _INK), (letters, (255,))):
        place = (_PADDING, _PADDING + height)
        cv2.putText(canvas, text, place, _FONT, scale, ink, _THICKNESS, cv2.LINE_AA)
    alpha = np.maximum(np.full(size, _OPACITY), letters / 255)
    pixels = np.dstack((colour * alpha[..., None], alpha * 255))
    return Sprite(np.rint(pixels).astype(np.uint8), size[1] // 2, size[0])
