"""``NeedsScreen``: what is asked for and not shown, most wanted first; answer, take, decline, merge, remove."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from library.format import count
from library.learning.answers import answers_need
from library.learning.needs.model import Need, NeedState
from tui.screens.dialogs import ChoiceDialog, ConfirmDialog, Field, FormDialog
from tui.screens.learning.list_screen import ListScreen
from tui.screens.learning.lists import NeedList, state_of
from tui.services.learning.protocol import LearningService
from tui.workers import begin

_OF_A_NEED = {"answer", "take", "decline", "merge", "remove"}


class NeedsScreen(ListScreen):
    """The needs that wait."""

    TITLE = "Needs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "answer", "Record it", tooltip="Record the answer; filing it tells who asked"),
        Binding("t", "take", "Take it", tooltip="Say that you will record it, or not after all"),
        Binding("d", "decline", "Decline", tooltip="Say why there will be no demo"),
        Binding("m", "merge", "Merge", tooltip="It asks for the same as another one"),
        Binding("delete", "remove", "Remove", show=False, tooltip="Remove it, as if nobody had asked"),
        Binding("a", "ask", "Ask", tooltip="Ask for a demo"),
        Binding("i", "insight", "Insight", tooltip="What helps and what does not"),
    ]

    def make_list(self) -> NeedList:
        """The list of needs."""
        return NeedList()

    @property
    def _service(self) -> LearningService | None:
        return self.app_context.services.learning

    async def load(self) -> None:
        """Fetch the needs that wait, then who may know of each."""
        service, rows = self._service, self.query_one(NeedList)
        if service is None:
            return
        every = await self.ask(service.needs) or ()
        kept = rows.selected.need_id if rows.selected else ""
        rows.needs = [need for need in every if need.wanted]
        rows.index = next((i for i, need in enumerate(rows.needs) if need.need_id == kept), 0)
        words = "What nobody has shown yet, most wanted first." if rows.needs else "Nothing is asked for."
        self.draw(words, count(len(rows.needs), "need"))
        rows.experts = await self.ask(partial(_experts, service, rows.needs)) or {}
        rows.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done to a need needs one."""
        if action in _OF_A_NEED and self.is_mounted:
            return self.query_one(NeedList).selected is not None
        return super().check_action(action, parameters)

    def chosen(self) -> None:
        """A double click records the answer."""
        self.action_answer()

    def action_answer(self) -> None:
        """Set up a recording that answers it, with its words as the title."""
        if need := self.query_one(NeedList).selected:
            self.app_context.navigator.record_answer(need.query, answers_need(need.need_id))

    def action_take(self) -> None:
        """Take the need, or let it go again."""
        service, need = self._service, self.query_one(NeedList).selected
        if service is not None and need is not None:
            change = service.release if need.state is NeedState.TAKEN else service.take
            self._change(
                partial(change, need.need_id), lambda now: f"“{now.query}”: {state_of(now) or 'it waits again'}"
            )

    def action_decline(self) -> None:
        """Ask why, then decline."""
        service, need = self._service, self.query_one(NeedList).selected
        if service is None or need is None:
            return

        async def decline() -> None:
            field = Field("Why", "", "who asked reads it")
            answer = await self.app.push_screen_wait(FormDialog(f"Decline “{need.query}”", field))
            if answer is not None:
                self._change(
                    partial(service.decline, need.need_id, answer[0]), lambda now: f"“{now.query}” is declined"
                )

        begin(self, decline, "dialog")

    def action_merge(self) -> None:
        """Choose the need that asks for the same, then merge."""
        service, rows = self._service, self.query_one(NeedList)
        need, others = rows.selected, [one for one in rows.needs if one is not rows.selected]
        if service is None or need is None:
            return
        if not others:
            self.notify("There is no other need", markup=False)
            return

        async def merge() -> None:
            options = [(one.query, count(len(one.votes), "vote")) for one in others]
            chosen = await self.app.push_screen_wait(ChoiceDialog(f"“{need.query}” is the same as", options, "merge"))
            if chosen is not None:
                into = others[chosen].need_id
                self._change(partial(service.merge, need.need_id, into), lambda now: f"Counted as “{now.query}”")

        begin(self, merge, "dialog")

    def action_remove(self) -> None:
        """Ask, then remove the need."""
        service, need = self._service, self.query_one(NeedList).selected
        if service is None or need is None:
            return

        async def remove() -> None:
            question = ConfirmDialog(f"Remove “{need.query}”?", "remove", "keep", "As if nobody had asked for it.")
            if await self.app.push_screen_wait(question):
                self._change(partial(service.remove_need, need), lambda gone: f"“{gone.query}” is removed")

        begin(self, remove, "dialog")

    def action_ask(self) -> None:
        """Ask for a demo."""
        service = self._service
        if service is None:
            return

        async def ask() -> None:
            fields = (
                Field("What", "", "split an order"), Field("For", "", "why you need it"), Field("In", "", "program"),
                Field("Your name", "", "empty: nobody knows who asks"),
            )  # fmt: skip
            answer = await self.app.push_screen_wait(FormDialog("Ask for a demo", *fields))
            if answer is not None and answer[0]:
                self._change(partial(service.ask, *answer), lambda now: f"Asked for “{now.query}”")

        begin(self, ask, "dialog")

    def action_insight(self) -> None:
        """Show what helps and what does not."""
        self.app_context.navigator.show_insight()

    def _change(self, work: Callable[[], Need], words: Callable[[Need], str]) -> None:
        async def change() -> None:
            if (now := await self.ask(work)) is not None:
                self.app_context.navigator.say(words(now))
                await self.load()

        begin(self, change, "change", exclusive=False)


def _experts(service: LearningService, needs: list[Need]) -> dict[str, list[str]]:
    return {need.need_id: list(service.experts(need)) for need in needs}
