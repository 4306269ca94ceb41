"""``Timeline``: the whole recording: sound envelope, kept and cut parts, steps and blurs.

Owns drawing and the conversion between cells and times. Does not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from capture.model import Cut
from capture.span import Span, clock
from tui.widgets.text import ACCENT, FAINT, QUIET, styled

KEPT, CUT, FAST, BLURRED, CURSOR, MARK = "▓", "░", "»", "≈", "┃", "╎"
_CHOSEN_KEPT, _CHOSEN_CUT = "█", "▒"
_HEIGHTS = " ▁▂▃▄▅▆▇█"
_FLOOR = 0.25
"""Envelope levels below this (background noise, -45 dB and less) are drawn as silence."""


@dataclass(frozen=True)
class TimelineState:
    """What is drawn, in take time (ms). ``stretch`` is what ``c`` would change; ``envelope`` covers the whole take."""

    duration_ms: int = 1
    cuts: tuple[Span, ...] = ()
    steps: tuple[int, ...] = ()
    selected: int | None = None
    stretch: Span | None = None
    fasts: tuple[Span, ...] = ()
    blurs: tuple[Span, ...] = ()
    at_ms: int = 0
    mark_ms: int | None = None
    envelope: tuple[float, ...] = ()


class Timeline(Static):
    """Three lines (sound with cursor, kept and cut parts, steps), and a fourth if there are blurs."""

    class MomentPicked(Message):
        """The timeline was clicked at ``at_ms`` (take time)."""

        def __init__(self, at_ms: int) -> None:
            super().__init__()
            self.at_ms = at_ms

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__("", markup=False, id=id)
        self.shown = TimelineState()

    def show(self, shown: TimelineState) -> None:
        """Set the state; redraws on a change."""
        if shown != self.shown:
            higher = bool(shown.blurs) != bool(self.shown.blurs)
            self.shown = shown
            self.refresh(layout=higher)

    def render(self) -> Content:
        """The lines for the current width."""
        width = max(1, self.size.width)
        lines = [self._sound(width), self._bar(width), self._ticks(width)]
        return Content("\n").join([*lines, self._blurs(width)] if self.shown.blurs else lines)

    def on_click(self, event: events.Click) -> None:
        """Post MomentPicked."""
        event.stop()
        if self.size.width:
            self.post_message(self.MomentPicked(event.x * self.shown.duration_ms // self.size.width))

    def _moment(self, cell: int, width: int) -> int:
        """Time of the middle of a cell, in ms."""
        return (2 * cell + 1) * self.shown.duration_ms // (2 * width)

    def _cell(self, at_ms: int, width: int) -> int:
        return min(width - 1, at_ms * width // max(1, self.shown.duration_ms))

    def _sound(self, width: int) -> Content:
        """The envelope, faint where it is cut, with the cursor and the mark."""
        shown, line = self.shown, Content()
        cursor = self._cell(shown.at_ms, width)
        mark = None if shown.mark_ms is None else self._cell(shown.mark_ms, width)
        for cell in range(width):
            if cell == cursor:
                line += styled(CURSOR, f"bold {ACCENT}")
            elif cell == mark:
                line += styled(MARK, f"bold {ACCENT}")
            else:
                cut = any(span.contains(self._moment(cell, width)) for span in shown.cuts)
                line += styled(_HEIGHTS[self._height(cell, width)], FAINT if cut else QUIET)
        return line

    def _height(self, cell: int, width: int) -> int:
        levels = self.shown.envelope
        first = cell * len(levels) // width
        loudest = max(levels[first : max(first + 1, (cell + 1) * len(levels) // width)], default=0.0)
        return round(max(0.0, loudest - _FLOOR) / (1 - _FLOOR) * (len(_HEIGHTS) - 1))

    def _bar(self, width: int) -> Content:
        bar, stretch = Content(), self.shown.stretch
        for cell in range(width):
            middle = self._moment(cell, width)
            cut = any(span.contains(middle) for span in self.shown.cuts)
            chosen = stretch is not None and stretch.contains(middle)
            fast = any(span.contains(middle) for span in self.shown.fasts)
            signs = (CUT, FAST if fast else KEPT) if not chosen else (_CHOSEN_CUT, FAST if fast else _CHOSEN_KEPT)
            bar += styled(signs[0], QUIET if chosen else FAINT) if cut else styled(signs[1], ACCENT)
        return bar

    def _blurs(self, width: int) -> Content:
        moments = (
            Span(self._cell(blur.start_ms, width), self._cell(blur.end_ms, width) + 1) for blur in self.shown.blurs
        )
        hidden = {cell for span in moments for cell in range(span.start_ms, span.end_ms)}
        return styled("".join(BLURRED if cell in hidden else " " for cell in range(width)), "$text-warning")

    def _ticks(self, width: int) -> Content:
        """The number of each step below its start, moved right where numbers overlap; an arrow at the selected one."""
        cells: list[Content] = [Content(" ")] * width
        taken = -1
        for index, at_ms in enumerate(self.shown.steps):
            at = min(width - 1, max(taken + 1, at_ms * width // max(1, self.shown.duration_ms)))
            label = str(index + 1) if at + len(str(index + 1)) <= width else "▲"
            chosen = index == self.shown.selected
            label = f"▲{label}" if chosen and at + len(label) < width else label
            for offset, letter in enumerate(label):
                if at + offset < width:
                    cells[at + offset] = styled(letter, f"bold {ACCENT}" if chosen else QUIET)
            taken = max(taken, at + len(label) - 1)
        return Content().join(cells)


@dataclass(frozen=True)
class Here:
    """State at the cursor, for the line under the timeline. ``moving``: number of the step being moved.

    ``waiting``: what ``f`` would do with the wait there; empty outside a wait.
    """

    at_ms: int
    cuts: Sequence[Cut] = ()
    marked: Span | None = None
    marking: bool = False
    moving: int | None = None
    blurred: bool = False
    waiting: str = ""
    note: str = ""


def here_words(here: Here) -> Content:
    """The line under the timeline: the legend, the cursor's time, and what keys would do there."""
    signs = styled(KEPT, ACCENT) + styled(" kept  ", QUIET) + styled(CUT, FAINT) + styled(" cut    ", QUIET)
    if here.marked is not None:
        span = f"from {_exact(here.marked.start_ms)} to {_exact(here.marked.end_ms)}: "
        return signs + styled(span, QUIET) + _keys(("c", "cuts it"), ("b", "blurs it"), ("m", "lets it be"))
    where = styled(f"{_exact(here.at_ms)} of the recording", QUIET)
    if (special := _special(here)) is not None:
        return signs + where + special
    return signs + where + styled(here.note and f"  ·  {here.note}", "$text-warning")


def _special(here: Here) -> Content | None:
    """State and keys at the cursor; None if there is nothing special."""
    if here.moving is not None:
        return styled(": ", QUIET) + _keys(("v", f"puts step {here.moving} down here"))
    if here.marking:
        return styled(": marked, now go to the other end", QUIET)
    if here.waiting:
        return styled(": only waited here, ", QUIET) + _keys(("f", here.waiting))
    if here.cuts:
        reason = " and ".join(dict.fromkeys(cut.reason.value for cut in here.cuts))
        return styled(f": cut ({reason}), ", QUIET) + _keys(("c", "keeps it"))
    return styled(": blurred, ", QUIET) + _keys(("b", "changes it")) if here.blurred else None


def _keys(*pairs: tuple[str, str]) -> Content:
    return styled(", ", QUIET).join([styled(key, f"bold {ACCENT}") + styled(f" {what}", QUIET) for key, what in pairs])


def _exact(ms: int) -> str:
    """``0:12.3``: tenths, so that the effect of a nudge shows."""
    return f"{clock(ms)}.{ms % 1000 // 100}"
