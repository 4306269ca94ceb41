"""Still: one picture in a box of cells. Keeps the shape of the picture and its own height steady while pictures change.

Owns drawing and loading beside the screen. Refuses to know what the picture is of. What handles pixels is imported
with the first picture: the first screen is there before there is one.
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

from tui.model import Picture
from tui.workers import begin

# Wide enough for the sharpest terminal pane (240 columns at 8 px); a 1080p still loads and shrinks in about 15 ms.
_LOADED_WIDTH = 1920
_SHAPE = (16, 9)


class Still(Widget):
    """A picture, or a quiet note in its place."""

    sharp: type[Widget] | None = None
    """textual-image's widget class where the terminal draws real pictures; set once before the application starts."""

    def __init__(self, note: str = "", *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.note = note
        self.picture: Picture | None = None
        self._shape, self._moving = _SHAPE, False
        self._drawn: tuple[Size, list[Strip]] | None = None
        self._asked: object = None

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and rows the picture takes."""
        return fitted(self._shape, *self.size)

    def compose(self) -> ComposeResult:
        """The sharp picture, where there can be one."""
        if self.sharp is not None:
            yield self.sharp(id="sharp")

    def show(self, picture: Picture | None, note: str = "", *, moving: bool = False) -> None:
        """Draw a picture; None draws the note. ``moving`` ones are half-blocks: sharp ones come too slowly."""
        self._asked = None
        self._show(picture, note, moving=moving)

    def show_file(self, path: Path | None, note: str = "no picture") -> None:
        """Draw a picture file, read beside the screen; the old picture stays until then."""
        if path is None:
            self.show(None, note)
        elif path != self._asked:
            self._asked = path
            begin(self, partial(self._load, path), "still")

    async def _load(self, path: Path) -> None:
        try:
            picture = await asyncio.to_thread(_loaded, path)
        except OSError:
            if self._asked == path:
                self._show(None, "this picture cannot be read")
            return
        if self._asked == path:
            self._show(picture, "")

    def _show(self, picture: Picture | None, note: str, *, moving: bool = False) -> None:
        before, self._moving = self.picture, moving
        self.picture, self.note, self._drawn = picture, note, None
        keeps = picture is None or (moving and before is not None)  # small pictures in motion round their shape
        shape = self._shape if keeps or picture is None else (picture.shape[1], picture.shape[0])
        changed, self._shape = shape != self._shape, shape
        if self.sharp is not None and self.is_mounted:
            self._sharpen(picture, moving=moving)
        self.refresh(layout=changed)

    def _sharpen(self, picture: Picture | None, *, moving: bool) -> None:
        sharp = self.query_one("#sharp")
        sharp.display = picture is not None and not moving
        if picture is not None and not moving:
            from tui.widgets.half_blocks import sharpened

            sharp.image = sharpened(picture)  # type: ignore[attr-defined]  # textual-image has no types

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  Textual's signature
        """As high as the picture wants to be at this width; the style's max-height may give less."""
        return fitted(self._shape, width, 10_000)[1]

    def notify_style_update(self) -> None:
        """Another theme: what lies beside the picture has its ground."""
        self._drawn = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row: the picture, flush left with what stands under it, or the note."""
        if self.picture is None:
            return self._note_line(y)
        if self._drawn is None or self._drawn[0] != self.size:
            self._drawn = self.size, self._strips(self.picture)
        strips = self._drawn[1]
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def _strips(self, picture: Picture) -> list[Strip]:
        """Its rows, as wide as the box. The style of the rest is asked for once: Textual puts it together anew."""
        from tui.widgets.half_blocks import half_blocks

        rest = self.rich_style
        strips = half_blocks(picture, *self.cells, moving=self._moving)
        return [strip.extend_cell_length(self.size.width, rest) for strip in strips]

    def _note_line(self, y: int) -> Strip:
        note = self.note[: self.size.width] if y == self.size.height // 2 else ""
        return Strip([Segment(note.center(self.size.width), self.rich_style)], self.size.width)


def _loaded(path: Path) -> Picture:
    from tui.widgets.half_blocks import load

    return load(path, _LOADED_WIDTH)


_CELL = 2.0
"""A terminal cell is about twice as high as wide."""


def fitted(picture_size: tuple[int, int], columns: int, rows: int) -> tuple[int, int]:
    """Columns and rows that a picture of (width, height) pixels takes inside a box of cells, its shape kept."""
    width, height = picture_size
    if min(width, height, columns, rows) <= 0:
        return 0, 0
    high = columns * height / width / _CELL
    if high <= rows:
        return columns, max(1, round(high))
    return max(1, min(columns, round(rows * _CELL * width / height))), rows
