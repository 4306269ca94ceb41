"""``SetupList``: sources and microphones of the record screen as rows with round marks; and the settings below them.

Owns how they look. Does not choose: ``RecordModel`` does.
"""

from __future__ import annotations

from textual.content import Content

from tui.state.record import Keys, RecordModel
from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, FAINT, QUIET, fit, styled, two_sides

_LABEL = 13
MICROPHONE_ITEMS = 1000
"""Items from this index on are microphones; lower ones are sources."""
COUNTDOWN_ITEM = 2000


class SetupList(Rows):
    """Sources and microphones to choose from."""

    def __init__(self, model: RecordModel, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.model = model

    def selected_item(self) -> int | None:
        """Index of the chosen source."""
        return self.model.source_index

    def lines(self, width: int) -> list[Line]:
        """Sources and microphones, separated by a blank line."""
        model = self.model
        drawn: list[Line] = []
        for index, source in enumerate(model.sources):
            chosen = index == model.source_index
            drawn.append(
                (self._option("Screen" if not index else "", source.label, source.detail, chosen, width), index)
            )
        drawn.append((Content(), None))
        for index, microphone in enumerate(model.microphones):
            label = microphone.label if microphone else "none"
            detail = "system sound" if microphone and microphone.monitor else "" if microphone else "a silent demo"
            chosen = index == model.microphone_index
            line = self._option("Microphone" if not index else "", label, detail, chosen, width)
            drawn.append((line, MICROPHONE_ITEMS + index))
        return drawn

    def _option(self, group: str, label: str, detail: str, chosen: bool, width: int) -> Content:
        mark = styled("● ", ACCENT) if chosen else styled("○ ", FAINT)
        name = styled(label, f"bold {ACCENT}" if chosen else "$foreground")
        head = fit(styled(group, QUIET), _LABEL)
        return head + mark + two_sides(name, styled(detail, QUIET), width - _LABEL - 2)


def beginning(model: RecordModel) -> Content:
    """The lines below the list: countdown, system sound, keys and clicks, words, title."""
    countdown = f"{model.countdown_s} s" if model.countdown_s else "none: it starts at once"
    sound = "recorded as well" if model.machine_sound else "not recorded"
    rows = [("Countdown", countdown), ("Machine", f"its sound is {sound}"), ("Keys, clicks", model.keys.value)]
    rows += [("Steps from", "what you say" if model.keys is Keys.OFF else "what you say, click and type")]
    rows += [("Words", model.live_words_text)] if model.words_ready else []
    rows += [("Title", f"“{model.title}”")] if model.title else []
    return Content("\n").join(fit(styled(name, QUIET), _LABEL) + styled(said, "$foreground") for name, said in rows)
