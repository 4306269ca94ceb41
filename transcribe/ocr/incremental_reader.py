"""All that can be read in a row of pictures, of each only what changed since the one before.

Owns what is read again. Refuses to know where pictures come from. Reading a full 1080p picture takes 4 to 9 s of a
core; from one still of a lesson to the next a third of it has changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from msgspec.structs import replace

from capture.model import Region
from transcribe.model import Picture, ScreenReader, TextLine
from transcribe.ocr.text_layout import DENSE, words_in

_CHANGED = 40  # of 255; what compression does to a letter's edge stays below
_SOLID = 6 / 49  # of the pixels of 7 by 7; thinner specks are compression's too
_MARGIN = 24  # pixels around what changed, so that no line is cut through its height
_MOST = 0.6  # of a picture's height; more, and all of it is read


class IncrementalOcr:
    """Reads pictures one after the other."""

    def __init__(self, reader: ScreenReader) -> None:
        self._reader = reader
        self._before: Picture | None = None
        self._lines: Sequence[TextLine] = ()

    def text(self, picture: Picture) -> str:
        """Everything that can be read in the next picture, line by line from the top. Raises TranscribeError."""
        while picture.shape[0] > DENSE:
            picture = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        band = _changed(self._before, picture)
        if band is None:
            self._lines = self._reader.lines(picture)
        elif not band.empty:
            band, kept = _whole_lines(band, self._lines)
            read = self._reader.lines(picture[band.y : band.bottom])
            moved = [replace(line, region=replace(line.region, y=line.region.y + band.y)) for line in read]
            self._lines = [*kept, *moved]
        self._before = picture
        return words_in(self._lines)


def _changed(before: Picture | None, picture: Picture) -> Region | None:
    """The band of rows that changed, empty when none did; None when nearly all of it must be read."""
    if before is None or before.shape != picture.shape:
        return None
    apart = cv2.cvtColor(cv2.absdiff(before, picture), cv2.COLOR_BGR2GRAY)
    solid = cv2.blur((apart > _CHANGED).astype(np.float32), (7, 7)) >= _SOLID
    rows = np.flatnonzero(solid.any(axis=1))
    height, width = picture.shape[:2]
    if not len(rows):
        return Region(0, 0, width, 0)
    top, bottom = max(0, int(rows[0]) - _MARGIN), min(height, int(rows[-1]) + _MARGIN + 1)
    return Region(0, top, width, bottom - top) if bottom - top <= _MOST * height else None


def _whole_lines(band: Region, lines: Sequence[TextLine]) -> tuple[Region, list[TextLine]]:
    """The band grown so that it cuts through no line, and the lines outside of it."""
    while True:
        cut = [line.region for line in lines if not line.region.intersect(band).empty]
        top = min([band.y, *(max(0, region.y) for region in cut)])
        bottom = max([band.bottom, *(region.bottom for region in cut)])
        if (top, bottom) == (band.y, band.bottom):
            return band, [line for line in lines if line.region.intersect(band).empty]
        band = Region(band.x, top, band.width, bottom - top)
