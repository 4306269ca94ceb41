"""``ListScreen``: a screen with one list whose items are selected by keys or the mouse."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.screens.base import BaseScreen
from tui.screens.learning.lists import SelectableRows
from tui.widgets.rows import Rows
from tui.widgets.text import QUIET, styled
from tui.workers import begin


class ListScreen(BaseScreen):
    """Base of the screens here. Subclasses make the list, load it and say what a double click does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "", show=False),
        Binding("up,k", "move(-1)", "", show=False),
        Binding("pagedown", "move(6)", "", show=False),
        Binding("pageup", "move(-6)", "", show=False),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back"),
    ]

    def make_list(self) -> SelectableRows:
        """The list of this screen."""
        raise NotImplementedError

    async def load(self) -> None:
        """Fetch what is shown, and draw it."""
        raise NotImplementedError

    def chosen(self) -> None:
        """A double click on an item."""

    def body(self) -> ComposeResult:
        """A line of words, and the list."""
        yield Static("", id="learning-what", markup=False)
        yield self.make_list()

    @property
    def rows(self) -> SelectableRows:
        """The list."""
        return self.query_one(SelectableRows)

    def on_mount(self) -> None:
        """Load in the background."""
        self.rows.focus()
        self.reload()

    def on_screen_resume(self) -> None:
        """Load again: another screen may have changed something."""
        self.reload()

    def reload(self) -> None:
        """Load and draw again."""
        begin(self, self.load, "learning")

    def draw(self, words: str, right: str) -> None:
        """Draw the list below a line of words."""
        self.title_bar.say(self.TITLE or "", right)
        self.query_one("#learning-what", Static).update(styled(words, QUIET))
        self.rows.move(0)
        self.refresh_bindings()

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects; a double click is what ``chosen`` says."""
        event.stop()
        self.rows.index = event.item
        self.rows.redraw()
        if event.twice:
            self.chosen()

    def action_move(self, by: int) -> None:
        """Move the selection."""
        self.rows.move(by)

    def action_back(self) -> None:
        """Close the screen."""
        self.app.pop_screen()
