"""Who likely knows how something is done that nobody has shown yet: the authors of what is near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from library.catalog.catalog import Catalog
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
