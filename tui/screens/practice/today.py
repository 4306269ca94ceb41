"""``TodayScreen``: what today has for its user: practice, a question, reviews, demos to look after, needs.

Owns keys and layout. What a key does is the workflow's; what is due is the service's.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.screens.base import BaseScreen
from tui.screens.practice.today_list import TodayList, TodayModel
from tui.services.practice.prompt_protocol import PromptService, TodayKind, TodayPlan
from tui.services.practice.today_words import RULE, no_practice, summary
from tui.widgets.rows import Rows
from tui.widgets.text import QUIET, styled
from tui.workers import begin

_PRACTISED = (TodayKind.PRACTICE, TodayKind.DONE)
_ENTER = {
    TodayKind.PRACTICE: "try", TodayKind.QUESTION: "try", TodayKind.REVIEW: "review", TodayKind.STALE: "open",
    TodayKind.DONE: "open", TodayKind.NEED: "needs",
}  # fmt: skip


class TodayScreen(BaseScreen):
    """Today."""

    TITLE = "Today"
    TITLE_LINE = "Today"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go('try')", "Practise", key_display="Enter", tooltip="Do it in the real program"),
        Binding("enter", "go('open')", "Open", key_display="Enter", tooltip="Open the demo"),
        Binding("enter", "go('review')", "Review", key_display="Enter", tooltip="See tries that were handed to you"),
        Binding("enter", "go('needs')", "Needs", key_display="Enter", tooltip="See what is asked for"),
        Binding("s", "snooze", "Not today", tooltip="Put it off for some days"),
        Binding("r", "rate", "How it went", tooltip="Say how it went, in the place of what was seen"),
        Binding("x", "end", "Not this one", tooltip="Practise this one no more"),
        Binding("o", "days_off", "Days off", tooltip="Days without practice, holidays"),
        Binding("down,j", "move(1)", "", show=False, tooltip="Next line"),
        Binding("up,k", "move(-1)", "", show=False, tooltip="Previous line"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back"),
    ]

    def __init__(self, prompts: PromptService) -> None:
        super().__init__()
        self.model, self.prompts = TodayModel(), prompts

    def body(self) -> ComposeResult:
        """A line of words, and the list."""
        yield Static("", id="today-what", markup=False)
        yield TodayList(self.model, id="today-list")

    def on_mount(self) -> None:
        """Load in the background."""
        self.query_one(TodayList).focus()

    def on_screen_resume(self) -> None:
        """Load, also again: a practice may have been done."""
        self.reload()

    def reload(self) -> None:
        """Load and draw again."""
        begin(self, self._load, "today")

    async def _load(self) -> None:
        self.fill(await self.ask(self.prompts.today) or TodayPlan())

    def fill(self, plan: TodayPlan) -> None:
        """Show a plan."""
        self.model.show(plan)
        self.title_bar.say("Today")
        said = filter(None, [summary(plan.lines), no_practice(plan, _today())])
        words = styled("\n".join(said), "$foreground") + styled(f"\n{RULE}", QUIET)
        if plan.troubles:
            words = styled("\n".join(plan.troubles) + "\n", "$text-warning") + words
        self.query_one("#today-what", Static).update(words)
        self.query_one(TodayList).redraw()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are those of the selected line."""
        selected = self.model.selected
        if action == "go":
            return selected is not None and parameters == (_ENTER[selected.kind],)
        if action == "snooze":
            return self.model.is_of(TodayKind.PRACTICE)
        if action == "rate":
            return self.model.is_of(*_PRACTISED)
        if action == "end":
            return self.model.is_of(*_PRACTISED, TodayKind.QUESTION)
        return super().check_action(action, parameters)

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects; a double click does what Enter does."""
        event.stop()
        self.model.index = event.item
        self._moved()
        if event.twice and (selected := self.model.selected) is not None:
            self.action_go(_ENTER[selected.kind])

    def action_move(self, by: int) -> None:
        """Move the selection."""
        self.model.move(by)
        self._moved()

    def _moved(self) -> None:
        self.query_one(TodayList).redraw()
        self.refresh_bindings()

    def action_go(self, what: str) -> None:
        """Practise it, open it, or see the needs."""
        selected, navigator = self.model.selected, self.app_context.navigator
        if selected is None:
            return
        if what == "needs":
            navigator.show_needs()
        elif what == "review":
            navigator.show_feedback()
        elif what == "open":
            navigator.open_demo(selected.key, 0)
        elif selected.kind is TodayKind.QUESTION:
            navigator.practise(selected.key)
        else:
            navigator.try_demo(selected.key)

    def action_snooze(self) -> None:
        """Ask for how long."""
        if (selected := self.model.selected) is not None:
            self.app_context.navigator.snooze(selected.key, selected.title, self.reload)

    def action_rate(self) -> None:
        """Ask how it went."""
        if (selected := self.model.selected) is not None:
            self.app_context.navigator.rate(selected.key, selected.title, self.reload)

    def action_end(self) -> None:
        """Practise it no more."""
        if (selected := self.model.selected) is not None:
            self.app_context.navigator.end_practice(selected.key, selected.title, self.reload)

    def action_days_off(self) -> None:
        """Ask for the days without practice."""
        self.app_context.navigator.set_days_off(self.reload)

    def action_back(self) -> None:
        """Go back."""
        self.app.pop_screen()


def _today() -> date:
    return datetime.now().astimezone().date()
