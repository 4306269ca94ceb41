"""JournalRecord, and SharedJournal: the protocol of a store that many machines add records to, and none changes.

What the records mean together is folded from all of them by their readers, so no store needs a lock, and copies that a
sync program makes of a file do no harm: a record counts once, by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

import msgspec


class JournalRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a journal. ``machine``: the random id of the installation or browser that it came from.

    ``at_unix_ms`` is that machine's clock, which may be a day off: good for showing, not for an order.
    """

    record_id: str
    at_unix_ms: int
    machine: str


Record = TypeVar("Record", bound=JournalRecord)
Record_co = TypeVar("Record_co", bound=JournalRecord, covariant=True)


class SharedJournal(Protocol[Record]):
    """The records of one kind of a library. All methods may raise LibraryError and be called by several threads."""

    @property
    def machine(self) -> str:
        """The id of this machine, for records of its own."""

    def append(self, record: Record) -> None:
        """Add a record; it is stored for good when this returns. One that is there already is not added twice."""

    def append_all(self, records: Sequence[Record]) -> None:
        """Add many records; after an error some of them may be there, and adding them again does no harm."""

    def records(self) -> Sequence[Record]:
        """The records of all machines, each once, in no order; the same object while there are no new ones."""


def each_once(records: Iterable[Record]) -> list[Record]:
    """The records without repeated ids."""
    return list({one.record_id: one for one in records}.values())
