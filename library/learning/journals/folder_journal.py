"""FolderJournal: a journal in a folder library, ``NAME/YYYY-MM/MACHINE.jsonl`` beside the bundles.

Each machine appends to its own file and reads everybody's; a month's file is never written again. Lines that are torn,
or of a newer showhow, are passed over, and hide nothing of the others.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Generic

import msgspec

from capture.files import prepared
from library.files import library_errors, read_bounded, sync_folder
from library.format import utc
from library.learning.journals.installation import Installation
from library.learning.journals.model import Record, each_once
from library.model import LibraryError
from library.rights import take_rights
from library.storage.system_files import is_system_file

LARGEST = 8 << 20
"""Bytes of a machine's file of a month: some 40,000 records."""
_MOST_FILES = 20_000
Stamp = tuple[int, int]


class FolderJournal(Generic[Record]):
    """The journal in ``folder``; it is made with the first record."""

    def __init__(self, folder: Path, machine: Installation, kind: type[Record]) -> None:
        self._folder, self._machine = folder, machine
        self._decoder = msgspec.json.Decoder(prepared(kind))
        self._known: dict[Path, tuple[Stamp, tuple[Record, ...]]] = {}
        self._all: Sequence[Record] = ()
        self._lock = Lock()

    @property
    def machine(self) -> str:
        """The id of this machine."""
        return self._machine.machine_id

    def append(self, record: Record) -> None:
        """Add a record to this machine's file and wait until it is on the disk."""
        self.append_all([record])

    def append_all(self, records: Sequence[Record]) -> None:
        """Add records to this machine's files, each to that of its month."""
        by_month: defaultdict[str, list[bytes]] = defaultdict(list)
        for record in records:
            by_month[_month(record.at_unix_ms)].append(msgspec.json.encode(record) + b"\n")
        for month, lines in by_month.items():
            path = self._folder / month / f"{self.machine}.jsonl"
            with self._machine.turn(), library_errors(f"write {path}"):
                self._make_folders(path.parent)
                new = not path.exists()
                _append(path, b"".join(lines))
                if new:
                    take_rights(path, path.parent)
                    sync_folder(path.parent)

    def _make_folders(self, month: Path) -> None:
        for folder, like in ((self._folder, self._folder.parent), (month, self._folder)):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True)
                take_rights(folder, like)

    def records(self) -> Sequence[Record]:
        """The records of all files; those that did not change are not read again, and the same object is returned."""
        with self._lock, library_errors(f"read {self._folder}"):
            now = {path: self._read(path, stamp) for path, stamp in self._files()}
            same = now.keys() == self._known.keys() and all(read is self._known[path] for path, read in now.items())
            self._known = now
            if not same:
                self._all = each_once(one for _, records in now.values() for one in records)
            return self._all

    def _files(self) -> Iterator[tuple[Path, Stamp]]:
        """Every file with its time and size; copies that a sync program made of one are files too."""
        months = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        found = (entry for month in months if month.is_dir() for entry in os.scandir(month))
        for count, entry in enumerate(found):
            if count >= _MOST_FILES:
                return
            if ".jsonl" in entry.name and not is_system_file(entry.name) and entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                yield Path(entry.path), (facts.st_mtime_ns, facts.st_size)

    def _read(self, path: Path, stamp: Stamp) -> tuple[Stamp, tuple[Record, ...]]:
        if (known := self._known.get(path)) and known[0] == stamp:
            return known
        try:
            data = read_bounded(path, 2 * LARGEST)
        except (OSError, LibraryError):  # one machine's file says nothing of the others
            return stamp, ()
        return stamp, tuple(self._decoded(data))

    def _decoded(self, data: bytes) -> Iterator[Record]:
        for line in data.splitlines():
            try:
                yield self._decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                continue


def _month(at_unix_ms: int) -> str:
    """The month of a time; of one that no clock can have shown, the first of all. Copied lines may hold anything."""
    try:
        return f"{utc(at_unix_ms):%Y-%m}"
    except OverflowError:
        return "1970-01"


def _append(path: Path, lines: bytes) -> None:
    """Append lines. A line before them that a crash tore is ended first. Raises OSError; LibraryError when full."""
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        if size + len(lines) > LARGEST:
            raise LibraryError(
                f"{path} is full: {LARGEST >> 20} MiB were written in this month", "Try again next month."
            )
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                lines = b"\n" + lines
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
