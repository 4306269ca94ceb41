"""Blurs burnt into pictures: coarse cells of a few shades, so that what was under them is not in the file any more.

Owns making a rectangle unreadable. Refuses to know when; ``capture/render/clip_renderer.py`` does.

Cells are two lines of small text high, lie on a grid fixed to the picture and hold one of eight shades. A grid that
moved along with its rectangle would sample the same text at many offsets, and fine shades would tell which letters a
cell averages: from such pictures text has been recovered. Here each cell keeps three bits a plane, whatever moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from capture.region import Region

_SHADES = 32  # of 256: eight are left
_LEAST_CELL = 24  # pixels; text on a screen is 10 to 20 high

Plane = NDArray[np.uint8]


def blurred(frame: VideoFrame, regions: Sequence[Region]) -> VideoFrame:
    """A copy of a yuv420p picture with the regions made unreadable; the picture itself where none lies in it."""
    whole = Region(0, 0, frame.width, frame.height)
    boxes = [box for region in regions if not (box := region.intersect(whole)).empty]
    if not boxes:
        return frame
    pixels: Any = frame.to_ndarray()
    height, width = frame.height, frame.width
    luma, chroma = pixels[:height], pixels[height:].reshape(2, height // 2, width // 2)
    cell = cell_of(height)
    for plane, scale in ((luma, 1), (chroma[0], 2), (chroma[1], 2)):
        source = plane.copy()  # so that rectangles that overlap do not sample each other
        for box in boxes:
            _veil(source, plane, box.even(whole), scale, cell)
    made = VideoFrame.from_ndarray(pixels, format="yuv420p")
    made.colorspace, made.color_range = frame.colorspace, frame.color_range
    return made


def veiled_picture(picture: Plane, regions: Sequence[Region]) -> Plane:
    """The same for a BGR picture (h, w, 3), to be looked at before anything is rendered; odd edges stay as they are."""
    height, width = picture.shape[0] & ~1, picture.shape[1] & ~1
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="bgr24")
    shown = picture.copy()
    shown[:height, :width] = blurred(frame.reformat(format="yuv420p"), regions).to_ndarray(format="bgr24")
    return shown


def cell_of(height: int) -> int:
    """Edge of a cell in a picture of that height, even."""
    return max(_LEAST_CELL, height // 30) & ~1


def _veil(source: Plane, plane: Plane, box: Region, scale: int, cell: int) -> None:
    left, top, right, bottom = (edge // scale for edge in (box.x, box.y, box.right, box.bottom))
    edge = cell // scale
    x, y = left // edge * edge, top // edge * edge
    part = source[y : -(-bottom // edge) * edge, x : -(-right // edge) * edge]
    rows, columns = -(-part.shape[0] // edge), -(-part.shape[1] // edge)
    padding = (0, rows * edge - part.shape[0], 0, columns * edge - part.shape[1])
    cells = cv2.resize(
        cv2.copyMakeBorder(part, *padding, cv2.BORDER_REPLICATE), (columns, rows), interpolation=cv2.INTER_AREA
    )
    shades = np.minimum((cells.astype(np.int32) + _SHADES // 2) // _SHADES * _SHADES, 255)  # grey (128) stays grey
    smooth = cv2.resize(shades.astype(np.uint8), (columns * edge, rows * edge), interpolation=cv2.INTER_CUBIC)
    plane[top:bottom, left:right] = smooth[top - y : bottom - y, left - x : right - x]
