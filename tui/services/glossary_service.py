"""``LocalGlossaryService``: the glossary service for the screens, over the open library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from library.model import Draft

if TYPE_CHECKING:
    from library.maintenance.glossary import Glossary


class LocalGlossaryService:
    """Glossary of the open library."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary

    def offered(self, draft: Draft) -> tuple[str, ...]:
        """Corrected names of a draft that are not in the glossary yet."""
        from library.maintenance.glossary import corrected_terms

        return corrected_terms(draft, self._glossary.terms())

    def keep(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Add terms; returns the new ones."""
        return self._glossary.add(terms)
