"""The glossary as the screens need it. The product's own ``Terms``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from library.model import Draft

if TYPE_CHECKING:
    from library.maintenance.glossary import Glossary


class LocalGlossaryService:
    """The glossary of the library that is open."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary

    def offered(self, draft: Draft) -> tuple[str, ...]:
        """Names put right in a draft that are not in it yet."""
        from library.maintenance.glossary import corrected_terms

        return corrected_terms(draft, self._glossary.terms())

    def keep(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Add them; gives what was new."""
        return self._glossary.add(terms)
