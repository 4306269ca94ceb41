"""``ComparisonScreen``: an attempt beside its demo: a verdict for each step, the expert's still and the learner's own.

Owns keys and layout. Playing, deleting and trying again are the workflow's.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from library.format import join
from library.practice.model import Attempt, VerdictKind
from tui.screens.base import BaseScreen
from tui.screens.practice.verdict_list import VerdictList
from tui.services.practice.protocols import PracticeService
from tui.state.practice import ONLY_YOU, ComparisonModel, verdict_detail
from tui.widgets.rows import Rows
from tui.widgets.still import Still
from tui.widgets.text import QUIET, styled
from tui.workers import begin


class ComparisonScreen(BaseScreen):
    """One attempt."""

    TITLE = "Your try"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "play", "Play both", key_display="Enter", tooltip="Play the demo and your try from this step"),
        Binding("n,down", "step(1)", "Next", key_display="n", tooltip="Next step"),
        Binding("p,up", "step(-1)", "Previous", key_display="p", tooltip="Previous step"),
        Binding("x", "dispute", "That is wrong", tooltip="Mark this verdict as wrong, or take the mark away"),
        Binding("a", "again", "Try again", tooltip="Try this demo again"),
        Binding("d,delete", "forget", "Delete", show=False, tooltip="Delete this try and its recording"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back; your try is kept"),
    ]

    def __init__(self, attempt: Attempt, practice: PracticeService) -> None:
        super().__init__()
        self.model, self.practice = ComparisonModel(attempt), practice

    def body(self) -> ComposeResult:
        """The verdicts above, the two pictures below."""
        yield Static("", id="comparison-about", markup=False)
        yield VerdictList(self.model, id="comparison-verdicts")
        with Horizontal(id="comparison-looks"):
            with Vertical():
                yield Static(styled("the demo", QUIET), markup=False)
                yield Still("", id="comparison-expert")
            with Vertical():
                yield Static(styled("you", QUIET), id="comparison-mine-words", markup=False)
                yield Still("", id="comparison-mine")

    def on_mount(self) -> None:
        """Draw, and focus the verdicts."""
        self.query_one(VerdictList).focus()
        self._draw()

    def fill(self, attempt: Attempt) -> None:
        """Show the attempt as it is now: compared once more, or with another mark."""
        index = self.model.index
        self.model.attempt = attempt
        self.model.index = min(index, max(0, len(self.model.comparison.verdicts) - 1))
        self._draw()

    def _draw(self) -> None:
        self.title_bar.say(self.model.attempt.title, self.model.facts())
        lines = [*self.model.doubts(), ONLY_YOU]
        self.query_one("#comparison-about", Static).update(
            styled("\n".join(lines[:-1]), "$text-warning") if lines[:-1] else styled(lines[-1], QUIET)
        )
        verdict = self.model.verdict
        more = join([verdict_detail(verdict), self.model.detour_words(verdict)]) if verdict is not None else ""
        self.query_one("#comparison-mine-words", Static).update(styled(more or "you", QUIET))
        self.query_one(VerdictList).redraw()
        begin(self, self._show_pictures, "pictures")

    async def _show_pictures(self) -> None:
        """The expert's still, and the learner's picture at the same step; nothing of mine where it was not seen."""
        verdict, attempt = self.model.verdict, self.model.attempt
        if verdict is None:
            return
        self.query_one("#comparison-expert", Still).show_file(
            await self.ask(self.practice.still, attempt, verdict.step), "the demo’s picture is gone"
        )
        mine = self.query_one("#comparison-mine", Still)
        if verdict.was in {VerdictKind.MISSING, VerdictKind.UNKNOWN}:
            mine.show(None, f"step {verdict.step} was not seen" if verdict.was is VerdictKind.MISSING else "not known")
            return
        mine.show(await self.ask(self.practice.frame, attempt, verdict.at_ms + verdict.took_ms), "no picture")

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects a step; a double click plays it."""
        event.stop()
        self.model.index = event.item
        self._draw()
        if event.twice:
            self.action_play()

    def action_step(self, by: int) -> None:
        """Go to the next or previous step."""
        self.model.go(by)
        self._draw()

    def action_play(self) -> None:
        """Play both from this step."""
        if (verdict := self.model.verdict) is not None:
            self.app_context.navigator.play_both(self.model.attempt, verdict.step)

    def action_dispute(self) -> None:
        """Mark the verdict as wrong, or take the mark away."""
        if (verdict := self.model.verdict) is not None:
            begin(self, partial(self._dispute, verdict.step), "dispute")

    async def _dispute(self, step: int) -> None:
        if changed := await self.ask(self.practice.dispute, self.model.attempt, step):
            self.fill(changed)

    def action_again(self) -> None:
        """Try the demo again."""
        self.app.pop_screen()
        self.app_context.navigator.try_demo(self.model.attempt.demo_id)

    def action_forget(self) -> None:
        """Delete the attempt, after asking."""
        self.app_context.navigator.forget_attempt(self.model.attempt)

    def action_back(self) -> None:
        """Go back."""
        self.app.pop_screen()
