"""Takes the feedback and the wishes of the use log along, which older showhows wrote there: as notes and needs, once.

Their ids follow from what they say, so that two programs that do it at once do it once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from library.catalog.usage import Search, Use, UseEvent, UseLog
from library.learning.journals.model import SharedJournal
from library.learning.needs.model import NeedEvent, NeedKind
from library.learning.needs.words import has_words, need_id_of
from library.learning.notes.model import Note, NoteKind
from library.text import is_demo_id

_KINDS = {Use.HELPED: NoteKind.HELPED, Use.NO_HELP: NoteKind.STUCK}


def carry_over(log: UseLog, notes: SharedJournal[Note], needs: SharedJournal[NeedEvent], *, shared: bool) -> None:
    """Add the log's feedback and wishes to the journals, if that was not done yet. Raises LibraryError.

    ``shared``: the log is that of a team, so where a row came from is not known but for its visit.
    """

    def carry(searches: Sequence[Search], uses: Sequence[UseEvent]) -> None:
        for use in uses:
            if use.use in _KINDS and is_demo_id(use.demo_id):
                notes.append(_note(use, _origin(use.visit, notes, shared=shared)))
        for wish in searches:
            if wish.asked and has_words(wish.query):
                needs.append(_event(wish, _origin(wish.visit, needs, shared=shared)))

    log.carry_over(carry)


def _origin(visit: str, journal: SharedJournal[Note] | SharedJournal[NeedEvent], *, shared: bool) -> str:
    return (f"visit-{visit}" if visit else "earlier") if shared else journal.machine


def _note(use: UseEvent, machine: str) -> Note:
    record_id = _id("note", machine, use.at_unix_ms, use.demo_id, use.use)
    return Note(
        record_id=record_id, at_unix_ms=use.at_unix_ms, machine=machine, demo_id=use.demo_id, kind=_KINDS[use.use]
    )


def _event(wish: Search, machine: str) -> NeedEvent:
    return NeedEvent(
        record_id=_id("need", machine, wish.at_unix_ms, wish.query), at_unix_ms=wish.at_unix_ms, machine=machine,
        need_id=need_id_of(wish.query), kind=NeedKind.ASKED, number=1, query=wish.query, who=wish.who,
    )  # fmt: skip


def _id(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]
