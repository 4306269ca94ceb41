"""Blurs regions of frames irreversibly: coarse cells of a few shades, so that the file no longer contains the content.

Owns making a rectangle unreadable. Does not know the times; ``capture/render/keyframes.py`` does.

Cells are two lines of small text high, lie on a grid fixed to the picture and have one of eight shades. A grid that
moved with its rectangle would sample the same text at many offsets, and fine shades would reveal the letters a cell
averages: text has been recovered from such pictures. Here each cell keeps three bits a plane, whatever moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from capture.model import Region

_SHADES = 32  # step between shades of 256: eight remain
_LEAST_CELL = 24  # pixels; text on a screen is 10 to 20 high

Plane = NDArray[np.uint8]


def blurred(frame: VideoFrame, regions: Sequence[Region]) -> VideoFrame:
    """A copy of a yuv420p frame with the regions made unreadable; the frame itself when none intersects it."""
    whole = Region(0, 0, frame.width, frame.height)
    boxes = [box for region in regions if not (box := region.intersect(whole)).empty]
    if not boxes:
        return frame
    pixels: Any = frame.to_ndarray()
    height, width = frame.height, frame.width
    luma, chroma = pixels[:height], pixels[height:].reshape(2, height // 2, width // 2)
    cell = cell_of(height)
    for plane, scale in ((luma, 1), (chroma[0], 2), (chroma[1], 2)):
        source = plane.copy()  # so that overlapping rectangles do not sample each other
        for box in boxes:
            _blur_box(source, plane, box.even(whole), scale, cell)
    made = VideoFrame.from_ndarray(pixels, format="yuv420p")
    made.colorspace, made.color_range = frame.colorspace, frame.color_range
    return made


def blurred_picture(picture: Plane, regions: Sequence[Region]) -> Plane:
    """The same for a BGR picture (h, w, 3), as a preview before rendering; odd edges are not changed."""
    height, width = picture.shape[0] & ~1, picture.shape[1] & ~1
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="bgr24")
    shown = picture.copy()
    shown[:height, :width] = blurred(frame.reformat(format="yuv420p"), regions).to_ndarray(format="bgr24")
    return shown


def cell_of(height: int) -> int:
    """Edge length (even) of a cell in a picture of that height."""
    return max(_LEAST_CELL, height // 30) & ~1


def _blur_box(source: Plane, plane: Plane, box: Region, scale: int, cell: int) -> None:
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
