"""``BrowseScreen``: every demo, sorted and filtered, and the library's statistics.

Owns keys and layout. Does not count or sort: ``library/maintenance/stats.py`` does.
"""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from capture.span import clock
from library.format import age, count, join, size
from library.maintenance.stats import NO_WORK, Count, Insight, Sort, Work, browse, insight
from library.model import Demo
from tui.screens.base import BaseScreen
from tui.screens.dialogs import ChoiceDialog, Help
from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, QUIET, due, styled, two_sides
from tui.workers import begin


class DemoList(Rows):
    """The demos, two lines each."""

    def __init__(self) -> None:
        super().__init__(id="browse-list")
        self.demos: list[Demo] = []
        self.index = 0

    def selected_item(self) -> int | None:
        """Index of the selected demo."""
        return self.index if self.demos else None

    def lines(self, width: int) -> list[Line]:
        """Two lines for each demo: title, length and size; then owner, tags, age and whether it is due for review."""
        now_ms, drawn = int(time.time() * 1000), list[Line]()
        for number, demo in enumerate(self.demos):
            mark = styled("▌ " if number == self.index else "  ", ACCENT)
            title = styled(demo.title, f"bold {ACCENT}" if number == self.index else "$foreground")
            right = styled(f"{clock(demo.clip.duration_ms)}  {size(demo.size) if demo.size else '':>8}", QUIET)
            drawn.append((mark + two_sides(title, right, width - 2), number))
            said = join(
                [
                    demo.owner or demo.author,
                    ", ".join((*demo.tags, *demo.collections)),
                    age(demo.updated_unix_ms, now_ms),
                ]
            )
            stale = due() if demo.stale(now_ms) else ""
            drawn.append((two_sides(styled(f"  {said}", QUIET), stale, width), number))
        return drawn


_ORDERS = {
    "newest": "newest first", "oldest": "oldest first", "title": "by title", "longest": "longest first",
    "largest": "largest first", "review": "by review date",
}  # fmt: skip


class BrowseScreen(BaseScreen):
    """The list of every demo."""

    TITLE = "Browse"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", key_display="Enter", tooltip="Open the demo"),
        Binding("s", "sort", "Sort", tooltip="The next order: newest, oldest, title, longest, largest, review"),
        Binding("t", "narrow('tag')", "Tag", tooltip="Only those with a tag"),
        Binding("c", "narrow('collection')", "Collection", tooltip="Only those of a collection"),
        Binding("a", "narrow('author')", "Author", tooltip="Only those of one person"),
        Binding("o", "stale", "Due", tooltip="Only those due for review"),
        Binding("i", "figures", "Figures", tooltip="The library in figures"),
        Binding("e", "edit", "Edit", show=False, tooltip="Edit title, tags, owner, review date, collections"),
        Binding("down,j", "move(1)", "", show=False),
        Binding("up,k", "move(-1)", "", show=False),
        Binding("pagedown", "move(8)", "", show=False),
        Binding("pageup", "move(-8)", "", show=False),
        Binding("end", "move(1000000)", "", show=False),
        Binding("home", "move(-1000000)", "", show=False),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back to the library"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.every: list[Demo] = []
        self.sort = Sort.NEWEST
        self.narrowed: dict[str, str] = {}
        self.only_stale = False

    def body(self) -> ComposeResult:
        """Order and filters, and the list."""
        yield Static("", id="browse-what", markup=False)
        yield DemoList()

    def on_mount(self) -> None:
        """Load the demos in the background."""
        self.query_one(DemoList).focus()
        begin(self, self._load, "browse")

    def on_screen_resume(self) -> None:
        """Reload: a demo may have been edited."""
        begin(self, self._load, "browse")

    async def _load(self) -> None:
        self.every = list(await self.ask(self.app_context.services.library.every_demo) or ())
        self._draw()

    def _draw(self) -> None:
        rows, now_ms = self.query_one(DemoList), int(time.time() * 1000)
        kept = rows.demos[rows.index].demo_id if rows.demos else ""
        stale_at = now_ms if self.only_stale else None
        rows.demos = browse(self.every, sort=self.sort, stale_at=stale_at, **self.narrowed)
        rows.index = next((i for i, demo in enumerate(rows.demos) if demo.demo_id == kept), 0)
        self.title_bar.say("Browse", f"{self.app_context.services.library.name} · {count(len(rows.demos), 'demo')}")
        what = [_ORDERS[self.sort], *self.narrowed.values(), "due for review" if self.only_stale else ""]
        nothing = "" if rows.demos or not self.every else "   None is so; the same key again takes it back."
        self.query_one("#browse-what", Static).update(styled(join(what), ACCENT) + styled(nothing, QUIET))
        rows.redraw()

    def _draw_from_the_top(self) -> None:
        """Draw with the first demo selected, after a change of order or filter."""
        self.query_one(DemoList).demos = []
        self._draw()

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects, a double click opens."""
        event.stop()
        event.rows.index = event.item  # type: ignore[attr-defined]  # the only list here
        event.rows.redraw()
        if event.twice:
            self.action_open()

    def action_move(self, by: int) -> None:
        """Move the selection."""
        rows = self.query_one(DemoList)
        rows.index = max(0, min(rows.index + by, len(rows.demos) - 1))
        rows.redraw()

    def action_sort(self) -> None:
        """Switch to the next order."""
        sorts = list(Sort)
        self.sort = sorts[(sorts.index(self.sort) + 1) % len(sorts)]
        self._draw_from_the_top()

    def action_stale(self) -> None:
        """Show only demos due for review, or all again."""
        self.only_stale = not self.only_stale
        self._draw_from_the_top()

    def action_narrow(self, by: str) -> None:
        """Filter by a tag, a collection or a person; pressed again, show all."""
        if self.narrowed.pop(by, ""):
            self._draw_from_the_top()
            return
        figures = insight(self.every, int(time.time() * 1000))
        counts: dict[str, tuple[Count, ...]] = {
            "tag": figures.tags, "collection": figures.collections, "author": figures.authors,
        }  # fmt: skip
        if not counts[by]:
            self.notify(f"No demo has a {by} yet", markup=False)
            return

        async def choose() -> None:
            options = [(one.name, count(one.demos, "demo")) for one in counts[by]]
            chosen = await self.app.push_screen_wait(ChoiceDialog(f"Which {by}?", options, "show them"))
            if chosen is not None:
                self.narrowed[by] = options[chosen][0]
                self._draw_from_the_top()

        begin(self, choose, "narrow")

    def action_figures(self) -> None:
        """Show the statistics."""
        begin(self, self._show_figures, "figures")

    async def _show_figures(self) -> None:
        work = await self.ask(self.app_context.services.library.work) or NO_WORK
        figures = insight(self.every, int(time.time() * 1000))
        self.app.push_screen(Help("The library in figures", figure_lines(figures, work), most_used(figures)))

    def action_open(self) -> None:
        """Open the demo screen."""
        rows = self.query_one(DemoList)
        if rows.demos:
            self.app_context.navigator.open_demo(rows.demos[rows.index].demo_id, 0)

    def action_edit(self) -> None:
        """Edit title, tags, owner, review date, collections."""
        rows = self.query_one(DemoList)
        if rows.demos:
            self.app_context.navigator.edit(rows.demos[rows.index].demo_id)

    def action_back(self) -> None:
        """Go back to the library."""
        self.app.pop_screen()


def figure_lines(figures: Insight, work: Work = NO_WORK) -> list[tuple[str, str]]:
    """The statistics and pending work as (value, text) pairs; zero values are left out."""
    now_ms = int(time.time() * 1000)
    measures = [
        (figures.duration_ms, clock(figures.duration_ms), "to watch in all"),
        (figures.size, size(figures.size), "of clips and pictures"),
        (figures.newest_unix_ms, age(figures.newest_unix_ms, now_ms), "the last change"),
        (figures.oldest_unix_ms, age(figures.oldest_unix_ms, now_ms), "the oldest"),
    ]
    numbers = [
        (figures.demos, f"{'demo' if figures.demos == 1 else 'demos'}, {count(figures.steps, 'step')}"),
        (figures.stale, "due for review"),
        (figures.waiting, "waiting for words"),
        (figures.without_owner, "without an owner"),
        (work.waiting, "waiting for a worker"),
        (work.working, "being done by a worker"),
        (work.failed, "that no worker could do"),
    ]
    first, *rest = [(number, f"{number:,}", what) for number, what in numbers]
    return [(said, what) for number, said, what in (first, *measures, *rest) if number]


def most_used(figures: Insight) -> list[tuple[str, str]]:
    """Collections, tags and authors as (demos, name) pairs: the first four of each."""
    kinds = (("collection", figures.collections), ("tag", figures.tags), ("author", figures.authors))
    return [(f"{one.demos:,}", f"{kind} {one.name}") for kind, counts in kinds for one in counts[:4]]
