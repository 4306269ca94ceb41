"""``StaleScreen``: the user's own demos that may be out of date, with why; a step is recorded anew from here."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from library.format import count
from tui.screens.learning.list_screen import ListScreen
from tui.screens.learning.lists import StaleList


class StaleScreen(ListScreen):
    """Demos of the user that may be out of date; those that most people reported first."""

    TITLE = "May be out of date"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", key_display="Enter", tooltip="Open the demo at the step"),
        Binding("R", "replace_step", "Record anew", tooltip="Record the step anew; the rest stays"),
        Binding("v", "revise", "Revise", tooltip="Put it right in review"),
        Binding("e", "edit", "Edit", tooltip="Edit title, owner and review date"),
    ]

    def make_list(self) -> StaleList:
        """The list of demos."""
        return StaleList()

    async def load(self) -> None:
        """Fetch the demos."""
        service = self.app_context.services.learning
        found = await self.ask(service.stale_of_mine) if service is not None else None
        if found is not None:
            self.query_one(StaleList).demos = found
            words = (
                "Your demos; those that most people reported come first"
                if found
                else "Nothing says that one of your demos is out of date."
            )
            self.draw(words, count(len(found), "demo"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A step can be recorded anew where the reason is one of a step."""
        if action in {"open", "revise", "edit"}:
            return bool(self.query(StaleList)) and self.query_one(StaleList).selected is not None
        if action == "replace_step":
            return self._step > 0
        return super().check_action(action, parameters)

    @property
    def _step(self) -> int:
        """The step that the selected demo's first reason is of; 0 for none."""
        one = self.query_one(StaleList).selected if self.query(StaleList) else None
        return next((reason.step for reason in one.reasons if reason.step), 0) if one is not None else 0

    def action_move(self, by: int) -> None:
        """Move the selection; what can be done with it may be something else."""
        super().action_move(by)
        self.refresh_bindings()

    def chosen(self) -> None:
        """A double click opens the demo."""
        self.action_open()

    def action_open(self) -> None:
        """Open the selected demo at the step."""
        if one := self.query_one(StaleList).selected:
            at_ms = one.demo.step(self._step).start_ms if self._step else 0
            self.app_context.navigator.open_demo(one.demo.demo_id, at_ms)

    def action_replace_step(self) -> None:
        """Record the step anew."""
        if one := self.query_one(StaleList).selected:
            self.app_context.navigator.replace_step(one.demo.demo_id, self._step)

    def action_revise(self) -> None:
        """Put the demo right in review."""
        if one := self.query_one(StaleList).selected:
            self.app_context.navigator.revise(one.demo.demo_id, one.demo.title)

    def action_edit(self) -> None:
        """Edit the demo's details."""
        if one := self.query_one(StaleList).selected:
            self.app_context.navigator.edit(one.demo.demo_id, lambda _: self.reload())
