"""``VerdictList``: the steps of a comparison with what was seen of each, and both times."""

from __future__ import annotations

from textual.content import Content

from library.practice.model import Verdict, VerdictKind
from tui.state.practice.attempt import ComparisonModel, verdict_words
from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, FAINT, QUIET, fit, styled

_SAID, _TIME = 16, 8  # columns of the verdict, and of each time
_INKS = {
    VerdictKind.DONE: "$text-success",
    VerdictKind.MISSING: "$text-warning",
    VerdictKind.PARTLY: "$text-warning",
    VerdictKind.UNKNOWN: "$foreground-muted",
}


class VerdictList(Rows):
    """The verdicts, one selected."""

    def __init__(self, model: ComparisonModel, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.model = model

    def selected_item(self) -> int | None:
        """The selected verdict, counted from 0."""
        return self.model.index if self.model.comparison.verdicts else None

    def lines(self, width: int) -> list[Line]:
        """A heading, then a line for each step."""
        rest = width - _SAID - 2 * _TIME
        heading = fit(styled("   #  Step", FAINT), rest) + fit(styled("seen", FAINT), _SAID)
        heading += styled(f"{self.model.who:>{_TIME}}{'demo':>{_TIME}}", FAINT)
        drawn: list[Line] = [(heading, None)]
        return drawn + [(self._row(n, one, rest), n) for n, one in enumerate(self.model.comparison.verdicts)]

    def _row(self, at: int, verdict: Verdict, width: int) -> Content:
        chosen = at == self.model.index
        mark = styled("▸" if chosen else " ", ACCENT)
        name = mark + styled(f"{verdict.step:>3}  ", QUIET)
        name += styled(self.model.title_of(verdict), f"bold {ACCENT}" if chosen else "$foreground")
        if more := self.model.detail(verdict):
            name += styled(f"   {more}", QUIET)
        said = verdict_words(verdict)
        ink = _INKS.get(verdict.was, "$foreground")
        if self.model.disputed(verdict):
            said, ink = f"{said} · wrong", f"{ink} strike"
        mine = f"{round(verdict.took_ms / 1000)} s" if verdict.took_ms else "–"
        times = f"{mine:>{_TIME}}{round(verdict.expert_ms / 1000):>{_TIME - 2}} s"
        return fit(name, width - 1) + " " + fit(styled(said, ink), _SAID) + styled(times, QUIET)
