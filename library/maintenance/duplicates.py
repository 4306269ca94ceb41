"""Finds demos made from the same recording. Owns the comparison; does not remove anything."""

from __future__ import annotations

from library.catalog.catalog import Catalog
from library.model import Demo

MOST_DEMOS = 20_000
"""Larger libraries are not searched while a user waits; ``showhow library check`` finds duplicates too."""


def duplicates_of(catalog: Catalog, demo: Demo) -> list[Demo]:
    """Other demos made from the same video, newest first; empty when that is not known. Raises LibraryError."""
    fingerprint = demo.take.fingerprint
    if not fingerprint or catalog.count() > MOST_DEMOS:
        return []
    return [one for one in catalog.list() if one.take.fingerprint == fingerprint and one.demo_id != demo.demo_id]
