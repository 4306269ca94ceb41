"""``LibraryActions``: actions of the library screen on the selected hit, and to other screens.

Owns which actions are available. Layout and searching are in ``library.py``.
"""

from __future__ import annotations

from functools import partial

from library.learning.notes.model import NoteKind
from library.model import Hit
from tui.screens.base import BaseScreen
from tui.state.library import LibraryModel, LibraryState
from tui.widgets.preview import Preview
from tui.workers import begin

_OF_A_HIT = {"open", "edit", "revise", "like", "export", "copy_link", "copy_web_link", "remove", "move"}


class LibraryActions(BaseScreen):
    """Base of LibraryScreen with its actions. ``unfiled``: recordings that wait for review; ``replayed``: what was just
    replayed, and may be said to help or not."""

    def __init__(self) -> None:
        super().__init__()
        self.model = LibraryModel()
        self.unfiled = 0
        self.replayed: Hit | None = None

    def draw(self) -> None:
        """Draw the model."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Actions on a demo need a selected hit; none is available before the library is open."""
        if action in _OF_A_HIT:
            return self.model.selected is not None
        if action == "add_words":
            demo, hit = self.query_one(Preview).demo if self.is_mounted else None, self.model.selected
            return hit is not None and demo is not None and demo.demo_id == hit.demo_id and demo.waiting_for_words
        if action in {"unfiled", "ask_for"}:
            return self.unfiled > 0 if action == "unfiled" else self.app_context.is_open and self.model.can_ask
        if action in {"note", "needs"}:
            learns = self.app_context.is_open and self.app_context.services.learning is not None
            return learns and (action == "needs" or self.replayed is not None)
        if action in {"record", "browse", "feedback", "today", "pathways"}:
            return self.app_context.is_open and self._has(action)
        return super().check_action(action, parameters)

    def _has(self, action: str) -> bool:
        """Whether there is a service behind a screen of the learner's."""
        services = self.app_context.services
        of = {"today": services.prompts, "pathways": services.pathways, "feedback": services.feedback}
        return action not in of or of[action] is not None

    def action_open(self) -> None:
        """Open the demo screen at the selected step."""
        if hit := self.model.selected:
            self.app_context.navigator.open_demo(hit.demo_id, hit.start_ms)

    def action_edit(self) -> None:
        """Edit title and tags."""
        if hit := self.model.selected:
            self.app_context.navigator.edit(hit.demo_id)

    def action_revise(self) -> None:
        """Review the demo again; it is filed as the next version."""
        if hit := self.model.selected:
            self.app_context.navigator.revise(hit.demo_id, hit.title)

    def action_export(self) -> None:
        """Export to a file."""
        if hit := self.model.selected:
            self.app_context.navigator.export(hit.demo_id, hit.step)

    def action_remove(self) -> None:
        """Delete, after asking."""
        if hit := self.model.selected:
            self.app_context.navigator.remove(hit.demo_id, hit.title)

    def action_add_words(self) -> None:
        """Transcribe a demo that waits for its words."""
        if hit := self.model.selected:
            self.app_context.navigator.transcribe(hit.demo_id, hit.title)

    def action_like(self) -> None:
        """Show demos like the selected one, until the next letter."""
        if hit := self.model.selected:
            begin(self, partial(self._like, hit), "search")

    async def _like(self, hit: Hit) -> None:
        found = await self.ask(self.app_context.services.library.like, hit.demo_id)
        if found is not None and found.hits:
            self.model.show_like(found, hit.title)
            self.draw()
        elif found is not None:
            self.app_context.navigator.say(f"Nothing is like “{hit.title}”")

    def action_copy_link(self) -> None:
        """Copy the link to this step."""
        if hit := self.model.selected:
            self.app_context.navigator.copy_link(hit.demo_id, hit.step)

    def action_copy_web_link(self) -> None:
        """Copy the step's link for a browser."""
        if hit := self.model.selected:
            self.app_context.navigator.copy_web_link(hit.demo_id, hit.step)

    def action_ask_for(self) -> None:
        """Ask for a demo with the words searched for."""
        begin(self, partial(self._ask_for, self.model.query.strip()), "ask")

    async def _ask_for(self, query: str) -> None:
        self.model.note_asked(query)  # at once: a second Enter asks for nothing
        if await self.ask(self.app_context.services.library.ask_for, query) is None:
            self.model.take_back(query)
        else:
            self.app_context.navigator.say(f"Asked for “{query}”. ^n: all that is asked for")
        self.draw()

    def action_needs(self) -> None:
        """Open the list of what is asked for."""
        self.app_context.navigator.show_needs()

    def action_feedback(self) -> None:
        """Open what was handed over."""
        self.app_context.navigator.show_feedback()

    def action_today(self) -> None:
        """Open Today."""
        self.app_context.navigator.show_today()

    def action_pathways(self) -> None:
        """Open the list of pathways."""
        self.app_context.navigator.show_pathways()

    def action_note(self, kind: str) -> None:
        """Note whether what was just replayed helped."""
        if (hit := self.replayed) is not None:
            self.replayed = None
            self.app_context.navigator.note(hit.demo_id, NoteKind(kind), hit.step)
            self.refresh_bindings()

    def action_record(self) -> None:
        """Set up a recording; a query that nothing answers becomes its title."""
        answered = self.model.state is LibraryState.EMPTY or self.model.found.answers or self.model.like
        wanted = "" if answered else self.model.query.strip()
        self.app_context.navigator.set_up_recording(wanted)

    def action_browse(self) -> None:
        """Open the list of every demo."""
        self.app_context.navigator.browse()

    def action_unfiled(self) -> None:
        """Choose a recording that is not filed yet."""
        self.app_context.navigator.show_unfiled()
