"""``Rows``: base of the scrolling lists (results, steps, choices), whose lines can be clicked.

Owns scrolling, the mouse and the width. Subclasses return the lines.
"""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

Line = tuple[Content, int | None]
"""A line and the index of the item it belongs to; None for no item."""


class _Body(Static):
    """All lines as one text; reports clicks to its Rows."""

    def on_click(self, event: events.Click) -> None:
        if isinstance(self.parent, Rows):
            event.stop()
            self.parent.clicked(event.y, twice=event.chain > 1)


class Rows(VerticalScroll, can_focus=True, inherit_bindings=False):
    """A list drawn as lines. Subclasses implement ``lines`` and ``selected_item``."""

    class Picked(Message):
        """An item was clicked; ``twice`` for a double click."""

        def __init__(self, rows: Rows, item: int, *, twice: bool) -> None:
            super().__init__()
            self.rows, self.item, self.twice = rows, item, twice

        @property
        def control(self) -> Rows:
            """The list that was clicked."""
            return self.rows

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id, classes=classes)
        self._body = _Body("", markup=False)
        self._items: list[int | None] = []
        self._drawn_width = 0

    def compose(self) -> ComposeResult:
        """One text widget with all lines."""
        yield self._body

    def lines(self, width: int) -> list[Line]:
        """The lines, each at most ``width`` cells wide."""
        raise NotImplementedError

    def selected_item(self) -> int | None:
        """Index of the item to keep in view."""
        return None

    def redraw(self) -> None:
        """Draw again after the model changed."""
        if not self._drawn_width:
            return
        drawn = self.lines(self._drawn_width)
        self._items = [item for _, item in drawn]
        self._body.update(Content("\n").join([line for line, _ in drawn]))
        self.call_after_refresh(self._keep_in_view)

    def on_resize(self) -> None:
        """Redraw for the new width; one column stays free so that the scrollbar moves no text."""
        width = max(0, self.container_size.width - 1)
        if width != self._drawn_width:
            self._drawn_width = width
            self.redraw()
        else:
            self.call_after_refresh(self._keep_in_view)

    def clicked(self, line: int, *, twice: bool) -> None:
        """Post Picked for the item of a clicked line."""
        if 0 <= line < len(self._items) and (item := self._items[line]) is not None:
            self.post_message(self.Picked(self, item, twice=twice))

    def _keep_in_view(self) -> None:
        item = self.selected_item()
        rows = [row for row, owner in enumerate(self._items) if owner == item and owner is not None]
        if rows:
            region = Region(0, rows[0], 1, rows[-1] - rows[0] + 1)
            self.scroll_to_region(region, animate=False, force=True)
        elif item is None:
            self.scroll_home(animate=False)
