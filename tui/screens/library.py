"""``LibraryScreen``: the start screen. Typing searches, wherever the focus is; the best hit is always selected.

Owns keys, layout and when to search. Actions on a hit are in ``library_actions.py``; the library service searches, the
navigator plays and records.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from library.format import count
from library.learning.now.help import FrontHelp
from library.model import Found
from tui.screens.library_actions import LibraryActions
from tui.state.jobs import Jobs
from tui.state.library import LibraryState
from tui.state.live_search import REST_S, SETTLED_S, LiveSearch
from tui.widgets.preview import Preview
from tui.widgets.results import Results, guidance
from tui.widgets.rows import Rows
from tui.widgets.text import ACCENT, QUIET, styled
from tui.workers import begin


class SearchField(Input):
    """An input that passes on ``?`` (help), and ``R`` while a failed job can be retried."""

    def __init__(self, jobs: Jobs) -> None:
        # Focus must not select the text: the next letter would replace it.
        super().__init__(placeholder="Type what you want to do", compact=True, select_on_focus=False, id="search")
        self._jobs = jobs

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed into the search."""
        if key == "question_mark" or (key == "R" and self._jobs.failed):
            return False
        return super().check_consume_key(key, character)


class LibraryScreen(LibraryActions):
    """The start screen: search field, hits and preview."""

    class Entered(Message):
        """Enter was pressed."""

    TITLE = "Library"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go('replay')", "Replay", key_display="Enter", priority=True, tooltip="Replay from this step"),
        Binding(
            "enter", "go('suggestion')", "Search for it", key_display="Enter", priority=True, tooltip="Search for it"
        ),
        Binding("enter", "go('ask')", "Ask for it", key_display="Enter", priority=True, tooltip="Ask for a demo of it"),
        Binding("enter", "go('record')", "Record", key_display="Enter", priority=True, tooltip="Record the first demo"),
        Binding(
            "ctrl+a",
            "ask_for",
            "Ask for it",
            show=False,
            priority=True,
            tooltip="Ask for a demo of what nobody has shown",
        ),
        Binding("space", "open", "Open", key_display="Space", tooltip="Open the demo: its steps, pictures and words"),
        Binding("e", "edit", "Edit", tooltip="Edit title, tags, owner, review date, collections"),
        Binding("v", "revise", "Revise", tooltip="Put it right in review: words, steps, cuts, blurs, title"),
        Binding("x", "export", "Export", tooltip="Export as a file"),
        Binding("y", "copy_link", "Copy link", tooltip="Copy a link to this step that works for anybody"),
        Binding("Y", "copy_web_link", "Copy web link", show=False, tooltip="Copy the step’s page in the reader"),
        Binding("m", "like", "More like this", show=False, tooltip="Demos like this one"),
        Binding("delete", "remove", "Delete", show=False, tooltip="Delete the demo"),
        Binding("r", "record", "Record", tooltip="Record a demo"),
        Binding("ctrl+r", "record", "Record", tooltip="Record a demo"),
        Binding("ctrl+b", "browse", "Browse", show=False, tooltip="Browse every demo: sort, narrow, figures"),
        Binding("ctrl+n", "needs", "Needs", show=False, priority=True, tooltip="What is asked for and not shown"),
        Binding("ctrl+f", "feedback", "Feedback", show=False, priority=True, tooltip="Tries handed to you, and by you"),
        Binding("ctrl+t", "today", "Today", show=False, priority=True, tooltip="What to practise today, and more"),
        Binding("ctrl+l", "pathways", "Pathways", show=False, priority=True, tooltip="Pathways and how far you are"),
        Binding("plus", "note('helped')", "It helped", key_display="+", priority=True, tooltip="Say that it helped"),
        Binding("minus", "note('stuck')", "Stuck", key_display="-", priority=True, tooltip="Say that you are stuck"),
        Binding("ctrl+o", "open", "Open", tooltip="Open the demo: its steps, pictures and words"),
        Binding("ctrl+d", "unfiled", "Not filed yet", show=False, priority=True, tooltip="Recordings not filed yet"),
        Binding("w", "add_words", "Add words", show=False, tooltip="Add words and steps to a demo that waits for them"),
        Binding("slash", "search", "Search", show=False, tooltip="Search"),
        Binding("down", "move(1)", "Down", show=False, tooltip="Next result"),
        Binding("up", "move(-1)", "Up", show=False, tooltip="Previous result"),
        Binding("pagedown", "move(8)", "", show=False),
        Binding("pageup", "move(-8)", "", show=False),
        Binding("end", "move(999)", "", show=False),
        Binding("home", "move(-999)", "", show=False),
        Binding("escape", "clear", "Clear", show=False, tooltip="Clear the search"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._live_search = LiveSearch()
        self._go_when_found = False
        self._asking = ""  # the query whose meaning is to be searched, or is being searched
        self._told = ""
        self._front: FrontHelp | None = None
        self._settled(self.model.found)

    def body(self) -> ComposeResult:
        """Search field; results and preview side by side."""
        with Horizontal(id="search-line"):
            yield Static(styled("/", f"bold {ACCENT}"), id="search-mark")
            yield SearchField(self.app_context.jobs)
            yield Static("", id="summary", markup=False)
        with Horizontal(id="library-body"):
            yield Results(self.model, id="results")
            yield Preview(id="preview")
        yield Static("", id="guidance", markup=False)

    def on_mount(self) -> None:
        """Focus the search; the application calls ``reload`` when the library is open."""
        self.query_one("#search", Input).focus()
        self.title_bar.say("showhow")
        self._show_hits_or_guidance()

    def on_screen_resume(self) -> None:
        """Reload: another screen may have changed the library."""
        if self.model.count is not None:
            self.reload(self.model.selected.demo_id if self.model.selected else None)

    def show_opening(self, how_far: str) -> None:
        """Say how far the opening of the library is."""
        self.model.opening = how_far
        if self.model.count is None:
            self._show_hits_or_guidance()

    def reload(self, keep: str | None = None) -> None:
        """Search again; demo ``keep`` is selected if it is there."""
        begin(self, partial(self._reload, keep), "reload")

    async def _reload(self, keep: str | None) -> None:
        services = self.app_context.services
        self.model.count = await self.ask(services.library.count) or 0
        await self._search(self.query_one("#search", Input).value, keep)
        unfiled = len(await self.ask(services.review.unfiled) or ())
        if unfiled != self.unfiled:
            self.unfiled = unfiled
            self.draw()

    def select_filed(self, demo_id: str) -> None:
        """Show a demo just filed, selected and with the list focused, so that one key replays or edits it."""
        if self.query_one("#search", Input).value:  # the user is searching for something else
            self.reload(self.model.selected.demo_id if self.model.selected else None)
            return
        self.query_one(Results).focus()
        self.reload(demo_id)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search on every change; what was replayed before is not asked about any more."""
        self.replayed = None
        if event.input.id == "search" and self.model.count is not None:
            begin(self, partial(self._search, event.value), "search")

    async def _search(self, query: str, keep: str | None = None) -> None:
        library = self.app_context.services.library
        pause = self._live_search.start(query)
        found = await self.ask(self._front_first(library.search), query, pause)
        if found is not None and query == self._live_search.latest:
            self._asking = query if query.strip() and library.has_meaning else ""
            self.model.show(found, keep)
            self.draw()
            self.set_timer(SETTLED_S, partial(self._settled, found))
            if self._asking:
                self.set_timer(REST_S, lambda: begin(self, partial(self._ask_meaning, query, keep), "meaning"))
            if self._go_when_found:
                self.on_library_screen_entered()

    def _front_first(self, search: Callable[[str, Callable[[], None]], Found]) -> Callable[..., Found]:
        """The search, with the program in front first where its user asked for help there."""
        learning, front = self.app_context.services.learning, self._front
        if learning is None or front is None:
            return search
        return lambda query, pause: learning.front_first(front, search(query, pause), pause)

    def show_front(self, program: str, front: FrontHelp | None) -> None:
        """Show the best steps for a window, and search with its program first; None: search as ever."""
        self._front, self.model.program = front, program if front is not None else ""
        self.replayed = None
        search = self.query_one("#search", Input)
        if search.value:
            search.value = ""  # which searches
        else:
            self.reload()
        search.focus()

    async def _ask_meaning(self, query: str, keep: str | None) -> None:
        """Join the hits by meaning with those shown, if the query is still the same."""
        library = self.app_context.services.library
        if query != self._live_search.latest:
            return
        found = await self.ask(self._front_first(library.ask), query, self._live_search.start(query))
        if query != self._live_search.latest or self.model.like:
            return
        self._asking = ""
        if found is not None:
            self.model.join(found, keep)
            self.draw()
        if library.trouble and library.trouble != self._told:
            self._told = library.trouble
            self.notify(library.trouble, severity="warning", markup=False)
        if self._go_when_found:
            self._go()

    def _settled(self, found: Found) -> None:
        """Log a search whose results stayed on screen or were acted on, those by meaning included."""
        found = self.model.found if self.model.found.query == found.query else found
        if note := self._live_search.settled(found):
            log = self.app_context.services.library.note_search
            begin(self, partial(self.ask, log, *note), "note", exclusive=False)

    def draw(self) -> None:
        """Draw the model."""
        model, name = self.model, self.app_context.services.library.name
        waiting = f"{self.unfiled} not filed yet  ^d   " if self.unfiled else ""
        right = styled(waiting, ACCENT) + styled(f"{name} · {count(model.count or 0, 'demo')}", QUIET)
        self.title_bar.say("showhow", right)
        self.query_one("#summary", Static).update(styled(model.summary(), QUIET))
        self._show_hits_or_guidance()
        self.query_one(Results).redraw()
        self._preview()
        self.refresh_bindings()

    def _show_hits_or_guidance(self) -> None:
        hits = self.model.state is LibraryState.HITS
        self.query_one("#library-body").display = hits
        words = self.query_one("#guidance", Static)
        words.display = not hits
        words.update(guidance(self.model, self.unfiled))

    def _preview(self) -> None:
        self.query_one(Preview).show(self.model.selected)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter does what the model offers. Before the library is open, typed keys wait for it, Enter included."""
        if action == "go":
            return parameters == (self.model.offer if self.app_context.is_open else "replay",)
        if action == "clear":
            return bool(self.model.query or self.model.like or self.model.program)
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        """Type printable keys without a binding into the search, wherever the focus is.

        The focused search consumes its letters itself. One that still arrives here was typed just before the focus
        moved, and belongs to the search as well.
        """
        search = self.query_one("#search", Input)
        if event.key == "backspace":
            self.set_focus(search)
            search.action_delete_left()
        elif event.is_printable and event.character and event.key not in self.active_bindings:
            self.set_focus(search)
            search.insert_text_at_cursor(event.character)
        else:
            return
        event.stop()

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects a result, or opens the demo at a step of the preview; a double click replays."""
        event.stop()
        if isinstance(event.rows, Results):
            self.model.index = event.item
            event.rows.redraw()
            self._preview()
            if event.twice:
                self._go()
        elif (demo := self.query_one(Preview).demo) is not None:
            self.app_context.navigator.open_demo(demo.demo_id, demo.steps[event.item].start_ms)

    def action_move(self, by: int) -> None:
        """Select another result and focus the list; up from the first goes to the search."""
        results = self.query_one(Results)
        if by == -1 and self.model.index == 0:
            self.action_search()
            return
        results.focus()
        self.model.move(by)
        results.redraw()
        self._preview()

    def action_search(self) -> None:
        """Focus the search."""
        self.query_one("#search", Input).focus()

    def action_clear(self) -> None:
        """Clear the search: show the newest demos, or in a program that was in front its best steps first."""
        if not (self.query_one("#search", Input).value or self.model.like):
            self.show_front("", None)
        if self.model.like:
            self.reload()
        self.query_one("#search", Input).value = ""
        self.action_search()

    def action_go(self, _: str) -> None:
        """Enter: posted through the focused widget like the letters before it, so that it never overtakes them."""
        (self.focused or self).post_message(self.Entered())

    def on_library_screen_entered(self) -> None:
        """Do what Enter offers, once the results for the whole query are there; without any, those by meaning too."""
        asked = self._asking and self.model.selected is None
        if self.query_one("#search", Input).value == self.model.query and not asked:
            self._go()
        else:
            self._go_when_found = True

    def _go(self) -> None:
        self._go_when_found = False
        hit, search = self.model.selected, self.query_one("#search", Input)
        if hit is not None:
            self.replayed = hit
            self.app_context.navigator.replay(hit.demo_id, hit.start_ms)
            self.refresh_bindings()
        elif self.model.offer == "suggestion":
            search.value = self.model.found.suggestion
            search.cursor_position = len(search.value)
        elif self.model.offer == "ask":
            self.action_ask_for()
        elif self.model.offer == "record":
            self.action_record()
