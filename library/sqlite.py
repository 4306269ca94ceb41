"""The embedded catalog: one SQLite file with FTS5, an index that can be made anew from the bundles at any time.

Owns the SQL. Refuses to rank, and to hold anything a bundle does not. A damaged or outdated file is replaced by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from library.catalog import CatalogBroken, Entry, Telling, Term, not_found
from library.model import Demo
from library.parts import Part, parts_of
from library.records import encode_record
from library.sqlite_file import BUSY_MS, IndexFile, IndexOutdated, discard
from library.sqlite_find import Counted, candidates, frequencies, newest, parts, tell, vocabulary
from library.text import folded, is_demo_id, title_key
from transcribe.model import Transcript

_Answer = TypeVar("_Answer")
_BATCH = 100
"""Demos in one transaction when many are put: few waits for the disk, and others get their turn in between."""


class SqliteCatalog:
    """A Catalog in one file. ``refill`` is called when the file had to be made anew and is empty again."""

    def __init__(
        self, path: Path, demos: Path, *, refill: Callable[[SqliteCatalog], None] | None = None, busy_ms: int = BUSY_MS
    ) -> None:
        self._demos, self._refill, self._notices = demos, refill, list[str]()
        self._forget()
        try:
            self._file = IndexFile(path, busy_ms=busy_ms)
        except CatalogBroken as error:
            discard(path)
            self._file = IndexFile(path, busy_ms=busy_ms)
            self._begin_anew("was from an older showhow" if isinstance(error, IndexOutdated) else "was damaged")

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told since it was opened."""
        return tuple(self._notices)

    def note(self, text: str) -> None:
        """Add something the user should be told."""
        self._notices.append(text)

    def _forget(self) -> None:
        """What was kept in memory is of another file."""
        self._known: tuple[int, Mapping[str, int]] = (-1, {})
        self._counted: Counted = (-1, {})

    def _begin_anew(self, why: str) -> None:
        self.note(f"The library's index {why} and has been made anew from the demos; nothing is lost.")
        if self._refill is not None:
            self._refill(self)

    def renew(self) -> None:
        """Begin an empty file in place of the present one. Raises LibraryError."""
        self._file.renew()
        self._forget()

    def _ask(self, question: Callable[[Connection], _Answer], *, write: bool = False) -> _Answer:
        """Run a piece of work; once more on a new file when the present one turns out to be damaged."""
        if self._file.replaced():
            self._follow()
        try:
            with self._file.writing() if write else self._file.reading() as connection:
                return question(connection)
        except CatalogBroken:
            self.renew()
            self._begin_anew("was damaged")
        with self._file.writing() if write else self._file.reading() as connection:
            return question(connection)

    def _follow(self) -> None:
        """Another program made the index anew, or somebody deleted it: go on with what is there, filled up."""
        self._file.reopen()
        self._forget()
        if self._refill is not None:
            self._refill(self)

    def put(self, demo: Demo, stamp: int = 0) -> None:
        """Make a demo findable; see Catalog."""
        self._ask(lambda connection: _put(connection, demo, stamp), write=True)

    def put_all(self, demos: Iterable[tuple[Demo, int]]) -> int:
        """Put many, in several transactions; returns how many."""
        count, waiting = 0, iter(demos)
        while batch := list(islice(waiting, _BATCH)):
            self._ask(partial(_put_batch, batch=batch), write=True)
            count += len(batch)
        return count

    def remove(self, demo_id: str) -> None:
        """Make it no longer findable."""
        self._ask(lambda connection: _remove(connection, demo_id), write=True)

    def get(self, demo_id: str) -> Demo:
        """The whole record. Raises DemoNotFound."""
        row = self._ask(lambda c: c.execute("SELECT record FROM demos WHERE demo_id = ?", (demo_id,)).fetchone())
        if row is None:
            raise not_found(demo_id)
        return self._decoded(row[0])

    def resolve(self, name: str) -> Demo:
        """The demo of that id, exact title whatever its case, or unique beginning of an id. Raises DemoNotFound."""
        name = name.strip()
        found = self._where("demo_id = ?", name.lower()) or self._where("title_key = ?", title_key(name))
        if not found and is_demo_id(name.lower().rstrip("-")):
            found = self._where("demo_id >= ? AND demo_id < ?", name.lower(), name.lower() + "~")
        if len(found) != 1:
            raise not_found(name, found)
        return self.get(found[0].demo_id)

    def list(self) -> Sequence[Demo]:
        """Every demo, newest first, without transcripts and events."""
        return self._where("1")

    def _where(self, condition: str, *values: str) -> Sequence[Demo]:
        order = "ORDER BY updated_unix_ms DESC, demo DESC"
        query = f"SELECT brief FROM demos WHERE {condition} {order}"  # noqa: S608  conditions are this file's own
        return [self._decoded(row[0]) for row in self._ask(lambda c: c.execute(query, values).fetchall())]

    def _decoded(self, record: bytes) -> Demo:
        demo = msgspec.json.decode(record, type=Demo)
        return replace(demo, path=self._demos / demo.demo_id / f"v{demo.version}")

    def count(self) -> int:
        """How many demos there are."""
        return int(self._ask(lambda c: c.execute("SELECT count(*) FROM demos").fetchone())[0])

    def stamps(self) -> dict[str, int]:
        """The stamp of each demo's folder, by id."""
        return dict(self._ask(lambda c: c.execute("SELECT demo_id, stamp FROM demos").fetchall()))

    def fact(self, name: str) -> int:
        """A number kept under a name; 0 when there is none."""
        row = self._ask(lambda c: c.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone())
        return int(row[0]) if row else 0

    def keep_fact(self, name: str, value: int) -> None:
        """Keep a number under a name."""
        self._ask(lambda c: c.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value)), write=True)

    def faults(self) -> Sequence[str]:
        """What SQLite's own check finds wrong; empty when nothing is."""
        rows = self._ask(lambda c: c.execute("PRAGMA integrity_check").fetchall())
        self._ask(lambda c: c.execute("INSERT INTO entries (entries) VALUES ('integrity-check')"), write=True)
        return [row[0] for row in rows if row[0] != "ok"]

    def candidates(self, terms: Sequence[Term], limit: int, *, any_of: bool = False) -> Sequence[Entry]:
        """Entries that hold all the terms, or any of them."""
        return self._ask(lambda connection: candidates(connection, terms, limit, any_of=any_of))

    def parts(self, demo_ids: Sequence[str], limit: int) -> Sequence[Entry]:
        """All entries of some demos, at most ``limit``."""
        return self._ask(lambda connection: parts(connection, demo_ids, limit))

    def newest(self, limit: int) -> Sequence[int]:
        """The entries of the newest demos as wholes."""
        return self._ask(lambda connection: newest(connection, limit))

    def tell(self, entry_ids: Sequence[int]) -> Sequence[Telling]:
        """What to show of entries, in the order asked for."""
        return self._ask(lambda connection: tell(connection, entry_ids))

    def frequencies(self, terms: Sequence[Term]) -> tuple[int, Sequence[int]]:
        """How many entries there are, and how many hold each term's word."""
        self._counted, total, counts = self._ask(lambda connection: frequencies(connection, terms, self._counted))
        return total, counts

    def vocabulary(self) -> Mapping[str, int]:
        """Every word with the number of entries that hold it; kept in memory until anybody writes."""
        self._known = self._ask(lambda connection: vocabulary(connection, self._known))
        return self._known[1]

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def _put_batch(connection: Connection, batch: list[tuple[Demo, int]]) -> None:
    for demo, stamp in batch:
        _put(connection, demo, stamp)


def _put(connection: Connection, demo: Demo, stamp: int) -> None:
    record = encode_record(demo)
    row = connection.execute("SELECT version, record FROM demos WHERE demo_id = ?", (demo.demo_id,)).fetchone()
    if row and (row[0] > demo.version or row[1] == record):
        connection.execute("UPDATE demos SET stamp = ? WHERE demo_id = ?", (stamp, demo.demo_id))
        return
    _remove(connection, demo.demo_id)
    values = (
        demo.demo_id, title_key(demo.title), demo.version, demo.created_unix_ms, demo.updated_unix_ms, demo.title,
        demo.author, msgspec.json.encode(demo.tags), stamp, encode_record(_brief(demo)), record,
    )  # fmt: skip
    number = connection.execute(f"INSERT INTO demos VALUES (NULL{', ?' * len(values)})", values).lastrowid  # noqa: S608  only question marks
    title, tags = folded(demo.title), folded(" ".join((*demo.tags, demo.author)))
    for part in parts_of(demo):
        _put_part(connection, number or 0, part, title, tags)


def _put_part(connection: Connection, demo: int, part: Part, title: str, tags: str) -> None:
    values = (demo, part.number, part.step_title, part.text, part.start_ms, msgspec.json.encode(part.spoken))
    entry = connection.execute("INSERT INTO parts VALUES (NULL, ?, ?, ?, ?, ?, ?)", values).lastrowid
    whole = part.number == 0
    own = (
        (title, tags, "", folded(part.text), "")
        if whole
        else ("", "", folded(part.step_title), folded(part.text), title + tags)
    )
    connection.execute(
        "INSERT INTO entries (rowid, title, tags, step_title, text, context) VALUES (?, ?, ?, ?, ?, ?)", (entry, *own)
    )


def _remove(connection: Connection, demo_id: str) -> None:
    mine = "SELECT entry_id FROM parts JOIN demos USING (demo) WHERE demo_id = ?"
    connection.execute(f"DELETE FROM entries WHERE rowid IN ({mine})", (demo_id,))  # noqa: S608  this file's own words
    connection.execute("DELETE FROM demos WHERE demo_id = ?", (demo_id,))


def _brief(demo: Demo) -> Demo:
    steps = tuple(replace(step, events=()) for step in demo.steps)
    transcript = Transcript(language=demo.transcript.language, model=demo.transcript.model)
    return replace(demo, steps=steps, transcript=transcript)
