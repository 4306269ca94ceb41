"""Copies what people said and asked for into another library, beside its demos.

Owns what stays the same: who said what and when, and that a second copy adds nothing. This machine's own records are
its own in the other library too, where it has another name.
"""

from __future__ import annotations

from msgspec.structs import replace

from library.connection.library import Library
from library.learning.journals.model import Record
from library.learning.journals.opening import open_journal
from library.learning.needs.model import NeedEvent
from library.learning.notes.model import Note


def copy_learning(source: Library, target: Library) -> int:
    """Copy notes and needs with all that happened to them; returns how many records. Raises LibraryError."""
    return _copy(source, target, "notes", Note) + _copy(source, target, "needs", NeedEvent)


def _copy(source: Library, target: Library, name: str, kind: type[Record]) -> int:
    before, after = open_journal(source, name, kind), open_journal(target, name, kind)
    there = {one.record_id for one in after.records()}
    new = [one for one in before.records() if one.record_id not in there]
    if new:
        mine, ours = before.machine, after.machine
        after.append_all([replace(one, machine=ours) if one.machine == mine else one for one in new])
    return len(new)
