"""Demos made ready for a catalog, outside its transaction: the rows they become and the words they are found by.

Owns this form, which also travels from processes that read beside each other. Pure. Refuses to write it anywhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace

from library.catalog.word_times import pack
from library.index.documents import EntryStats, parts_of, sheet_of
from library.index.inverter import Postings, gather
from library.model import Demo
from library.records import encode_record
from library.text import title_key
from transcribe.model import Transcript

BATCH = 100
"""Demos made ready together."""


class PartRow(NamedTuple):
    """A demo or one of its steps, as it is shown; ``spoken`` as ``library/catalog/word_times.py`` packs it."""

    number: int
    step_title: str
    text: str
    start_ms: int
    spoken: bytes


class DemoRows(NamedTuple):
    """One demo. ``record`` and ``brief``: the record as compressed JSON, whole and without transcript and events."""

    demo_id: str
    title_key: str
    version: int
    created_unix_ms: int
    updated_unix_ms: int
    review_unix_ms: int
    title: str
    author: str
    tags: str
    stamp: int
    brief: bytes
    record: bytes
    columns: tuple[EntryStats, ...]
    parts: tuple[PartRow, ...]


class Batch(NamedTuple):
    """Some demos with all their words; ``notes``: what the user should be told of others that could not be read."""

    demos: Sequence[DemoRows]
    postings: Postings
    notes: Sequence[str] = ()


def make_batch(demos: Iterable[tuple[Demo, int]], notes: Sequence[str] = ()) -> Batch:
    """Demos with the stamps of their folders, made ready."""
    entering, sheets = [], []
    for demo, stamp in demos:
        parts = tuple(parts_of(demo))
        sheet = sheet_of(demo, parts)
        sheets.append(sheet)
        rows = tuple(
            PartRow(part.number, part.step_title, part.text, part.start_ms, pack(part.spoken, part.text))
            for part in parts[: len(sheet.columns)]
        )
        entering.append(_entering(demo, stamp, sheet.columns, rows))
    return Batch(entering, gather(sheets), notes)


def batches_of(demos: Iterable[tuple[Demo, int]]) -> Iterator[Batch]:
    """Demos in the order they come, so many at a time."""
    waiting = iter(demos)
    while some := list(islice(waiting, BATCH)):
        yield make_batch(some)


def _entering(demo: Demo, stamp: int, columns: tuple[EntryStats, ...], parts: tuple[PartRow, ...]) -> DemoRows:
    return DemoRows(
        demo_id=demo.demo_id, title_key=title_key(demo.title), version=demo.version,
        created_unix_ms=demo.created_unix_ms, updated_unix_ms=demo.updated_unix_ms,
        review_unix_ms=demo.review_unix_ms or 0, title=demo.title, author=demo.author,
        tags=msgspec.json.encode(demo.tags).decode(), stamp=stamp, columns=columns, parts=parts,
        brief=zlib.compress(encode_record(_brief(demo)), 1), record=zlib.compress(encode_record(demo), 1),
    )  # fmt: skip


def _brief(demo: Demo) -> Demo:
    steps = tuple(replace(step, events=()) for step in demo.steps)
    transcript = Transcript(language=demo.transcript.language, model=demo.transcript.model)
    return replace(demo, steps=steps, transcript=transcript)


class _Sent(NamedTuple):
    """A batch on its way between processes."""

    demos: list[DemoRows]
    words: list[str]
    numbers: tuple[bytes, bytes, bytes]
    notes: list[str]


def sent(batch: Batch) -> bytes:
    """A batch as bytes."""
    postings = batch.postings
    numbers = postings.word.tobytes(), postings.entry.tobytes(), postings.code.tobytes()
    return msgspec.msgpack.encode(_Sent(list(batch.demos), list(postings.words), numbers, list(batch.notes)))


def received(data: bytes) -> Batch:
    """The batch of ``sent``."""
    batch = msgspec.msgpack.decode(data, type=_Sent)
    word, entry, code = batch.numbers
    postings = Postings(
        words=batch.words,
        word=np.frombuffer(word, np.int32),
        entry=np.frombuffer(entry, np.int32),
        code=np.frombuffer(code, np.uint8),
    )
    return Batch(batch.demos, postings, batch.notes)
