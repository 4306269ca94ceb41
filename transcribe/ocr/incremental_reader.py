"""IncrementalOcr: reads a sequence of pictures, of each only the part that changed since the previous one.

Owns which part is read again. Does not load pictures. Reading a full 1080p picture takes 4 to 9 s of one core; between
two stills of a demo about a third of the picture changes.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from msgspec.structs import replace

from capture.model import Region
from transcribe.model import Picture, ScreenReader, TextLine
from transcribe.ocr.text_layout import DENSE, words_in

_CHANGED = 40  # of 255; compression artefacts at the edge of a letter stay below
_SOLID = 6 / 49  # of the pixels of 7 by 7; smaller specks are compression artefacts too
_MARGIN = 24  # pixels above and below a change, so that no line of text is cut
_MOST = 0.6  # of a picture's height; above this the whole picture is read


class IncrementalOcr:
    """Reads pictures in order, with the lines of the previous one kept."""

    def __init__(self, reader: ScreenReader) -> None:
        self._reader = reader
        self._previous: Picture | None = None
        self._lines: Sequence[TextLine] = ()

    def text(self, picture: Picture) -> str:
        """All text of the next picture, line by line from the top. Raises TranscribeError."""
        while picture.shape[0] > DENSE:
            picture = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        band = _changed(self._previous, picture)
        if band is None:
            self._lines = self._reader.lines(picture)
        elif not band.empty:
            band, unchanged = _whole_lines(band, self._lines)
            read = self._reader.lines(picture[band.y : band.bottom])
            moved = [replace(line, region=replace(line.region, y=line.region.y + band.y)) for line in read]
            self._lines = [*unchanged, *moved]
        self._previous = picture
        return words_in(self._lines)


def _changed(previous: Picture | None, picture: Picture) -> Region | None:
    """The band of rows that changed, empty when none did; None when the whole picture must be read."""
    if previous is None or previous.shape != picture.shape:
        return None
    difference = cv2.cvtColor(cv2.absdiff(previous, picture), cv2.COLOR_BGR2GRAY)
    solid = cv2.blur((difference > _CHANGED).astype(np.float32), (7, 7)) >= _SOLID
    rows = np.flatnonzero(solid.any(axis=1))
    height, width = picture.shape[:2]
    if not len(rows):
        return Region(0, 0, width, 0)
    top, bottom = max(0, int(rows[0]) - _MARGIN), min(height, int(rows[-1]) + _MARGIN + 1)
    return Region(0, top, width, bottom - top) if bottom - top <= _MOST * height else None


def _whole_lines(band: Region, lines: Sequence[TextLine]) -> tuple[Region, list[TextLine]]:
    """The band enlarged so that it cuts no line, and the lines outside of it."""
    while True:
        cut = [line.region for line in lines if not line.region.intersect(band).empty]
        top = min([band.y, *(max(0, region.y) for region in cut)])
        bottom = max([band.bottom, *(region.bottom for region in cut)])
        if (top, bottom) == (band.y, band.bottom):
            return band, [line for line in lines if line.region.intersect(band).empty]
        band = Region(band.x, top, band.width, bottom - top)
