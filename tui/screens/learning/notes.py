"""``NotesScreen``: what people said of a demo, step by step; write, answer in words or with a recording."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from library.format import count
from library.learning.answers import answers_note
from library.learning.notes.model import NOTE_NAMES, Note
from library.model import Demo
from tui.screens.dialogs import ConfirmDialog
from tui.screens.learning.list_screen import ListScreen
from tui.screens.learning.lists import NoteList
from tui.services.learning.protocol import LearningService
from tui.workers import begin

_FOR_ALL = "It goes for everybody, with the answers to it."


class NotesScreen(ListScreen):
    """The notes of one demo. ``step``: the one that is selected at first, and of which is written."""

    TITLE = "Notes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "comment", "Write", tooltip="Say something of the step you came from"),
        Binding("a", "answer", "Answer", tooltip="Answer this note in words"),
        Binding("r,ctrl+r", "record", "Record it", key_display="r", tooltip="Record the answer to this note"),
        Binding("delete", "remove", "Remove", show=False, tooltip="Remove this note, for everybody"),
        Binding("enter", "open", "Open", key_display="Enter", tooltip="Open the demo that answers it"),
    ]

    def __init__(self, demo: Demo, step: int) -> None:
        super().__init__()
        self._demo, self._step, self._begun = demo, step, False

    def make_list(self) -> NoteList:
        """The list of notes."""
        return NoteList()

    async def load(self) -> None:
        """Fetch the notes; those of the step are selected first."""
        service, rows = self.app_context.services.learning, self.query_one(NoteList)
        if service is None:
            return
        rows.threads = await self.ask(service.threads, self._demo.demo_id) or ()
        if not self._begun:
            self._begun = True
            rows.index = next((i for i, one in enumerate(rows.threads) if one.note.step == self._step), 0)
        words = f"Of “{self._demo.title}”." if rows.threads else "Nobody has written anything of it yet."
        words += f" c writes of {f'step {self._step}' if self._step else 'all of it'}."
        self.draw(words, count(len(rows.threads), "note"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An answer needs a note; opening needs a demo that answers."""
        if action in {"answer", "record", "open", "remove"} and self.is_mounted:
            rows = self.query_one(NoteList)
            return bool(self._shown()) if action == "open" else rows.selected is not None
        return super().check_action(action, parameters)

    def _shown(self) -> str:
        rows = self.query_one(NoteList)
        replies = rows.threads[rows.index].replies if rows.threads else ()
        return next((reply.shows for reply in replies if reply.shows), "")

    def action_comment(self) -> None:
        """Write a comment on the step that the user came from; of others there may be no note to select."""
        self.app_context.navigator.comment(self._demo, self._step, done=self.reload)

    def action_answer(self) -> None:
        """Answer the selected note in words."""
        if note := self.query_one(NoteList).selected:
            self.app_context.navigator.comment(self._demo, note.step, about=note, done=self.reload)

    def action_record(self) -> None:
        """Answer the selected note with a recording."""
        if note := self.query_one(NoteList).selected:
            self.app_context.navigator.record_answer(note.text, answers_note(note))

    def action_remove(self) -> None:
        """Ask, then remove the selected note."""
        service, note = self.app_context.services.learning, self.query_one(NoteList).selected
        if service is None or note is None:
            return

        async def remove() -> None:
            question = ConfirmDialog(f"Remove “{note.text or NOTE_NAMES[note.kind]}”?", "remove", "keep", _FOR_ALL)
            if not await self.app.push_screen_wait(question):
                return
            if await self.ask(partial(_removed, service, note)):
                self.app_context.navigator.say("Removed")
                await self.load()

        begin(self, remove, "dialog")

    def action_open(self) -> None:
        """Open the demo that answers the selected note."""
        if shown := self._shown():
            self.app_context.navigator.open_demo(shown, 0)


def _removed(service: LearningService, note: Note) -> bool:
    service.remove_note(note)
    return True
