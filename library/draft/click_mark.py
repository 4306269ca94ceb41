"""Marks a click on a picture: a frame around the label that was clicked, else a ring around the place.

Owns that the mark covers no letter. Looks for the label by its ink alone, without reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capture.model import Region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from transcribe.model import Picture

    Mask = NDArray[np.uint8]

_MARK, _HALO = (20, 95, 245), (255, 255, 255)  # BGR; a warm orange seen on white, grey and dark screens alike
_RADIUS, _STROKE = 1 / 32, 1 / 300  # of the picture's height: 34 and 4 pixels at 1080p
_ACROSS, _DOWN = 1 / 5, 1 / 22  # of the picture's height: how far from the click a label may reach, and how far above
_LETTER = 1 / 60  # of the picture's height: letters are up to twice as high, and words at most that far apart
_INK = 40  # difference between neighbours, of 255: edges of letters, not shades
_REACH = 1 / 36  # of the picture's height: the padding of a button


def with_click_marked(picture: Picture, x: int, y: int) -> Picture:
    """A copy of the picture (h, w, 3) with the click at (x, y) marked; it may lie at the edge."""
    import cv2

    drawn, height = picture.copy(), picture.shape[0]
    stroke = max(3, round(height * _STROKE))
    lines = ((stroke + 2 * max(1, stroke // 3), _HALO), (stroke, _MARK))
    label = label_box(picture, x, y)
    for width, colour in lines:
        if label is None:
            cv2.circle(drawn, (x, y), max(14, round(height * _RADIUS)), colour, width, cv2.LINE_AA)
        else:
            gap = stroke + 2  # the halo is a pixel or two wider than the line
            corners = (label.x - gap, label.y - gap), (label.right + gap, label.bottom + gap)
            cv2.rectangle(drawn, *corners, colour, width, cv2.LINE_AA)
    return drawn


def label_box(picture: Picture, x: int, y: int) -> Region | None:
    """The box of the text at a position, or beside it within the padding of a button; None when there is none.

    In pixels of the picture. What is higher than two lines, or reaches the end of the room looked at, is no label.
    """
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    room = Region(x - round(height * _ACROSS), y - round(height * _DOWN), 0, 0)
    room = Region(room.x, room.y, 2 * (x - room.x), 2 * (y - room.y)).intersect(Region(0, 0, width, height))
    if room.empty:
        return None
    grey = cv2.cvtColor(picture[room.y : room.bottom, room.x : room.right], cv2.COLOR_BGR2GRAY)
    kernel = np.ones((3, 3), np.uint8)
    edges = (cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, kernel) > _INK).astype(np.uint8)
    letter = max(8, round(height * _LETTER))
    without_lines = _without_lines(np.asarray(edges, np.uint8), letter)
    words = cv2.morphologyEx(without_lines, cv2.MORPH_CLOSE, np.ones((1, letter), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(words, connectivity=8)
    boxes = [Region(int(a) + room.x, int(b) + room.y, int(w), int(h)) for a, b, w, h, _ in found[1:]]
    near = [box for box in boxes if _is_label(box, room, letter) and _distance(box, x, y) <= height * _REACH]
    return min(near, key=lambda box: _distance(box, x, y), default=None)


def _without_lines(edges: Mask, letter: int) -> Mask:
    """The edges without straight lines longer than letters: borders of buttons and fields."""
    import cv2
    import numpy as np

    across = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((1, 3 * letter), np.uint8))
    down = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((2 * letter, 1), np.uint8))
    lines = np.maximum(across, down)
    return np.where(lines > 0, 0, edges).astype(np.uint8)


def _is_label(box: Region, room: Region, letter: int) -> bool:
    inside = box.x > room.x and box.right < room.right
    upright = box.width < box.height  # a text cursor, one letter
    return inside and not upright and letter // 3 <= box.height <= 3 * letter


def _distance(box: Region, x: int, y: int) -> float:
    """Distance of a position from a box, 0 inside; up and down counts double, as labels are usually beside."""
    across = max(box.x - x, 0, x - box.right + 1)
    down = max(box.y - y, 0, y - box.bottom + 1)
    return across + 2 * down
