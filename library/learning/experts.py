"""Who likely knows how something is done that nobody has shown yet: the authors of what is near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from library.catalog.catalog import Catalog
from library.index.model import STATE
from library.learning.needs.model import Need
from library.search.search import search

_NEAREST, _EXPERTS = 12, 3


def experts_on(catalog: Catalog, need: Need) -> Sequence[str]:
    """Authors of the demos nearest to a need's words, and of those in its programs; at most three.

    Raises LibraryError.
    """
    queries = [need.query, *(f'app:"{app}"' for app in need.apps)]
    hits = [hit for query in queries for hit in search(catalog, query, _NEAREST).hits]
    authors = Counter({hit.demo_id: hit.author for hit in hits}.values())
    return [author for author, _ in authors.most_common() if author][:_EXPERTS]


class Experts:
    """Who likely knows, for many needs at a time; remembered until the library changes. Thread-safe."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: tuple[int, dict[tuple[str, tuple[str, ...]], Sequence[str]]] = (-1, {})

    def of_each(self, needs: Sequence[Need]) -> Mapping[str, Sequence[str]]:
        """The names for each need, by its id. Raises LibraryError."""
        state = self._catalog.fact(STATE)
        known = dict(self._known[1]) if self._known[0] == state else {}
        for need in needs:
            key = (need.need_id, need.apps)
            known[key] = known[key] if key in known else experts_on(self._catalog, need)
        self._known = (state, known)
        return {need.need_id: known[need.need_id, need.apps] for need in needs}
