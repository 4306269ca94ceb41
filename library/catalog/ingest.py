"""Inserts demos into a catalog's database and deletes them, inside the caller's transaction.

Owns the rows of a demo, and that they agree with the index. Does not depend on the database engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, compress

from library.catalog.rows import Batch, DemoRows
from library.index.documents import EntryStats, index_demo
from library.index.index_writer import SortedPostings, add, next_entry, remove, sort_postings
from library.index.inverter import merged, selected
from library.index.model import LANGUAGE, STATE, Row, Session, as_json
from library.records import kept_record

FORMAT = 1
"""How the words of a demo are indexed; a demo with a lower number is indexed again."""
_LOOKED_UP = 500


def insert(session: Session, batches: Sequence[Batch]) -> None:
    """Insert demos into the catalog and its index: of each id the newest version."""
    demos = [one for batch in batches for one in batch.demos]
    wanted = _wanted(session, demos)
    if not any(wanted):
        return
    new = list(compress(demos, wanted))
    stats = [entry for one in new for entry in one.stats]
    with ThreadPoolExecutor(1) as sorter:  # sorting and the database use a core each
        pending = sorter.submit(_sorted_postings, batches, wanted, stats)
        first_entry = whole = next_entry(session)
        rows, parts = [], []
        for one in new:
            rows.append(_demo_row(one, whole))
            parts += _part_rows(one, whole)
            whole += len(one.stats)
        session.run_many("put_demo", rows)
        session.run_many("put_part", parts)
    add(session, first_entry, stats, pending.result())
    stems = sorted({row for batch in batches for row in batch.stems})
    session.run_many("put_stem", [{"stem": stem, "word": word} for stem, word in stems])
    for language in sorted({stem.partition(":")[0] for stem, _ in stems}):
        session.run("keep_fact", name=LANGUAGE + language, value=1)
    session.run("add_to_fact", name=STATE, value=1)


def _sorted_postings(batches: Sequence[Batch], wanted: Sequence[bool], stats: Sequence[EntryStats]) -> SortedPostings:
    sizes = [len(one.stats) for batch in batches for one in batch.demos]
    first = accumulate((sum(len(one.stats) for one in batch.demos) for batch in batches[:-1]), initial=0)
    return sort_postings(stats, selected(merged([batch.postings for batch in batches], list(first)), sizes, wanted))


def _wanted(session: Session, demos: Sequence[DemoRows]) -> list[bool]:
    """Which to insert: the newest of each id, if newer than the stored one. Deletes that, or gives it the new stamp."""
    newest: dict[str, int] = {}
    for at, one in enumerate(demos):
        if one.version >= demos[newest.get(one.demo_id, at)].version:
            newest[one.demo_id] = at
    wanted = [newest[one.demo_id] == at for at, one in enumerate(demos)]
    for demo_id, version, whole, size, form, record in _existing(session, list(newest)):
        one = demos[newest[demo_id]]
        if version > one.version or (bytes(record) == one.record and form == FORMAT):
            session.run("stamp_demo", demo_id=demo_id, stamp=one.stamp)
            wanted[newest[demo_id]] = False
        else:
            _delete(session, demo_id, whole, size, record)
    return wanted


def _existing(session: Session, demo_ids: Sequence[str]) -> Iterator[Row]:
    """Id, version, first entry, size, format and record of the stored demos; few at once, because records are large."""
    for at in range(0, len(demo_ids), _LOOKED_UP):
        yield from session.fetch("existing_demos", ids=as_json(demo_ids[at : at + _LOOKED_UP]))


def delete(session: Session, demo_id: str) -> None:
    """Delete a demo, if it is stored."""
    for _, _, whole, size, _, record in _existing(session, [demo_id]):
        _delete(session, demo_id, whole, size, record)


def _delete(session: Session, demo_id: str, whole: int, size: int, record: bytes) -> None:
    remove(session, whole, index_demo(kept_record(record)))
    session.run("remove_parts", first=whole, last=whole + size - 1)
    session.run("remove_demo", demo_id=demo_id)
    session.run("add_to_fact", name=STATE, value=1)


def _demo_row(one: DemoRows, whole: int) -> dict[str, object]:
    row = one._asdict()
    del row["parts"], row["stats"]
    return row | {"whole": whole, "size": len(one.stats), "format": FORMAT}


def _part_rows(one: DemoRows, whole: int) -> list[dict[str, object]]:
    return [part._asdict() | {"entry_id": at, "whole": whole} for at, part in enumerate(one.parts, whole)]
