"""DemoRows and Batch: demos as rows and postings, prepared outside the catalog's transaction.

Owns this form and its encoding for transfer between processes. Pure. Does not write to a database.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace

from capture.files import prepared
from library.catalog.word_times import pack
from library.index.documents import EntryStats, Part, index_demo, parts_of, stem_rows
from library.index.inverter import Postings, gather
from library.model import Demo
from library.records import encode_record
from library.text import title_key
from transcribe.model import Transcript

BATCH = 100
"""Demos in a batch."""


class PartRow(NamedTuple):
    """The row of a whole demo or a step; ``spoken``: see ``EntryDetails``."""

    number: int
    step_title: str
    text: str
    start_ms: int
    spoken: bytes


class DemoRows(NamedTuple):
    """The rows of a demo. ``record``: compressed JSON; ``brief``: the same without transcript and events."""

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
    stats: tuple[EntryStats, ...]
    parts: tuple[PartRow, ...]


class Batch(NamedTuple):
    """Demos with their postings; ``stems``: stem keys with their words.

    ``notes``: messages for the user about demos that could not be read.
    """

    demos: Sequence[DemoRows]
    postings: Postings
    stems: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()


def make_batch(demos: Iterable[tuple[Demo, int]], notes: Sequence[str] = ()) -> Batch:
    """Prepare demos, given with the stamps of their folders."""
    demo_rows, indexed, stems = [], [], set[tuple[str, str]]()
    for demo, stamp in demos:
        parts = tuple(parts_of(demo))
        entries = index_demo(demo, parts)
        indexed.append(entries)
        stems.update(stem_rows(demo, entries))
        rows = tuple(
            PartRow(part.number, part.step_title, part.text, part.start_ms, _word_times(part))
            for part in parts[: len(entries.stats)]
        )
        demo_rows.append(_demo_rows(demo, stamp, entries.stats, rows))
    return Batch(demo_rows, gather(indexed), sorted(stems), notes)


def _word_times(part: Part) -> bytes:
    """Times of the words before the first step, of a demo without steps of all; a step is replayed from its start."""
    return pack(() if part.number else part.spoken, part.text)


def batches_of(demos: Iterable[tuple[Demo, int]]) -> Iterator[Batch]:
    """Prepare demos in their order, BATCH at a time."""
    remaining = iter(demos)
    while some := list(islice(remaining, BATCH)):
        yield make_batch(some)


def _demo_rows(demo: Demo, stamp: int, stats: tuple[EntryStats, ...], parts: tuple[PartRow, ...]) -> DemoRows:
    return DemoRows(
        demo_id=demo.demo_id, title_key=title_key(demo.title), version=demo.version,
        created_unix_ms=demo.created_unix_ms, updated_unix_ms=demo.updated_unix_ms,
        review_unix_ms=demo.review_unix_ms or 0, title=demo.title, author=demo.author,
        tags=msgspec.json.encode(demo.tags).decode(), stamp=stamp, stats=stats, parts=parts,
        brief=zlib.compress(encode_record(_brief(demo)), 1), record=zlib.compress(encode_record(demo), 1),
    )  # fmt: skip


def _brief(demo: Demo) -> Demo:
    steps = tuple(replace(step, events=(), inferred=()) for step in demo.steps)
    transcript = Transcript(language=demo.transcript.language, model=demo.transcript.model)
    return replace(demo, steps=steps, transcript=transcript)


class _WireBatch(NamedTuple):
    demos: list[DemoRows]
    words: list[str]
    numbers: tuple[bytes, bytes, bytes]
    stems: list[tuple[str, str]]
    notes: list[str]


def encode_batch(batch: Batch) -> bytes:
    """Encode a batch as bytes."""
    postings = batch.postings
    numbers = postings.word.tobytes(), postings.entry.tobytes(), postings.code.tobytes()
    return msgspec.msgpack.encode(
        _WireBatch(list(batch.demos), list(postings.words), numbers, list(batch.stems), list(batch.notes))
    )


def decode_batch(data: bytes) -> Batch:
    """Decode the bytes of ``encode_batch``. Raises msgspec.MsgspecError."""
    batch = msgspec.msgpack.decode(data, type=prepared(_WireBatch))
    word, entry, code = batch.numbers
    postings = Postings(
        words=batch.words,
        word=np.frombuffer(word, np.int32),
        entry=np.frombuffer(entry, np.int32),
        code=np.frombuffer(code, np.uint8),
    )
    return Batch(batch.demos, postings, batch.stems, batch.notes)
