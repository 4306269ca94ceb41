"""TeamJournal: a journal of a team, rows of a table in its database. Rows are only added."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Generic

import msgspec

from capture.files import prepared
from library.learning.journals.installation import Installation
from library.learning.journals.model import Record

if TYPE_CHECKING:
    from library.connection.team import TeamState


class TeamJournal(Generic[Record]):
    """The journal ``name`` of a team."""

    def __init__(self, team: TeamState, name: str, machine: Installation, kind: type[Record]) -> None:
        self._team, self._name, self._machine = team, name, machine
        self._decoder = msgspec.json.Decoder(prepared(kind))
        self._known: dict[str, Record] = {}
        self._all: Sequence[Record] = ()
        self._since, self._lock = 0, Lock()

    @property
    def machine(self) -> str:
        """The id of this machine."""
        return self._machine.machine_id

    def append(self, record: Record) -> None:
        """Add a record, unless it is there."""
        line = msgspec.json.encode(record).decode()
        self._team.run("append_record", journal=self._name, record_id=record.record_id, line=line)

    def append_all(self, records: Sequence[Record]) -> None:
        """Add records, but for those that are there."""
        for record in records:
            self.append(record)

    def records(self) -> Sequence[Record]:
        """All records; only rows that a transaction added since the last look are fetched.

        ``_since`` is the oldest transaction that ran then: one that ended later with a lower number is seen too.
        """
        with self._lock:
            before = len(self._known)
            for line, oldest in self._team.fetch("records_since", journal=self._name, since=self._since):
                self._since = max(self._since, int(oldest))
                try:
                    record = self._decoder.decode(line)
                except msgspec.MsgspecError:  # of a newer showhow
                    continue
                self._known[record.record_id] = record
            if len(self._known) != before:  # rows are never changed
                self._all = list(self._known.values())
            return self._all
