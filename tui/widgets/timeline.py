"""Timeline: the recording from end to end, what is kept and what is cut, and a tick for every step.

Owns the drawing and the way from a cell to a moment. Refuses to edit cuts.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from capture.model import Cut
from capture.span import Span, clock
from tui.widgets.words import ACCENT, FAINT, QUIET, styled

KEPT, CUT = "▓", "░"
_CHOSEN_KEPT, _CHOSEN_CUT = "█", "▒"


class Timeline(Static):
    """Two lines: the stretch of the recording, and the steps under it."""

    class MomentPicked(Message):
        """A place on the timeline was clicked."""

        def __init__(self, at_ms: int) -> None:
            super().__init__()
            self.at_ms = at_ms

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__("", markup=False, id=id)
        self._duration_ms = 1
        self._cuts: tuple[Span, ...] = ()
        self._steps: tuple[int, ...] = ()
        self._selected: int | None = None
        self._stretch: Span | None = None

    def show(
        self, duration_ms: int, cuts: Sequence[Span], steps: Sequence[int], selected: int | None, stretch: Span | None
    ) -> None:
        """Draw these cuts, step moments, the number of the selected step, and the stretch that ``c`` would change."""
        self._duration_ms, self._cuts, self._steps = max(1, duration_ms), tuple(cuts), tuple(steps)
        self._selected, self._stretch = selected, stretch
        self.refresh()

    def render(self) -> Content:
        """Both lines for the present width."""
        return self._bar() + "\n" + self._ticks()

    def on_click(self, event: events.Click) -> None:
        """Tell which moment was clicked."""
        event.stop()
        if self.size.width:
            self.post_message(self.MomentPicked(event.x * self._duration_ms // self.size.width))

    def _bar(self) -> Content:
        bar = Content()
        width = max(1, self.size.width)
        for cell in range(width):
            middle = (2 * cell + 1) * self._duration_ms // (2 * width)
            cut = any(span.contains(middle) for span in self._cuts)
            chosen = self._stretch is not None and self._stretch.contains(middle)
            signs = (CUT, KEPT) if not chosen else (_CHOSEN_CUT, _CHOSEN_KEPT)
            bar += styled(signs[0], QUIET if chosen else FAINT) if cut else styled(signs[1], ACCENT)
        return bar

    def _ticks(self) -> Content:
        """The number of each step under its moment; an arrow where numbers would run into each other."""
        width = max(1, self.size.width)
        cells: list[Content] = [Content(" ")] * width
        taken = -1
        for index, at_ms in enumerate(self._steps):
            at = min(width - 1, max(taken + 1, at_ms * width // self._duration_ms))
            label = str(index + 1) if at + len(str(index + 1)) <= width else "▲"
            chosen = index == self._selected
            label = f"▲{label}" if chosen and at + len(label) < width else label
            for offset, letter in enumerate(label):
                if at + offset < width:
                    cells[at + offset] = styled(letter, f"bold {ACCENT}" if chosen else QUIET)
            taken = max(taken, at + len(label) - 1)
        return Content().join(cells)


def here_words(at_ms: int, cuts: Sequence[Cut], *, waiting_for_words: bool) -> Content:
    """The line under the timeline: the signs, where the cursor stands, and the cuts it stands in."""
    signs = styled(KEPT, ACCENT) + styled(" kept  ", QUIET) + styled(CUT, FAINT) + styled(" cut", QUIET)
    where = f"    {clock(at_ms)} of the recording"
    if cuts:
        reason = " and ".join(dict.fromkeys(cut.reason.value for cut in cuts))
        return (
            signs
            + styled(f"{where}: cut ({reason}), ", QUIET)
            + styled("c", f"bold {ACCENT}")
            + styled(" keeps it", QUIET)
        )
    waiting = "  ·  its words come later (no speech model yet)" if waiting_for_words else ""
    return signs + styled(where, QUIET) + styled(waiting, "$text-warning")
