"""Fitting a target into a video whose size cannot change: the scale, and the pixels made smaller.

A window that grew, or whose dialog hangs over its edge, is shown whole and smaller instead of cut off.
"""

from __future__ import annotations

import cv2
import numpy as np

from capture.desktop.frame_diff import Pixels
from capture.model import Region

_ODD = 1  # a video leaves out the last row or column of a target of odd size


def scale_of(frame: Region, width: int, height: int) -> float:
    """Picture pixels for a desktop pixel: 1, or less where ``frame`` is larger than the picture."""
    if frame.width <= width + _ODD and frame.height <= height + _ODD:
        return 1.0
    return min(width / frame.width, height / frame.height, 1.0)


def scaled_size(frame: Region, scale: float) -> Region:
    """The part of the picture that ``frame`` takes, at its upper left."""
    return Region(0, 0, max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))


def fitted(pixels: Pixels, box: Region) -> Pixels:
    """A grab cut to a box of the picture: an odd last row or column goes. Of a screen with other pixels it is resized,
    as when a window of a Retina screen is moved to another one."""
    height, width = pixels.shape
    if 0 <= height - box.height <= 1 and 0 <= width - box.width <= 1:
        return pixels[: box.height, : box.width]
    return shrunk(pixels, box)


def shrunk(pixels: Pixels, size: Region) -> Pixels:
    """The pixels at a smaller size; each is the mean of those it replaces, so that text stays as legible as can be."""
    height, width = pixels.shape
    if (size.width, size.height) == (width, height):
        return pixels
    small = cv2.resize(
        pixels.view(np.uint8).reshape(height, width, 4), (size.width, size.height), interpolation=cv2.INTER_AREA
    )
    return np.ascontiguousarray(small).view(np.uint32).reshape(size.height, size.width)
