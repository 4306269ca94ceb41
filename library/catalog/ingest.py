"""Demos put into a catalog's database and taken out of it again, inside the caller's transaction.

Owns the rows of a demo and that they and the index agree. Refuses to know which database it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, compress

from library.catalog.rows import Batch, DemoRows
from library.index.documents import EntryStats, sheet_of
from library.index.index_writer import SortedPostings, add, lay_out, next_entry, remove
from library.index.inverter import joined, kept
from library.index.model import STATE, Row, Session, as_json
from library.records import kept_record

_LOOKED_UP = 500


def insert(session: Session, batches: Sequence[Batch]) -> None:
    """Put demos into the catalog and its index; of each id the newest version there is."""
    demos = [one for batch in batches for one in batch.demos]
    wanted = _wanted(session, demos)
    if not any(wanted):
        return
    new = list(compress(demos, wanted))
    columns = [column for one in new for column in one.columns]
    with ThreadPoolExecutor(1) as beside:  # sorting and the database each take a core
        laid = beside.submit(_laid, batches, wanted, columns)
        first_entry = whole = next_entry(session)
        rows, parts = [], []
        for one in new:
            rows.append(_demo_row(one, whole))
            parts += _part_rows(one, whole)
            whole += len(one.columns)
        session.run_many("put_demo", rows)
        session.run_many("put_part", parts)
    add(session, first_entry, columns, laid.result())
    session.run("add_to_fact", name=STATE, value=1)


def _laid(batches: Sequence[Batch], wanted: Sequence[bool], columns: Sequence[EntryStats]) -> SortedPostings:
    """The words of the demos that are wanted, as they go into the index."""
    sizes = [len(one.columns) for batch in batches for one in batch.demos]
    first = accumulate((sum(len(one.columns) for one in batch.demos) for batch in batches[:-1]), initial=0)
    return lay_out(columns, kept(joined([batch.postings for batch in batches], list(first)), sizes, wanted))


def _wanted(session: Session, demos: Sequence[DemoRows]) -> list[bool]:
    """Which are newer than what is kept, which is taken out; each id once. Of what is kept already the stamp is new."""
    newest: dict[str, int] = {}
    for at, one in enumerate(demos):
        if one.version >= demos[newest.get(one.demo_id, at)].version:
            newest[one.demo_id] = at
    wanted = [newest[one.demo_id] == at for at, one in enumerate(demos)]
    for demo_id, version, *there in _kept(session, list(newest)):
        one = demos[newest[demo_id]]
        if version > one.version or bytes(there[-1]) == one.record:
            session.run("stamp_demo", demo_id=demo_id, stamp=one.stamp)
            wanted[newest[demo_id]] = False
        else:
            _take_out(session, demo_id, *there)
    return wanted


def _kept(session: Session, demo_ids: Sequence[str]) -> Iterator[Row]:
    """Id, version, whole, size and record of those that are there; few at once, for records are large."""
    for at in range(0, len(demo_ids), _LOOKED_UP):
        yield from session.ask("kept", ids=as_json(demo_ids[at : at + _LOOKED_UP]))


def delete(session: Session, demo_id: str) -> None:
    """Make a demo no longer findable, if it is there."""
    for _, _, *there in _kept(session, [demo_id]):
        _take_out(session, demo_id, *there)


def _take_out(session: Session, demo_id: str, whole: int, size: int, record: bytes) -> None:
    remove(session, whole, sheet_of(kept_record(record)))
    session.run("remove_parts", first=whole, last=whole + size - 1)
    session.run("remove_demo", demo_id=demo_id)
    session.run("add_to_fact", name=STATE, value=1)


def _demo_row(one: DemoRows, whole: int) -> dict[str, object]:
    row = one._asdict()
    del row["parts"], row["columns"]
    return row | {"whole": whole, "size": len(one.columns)}


def _part_rows(one: DemoRows, whole: int) -> list[dict[str, object]]:
    return [part._asdict() | {"entry_id": at, "whole": whole} for at, part in enumerate(one.parts, whole)]
