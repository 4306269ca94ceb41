"""``FeedbackScreen``: what others handed to this user, and what this user handed over, with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType

from library.format import age, count
from library.practice.feedback.model import HandOver, ReceivedAttempt
from tui.screens.learning.list_screen import ListScreen
from tui.screens.learning.lists import SelectableRows
from tui.services.practice.feedback_protocol import FeedbackService
from tui.state.practice.feedback import hand_over_state, received_line, received_state
from tui.workers import begin

FeedbackItem: TypeAlias = ReceivedAttempt | HandOver


class FeedbackList(SelectableRows):
    """Received ones that wait, then the others, then those handed over; newest first."""

    def __init__(self) -> None:
        super().__init__(id="feedback-list")
        self.items: Sequence[FeedbackItem] = ()
        self.troubles: dict[str, str] = {}

    def __len__(self) -> int:
        """The number of items."""
        return len(self.items)

    @property
    def selected(self) -> FeedbackItem | None:
        """The selected item."""
        return self.items[self.index] if self.items else None

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """The title and its state; then who and when."""
        one = self.items[number]
        if isinstance(one, ReceivedAttempt):
            return [(one.handed.attempt.title, received_state(one)), (received_line(one), "")]
        trouble = self.troubles.get(one.hand_id, "")
        return [(one.title, hand_over_state(one)), (trouble or "you handed it over", age(one.at_unix_ms))]


class FeedbackScreen(ListScreen):
    """Feedback to give, and feedback that came."""

    TITLE = "Feedback"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", key_display="Enter", tooltip="Look at this try beside its demo"),
        Binding("t", "take_back", "Take back", tooltip="Take back what you handed over"),
        Binding("J", "join", "Join", tooltip="Let others hand you their tries"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._joined = True

    def make_list(self) -> FeedbackList:
        """The list."""
        return FeedbackList()

    @property
    def _service(self) -> FeedbackService | None:
        return self.app_context.services.feedback

    async def load(self) -> None:
        """Fetch both sides."""
        service, rows = self._service, self.query_one(FeedbackList)
        if service is None:
            return
        news = await self.ask(service.received)
        handed = list(await self.ask(service.handed) or ())
        self._joined = bool(await self.ask(service.joined))
        rows.troubles = await self.ask(partial(_troubles, service, handed)) or {}
        received = list(news.received) if news is not None else []
        received.sort(key=lambda one: (not one.waits, -one.handed.at_unix_ms))
        kept = rows.selected.hand_id if rows.selected is not None else ""
        rows.items = [*received, *reversed(handed)]
        rows.index = next((n for n, one in enumerate(rows.items) if one.hand_id == kept), 0)
        waits = sum(one.waits for one in received)
        self.draw(self._words(news.troubles if news is not None else ()), f"{count(waits, 'try', 'tries')} to look at")

    def _words(self, troubles: Sequence[str]) -> str:
        if troubles:
            return "\n".join(troubles)
        if not self._joined:
            return "Nobody can hand you a try yet. J joins: it puts your public key into the library."
        if not len(self.query_one(FeedbackList)):
            return "Nothing was handed to you, or by you. g on the comparison of a try hands it to one person."
        return "Tries that were handed to you, and those that you handed over. Nobody else can open them."

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done to the selected item, and joining only once."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        one = self.query_one(FeedbackList).selected
        if action == "open":
            return one is not None
        if action == "take_back":
            return isinstance(one, HandOver) and one.lies_in_library
        if action == "join":
            return not self._joined
        return super().check_action(action, parameters)

    def action_move(self, by: int) -> None:
        """Move the selection; the keys depend on it."""
        super().action_move(by)
        self.refresh_bindings()

    def chosen(self) -> None:
        """A double click opens."""
        self.action_open()

    def action_open(self) -> None:
        """Look at it beside its demo."""
        one = self.query_one(FeedbackList).selected
        if isinstance(one, ReceivedAttempt):
            self.app_context.navigator.review_attempt(one)
        elif one is not None:
            self.app_context.navigator.show_attempt(one.attempt_id)

    def action_take_back(self) -> None:
        """Take back what was handed over."""
        if isinstance(one := self.query_one(FeedbackList).selected, HandOver):
            self.app_context.navigator.take_back([one], self.reload)

    def action_join(self) -> None:
        """Put the public key into the library."""
        service = self._service
        if service is None:
            return

        async def join() -> None:
            if mark := await self.ask(service.join):
                self.app_context.navigator.say(f"You can be handed tries now. Your key: {mark}")
                await self.load()

        begin(self, join, "join")


def _troubles(service: FeedbackService, handed: Sequence[HandOver]) -> dict[str, str]:
    return {one.hand_id: trouble for one in handed if (trouble := service.trouble(one))}
