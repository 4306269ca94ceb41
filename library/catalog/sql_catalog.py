"""A Catalog over a SQL database, whichever: what is said to it, and what its answers mean.

Owns the order of things inside a transaction. An engine brings connections and the meaning of its errors.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from library.catalog.catalog import EntryDetails
from library.index.model import NO_FILTERS, STATE, Filters, Row, ScoredEntry, Session, Term, Vocabulary, as_json, go_on
from library.model import Demo, not_found
from library.records import kept_record
from library.text import is_demo_id, printable, title_key

if TYPE_CHECKING:  # opening a library and listing it need no numbers
    from library.catalog.rows import Batch
    from library.index.index_reader import IndexReader

_Answer = TypeVar("_Answer")
_AT_ONCE = 10_000
"""Demos in one transaction when very many are put. A list of words is written once for all of them: with 5,000 at once
it takes half as long again. They take 15 kB of memory each until then, and others who write wait for 2 s."""
_TAGS = msgspec.json.Decoder(tuple[str, ...])


class SqlCatalog(ABC):
    """A Catalog, but for where the database is. ``demos`` is the folder of all bundles."""

    def __init__(self, demos: Path) -> None:
        self._demos = demos
        self._notices: list[str] = []
        self._remembering = RLock()
        self._forget()

    @abstractmethod
    def _ask(self, question: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Run a piece of work on a connection; in a transaction, one at a time, when it writes. May run it twice."""

    def lie_in(self, demos: Path) -> None:
        """Where the bundles are, for a catalog that itself says so."""
        self._demos = demos

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told since it was opened."""
        return tuple(self._notices)

    def note(self, text: str) -> None:
        """Add something the user should be told."""
        self._notices.append(text)

    def _forget(self) -> None:
        """What was kept in memory is of another database."""
        self._memory: IndexReader | None = None
        self._known: tuple[int, Mapping[str, int]] = (-1, {})

    def insert(self, demo: Demo, stamp: int = 0) -> None:
        """Make a demo findable; see Catalog."""
        self.put_all([(demo, stamp)])

    def put_all(self, demos: Iterable[tuple[Demo, int]]) -> int:
        """Put many, in several transactions; returns how many."""
        from library.catalog.rows import batches_of

        return self.put_batches(batches_of(demos))

    def put_batches(self, batches: Iterable[Batch]) -> int:
        """Put demos that are made ready, in several transactions; returns how many."""
        count = 0
        waiting: list[Batch] = []
        for batch in batches:
            for note in batch.notes:
                self.note(note)
            waiting.append(batch)
            if sum(len(one.demos) for one in waiting) >= _AT_ONCE:
                count += self._put(waiting)
                waiting = []
        return count + self._put(waiting)

    def _put(self, batches: Sequence[Batch]) -> int:
        count = sum(len(batch.demos) for batch in batches)
        if count:
            from library.catalog.ingest import insert

            self._ask(partial(insert, batches=batches), write=True)
        return count

    def remove(self, demo_id: str) -> None:
        """Make it no longer findable."""
        from library.catalog.ingest import delete

        self._ask(partial(delete, demo_id=demo_id), write=True)

    def get(self, demo_id: str) -> Demo:
        """The whole record. Raises DemoNotFound."""
        rows = self._ask(lambda session: session.ask("record", demo_id=demo_id)) if printable(demo_id) else []
        if not rows:
            raise not_found(demo_id)
        return self._decoded(rows[0][0])

    def resolve(self, name: str) -> Demo:
        """The demo of that id, exact title whatever its case, or unique beginning of an id. Raises DemoNotFound."""
        name = name.strip()
        if not printable(name):
            raise not_found(name)
        found = self._named("briefs_by_id", name.lower()) or self._named("briefs_by_title", title_key(name))
        if not found and is_demo_id(name.lower().rstrip("-")):
            found = self._named("briefs_by_beginning", name.lower(), beyond=name.lower() + "~")
        if len(found) != 1:
            raise not_found(name, found)
        return self.get(found[0].demo_id)

    def _named(self, statement: str, name: str, **values: str) -> list[Demo]:
        rows = self._ask(lambda session: session.ask(statement, name=name, **values))
        return [self._decoded(row[0]) for row in rows]

    def list(self) -> Sequence[Demo]:
        """Every demo, newest first, without transcripts and events."""
        return [self._decoded(row[0]) for row in self._ask(lambda session: session.ask("briefs"))]

    def _decoded(self, record: bytes) -> Demo:
        demo = kept_record(record)
        return replace(demo, path=self._demos / demo.demo_id / f"v{demo.version}")

    def count(self) -> int:
        """How many demos there are."""
        return int(self._ask(lambda session: session.ask("count"))[0][0])

    def stamps(self) -> dict[str, int]:
        """The stamp of each demo's folder, by id."""
        return {row[0]: row[1] for row in self._ask(lambda session: session.ask("stamps"))}

    def fact(self, name: str) -> int:
        """A number kept under a name; 0 when there is none."""
        rows = self._ask(lambda session: session.ask("fact", name=name))
        return int(rows[0][0]) if rows else 0

    def keep_fact(self, name: str, value: int) -> None:
        """Keep a number under a name."""
        self._ask(lambda session: session.run("keep_fact", name=name, value=value), write=True)

    def match(
        self, terms: Sequence[Term], demos: int, *, any_of: bool = False, filters: Filters = NO_FILTERS,
        pause: Callable[[], None] = go_on,
    ) -> Sequence[ScoredEntry]:  # fmt: skip
        """The entries of the best demos; see Catalog."""
        from library.index.searcher import match

        with self._remembering:
            return self._ask(
                lambda session: match(
                    self._remembered(), session, terms, demos, any_of=any_of, filters=filters, pause=pause
                )
            )

    def _remembered(self) -> IndexReader:
        from library.index.index_reader import IndexReader

        if self._memory is None:
            self._memory = IndexReader()
        return self._memory

    def newest(self, limit: int) -> Sequence[int]:
        """The entries of the newest demos as wholes."""
        return [int(row[0]) for row in self._ask(lambda session: session.ask("newest", most=limit))]

    def details(self, entry_ids: Sequence[int]) -> Sequence[EntryDetails]:
        """What to show of entries, in the order asked for."""
        told = {one.entry_id: one for one in self._ask(partial(_tell, entry_ids=entry_ids))}
        return [told[entry_id] for entry_id in entry_ids if entry_id in told]

    def frequencies(self, terms: Sequence[Term]) -> tuple[int, Sequence[int]]:
        """How many entries there are, and how many hold each term."""

        def counted(session: Session) -> tuple[int, Sequence[int]]:
            memory = self._remembered()
            memory.follow(session)
            return memory.total, [memory.places(term).holders for term in terms]

        with self._remembering:
            return self._ask(counted)

    def vocabulary(self) -> Mapping[str, int]:
        """Every word with the number of entries that hold it; kept in memory until anybody writes."""

        def read(session: Session) -> tuple[int, Mapping[str, int]]:
            state = _state(session)
            if state == self._known[0]:
                return self._known
            return state, Vocabulary(session.ask("vocabulary"))

        with self._remembering:
            self._known = self._ask(read)
            return self._known[1]


def _state(session: Session) -> int:
    rows = session.ask("fact", name=STATE)
    return int(rows[0][0]) if rows else 0


def _tell(session: Session, entry_ids: Sequence[int]) -> list[EntryDetails]:
    told = [_telling(row) for row in session.ask("tell", entries=as_json(list(entry_ids)))]
    silent = [one.entry_id + 1 for one in told if not one.number and not one.text]
    if not silent:
        return told
    openings = {row[0]: row[2] or row[1] for row in session.ask("openings", entries=as_json(silent))}
    return [
        one._replace(text=openings.get(one.entry_id, "")) if not one.number and not one.text else one for one in told
    ]


def _telling(row: Row) -> EntryDetails:
    entry, demo_id, number, updated, title, author, tags, step_title, text, start_ms, spoken, review, brief = row
    return EntryDetails(
        entry_id=entry, demo_id=demo_id, number=number, updated_unix_ms=updated, title=title, author=author,
        tags=_tags(tags), step_title=step_title, text=text, start_ms=start_ms, spoken=bytes(spoken),
        review_unix_ms=review if brief is None else kept_record(brief).review_unix_ms or 0,
    )  # fmt: skip


@lru_cache(256)
def _tags(written: str) -> tuple[str, ...]:
    return _TAGS.decode(written)
