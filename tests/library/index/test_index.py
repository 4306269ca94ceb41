"""The index from inside: lists come back as they were packed, and its scores are those of the plain formula."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from library.catalog.sqlite_catalog import SqliteCatalog
from library.index.candidates import BOUNDED, UNBOUNDED, Limits
from library.index.documents import DAY_MS, index_demo
from library.index.model import NO_FILTERS, Term, no_pause
from library.index.postings import CHUNK, Chunk, pack, runs_of, unpack, without
from library.index.ranking import WEIGHTS, idf
from library.index.searcher import match
from library.index.term_flags import CODED, IMPLIED, TAGS, TEXT, PostingTier
from library.model import Demo
from library.text import STOP_WORDS
from tests.benches.corpus import Corpus
from tests.library.factories import demo
from tests.library.index.plain_formula import Present, score

entries = st.lists(st.integers(1, 400_000), min_size=1, max_size=60, unique=True).map(sorted)
kinds = st.sampled_from(list(PostingTier))


def codes_of(ids: list[int], kind: PostingTier) -> list[int]:
    return [64 + entry % 100 if kind in CODED else IMPLIED[kind] for entry in ids]


def packed(ids: list[int], kind: PostingTier, tail: Chunk | None = None) -> list[Chunk]:
    """The list of a word, or what becomes of its last chunk."""
    return pack(
        runs_of("word", kind, 0, len(ids), tail), np.array(ids, np.int32), np.array(codes_of(ids, kind), np.uint8)
    )


def unpacked(chunks: list[Chunk], kind: PostingTier) -> list[int]:
    ids, codes = unpack(chunks)
    assert codes.tolist() == codes_of(ids.tolist(), kind)
    entries: list[int] = ids.tolist()
    return entries


@given(entries, kinds, st.integers(0, 59))
def test_lists_come_back_as_they_were_packed_however_they_grew(ids: list[int], kind: PostingTier, cut: int) -> None:
    early, late = ids[: cut % len(ids) + 1], ids[cut % len(ids) + 1 :]
    chunks = packed(early, kind)
    if late:
        chunks = [*chunks[:-1], *packed(late, kind, chunks[-1])]
    assert unpacked(chunks, kind) == ids
    assert sum(chunk.size for chunk in chunks) == len(ids)


@given(st.lists(entries, min_size=1, max_size=8), kinds)
def test_many_lists_packed_at_once_are_as_each_alone(lists: list[list[int]], kind: PostingTier) -> None:
    ends = list(accumulate(map(len, lists)))
    runs = [run for ids, end in zip(lists, ends, strict=True) for run in runs_of("word", kind, end - len(ids), end)]
    ids = [entry for one in lists for entry in one]
    together = pack(runs, np.array(ids, np.int32), np.array(codes_of(ids, kind), np.uint8))
    assert together == [chunk for one in lists for chunk in packed(one, kind)]


@given(st.lists(entries, min_size=1, max_size=5), kinds, st.integers(1, 400_000), st.integers(0, 200_000))
def test_what_is_taken_out_of_lists_is_gone_and_the_rest_stays(
    lists: list[list[int]], kind: PostingTier, first: int, more: int
) -> None:
    chunks = [packed(ids, kind)[0] for ids in lists]
    left = {id(old): new for old, new in without(chunks, first, first + more)}
    for ids, chunk in zip(lists, chunks, strict=True):
        stays = [entry for entry in ids if not first <= entry <= first + more]
        assert (id(chunk) in left) == (stays != ids)
        new = left.get(id(chunk), chunk)
        assert (unpacked([new], kind) if new else []) == stays


def test_long_lists_are_parted_and_dense_ones_take_a_byte_an_entry() -> None:
    ids = list(range(1, 3 * CHUNK))
    chunks = packed(ids, PostingTier.WEAK)
    assert len(chunks) == 3
    assert sum(len(chunk.data) for chunk in chunks) == len(ids)
    grown = packed(list(range(3 * CHUNK, 4 * CHUNK)), PostingTier.WEAK, chunks[-1])
    assert unpacked([*chunks[:-1], *grown], PostingTier.WEAK) == list(range(1, 4 * CHUNK))


@pytest.fixture(scope="module")
def some() -> list[Demo]:
    now = round(time.time() * 1000)
    made = Corpus().demos(400)
    return [replace(one, updated_unix_ms=now - number * 9 * DAY_MS) for number, one in enumerate(made)]


@pytest.fixture
def catalog(tmp_path: Path, some: list[Demo]) -> Iterator[SqliteCatalog]:
    made = SqliteCatalog(tmp_path / "i.sqlite", tmp_path)
    made.put_all((one, 0) for one in some)
    yield made
    made.close()


def plain_scores(some: list[Demo], terms: list[Term]) -> dict[tuple[str, int], float]:
    """Every entry that holds all the terms, scored one by one with the formula."""
    sheets = [(one.demo_id, index_demo(one)) for one in some]
    total = sum(len(sheet.stats) for _, sheet in sheets)
    places: list[dict[tuple[str, int], tuple[int, int]]] = []
    for term in terms:
        mine: dict[tuple[str, int], tuple[int, int]] = {}
        for demo_id, sheet in sheets:
            for place, codes in enumerate(sheet.codes):
                for word, code in codes.items():
                    if not (word == term.word or (term.prefix and word.startswith(term.word))):
                        continue
                    whole, begun = mine.get((demo_id, place), (0, 0))
                    mine[demo_id, place] = (code, begun) if word == term.word else (whole, max(begun, code))
        places.append(mine)
    idfs = [idf(total, sum(1 for whole, _ in mine.values() if whole) or len(mine)) for mine in places]
    short = [len(term.word) < 4 and term.word not in STOP_WORDS for term in terms]
    whole = [any(code >= TEXT for code, _ in mine.values()) for mine in places]
    weights = [WEIGHTS.short_unfinished if a and b else WEIGHTS.unfinished for a, b in zip(short, whole, strict=True)]
    today = round(time.time() * 1000) // DAY_MS
    scores = {}
    for demo_id, sheet in sheets:
        for place, column in enumerate(sheet.stats):
            present = []
            for number, mine in enumerate(places):
                title = max(mine.get((demo_id, 0), (0, 0))) >= TAGS and place > 0
                present.append(Present(*mine.get((demo_id, place), (0, 0)), context=title, unfinished=weights[number]))
            if all(one.code or one.begun or one.context for one in present) and any(o.code or o.begun for o in present):
                scores[demo_id, place] = score(
                    list(zip(present, idfs, strict=True)),
                    place=place, heading=column.heading, text=column.text, age_days=today - column.day,
                )  # fmt: skip
    return scores


QUERIES = ["open", "o", "op", "ope", "the o", "open the", "order re", "click the button", "send report", "a"]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("limits", [BOUNDED, UNBOUNDED], ids=["bounded", "unbounded"])
def test_scores_are_those_of_the_plain_formula(
    catalog: SqliteCatalog, some: list[Demo], query: str, limits: object
) -> None:
    words = query.split()
    terms = [Term(word, prefix=word == words[-1]) for word in words]
    memory = catalog._index_reader()
    found = catalog._run(
        lambda session: match(
            memory, session, terms, 1_000, any_of=False, filters=NO_FILTERS, pause=int, limits=limits,  # type: ignore[arg-type]  # either
        )
    )  # fmt: skip
    told = {one.entry_id: one for one in catalog.details([one.entry_id for one in found])}
    mine = {(told[one.entry_id].demo_id, one.place): one.score for one in found}
    wanted = plain_scores(some, terms)
    best = sorted(wanted, key=lambda key: -wanted[key])[:20]
    assert {key: pytest.approx(wanted[key], rel=1e-4) for key in best} == {key: mine.get(key) for key in best}
    if limits is UNBOUNDED:
        assert mine.keys() == wanted.keys()


def test_what_was_put_and_removed_leaves_nothing_in_any_table(catalog: SqliteCatalog, some: list[Demo]) -> None:
    before = tables(catalog)
    catalog.insert(demo("extra-1", "Some unheard of words", "zebra quagga okapi", "the the the", tags=["herbivora"]))
    catalog.insert(replace(demo("extra-1", "Other words", "okapi"), version=2))
    assert tables(catalog) != before
    catalog.remove("extra-1")
    assert tables(catalog) == before


def tables(catalog: SqliteCatalog) -> dict[str, object]:
    """What the index holds, lists unpacked."""
    with catalog._file.reading() as session:
        rows = {
            name: session.connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608  names below
            for name in ("demos", "parts", "words")
        }
        stats = [int(sum(one)) for row in session.fetch("columns_between", first=0, last=1 << 20) for one in row[1:]]
        lists: dict[tuple[str, int], list[int]] = {}
        for word, kind, first, last, size, _, _ in session.connection.execute("SELECT * FROM chunks"):
            lists.setdefault((word, kind), []).append(size)
            assert first <= last
    return {**rows, "columns": stats, "lists": {key: sum(sizes) for key, sizes in lists.items()}}


def test_a_put_rewrites_little_of_a_large_index(catalog: SqliteCatalog) -> None:
    dice = random.Random(1)  # noqa: S311  words, no secrets
    catalog.insert(demo("new-1", "New", " ".join(Corpus().said(dice, 12))))
    with catalog._file.reading() as session:
        largest = session.connection.execute("SELECT max(length(data)) FROM chunks").fetchone()[0]
    assert largest <= CHUNK * 3


LETTERS = ["a", "b", "c", "d", "e", "i", "o", "p", "r", "s", "the", "to", "in", "re", "co", "open", "order", "click"]
PAIRS = [f"{word} {part}" for word in LETTERS for part in LETTERS]


@pytest.mark.parametrize(
    ("queries", "demos", "few"),
    [(LETTERS, 8, UNBOUNDED._replace(best=24)), (PAIRS, 3, UNBOUNDED._replace(at_once=0))],
    ids=["one word", "two words"],
)
def test_rounds_go_on_until_no_other_entry_can_be_among_the_best(
    catalog: SqliteCatalog, queries: list[str], demos: int, few: Limits
) -> None:
    for query in queries:
        assert best_scores(catalog, query, demos, few) == pytest.approx(
            best_scores(catalog, query, demos, UNBOUNDED), rel=1e-3
        ), query


def best_scores(catalog: SqliteCatalog, query: str, demos: int, limits: Limits) -> list[float]:
    """The best score of each of the best demos."""
    words, memory = query.split(), catalog._index_reader()
    terms = [Term(word, prefix=word == words[-1]) for word in dict.fromkeys(words)]
    found = catalog._run(
        lambda session: match(
            memory, session, terms, demos, any_of=False, filters=NO_FILTERS, pause=no_pause, limits=limits
        )
    )
    scores: dict[int, float] = {}
    for one in found:
        scores[one.whole] = max(one.score, scores.get(one.whole, 0.0))
    return sorted(scores.values(), reverse=True)
