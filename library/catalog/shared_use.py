"""SharedUseLog: the use log of a folder that several machines share, gathered from a file of each beside the bundles.

Owns the files ``use/MACHINE.jsonl``: each machine appends to its own and reads the others'. They hold what was
searched and opened, when, and how many hits there were; never a name of a person or a machine. Off unless
the library's owner turned it on; each user can stay out of it by a setting.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import msgspec

from capture.files import prepared, write_bytes
from library.catalog.usage import RunWork, Search, Use, UseEvent, UseLog
from library.files import library_errors, read_bounded
from library.index.model import Session
from library.model import LibraryError
from library.rights import take_rights
from library.text import clean

USE_FOLDER = "use"
_MACHINE = "machine"
_LARGEST = 4 << 20
"""Bytes of a machine's file; of a larger one the older half is dropped."""
_MOST_FILES = 1_000
_LONGEST = 300
_REREAD_S = 60.0
"""How long others' use is kept for ranking before their files are looked at again."""
_NEVER = (-1, -1)
"""The stamp of a file that could not be read yet."""
_WEIGHTS = {Use.REPLAY: 1, Use.HELPED: 3, Use.NO_HELP: -3}


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A search (``query``; ``asked``: a wish, in files of older showhows), or a use (``demo_id`` and ``kind``)."""

    at_unix_ms: int
    query: str = ""
    hits: int = 0
    demo_id: str = ""
    kind: str = ""
    visit: str = ""
    asked: int = 0


class _Events(NamedTuple):
    searches: tuple[Search, ...] = ()
    uses: tuple[UseEvent, ...] = ()


def _known_machine(session: Session) -> str:
    """The name of this machine's file; empty before it has one."""
    rows = session.fetch("use_setting", name=_MACHINE)
    return f"{int(rows[0][0]):016x}" if rows else ""


class SharedUseLog(UseLog):
    """The log of this machine, with those of the others that use the same folder."""

    def __init__(self, run: RunWork, folder: Path) -> None:
        super().__init__(run)
        self._folder = folder / USE_FOLDER
        self._files: dict[str, tuple[tuple[int, int], _Events]] = {}
        self._read_s = -_REREAD_S
        self._reading = Lock()

    def _note(self, statement: str, who: str, **values: str | int) -> None:
        super()._note(statement, who, **values)
        line = msgspec.json.encode(_Line(at_unix_ms=round(time.time() * 1000), **values))  # type: ignore[arg-type]  # by statement
        path = self._folder / f"{self._machine()}.jsonl"
        with library_errors(f"write the use log {path}"):
            self._folder.mkdir(exist_ok=True)
            take_rights(self._folder, self._folder.parent)
            with path.open("ab") as file:
                file.write(line + b"\n")
            take_rights(path, self._folder)
            if path.stat().st_size > _LARGEST:
                lines = path.read_bytes().splitlines(keepends=True)
                write_bytes(path, b"".join(lines[len(lines) // 2 :]))

    def _machine(self) -> str:
        """A random name for this machine's file."""

        def named(session: Session) -> int:
            if rows := session.fetch("use_setting", name=_MACHINE):
                return int(rows[0][0])
            number = secrets.randbits(62)
            session.run("set_use", name=_MACHINE, value=number)
            return number

        return f"{self._run(named, write=True):016x}"

    def searches(self, since_unix_ms: int = 0) -> Sequence[Search]:
        """The searches of all machines since then, oldest first."""
        others = (one for each in self._others() for one in each.searches if one.at_unix_ms >= since_unix_ms)
        return sorted([*super().searches(since_unix_ms), *others], key=lambda one: one.at_unix_ms)

    def uses(self, since_unix_ms: int = 0) -> Sequence[UseEvent]:
        """The uses of all machines since then, oldest first."""
        others = (one for each in self._others() for one in each.uses if one.at_unix_ms >= since_unix_ms)
        return sorted([*super().uses(since_unix_ms), *others], key=lambda one: one.at_unix_ms)

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """The use of each demo on all machines; that of others may be a minute old, older while it cannot be read."""
        wanted, found = set(demo_ids), Counter(super().used(demo_ids))
        try:
            others = self._others(fresh=False)
        except LibraryError:
            others = [events for _, events in self._files.values()]
        for each in others:
            for one in each.uses:
                if one.demo_id in wanted:
                    found[one.demo_id] += _WEIGHTS[one.use]
        return found

    def _others(self, *, fresh: bool = True) -> list[_Events]:
        """What the other machines noted; read again when a file has changed."""
        with self._reading:
            now = time.monotonic()
            if fresh or now - self._read_s >= _REREAD_S:
                mine = self._run(_known_machine)
                with library_errors(f"read the use logs {self._folder}"):
                    there = sorted(self._folder.glob("*.jsonl"))[:_MOST_FILES] if self._folder.is_dir() else []
                    stamps = {path: path.stat() for path in there if path.stem != mine}
                self._files = {
                    path.name: self._read(path, (facts.st_mtime_ns, facts.st_size)) for path, facts in stamps.items()
                }
                self._read_s = now  # only now: what could not be read is read again
            return [events for _, events in self._files.values()]

    def _read(self, path: Path, stamp: tuple[int, int]) -> tuple[tuple[int, int], _Events]:
        known = self._files.get(path.name, (_NEVER, _Events()))
        if known[0] == stamp:
            return known
        try:
            lines = list(_lines(read_bounded(path, 2 * _LARGEST)))
        except (OSError, LibraryError):  # one machine's file says nothing of the others
            return known
        searches = (
            Search(one.at_unix_ms, clean(one.query, _LONGEST), one.hits, visit=one.visit, asked=bool(one.asked))
            for one in lines
            if one.query
        )
        kinds = set(map(str, Use))
        uses = (UseEvent(one.at_unix_ms, one.demo_id, Use(one.kind), one.visit) for one in lines if one.kind in kinds)
        return stamp, _Events(tuple(searches), tuple(uses))


def _lines(data: bytes) -> Iterator[_Line]:
    """The whole lines of a file; one may be half written."""
    for line in data.splitlines():
        try:
            yield msgspec.json.decode(line, type=prepared(_Line))
        except msgspec.MsgspecError:
            continue
