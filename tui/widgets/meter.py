"""``MeterBars``: recent microphone levels as bars, with a warning when the sound clips or is dead.

Owns the history and the texts. Does not open a microphone: each ``SoundLevel`` says whether it clips or is dead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from capture.model import Level
from tui.widgets.text import ACCENT, FAINT, QUIET, styled

BARS = "▁▂▃▄▅▆▇█"
HISTORY = 12
TICKS_A_SECOND = 5
"""Redraws a second: enough to follow a voice, cheap enough while recording."""


_QUIETEST_DB = -60.0
"""The foot of the meter. Speech lies near -40 to -15 dB, so that it uses the middle of the height."""


def height(level: Level) -> float:
    """A level as a part of the meter's height, 0 to 1, linear in decibels."""
    return max(0.0, min(1.0, 1 - level.rms_db / _QUIETEST_DB))


def bars(levels: Iterable[float]) -> str:
    """Levels from 0 to 1 as bar characters."""
    return "".join(BARS[max(0, min(len(BARS) - 1, int(level * len(BARS))))] for level in levels)


class MeterBars(Static):
    """The level meter."""

    def __init__(self, hint: str = "", *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__("", markup=False, id=id)
        self.hint = hint
        self.levels: deque[float] = deque([0.0] * HISTORY, maxlen=HISTORY)

    def add(self, level: Level) -> None:
        """Append one level and redraw."""
        self.levels.append(height(level))
        self.update(self._words(level))

    def silence(self, note: str) -> None:
        """Show ``note`` instead of levels, when there is no microphone."""
        self.levels.extend([0.0] * HISTORY)
        self.update(styled(BARS[0] * HISTORY, FAINT) + styled(f"  {note}" if note else "", QUIET))

    def _words(self, level: Level) -> Content:
        drawn = bars(self.levels)
        if level.silent:
            return styled(drawn, FAINT) + styled(" is your microphone on?", "$text-warning")
        if level.clipping:
            return styled(drawn, "$error") + styled(" too loud: it clips", "$text-error")
        return styled(drawn, ACCENT) + styled(f"  {self.hint}" if self.hint else "", QUIET)
