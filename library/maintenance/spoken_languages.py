"""The languages spoken in a library, which a recogniser prefers among close ones. Reads bundles; opens no library."""

from __future__ import annotations

from collections import Counter

from library.connection.address import folder_of, is_team
from library.model import LibraryError
from library.storage.bundle import newest_bundle

_NEWEST = 12
"""Demos looked at, the newest: enough to know a team, and read in a moment."""


def spoken_languages(url: str) -> tuple[str, ...]:
    """Codes of the languages of the newest demos at an address, the most frequent first.

    Empty when they cannot be read, and for a team, whose demos may lie far away.
    """
    found: Counter[str] = Counter()
    try:
        if not is_team(url):
            homes = [home for home in (folder_of(url) / "demos").iterdir() if home.name[:1] != "."]
            for home in sorted(homes, key=lambda home: -home.stat().st_mtime_ns)[:_NEWEST]:
                found[newest_bundle(home).transcript.language] += 1
    except (LibraryError, OSError):  # transcription works without
        pass
    return tuple(language for language, _ in found.most_common() if language)
