"""``InsightScreen``: demos that help and that do not, that are out of date or without an owner."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from library.format import count, join
from library.learning.signals.signals import LEAST_MACHINES, LEAST_NOTES, DemoSignal, Signals, WeekSignal
from tui.screens.learning.list_screen import ListScreen
from tui.screens.learning.lists import SignalList

_BARS = " ▁▂▃▄▅▆▇█"


class InsightScreen(ListScreen):
    """The figures for whoever leads those that learn."""

    TITLE = "Insight"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", key_display="Enter", tooltip="Open the demo"),
        Binding("n", "needs", "Needs", tooltip="What is asked for"),
        Binding("m", "mine", "Mine", tooltip="Your own demos that may be out of date"),
        Binding("e", "edit", "Edit", tooltip="Edit title, owner and review date"),
    ]

    def make_list(self) -> SignalList:
        """The list of demos."""
        return SignalList()

    async def load(self) -> None:
        """Fetch the figures."""
        service = self.app_context.services.learning
        found = await self.ask(service.signals) if service is not None else None
        if found is not None:
            self.query_one(SignalList).demos = listed(found)
            self.draw(figures(found), count(len(found.needs), "need"))

    def chosen(self) -> None:
        """A double click opens the demo."""
        self.action_open()

    def action_open(self) -> None:
        """Open the selected demo."""
        if one := self.query_one(SignalList).selected:
            self.app_context.navigator.open_demo(one.demo_id, 0)

    def action_mine(self) -> None:
        """Show the user's own demos that may be out of date."""
        self.app_context.navigator.show_stale()

    def action_edit(self) -> None:
        """Edit the selected demo's details, such as its owner."""
        if one := self.query_one(SignalList).selected:
            self.app_context.navigator.edit(one.demo_id, lambda _: self.reload())

    def action_needs(self) -> None:
        """Show what is asked for."""
        self.app_context.navigator.show_needs()


def listed(found: Signals) -> list[tuple[str, DemoSignal]]:
    """The demos worth a look, each once, with why: those that do not help first."""
    groups = (
        ("does not help", found.that_do_not()), ("may be out of date", found.stale()),
        ("its owner is gone", found.orphaned()), ("helps", found.that_help()),
    )  # fmt: skip
    why: dict[str, tuple[str, DemoSignal]] = {}
    for words, demos in groups:
        for one in demos:
            why.setdefault(one.demo_id, (words, one))
    return list(why.values())


def figures(found: Signals) -> str:
    """The sums, the weeks as small bars, and what is not said."""
    asked = join([f"{len(found.needs)} asked for and not shown", f"{found.answered} answered"])
    few = f"fewer than {LEAST_NOTES} notes or {LEAST_MACHINES} machines"
    return f"{asked}\nHelped, by week {bars(found.weeks)}\n· says nothing: {few}"


def bars(weeks: tuple[WeekSignal, ...]) -> str:
    """The share of answers that a demo helped, a letter a week; a dot where nothing is said."""
    return "".join(
        "·" if week.helped is None or week.stuck is None else _bar(week.helped, week.stuck) for week in weeks
    )


def _bar(helped: int, stuck: int) -> str:
    both = helped + stuck
    return _BARS[round(helped / both * (len(_BARS) - 1))] if both else "·"
