"""SqlCatalog: the part of a Catalog that both SQL engines share: its statements and the decoding of their rows.

A subclass provides connections, transactions and the translation of errors.
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

from capture.errors import Cancelled
from library.catalog.catalog import EntryDetails
from library.index.model import (
    LANGUAGE,
    NO_FILTERS,
    STATE,
    Filters,
    Row,
    ScoredEntry,
    Session,
    Term,
    Vocabulary,
    as_json,
    no_pause,
    stored_fact,
)
from library.model import Demo, not_found
from library.records import kept_record, with_whole_words
from library.text import is_demo_id, printable, title_key

if TYPE_CHECKING:  # opening a library and listing it must not import NumPy
    from library.catalog.rows import Batch
    from library.index.index_reader import IndexReader

_Answer = TypeVar("_Answer")
_AT_ONCE = 10_000
"""Demos in one transaction when many are added. A posting list is written once for all of them; with 5,000 demos it all
takes 1.5 times as long. Each demo takes 15 kB of memory until then, and other writers wait for 2 s."""
_TAGS = msgspec.json.Decoder(tuple[str, ...])


class SqlCatalog(ABC):
    """Base class of the catalogs. ``demos`` is the folder of all bundles."""

    def __init__(self, demos: Path) -> None:
        self._demos = demos
        self._notices: list[str] = []
        self._reader_lock = RLock()
        self._synonyms: Callable[[], Sequence[Sequence[str]]] = tuple
        self._drop_caches()

    @abstractmethod
    def _run(self, work: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Run work on a connection; in a transaction, one at a time, when it writes. May run it twice."""

    def set_demos_folder(self, demos: Path) -> None:
        """Set the folder of all bundles, where it is known only after opening."""
        self._demos = demos

    @property
    def notices(self) -> tuple[str, ...]:
        """Messages for the user since the catalog was opened."""
        return tuple(self._notices)

    def note(self, text: str) -> None:
        """Add a message for the user."""
        self._notices.append(text)

    def _drop_caches(self) -> None:
        """Drop what was cached of another database, between two searches. Not to be called from within ``_run``."""
        with self._reader_lock:
            self._reader: IndexReader | None = None
            self._known: tuple[int, Mapping[str, int]] = (-1, {})

    def insert(self, demo: Demo, stamp: int = 0) -> None:
        """Add a demo; see Catalog."""
        self.put_all([(demo, stamp)])

    def put_all(self, demos: Iterable[tuple[Demo, int]]) -> int:
        """Add many demos, in several transactions; returns their number."""
        from library.catalog.rows import batches_of

        return self.put_batches(batches_of(demos))

    def put_batches(self, batches: Iterable[Batch]) -> int:
        """Add prepared batches of demos, in several transactions; returns the number of demos."""
        count = 0
        waiting: list[Batch] = []
        try:
            for batch in batches:
                for note in batch.notes:
                    self.note(note)
                waiting.append(batch)
                if sum(len(one.demos) for one in waiting) >= _AT_ONCE:
                    count += self._put(waiting)
                    waiting = []
        except (Cancelled, KeyboardInterrupt):
            self._put(waiting)  # what was read need not be read again
            raise
        return count + self._put(waiting)

    def _put(self, batches: Sequence[Batch]) -> int:
        count = sum(len(batch.demos) for batch in batches)
        if count:
            from library.catalog.ingest import insert

            self._run(partial(insert, batches=batches), write=True)
        return count

    def update_format(self, most: int = 100) -> int:
        """Index demos again that an older showhow indexed, at most ``most``; returns how many there were."""
        from library.catalog.ingest import FORMAT

        rows = self._run(lambda session: session.fetch("outdated", format=FORMAT, most=most))
        return self.put_all([(self._decoded(row[0]), 0) for row in rows]) if rows else 0

    def remove(self, demo_id: str) -> None:
        """Remove a demo."""
        from library.catalog.ingest import delete

        self._run(partial(delete, demo_id=demo_id), write=True)

    def get(self, demo_id: str) -> Demo:
        """The complete record of a demo. Raises DemoNotFound."""
        rows = self._run(lambda session: session.fetch("record", demo_id=demo_id)) if printable(demo_id) else []
        if not rows:
            raise not_found(demo_id)
        return self._decoded(rows[0][0])

    def resolve(self, name: str) -> Demo:
        """The demo with that id, title (any case), or unique prefix of an id. Raises DemoNotFound."""
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
        rows = self._run(lambda session: session.fetch(statement, name=name, **values))
        return [self._decoded(row[0]) for row in rows]

    def list(self) -> Sequence[Demo]:
        """Every demo, newest first, without transcripts and events."""
        return [self._decoded(row[0]) for row in self._run(lambda session: session.fetch("briefs"))]

    def _decoded(self, record: bytes) -> Demo:
        demo = with_whole_words(kept_record(record))
        return replace(demo, path=self._demos / demo.demo_id / f"v{demo.version}")

    def count(self) -> int:
        """The number of demos."""
        return int(self._run(lambda session: session.fetch("count"))[0][0])

    def stamps(self) -> dict[str, int]:
        """The stamp of each demo's folder, by id."""
        return {row[0]: row[1] for row in self._run(lambda session: session.fetch("stamps"))}

    def versions(self) -> Mapping[str, int]:
        """The version of each demo, by id."""
        return dict(self._run(lambda session: session.fetch("demo_versions")))

    def places(self, demo_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """The first entry and the number of entries of each demo that exists, by id."""
        ids = as_json(list(demo_ids))
        return {row[0]: (row[1], row[2]) for row in self._run(lambda session: session.fetch("demo_places", ids=ids))}

    def fact(self, name: str) -> int:
        """The number stored under a name; 0 when there is none."""
        return self._run(lambda session: stored_fact(session, name))

    def keep_fact(self, name: str, value: int) -> None:
        """Store a number under a name."""
        self._run(lambda session: session.run("keep_fact", name=name, value=value), write=True)

    def match(
        self, terms: Sequence[Term], demos: int, *, any_of: bool = False, filters: Filters = NO_FILTERS,
        pause: Callable[[], None] = no_pause,
    ) -> Sequence[ScoredEntry]:  # fmt: skip
        """The entries of the best demos; see Catalog."""
        from library.index.searcher import match

        with self._reader_lock:
            return self._run(
                lambda session: match(
                    self._index_reader(), session, terms, demos, any_of=any_of, filters=filters, pause=pause
                )
            )

    def passing(self, filters: Filters) -> frozenset[str]:
        """All demos that pass filters."""
        from library.index.searcher import passing

        with self._reader_lock:
            wholes = self._run(lambda session: passing(self._index_reader(), session, filters))
        rows = self._run(lambda session: session.fetch("demo_wholes"))
        return frozenset(demo_id for whole, demo_id in rows if whole in wholes)

    def _index_reader(self) -> IndexReader:
        from library.index.index_reader import IndexReader

        if self._reader is None:
            self._reader = IndexReader()
        return self._reader

    def newest(self, limit: int) -> Sequence[int]:
        """The first entries of the newest demos."""
        return [int(row[0]) for row in self._run(lambda session: session.fetch("newest", most=limit))]

    def details(self, entry_ids: Sequence[int]) -> Sequence[EntryDetails]:
        """The details of entries, in the given order."""
        details = {one.entry_id: one for one in self._run(partial(_read_details, entry_ids=entry_ids))}
        return [details[entry_id] for entry_id in entry_ids if entry_id in details]

    def frequencies(self, terms: Sequence[Term]) -> tuple[int, Sequence[int]]:
        """The number of entries, and of those with each term."""

        def counted(session: Session) -> tuple[int, Sequence[int]]:
            reader = self._index_reader()
            reader.follow(session)
            return reader.total, [reader.term(term).frequency for term in terms]

        with self._reader_lock:
            return self._run(counted)

    def synonyms(self) -> Sequence[Sequence[str]]:
        """Groups of words or phrases that mean the same in this library."""
        return self._synonyms()

    def read_synonyms_with(self, read: Callable[[], Sequence[Sequence[str]]]) -> None:
        """Set where the library keeps its synonyms; until then it has none."""
        self._synonyms = read

    def word_counts(self, words: Sequence[str]) -> Mapping[str, int]:
        """The document frequency of each of the words that any entry has."""
        return {row[0]: row[1] for row in self._run(lambda s: s.fetch("word_counts", words=as_json(list(words))))}

    def word_forms(self, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Of each word the words of the library with the same stem, most frequent first."""
        from library.index.stems import stem_keys

        def read(session: Session) -> dict[str, list[str]]:
            languages = [str(row[0]).removeprefix(LANGUAGE) for row in session.fetch("languages")]
            keys = {word: tuple(stem_keys(word, languages)) for word in words}
            wanted = sorted({key for mine in keys.values() for key in mine})
            rows = session.fetch("words_by_stem", stems=as_json(wanted)) if wanted else []
            return {word: [row[1] for row in rows if row[0] in mine] for word, mine in keys.items()}

        return self._run(read)

    def vocabulary(self) -> Mapping[str, int]:
        """Every word with its document frequency; cached until the catalog changes."""

        def read(session: Session) -> tuple[int, Mapping[str, int]]:
            state, known = stored_fact(session, STATE), self._known
            if state == known[0]:
                return known
            return state, Vocabulary(session.fetch("vocabulary"))

        with self._reader_lock:
            self._known = known = self._run(read)
            return known[1]


def _read_details(session: Session, entry_ids: Sequence[int]) -> list[EntryDetails]:
    """The details of entries, unordered. A whole demo without spoken words shows the text of its first step."""
    details = [_entry_details(row) for row in session.fetch("entry_details", entries=as_json(list(entry_ids)))]
    textless = {one.entry_id for one in details if not one.number and not one.text}
    if not textless:
        return details
    rows = session.fetch("first_steps", entries=as_json([entry_id + 1 for entry_id in textless]))
    texts = {whole: text or step_title for whole, step_title, text in rows}
    return [one._replace(text=texts.get(one.entry_id, "")) if one.entry_id in textless else one for one in details]


def _entry_details(row: Row) -> EntryDetails:
    entry, demo_id, number, updated, title, author, tags, step_title, text, start_ms, spoken, review, brief = row
    return EntryDetails(
        entry_id=entry, demo_id=demo_id, number=number, updated_unix_ms=updated, title=title, author=author,
        tags=_tags(tags), step_title=step_title, text=text, start_ms=start_ms, spoken=bytes(spoken),
        review_unix_ms=review if brief is None else kept_record(brief).review_unix_ms or 0,
    )  # fmt: skip


@lru_cache(256)
def _tags(written: str) -> tuple[str, ...]:
    return _TAGS.decode(written)
