"""How fast a keystroke is answered in a large library, against ranking every match with SQLite's own bm25.

Run: ``pytest -m bench tests/benches/bench_search.py -s``. Both answer the same keystrokes in turns, in one process.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from library.catalog import Term
from library.model import ClipFacts, Demo
from library.search import search, terms_of
from library.sqlite import SqliteCatalog
from library.sqlite_find import _query
from tests.library.making import steps_of, transcript

VERBS = (
    *("open", "click", "choose", "enter", "type", "submit", "approve", "raise", "cancel", "check", "print", "export"),
    *("assign", "close", "review", "send", "save"),
)
NOUNS = (
    *(
        "order",
        "invoice",
        "supplier",
        "report",
        "menu",
        "button",
        "approval",
        "budget",
        "contract",
        "ticket",
        "calendar",
    ),
    *(
        "request",
        "customer",
        "delivery",
        "payment",
        "account",
        "project",
        "colleague",
        "warehouse",
        "template",
        "folder",
    ),
    *("password", "printer", "meeting", "holiday", "expense", "receipt", "address"),
)
LINKS = ("the", "a", "of", "for", "with", "then", "into", "your", "this", "next", "again", "before", "after", "until")
QUERIES = (
    *("raise a purchase order", "approve invoice", "how do i export the report", "supplier address"),
    *("cancel the meeting", "zyx17 template", "prnt report", "budget", "the", "o"),
)


def word(dice: random.Random) -> str:
    """Mostly common words, sometimes one of twenty thousand rare ones, as in real narration."""
    roll = dice.random()
    if roll < 0.25:
        return dice.choice(VERBS)
    if roll < 0.6:
        return dice.choice(NOUNS)
    return dice.choice(LINKS) if roll < 0.9 else f"zyx{int(dice.paretovariate(0.6)) % 20_000}"


def demos(count: int, steps: int) -> Iterator[tuple[Demo, int]]:
    """A library of plausible size, the same every time."""
    dice = random.Random(7)  # noqa: S311  plausible words, no secrets
    for number in range(count):
        said = transcript(*(" ".join(word(dice) for _ in range(dice.randint(6, 20))) for _ in range(steps)))
        title = f"{dice.choice(VERBS)} a {dice.choice(NOUNS)} {dice.choice(NOUNS)}".capitalize()
        named = [f"{dice.choice(VERBS)} the {dice.choice(NOUNS)}" for _ in range(steps)]
        made = round(time.time() * 1000) - (count - number) * 3_600_000  # one an hour until now
        yield (
            Demo(
                demo_id=f"demo-{number}",
                title=title,
                tags=(dice.choice(NOUNS),),
                steps=steps_of(said, named),
                transcript=said,
                clip=ClipFacts(duration_ms=60_000),
                created_unix_ms=made,
                updated_unix_ms=made,
            ),
            0,
        )


def keystrokes() -> list[str]:
    """Every query as it is typed, letter by letter."""
    return [query[:end] for query in QUERIES for end in range(1, len(query) + 1)]


def measured(answer: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    """Milliseconds for each query."""
    times = []
    for query in queries:
        begun = time.perf_counter()
        answer(query)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def plain(connection: sqlite3.Connection, query: str) -> list[object]:
    """What a plain FTS5 search does: rank all matches, cut snippets for the best."""
    match = _query([Term(t.word, t.prefix) for t in terms_of(query)], " AND ")
    if not match:
        return []
    text = """SELECT rowid, snippet(entries, 3, '', '', '', 20) FROM entries WHERE entries MATCH ?
              ORDER BY bm25(entries, 8, 2.5, 4, 1, 0.4) LIMIT 20"""
    return connection.execute(text, (match,)).fetchall()


def line(name: str, times: list[float]) -> str:
    """One line of the table."""
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"{name:<24} median {statistics.median(ordered):7.2f}  p95 {p95:7.2f}  max {ordered[-1]:7.2f} ms"


@pytest.mark.bench
@pytest.mark.timeout(600)
@pytest.mark.parametrize("count", [2_000, 10_000])
def test_a_keystroke_costs_no_more_than_twice_ranking_every_match_and_less_in_a_large_library(
    tmp_path: Path, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    catalog = SqliteCatalog(tmp_path / "index.sqlite", tmp_path)
    begun = time.perf_counter()
    catalog.put_all(demos(count, 10))
    indexed = time.perf_counter() - begun
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    search(catalog, "prnt")  # the vocabulary is read once
    mine, theirs = [], []
    for query in keystrokes():  # in turns, so that a busy machine slows both alike
        mine += measured(lambda query: search(catalog, query), [query])
        theirs += measured(lambda query: plain(connection, query), [query])
    p95 = [sorted(times)[int(len(times) * 0.95)] for times in (mine, theirs)]
    table = [f"{count * 10:,} steps, indexed in {indexed:.1f} s", line("showhow search", mine)]
    table += [line("plain ORDER BY bm25", theirs), f"p95 ratio {p95[1] / p95[0]:.1f}"]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(table) + "\n")
    connection.close()
    catalog.close()
    assert p95[0] < p95[1] * (2 if count < 10_000 else 1)
