"""``StepList``: numbered steps with their times, in the preview, on the demo screen and in review.

Owns how steps look in a list. Does not edit them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from capture.span import clock
from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, FAINT, QUIET, fit, styled, two_sides

_SAID_FROM = 84
"""Minimum width in cells for the column of spoken text."""


@dataclass(frozen=True)
class StepRow:
    """One row. ``at_ms`` is its time as shown; ``gone`` marks a step that lies in a cut."""

    number: int
    title: str
    at_ms: int
    said: str = ""
    gone: bool = False


class StepList(Rows):
    """The steps, one selected. ``with_said`` adds a column of spoken text where it fits."""

    def __init__(self, *, with_said: bool = False, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.with_said = with_said
        self.rows: tuple[StepRow, ...] = ()
        self.index = 0

    def show(self, rows: Sequence[StepRow], index: int) -> None:
        """Show these steps with one selected; redraws only on a change."""
        if (tuple(rows), index) != (self.rows, self.index) or not self._items:
            self.rows, self.index = tuple(rows), index
            self.redraw()

    def selected_item(self) -> int | None:
        """The selected step, counted from 0."""
        return self.index if self.rows else None

    def lines(self, width: int) -> list[Line]:
        """A heading if ``with_said``, then one line for each step."""
        said = width * 45 // 100 if self.with_said and width >= _SAID_FROM else 0
        drawn: list[Line] = [(self._heading(width, said), None)] if self.with_said else []
        drawn += [(self._row(row, i == self.index, width, said), i) for i, row in enumerate(self.rows)]
        return drawn

    def _heading(self, width: int, said: int) -> Content:
        left = two_sides(styled("   #  Step", FAINT), styled("at", FAINT), width - said)
        return left + (styled("   said", FAINT) if said else "")

    def _row(self, row: StepRow, selected: bool, width: int, said: int) -> Content:
        ink = f"bold {ACCENT}" if selected else FAINT if row.gone else "$foreground"
        mark = styled("▸" if selected else " ", ACCENT)
        name = styled(f"{row.number:>3}  ", QUIET) + styled(row.title, f"{ink} strike" if row.gone else ink)
        line = mark + two_sides(name, styled(clock(row.at_ms), QUIET), width - said - 1)
        return line + fit(styled("   " + (row.said and f"“{row.said}”"), QUIET), said) if said else line
