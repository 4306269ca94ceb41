"""The languages spoken in a library, which a recogniser prefers among close ones. Opens no library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from library.connection.address import folder_of, is_team
from library.model import LibraryError
from library.records import kept_record
from library.storage.bundle import newest_bundle
from library.team_packages import team_packages

_NEWEST = 12
"""Demos looked at, the newest: enough to know a team, and read in a moment."""


def spoken_languages(url: str) -> tuple[str, ...]:
    """Codes of the languages of the newest demos at an address, the most frequent first; empty when none can be read.

    A team's database is asked once, for a few seconds at most.
    """
    found: Counter[str] = Counter()
    with suppress(LibraryError, OSError):  # transcription works without
        found.update(_of_team(url) if is_team(url) else _of_folder(url))
    return tuple(language for language, _ in found.most_common() if language)


def _of_team(url: str) -> Iterator[str]:
    with team_packages():
        from library.catalog.postgres_catalog import query_once

    for row in query_once(url, "newest_briefs", most=_NEWEST):
        yield kept_record(bytes(row[0])).transcript.language


def _of_folder(url: str) -> Iterator[str]:
    homes = [home for home in (folder_of(url) / "demos").iterdir() if home.name[:1] != "."]
    for home in sorted(homes, key=lambda home: -home.stat().st_mtime_ns)[:_NEWEST]:
        yield newest_bundle(home).transcript.language
