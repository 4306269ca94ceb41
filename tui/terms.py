"""The glossary as the screens need it. The product's own ``Terms``."""

from __future__ import annotations

from pathlib import Path

from library.model import Draft


class HouseTerms:
    """The glossary of the library in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def offered(self, draft: Draft) -> tuple[str, ...]:
        """Names put right in a draft that are not in it yet."""
        from library.glossary import corrected_terms, read_terms

        return corrected_terms(draft, read_terms(self._folder))

    def keep(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Add them; gives what was new."""
        from library.glossary import add_terms

        return add_terms(self._folder, terms)
