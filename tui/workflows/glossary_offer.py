"""``GlossaryOffer``: offers names corrected in review for the glossary, once, after the demo is filed.

Never adds terms without asking: the glossary affects the transcription of all users' recordings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from library.model import Demo, Draft
from tui.screens.dialogs import ConfirmDialog
from tui.workflows.base import Workflow

if TYPE_CHECKING:
    from textual.app import App

    from tui.state.app_context import AppContext

_NAMED = 3
"""Number of names in a toast; the dialog lists all of them."""


class GlossaryOffer(Workflow):
    """Corrected names of the last filed demo, until they are added or another demo is filed."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        super().__init__(app, context)
        self.terms: tuple[str, ...] = ()

    async def filed(self, draft: Draft, demo: Demo) -> None:
        """Report that a demo is filed, and offer the names corrected in it."""
        glossary = self.context.services.glossary
        self.terms = (await self.ask(glossary.offered, draft) or ()) if glossary is not None else ()
        more = ", ".join(self.terms[:_NAMED]) + (" …" if len(self.terms) > _NAMED else "")
        offer = f". Ctrl+G tells the speech model: {more}" if more else ""
        self.say(f"Filed “{demo.title}”. Enter replays it, y copies its link{offer}")
        self.app.screen.refresh_bindings()

    async def take(self) -> None:
        """Ask, then add the names."""
        glossary = self.context.services.glossary
        if not self.terms or glossary is None:
            return
        question = "Tell the speech model these names from now on?"
        if await self.app.push_screen_wait(ConfirmDialog(question, "add them", "leave them", ", ".join(self.terms))):
            added = await self.ask(glossary.keep, self.terms)
            if added is None:
                return
            self.say(f"In the glossary now: {', '.join(added)}" if added else "They are there already")
        self.terms = ()
        self.app.screen.refresh_bindings()
