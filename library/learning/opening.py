"""Learning: the notes and needs of an open library, with what older showhows knew of both."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from library.connection.library import Library
from library.learning.carry_over import carry_over
from library.learning.journals.opening import open_journal
from library.learning.leavers import Leavers, PersonEvent
from library.learning.needs.model import NeedEvent
from library.learning.needs.needs import Needs
from library.learning.notes.model import Note
from library.learning.notes.notes import Notes
from library.model import LibraryError


class Learning(NamedTuple):
    """The notes and needs of a library, and what is said of its people."""

    notes: Notes
    needs: Needs
    people: Leavers


def open_learning(library: Library) -> Learning:
    """The notes and needs of an open library. One that cannot be written takes nothing old along."""
    notes, needs = open_journal(library, "notes", Note), open_journal(library, "needs", NeedEvent)
    with suppress(LibraryError):
        carry_over(library.catalog.use, notes, needs, shared=library.team is not None)
    people = Leavers(open_journal(library, "people", PersonEvent))
    return Learning(Notes(library.catalog, notes), Needs(library.catalog, needs), people)
