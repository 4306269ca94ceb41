"""``ComparisonScreen``: an attempt beside its demo: a verdict for each step, the expert's still and the learner's own.

Owns keys and layout. Playing, deleting and trying again are the workflow's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from library.learning.notes.model import NoteKind
from library.practice.feedback.model import HandOver
from library.practice.feedback.spoken import Heard
from library.practice.model import Attempt, VerdictKind
from tui.screens.base import BaseScreen
from tui.screens.practice.verdict_list import VerdictList
from tui.services.practice.protocols import PracticeService
from tui.state.practice.attempt import ComparisonModel
from tui.state.practice.feedback import remarks_at, what_to_hear, who_sees, words_on_all
from tui.widgets.rows import Rows
from tui.widgets.still import Still
from tui.widgets.text import QUIET, styled
from tui.workers import begin


class ComparisonScreen(BaseScreen):
    """One attempt."""

    TITLE = "Your try"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "play", "Play both", key_display="Enter", tooltip="Play the demo and your try from this step"),
        Binding("n,down", "step(1)", "Step", key_display="n p", tooltip="Next step; p is the one before"),
        Binding("p,up", "step(-1)", "Previous", key_display="p", show=False, tooltip="Previous step"),
        Binding("g", "hand_over", "Hand over", tooltip="Hand this try to a colleague, for feedback"),
        Binding("h", "hear", "Hear", tooltip="Hear what was said of this step by voice, or of all of it"),
        Binding("x", "dispute", "Wrong", tooltip="Mark this verdict as wrong, or take the mark away"),
        Binding("o", "tell", "Tell its owner", tooltip="Tell the demo’s owner what it is called now; only that"),
        Binding("t", "take_back", "Take back", show=False, tooltip="Take back what you handed over"),
        Binding("a", "again", "Try again", tooltip="Try this demo again"),
        Binding("d,delete", "forget", "Delete", show=False, tooltip="Delete this try and its recording"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back; your try is kept"),
    ]

    def __init__(self, attempt: Attempt, practice: PracticeService) -> None:
        super().__init__()
        self.model, self.practice = ComparisonModel(attempt), practice
        self.handed: Sequence[HandOver] = ()
        self.whose = "you"

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
        self.redraw()
        self.load_feedback()

    def load_feedback(self) -> None:
        """Fetch to whom it was handed, and what they said."""
        begin(self, self._load_feedback, "feedback")

    async def _load_feedback(self) -> None:
        service = self.app_context.services.feedback
        if service is not None and (handed := await self.ask(service.handed, self.model.attempt.attempt_id)):
            self.handed = handed
            self.redraw()
            self.refresh_bindings()

    def about(self) -> list[str]:
        """What to know before reading the verdicts, one line each; the last says who sees it."""
        return [*self.model.doubts(), *words_on_all(self.handed), who_sees(self.handed)]

    def said(self, step: int) -> list[str]:
        """What was said of a step, one line each."""
        return remarks_at(self.handed, step)

    def to_hear(self) -> Heard | None:
        """What was said by voice of the step that is looked at, or of all of it."""
        verdict = self.model.verdict
        return what_to_hear(self.handed, verdict.step if verdict is not None else 0)

    def action_hear(self) -> None:
        """Play what was said by voice."""
        begin(self, self._hear, "hear")

    async def _hear(self) -> None:
        service, heard = self.app_context.services.feedback, self.to_hear()
        if service is not None and heard is not None and (message := await self.ask(service.hear, heard)):
            self.app_context.navigator.say(message)

    def fill(self, attempt: Attempt) -> None:
        """Show the attempt as it is now: compared once more, or with another mark."""
        index = self.model.index
        self.model.attempt = attempt
        self.model.index = min(index, max(0, len(self.model.comparison.verdicts) - 1))
        self.redraw()

    def redraw(self) -> None:
        """Draw everything as it is now."""
        self.title_bar.say(self.model.attempt.title, self.model.facts())
        verdict = self.model.verdict
        said = self.said(verdict.step) if verdict is not None else []
        *lines, last = [*said, *self.about()]
        about = styled("\n".join([*lines, ""]), "$text-warning") if lines else styled("", QUIET)
        self.query_one("#comparison-about", Static).update(about + styled(last, QUIET))
        more = self.model.detail(verdict) if verdict is not None else ""
        self.query_one("#comparison-mine-words", Static).update(styled(more or self.whose, QUIET))
        self.query_one(VerdictList).redraw()
        self.refresh_bindings()
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
        self.redraw()
        if event.twice:
            self.action_play()

    def action_step(self, by: int) -> None:
        """Go to the next or previous step."""
        self.model.go(by)
        self.redraw()

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what somebody said is heard, only what somebody has taken back; only another label seen is told."""
        if action == "hear":
            return self.to_hear() is not None
        if action == "take_back":
            return any(one.lies_in_library for one in self.handed)
        if action == "tell":
            verdict = self.model.verdict
            renamed = verdict is not None and verdict.was is VerdictKind.RENAMED and bool(verdict.seen)
            return renamed and self.app_context.services.learning is not None
        return super().check_action(action, parameters)

    def action_hand_over(self) -> None:
        """Hand it to somebody, after leaving out what they need not see."""
        self.app_context.navigator.hand_over(self.model.attempt)

    def action_take_back(self) -> None:
        """Take it back from everybody who has it."""
        lying = [one for one in self.handed if one.lies_in_library]
        self.app_context.navigator.take_back(lying, self.load_feedback)

    def action_tell(self) -> None:
        """Note at the demo's step what its label is now; nothing else of the attempt is told."""
        if (verdict := self.model.verdict) is not None:
            demo_id = self.model.attempt.demo_id
            self.app_context.navigator.note(demo_id, NoteKind.OUTDATED, verdict.step, seen=verdict.seen)

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
