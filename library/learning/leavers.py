"""Leavers: who is said to be gone, so that their demos get another owner. Does not change demos."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence

from library.learning.journals.model import JournalRecord, SharedJournal
from library.model import LibraryError
from library.text import clean

_LONGEST_NAME = 100


class PersonEvent(JournalRecord, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody said that a person is gone, or is here after all."""

    name: str
    gone: bool = True


class Leavers:
    """What is said of the people of a library. Every method may raise LibraryError."""

    def __init__(self, journal: SharedJournal[PersonEvent]) -> None:
        self._journal = journal

    def say(self, name: str, *, gone: bool) -> str:
        """Say that a person is gone, or not; returns the name. Raises LibraryError for no name."""
        name = clean(name, _LONGEST_NAME)
        if not name:
            raise LibraryError("Say who", "Give the name as it stands at their demos.")
        now = round(time.time() * 1000)
        self._journal.append(
            PersonEvent(
                record_id=secrets.token_hex(8), at_unix_ms=now, machine=self._journal.machine, name=name, gone=gone
            )
        )
        return name

    def gone(self) -> Mapping[str, int]:
        """The people who are gone, in lower case, and since when that is said (Unix ms)."""
        return gone_of(self._journal.records())


def gone_of(events: Sequence[PersonEvent]) -> Mapping[str, int]:
    """The names that were last said to be gone, in lower case, with the moment. Pure."""
    newest: dict[str, PersonEvent] = {}
    for event in sorted(events, key=lambda one: (one.at_unix_ms, one.record_id)):
        newest[clean(event.name, _LONGEST_NAME).casefold()] = event
    return {name: event.at_unix_ms for name, event in newest.items() if event.gone}
