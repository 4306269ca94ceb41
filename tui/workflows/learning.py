"""``LearningWorkflow``: notes of a demo, needs and figures, from screen to screen; what is told at the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from capture.model import Front
from library.learning.notes.model import NOTE_NAMES, Note, NoteKind
from library.model import Demo
from tui.screens.dialogs import Field, FormDialog
from tui.screens.library import LibraryScreen
from tui.workflows.base import Workflow

_LEFT_FOR_HELP = {"LibraryScreen", "DemoScreen", "BrowseScreen", "NeedsScreen", "InsightScreen", "NotesScreen"}
"""Screens that can be left at any time: nothing is lost."""


class LearningWorkflow(Workflow):
    """Workflows of what people say and ask for."""

    def show_needs(self) -> None:
        """Open the list of what is asked for."""
        from tui.screens.learning.needs import NeedsScreen

        self.app.push_screen(NeedsScreen())

    def show_stale(self) -> None:
        """Open the user's demos that may be out of date."""
        from tui.screens.learning.stale import StaleScreen

        self.app.push_screen(StaleScreen())

    def show_insight(self) -> None:
        """Open the figures."""
        from tui.screens.learning.insight import InsightScreen

        self.app.push_screen(InsightScreen())

    def show_help_for(self, front: Front) -> None:
        """Go to the library and show the best steps for a window, unless work on the screen would be left."""
        self.begin(partial(self._show_help_for, front))

    async def _show_help_for(self, front: Front) -> None:
        service = self.context.services.learning
        if type(self.app.screen).__name__ not in _LEFT_FOR_HELP:
            self.say("Finish this first; then ask for help again", "warning")
            return
        self.back_to_library()
        helped = await self.ask(service.help_for, front) if service is not None else None
        if helped is None or not isinstance(self.app.screen, LibraryScreen):
            return
        self.app.screen.show_front(front.app, helped if front.app else None)
        if not front.app:
            self.say("No program is in front; search for what you need")
        elif not helped.hits:
            self.say(f"Nobody has shown anything in {front.app} yet; search, or ask for it")

    def show_code(self, demo_id: str, step: int) -> None:
        """Show the code of a share link, for a phone; needs ``reader_url`` in the settings."""
        self.begin(partial(self._show_code, demo_id, step))

    async def _show_code(self, demo_id: str, step: int) -> None:
        from library.sharing.qr_code import qr_lines
        from tui.screens.learning.code import CodeDialog

        services = self.context.services
        if not services.reader_url or services.sharing is None:
            file = services.settings_file
            self.say(f"Set reader_url in {file} to the address of your “showhow serve”", "warning")
            return
        if (link := await self.ask(services.sharing.share, demo_id, step)) is not None:
            self.app.push_screen(CodeDialog(link.url, qr_lines(link.url)))

    def show_notes(self, demo: Demo, step: int) -> None:
        """Open the notes of a demo; where there are none, write one."""
        self.begin(partial(self._show_notes, demo, step))

    async def _show_notes(self, demo: Demo, step: int) -> None:
        from tui.screens.learning.notes import NotesScreen

        service = self.context.services.learning
        if service is None:
            return
        if await self.ask(service.threads, demo.demo_id):
            self.app.push_screen(NotesScreen(demo, step))
        else:
            await self._comment(demo, step, None, lambda: None)

    def note(
        self, demo_id: str, kind: NoteKind, step: int, *, seen: str = "", done: Callable[[], None] = lambda: None
    ) -> None:
        """Note what the user says of a step of a demo; ``seen``: the label that is there now."""
        self.begin(partial(self._note, demo_id, kind, step, seen, done))

    async def _note(self, demo_id: str, kind: NoteKind, step: int, seen: str, done: Callable[[], None]) -> None:
        service = self.context.services.learning
        demo = await self.ask(self.context.services.library.demo, demo_id)
        if service is None or demo is None:
            return
        if await self.ask(partial(service.note, demo, kind, step, seen=seen)) is not None:
            place = f" at step {step}" if step else ""
            self.say(f"Noted{place}: {NOTE_NAMES[kind]}. Thank you")
            done()

    def comment(self, demo: Demo, step: int, *, about: Note | None = None, done: Callable[[], None]) -> None:
        """Ask for words, then note them; ``about``: the note that they answer."""
        self.begin(partial(self._comment, demo, step, about, done))

    async def _comment(self, demo: Demo, step: int, about: Note | None, done: Callable[[], None]) -> None:
        service = self.context.services.learning
        place = f"step {step}" if step else "all of it"
        question = f"Answer “{about.text or NOTE_NAMES[about.kind]}”" if about else f"Say something of {place}"
        fields = (
            Field("Words", "", "what others should know"),
            Field("Your name", "", "empty: nobody knows who wrote it"),
        )
        answer = await self.app.push_screen_wait(FormDialog(question, *fields))
        if service is None or answer is None or not answer[0]:
            return
        kind = NoteKind.REPLY if about else NoteKind.COMMENT
        said = partial(service.note, demo, kind, step, answer[0], who=answer[1], about=about.record_id if about else "")
        if await self.ask(said) is not None:
            self.say("Noted. Thank you")
            done()

    def tell_answers(self) -> None:
        """Say in a line each how what the user asked for has ended; once."""
        self.begin(self._tell_answers)

    async def _tell_answers(self) -> None:
        service = self.context.services.learning
        for line in (await self.ask(service.told) if service is not None else None) or ():
            self.app.notify(line, markup=False, timeout=12)
