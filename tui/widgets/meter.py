"""Meter: what the microphone hears, as a short history of bars, with an honest word when it hears too much or nothing.

Owns the history and the words. Refuses to open a microphone.
"""

from __future__ import annotations

from collections import deque

from textual.content import Content
from textual.widgets import Static

from tui.services import Loudness
from tui.widgets.words import ACCENT, FAINT, QUIET, styled

BARS = "▁▂▃▄▅▆▇█"
HISTORY = 16
# Below -60 dB of full scale a microphone in a quiet room still hears more than this; a muted or dead one does not.
DEAD_LEVEL = 0.001
DEAD_AFTER_S = 4.0
CLIP_SHOWN_S = 2.0
TICKS_A_SECOND = 5


class MeterModel:
    """The last few levels, and what they mean. ``hear`` is called ``TICKS_A_SECOND`` times a second."""

    def __init__(self) -> None:
        self.levels: deque[float] = deque([0.0] * HISTORY, maxlen=HISTORY)
        self._silent = self._since_clip = 0
        self._clipped = False

    def hear(self, loudness: Loudness) -> None:
        """Take in one reading."""
        self.levels.append(min(1.0, max(0.0, loudness.level)))
        self._silent = self._silent + 1 if loudness.peak <= DEAD_LEVEL else 0
        self._clipped = loudness.clipping or (self._clipped and self._since_clip < CLIP_SHOWN_S * TICKS_A_SECOND)
        self._since_clip = 0 if loudness.clipping else self._since_clip + 1

    @property
    def too_loud(self) -> bool:
        """Whether it clipped within the last moments."""
        return self._clipped

    @property
    def dead(self) -> bool:
        """Whether nothing at all was heard for a while."""
        return self._silent >= DEAD_AFTER_S * TICKS_A_SECOND

    def bars(self) -> str:
        """The history as bars. A square root spreads speech (about 0.02 to 0.3) over the whole height."""
        return "".join(BARS[min(len(BARS) - 1, int(level**0.5 * len(BARS)))] for level in self.levels)


class Meter(Static):
    """The meter on a screen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__("", markup=False, id=id)
        self.model = MeterModel()
        self.silence("")

    def hear(self, loudness: Loudness) -> None:
        """Draw one more reading."""
        self.model.hear(loudness)
        self.update(self._words())

    def silence(self, note: str) -> None:
        """There is no microphone to show: say why."""
        self.model = MeterModel()
        self.update(styled(BARS[0] * HISTORY, FAINT) + styled(f"  {note}" if note else "", QUIET))

    def _words(self) -> Content:
        bars = self.model.bars()
        if self.model.dead:
            return styled(bars, FAINT) + styled("  is your microphone on?", "$text-warning")
        if self.model.too_loud:
            return styled(bars, "$error") + styled("  too loud: it clips", "$text-error")
        return styled(bars, ACCENT)
