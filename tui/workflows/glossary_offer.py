"""Names that were put right in review, offered to the glossary once the demo is filed: quietly, and only once.

Owns the offer and its question. Refuses to add anything by itself: everybody's recordings are heard with the glossary.
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
"""Names a toast has room for; the question has all of them."""


class GlossaryOffer(Workflow):
    """What was put right in the demo filed last, until it is taken or another one is filed."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        super().__init__(app, context)
        self.terms: tuple[str, ...] = ()

    async def filed(self, draft: Draft, demo: Demo) -> None:
        """Say that a demo is filed, and what could be learned from its review."""
        glossary = self.context.services.terms
        self.terms = (await self.ask(glossary.offered, draft) or ()) if glossary is not None else ()
        more = ", ".join(self.terms[:_NAMED]) + (" …" if len(self.terms) > _NAMED else "")
        offer = f". Ctrl+G tells the speech model: {more}" if more else ""
        self.say(f"Filed “{demo.title}”. Enter replays it, y copies its link{offer}")
        self.app.screen.refresh_bindings()

    async def take(self) -> None:
        """Ask, then add them."""
        glossary = self.context.services.terms
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
