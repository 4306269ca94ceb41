"""The same recording filed twice: told to whoever filed it again. Owns the comparison; refuses to remove anything."""

from __future__ import annotations

from library.catalog.catalog import Catalog
from library.model import Demo

MOST_DEMOS = 20_000
"""Larger libraries are not read through for it while somebody waits; ``showhow library check`` finds duplicates too."""


def duplicates_of(catalog: Catalog, demo: Demo) -> list[Demo]:
    """Other demos made from the same video, newest first; empty when it is not known. Raises LibraryError."""
    mark = demo.take.fingerprint
    if not mark or catalog.count() > MOST_DEMOS:
        return []
    return [one for one in catalog.list() if one.take.fingerprint == mark and one.demo_id != demo.demo_id]
