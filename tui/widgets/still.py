"""``Still``: one picture in a box of cells. Keeps the picture's aspect ratio, and its own height while pictures change.

Owns drawing, and loading in the background. The pixel code is imported with the first picture, so that the first
screen appears sooner.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from rich.segment import Segment
from textual.app import ComposeResult
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from capture.model import Region
from tui.model import Picture
from tui.widgets.still_part import StillPart
from tui.workers import begin

# Wide enough for the sharpest terminal pane (240 columns at 8 px); a 1080p still loads and shrinks in about 15 ms.
_LOADED_WIDTH = 1920
_SHAPE = (16, 9)


class Still(Widget):
    """A picture, or a note instead."""

    sharp: type[Widget] | None = None
    """textual-image's widget class if the terminal draws real pictures; set before the application starts."""

    def __init__(self, note: str = "", *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.note = note
        self.picture: Picture | None = None
        self._shape, self._moving = _SHAPE, False
        self._drawn: tuple[Size, list[Strip]] | None = None
        self._requested: object = None

    @property
    def cells(self) -> tuple[int, int]:
        """Size of the drawn picture in columns and rows."""
        return fitted(self._shape, *self.size)

    def pixel_at(self, screen_x: int, screen_y: int, shown: Region, *, held: bool) -> tuple[int, int] | None:
        """The pixel of the recorded picture at a cell of the screen, where ``shown`` is the part of it that is drawn.

        Outside the picture None, or the nearest one inside if ``held``.
        """
        columns, rows = fitted((shown.width, shown.height), *self.size)
        x, y = screen_x - self.region.x, screen_y - self.region.y
        inside = 0 <= x < columns and 0 <= y < rows
        if not (columns and rows) or not (inside or held):
            return None
        grow = 1 if held else 0  # include the whole cell of the far corner
        x, y = max(0, min(x + grow, columns)), max(0, min(y + grow, rows))
        return shown.x + round(x * shown.width / columns), shown.y + round(y * shown.height / rows)

    def compose(self) -> ComposeResult:
        """textual-image's widget, if ``sharp`` is set."""
        if self.sharp is not None:
            yield self.sharp(id="sharp")

    def show(self, picture: Picture | None, note: str = "", *, moving: bool = False) -> None:
        """Draw a picture; None draws the note. ``moving`` pictures use half-blocks: sharp ones draw too slowly."""
        self._requested = None
        self._show(picture, note, moving=moving)

    def show_file(self, path: Path | None, note: str = "no picture", *, part: StillPart | None = None) -> None:
        """Draw a picture file, or a ``part`` of it, loaded in the background; the old picture stays until then."""
        if path is None:
            self.show(None, note)
        elif (path, part) != self._requested:
            self._requested = path, part
            begin(self, partial(self._load, path, part), "still")

    async def _load(self, path: Path, part: StillPart | None) -> None:
        try:
            picture = await asyncio.to_thread(_loaded, path, part)
        except OSError:
            if self._requested == (path, part):
                self._show(None, "this picture cannot be read")
            return
        if self._requested == (path, part):
            self._show(picture, "")

    def _show(self, picture: Picture | None, note: str, *, moving: bool = False) -> None:
        before, self._moving = self.picture, moving
        self.picture, self.note, self._drawn = picture, note, None
        keeps = picture is None or (moving and before is not None)  # rounding changes the ratio of moving pictures
        shape = self._shape if keeps or picture is None else (picture.shape[1], picture.shape[0])
        changed, self._shape = shape != self._shape, shape
        if self.sharp is not None and self.is_mounted:
            self._sharpen(picture, moving=moving)
        self.refresh(layout=changed)

    def _sharpen(self, picture: Picture | None, *, moving: bool) -> None:
        sharp = self.query_one("#sharp")
        sharp.display = picture is not None and not moving
        if picture is not None and not moving:
            from tui.widgets.half_blocks import to_pillow

            sharp.image = to_pillow(picture)  # type: ignore[attr-defined]  # textual-image has no types

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  Textual's signature
        """Height of the picture at this width; the style's max-height may limit it."""
        return fitted(self._shape, width, 10_000)[1]

    def notify_style_update(self) -> None:
        """Redraw for another theme: the area beside the picture uses its background."""
        self._drawn = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row of the picture, aligned left, or of the note."""
        if self.picture is None:
            return self._note_line(y)
        if self._drawn is None or self._drawn[0] != self.size:
            self._drawn = self.size, self._strips(self.picture)
        strips = self._drawn[1]
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def _strips(self, picture: Picture) -> list[Strip]:
        """The rows, padded to the box. ``rich_style`` is read once: Textual computes it on each access."""
        from tui.widgets.half_blocks import half_blocks

        rest = self.rich_style
        strips = half_blocks(picture, *self.cells, moving=self._moving)
        return [strip.extend_cell_length(self.size.width, rest) for strip in strips]

    def _note_line(self, y: int) -> Strip:
        note = self.note[: self.size.width] if y == self.size.height // 2 else ""
        return Strip([Segment(note.center(self.size.width), self.rich_style)], self.size.width)


def _loaded(path: Path, part: StillPart | None) -> Picture:
    from tui.widgets.half_blocks import load

    return load(path, _LOADED_WIDTH, part)


_CELL = 2.0
"""A terminal cell is about twice as high as wide."""


def fitted(picture_size: tuple[int, int], columns: int, rows: int) -> tuple[int, int]:
    """Largest size in (columns, rows) for a picture of (width, height) pixels in a box of cells; keeps its ratio."""
    width, height = picture_size
    if min(width, height, columns, rows) <= 0:
        return 0, 0
    high = columns * height / width / _CELL
    if high <= rows:
        return columns, max(1, round(high))
    return max(1, min(columns, round(rows * _CELL * width / height))), rows
