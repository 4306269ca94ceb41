"""Computes the change log of a video file that has none, by comparing its pictures block by block.

Owns the pixels; ``capture/analysis/activity.py`` distinguishes blinking from activity, by the same rules as for a take.
Does not use whole-picture measures: on a screen they miss silent typing and cursor moves at any threshold, while the
most changed block of 16x16 separates noise (2 of 255) from a caret (24), typing (56) and a cursor (109 to 178).
"""

from __future__ import annotations

from collections import defaultdict, deque
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.desktop.frame_diff import BLOCK, islands_of
from capture.model import Change, Region
from capture.progress import Progress
from capture.video.damage import Damage
from capture.video.reader import TimedFrame, frames

CHANGED = 8.0
"""Mean difference above which a block has changed: four times the encoding noise of a still picture."""
EVERY_MS = 80
"""Least interval between compared pictures: enough for user actions, and half the cost of a 30 fps file."""

WIDEST = 1_920
"""Larger pictures are scaled down; a caret on such a screen is wide enough to stay visible."""
_REMEMBERED = 24

Grey = NDArray[np.uint8]


def detect_changes(
    path: Path, progress: Progress, duration_ms: int, damage: Damage | None = None
) -> tuple[list[Change], int]:
    """The changes of a video file, and the end in ms of its last compared picture.

    Progress counts ms of the file, of ``duration_ms``; ``damage`` what could be read. Raises VideoError, or Cancelled
    when ``progress`` does.
    """
    differ, last_ms = _VideoDiffer(), -EVERY_MS
    skipped: TimedFrame | None = None
    for picture in frames(path, grey=True, width=WIDEST, damage=damage):
        if skipped is not None and picture.at_ms - skipped.at_ms >= EVERY_MS:
            differ.compare(*skipped)  # it stood until now: what it shows began at its own time
            last_ms, skipped = skipped.at_ms, None
        if picture.at_ms - last_ms < EVERY_MS:
            skipped = picture
            continue
        differ.compare(*picture)
        progress(picture.at_ms, duration_ms, "Looking for activity")
        last_ms, skipped = picture.at_ms, None
    if skipped is not None:
        differ.compare(*skipped)
        last_ms = skipped.at_ms
    return differ.changes, last_ms + EVERY_MS


class _VideoDiffer:
    """Compares pictures with the last one that differed, and numbers the states of small boxes."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._last: Grey | None = None
        self._states: defaultdict[Region, deque[tuple[int, Grey]]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        self._count = 0

    def compare(self, at_ms: int, picture: Grey) -> None:
        if self._last is None or self._last.shape != picture.shape:
            if self._last is not None:
                self._note(at_ms, Region(0, 0, picture.shape[1], picture.shape[0]), picture)
            self._last = picture.copy()
            return
        changed = _differences(self._last, picture) > CHANGED
        if not changed.any():
            return
        for box in islands_of(changed):
            self._note(at_ms, box, picture)
        self._last = picture.copy()

    def _note(self, at_ms: int, box: Region, picture: Grey) -> None:
        patch = picture[box.y : box.bottom, box.x : box.right]
        state = self._state(box, patch)
        self.changes.append(Change(at_ms, box.x, box.y, box.width, box.height, checksum=state))

    def _state(self, box: Region, patch: Grey) -> int:
        """A number for the content of a box, equal for equal content up to encoding noise; 0 for large boxes."""
        if box.width * box.height > 160 * 64:
            return 0
        for number, known in self._states[box]:
            if known.shape == patch.shape and not (_differences(known, patch) > CHANGED).any():
                return number
        self._count += 1
        self._states[box].append((self._count, patch.copy()))
        return self._count


def _differences(one: Grey, other: Grey) -> NDArray[np.float32]:
    """Mean absolute difference of each 16x16 block, edges padded: (rows of blocks, columns of blocks)."""
    delta = cv2.absdiff(one, other)
    height, width = delta.shape
    padded = cv2.copyMakeBorder(delta, 0, -height % BLOCK, 0, -width % BLOCK, cv2.BORDER_REPLICATE)
    size = (padded.shape[1] // BLOCK, padded.shape[0] // BLOCK)
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.float32)
