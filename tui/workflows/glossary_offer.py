"""Names that were put right in review, offered to the glossary once the demo is filed: quietly, and only once.

Owns the offer and its question. Refuses to add anything by itself: everybody's recordings are heard with the glossary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from library.model import Demo, Draft
from tui.screens.dialogs import Sure

if TYPE_CHECKING:
    from tui.app import Showhow

_NAMED = 3
"""Names a toast has room for; the question has all of them."""


class TermsOffer:
    """What was put right in the demo filed last, until it is taken or another one is filed."""

    def __init__(self, app: Showhow) -> None:
        self.app = app
        self.terms: tuple[str, ...] = ()

    async def filed(self, draft: Draft, demo: Demo) -> None:
        """Say that a demo is filed, and what could be learned from its review."""
        services, flows = self.app.services, self.app.flows
        self.terms = (await flows.ask(services.terms.offered, draft) or ()) if services.terms is not None else ()
        more = ", ".join(self.terms[:_NAMED]) + (" …" if len(self.terms) > _NAMED else "")
        offer = f". Ctrl+G tells the speech model: {more}" if more else ""
        flows.say(f"Filed “{demo.title}”. Enter replays it, y copies its link{offer}")
        self.app.screen.refresh_bindings()

    async def take(self) -> None:
        """Ask, then add them."""
        if not self.terms or self.app.services.terms is None:
            return
        question = "Tell the speech model these names from now on?"
        if await self.app.push_screen_wait(Sure(question, "add them", "leave them", ", ".join(self.terms))):
            added = await self.app.flows.ask(self.app.services.terms.keep, self.terms)
            if added is None:
                return
            self.app.flows.say(f"In the glossary now: {', '.join(added)}" if added else "They are there already")
        self.terms = ()
        self.app.screen.refresh_bindings()
