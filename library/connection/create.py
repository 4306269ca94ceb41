"""``make_library``: creates a library in a folder, or a team's library in a database."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from capture.progress import Progress, silent
from library.connection.address import is_team
from library.connection.library import open_library
from library.connection.library_facts import read_facts, write_facts
from library.model import LibraryError
from library.storage.bucket import AWS, MediaOptions


def make_library(
    url: str, media: str, cache: Path, options: MediaOptions = AWS, *, name: str = "", review_days: int | None = None,
    progress: Progress = silent,
) -> int:  # fmt: skip
    """Create a library in a folder, or a team's library in a database with its media in ``media`` (bucket or folder).

    Demos that exist there are indexed; returns their number. Raises LibraryError.
    """
    if is_team(url):
        from library.connection.team import set_up

        if not media:
            remedy = "Say so: --media s3://bucket/prefix, or a folder everybody can reach."
            raise LibraryError("A team's library needs a place for its media", remedy)
        return set_up(url, media, cache, options, name=name, review_days=review_days, progress=progress)
    if media:
        raise LibraryError("A folder keeps its media itself", "Leave --media out, or give postgresql://...")
    with open_library(url, cache=cache) as library:
        if name:
            library.rename(name)
        if review_days is not None:
            write_facts(library.folder, replace(read_facts(library.folder), review_days=review_days))
        return library.catalog.count()
