"""``TodayList``: the lines of Today below the headings of their sections; ``TodayModel``: which of them is selected."""

from __future__ import annotations

from textual.content import Content

from tui.services.practice.prompt_protocol import TodayKind, TodayLine, TodayPlan
from tui.services.practice.today_words import HEADINGS
from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, QUIET, fit, styled, two_sides


class TodayModel:
    """What the screen shows, and which line is selected."""

    def __init__(self) -> None:
        self.plan, self.index, self.loaded = TodayPlan(), 0, False

    def show(self, plan: TodayPlan) -> None:
        """Show a plan; the selected line stays selected, if it is there."""
        kept = self.selected.key if self.selected is not None else ""
        self.plan, self.loaded = plan, True
        self.index = next((n for n, line in enumerate(plan.lines) if line.key == kept), min(self.index, self._last))

    @property
    def _last(self) -> int:
        return max(0, len(self.plan.lines) - 1)

    def move(self, by: int) -> None:
        """Move the selection, clamped to the list."""
        self.index = max(0, min(self.index + by, self._last))

    @property
    def selected(self) -> TodayLine | None:
        """The selected line."""
        return self.plan.lines[self.index] if self.plan.lines else None

    def is_of(self, *kinds: TodayKind) -> bool:
        """Whether the selected line is of one of these kinds."""
        return self.selected is not None and self.selected.kind in kinds


class TodayList(Rows):
    """The lines of one model."""

    def __init__(self, model: TodayModel, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.model = model

    def selected_item(self) -> int | None:
        """The selected line, counted from 0."""
        return self.model.index if self.model.plan.lines else None

    def lines(self, width: int) -> list[Line]:
        """Sections with their lines; why a line is there stands below it."""
        drawn, section = list[Line](), None
        for number, line in enumerate(self.model.plan.lines):
            if line.kind is not section:
                section = line.kind
                drawn += [] if not drawn else [(Content(), None)]
                drawn.append((styled(HEADINGS[line.kind], f"bold {QUIET}"), None))
            chosen = number == self.model.index
            ink = f"bold {ACCENT}" if chosen else QUIET if line.kind is TodayKind.DONE else "$foreground"
            mark = styled("▌ " if chosen else "  ", ACCENT)
            drawn.append((mark + two_sides(styled(line.title, ink), styled(line.facts, QUIET), width - 2), number))
            if line.why:
                drawn.append((fit(styled(f"  {line.why}", QUIET), width), number))
        return drawn
