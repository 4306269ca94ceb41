"""The questions a search asks the embedded catalog. Every one is bounded, however large the library.

Owns the FTS5 queries: only folded words reach them, each quoted, so nothing a person types is an operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import Any

import msgspec

from library.catalog import Entry, Telling, Term

_COUNTED = 2_000
"""Entries of one word that are counted; beyond it is a common word, and how common no longer matters."""

_REMEMBERED = 1_000
"""Terms whose count is kept in memory; then it begins anew."""

Counted = tuple[int, dict[Term, int]]
"""The state of the index, and what was counted in it."""

_OWN = "{title tags step_title text}"

_FOUND = """
SELECT entry_id, demo_id, number, updated_unix_ms, found.title, found.tags, found.step_title, found.text, context
FROM (SELECT rowid, * FROM entries WHERE entries MATCH ? ORDER BY rowid DESC LIMIT ?) AS found
JOIN parts ON entry_id = found.rowid JOIN demos USING (demo)
"""
_OF_DEMOS = """
SELECT entry_id, demo_id, number, updated_unix_ms, found.title, found.tags, found.step_title, found.text, context
FROM demos JOIN parts USING (demo) JOIN entries AS found ON found.rowid = entry_id
WHERE demo_id IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?
"""
_TELLING = """
SELECT entry_id, demo_id, number, updated_unix_ms, title, author, tags, step_title,
       iif(number = 0 AND text = '',
           coalesce((SELECT iif(first.text = '', first.step_title, first.text) FROM parts AS first
                     WHERE first.demo = parts.demo AND first.number = 1), ''), text), start_ms, spoken
FROM parts JOIN demos USING (demo) WHERE entry_id IN (SELECT value FROM json_each(?))
"""


def candidates(connection: Connection, terms: Sequence[Term], limit: int, *, any_of: bool = False) -> list[Entry]:
    """Entries newest first from the likeliest field on: titles, step titles, whole steps, steps within their demo."""
    found: dict[int, Entry] = {}
    for query, share in _any_of(terms) if any_of else _all_of(terms):
        rows = connection.execute(_FOUND, (query, max(1, int(limit * share))))
        found.update((row[0], Entry(*row)) for row in rows)
        if len(found) >= limit and not any_of:
            break
    return list(found.values())


def _all_of(terms: Sequence[Term]) -> Iterator[tuple[str, float]]:
    """Queries that hold every term, with the share of the limit each may fill."""
    every, some = _query(terms, " AND "), _query(terms, " OR ")
    if len(terms) > 1:  # as they were typed, one after the other
        yield f"{_OWN} : {_query(terms, ' + ')}", 0.25
    yield f"{{title tags}} : ({every})", 0.5  # few, and each stands for a whole demo
    yield f"{{step_title}} : ({every})", 0.25
    yield f"{_OWN} : ({every})", 0.5
    if len(terms) > 1:  # some words in the step, the others in its demo's title
        yield f"({every}) AND {{step_title text}} : ({some})", 0.25


def _any_of(terms: Sequence[Term]) -> Iterator[tuple[str, float]]:
    """One query for each term, so that a rare word is not crowded out by newer entries with a common one."""
    for term in terms:
        yield f"{_OWN} : {_query([term], '')}", 1 / len(terms)


def _query(terms: Sequence[Term], between: str) -> str:
    return between.join(f'"{term.word}"{"*" if term.prefix else ""}' for term in terms)


def parts(connection: Connection, demo_ids: Sequence[str], limit: int) -> list[Entry]:
    """All entries of some demos, at most ``limit``: wholes and early steps first."""
    rows = connection.execute(_OF_DEMOS, (msgspec.json.encode(list(demo_ids)).decode(), limit))
    return [Entry(*row) for row in rows]


def newest(connection: Connection, limit: int) -> list[int]:
    """The wholes of the newest demos."""
    latest = "SELECT demo FROM demos ORDER BY updated_unix_ms DESC, demo DESC LIMIT ?"
    query = f"SELECT entry_id FROM ({latest}) JOIN parts USING (demo) WHERE number = 0"  # noqa: S608  this file's own words
    return [row[0] for row in connection.execute(query, (limit,))]


def tell(connection: Connection, entry_ids: Sequence[int]) -> list[Telling]:
    """What to show of entries, in the order asked for."""
    told = {
        row[0]: _telling(row) for row in connection.execute(_TELLING, (msgspec.json.encode(list(entry_ids)).decode(),))
    }
    return [told[entry_id] for entry_id in entry_ids if entry_id in told]


def _telling(row: tuple[Any, ...]) -> Telling:
    kept = list(row)
    kept[6] = msgspec.json.decode(row[6], type=tuple[str, ...])
    kept[10] = msgspec.json.decode(row[10], type=tuple[tuple[str, int], ...])
    return Telling(*kept)


def frequencies(connection: Connection, terms: Sequence[Term], known: Counted) -> tuple[Counted, int, list[int]]:
    """How many entries there are (the highest number serves), and how many hold each term, counted up to _COUNTED.

    ``known`` holds what was counted before; it is kept until somebody writes, for typing asks for the same words again.
    """
    state = connection.execute("PRAGMA data_version").fetchone()[0]
    counts = known[1] if state == known[0] and len(known[1]) < _REMEMBERED else {}
    total = connection.execute("SELECT coalesce(max(entry_id), 0) FROM parts").fetchone()[0]
    for term in terms:
        if term not in counts:
            counts[term] = _frequency(connection, term)
    return (state, counts), total, [counts[term] for term in terms]


def _frequency(connection: Connection, term: Term) -> int:
    whole = _count(connection, term._replace(prefix=False))
    return whole or (_count(connection, term) if term.prefix else 0)


def _count(connection: Connection, term: Term) -> int:
    some = "SELECT 1 FROM entries WHERE entries MATCH ? LIMIT ?"
    query = f"SELECT count(*) FROM ({some})"  # noqa: S608  this file's own words
    # The context column only repeats its demo's title and tags.
    return int(connection.execute(query, (f"{_OWN} : {_query([term], '')}", _COUNTED)).fetchone()[0])


def vocabulary(connection: Connection, known: tuple[int, Mapping[str, int]]) -> tuple[int, Mapping[str, int]]:
    """The words with their frequencies and the state they are of; ``known`` again when nobody has written since."""
    state = connection.execute("PRAGMA data_version").fetchone()[0]
    if state == known[0]:
        return known
    return state, dict(connection.execute("SELECT term, doc FROM vocabulary"))
