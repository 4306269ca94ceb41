"""How fast a keystroke is answered in libraries of 10,000 to 1,000,000 steps, how well, and by how large an index.

Run: ``pytest -m bench tests/benches/bench_search.py -s``. Peers answer the same queries in turns: plain FTS5 bm25,
PostgreSQL's ts_rank over GIN, ripgrep, and tantivy where ``SHOWHOW_BENCH_TANTIVY`` names a Python that has it.

Libraries and the peers' indexes are made once below ``SHOWHOW_BENCH_CACHE`` (for a million steps in about twenty
minutes); which, ``SHOWHOW_BENCH_STEPS`` says.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from library.catalog.catalog import Catalog
from library.catalog.postgres_catalog import PostgresCatalog
from library.catalog.sql_catalog import SqlCatalog
from library.catalog.sqlite_catalog import SqliteCatalog
from library.index.candidates import BOUNDED, UNBOUNDED, Limits
from library.index.model import NO_FILTERS, ScoredEntry, no_pause
from library.index.searcher import match
from library.search.query import terms_of
from library.search.search import search
from tests.benches import search_peers as peers
from tests.benches.corpus import Corpus
from tests.support.postgres_server import PostgresServer

STEPS = [int(n) for n in os.environ.get("SHOWHOW_BENCH_STEPS", "10000,100000,1000000").split(",")]
QUERIES, LETTERS, ROUNDS, BEST, TYPOS = 50, 12, 3, 20, 300
Times = dict[str, list[float]]


def place_of(steps: int) -> Path:
    """The cache folder of a library, generated when it is not there."""
    cache = os.environ.get("SHOWHOW_BENCH_CACHE") or str(Path(tempfile.gettempdir()) / "showhow-bench")
    place = Path(cache) / str(steps)
    if not (place / "whole").exists():
        place.mkdir(parents=True, exist_ok=True)
        for old in place.glob("index*"):
            old.unlink()
        catalog = SqliteCatalog(place / "index.sqlite", place / "demos")
        catalog.put_all((demo, 0) for demo in Corpus().demos(steps))
        catalog.close()
        (place / "whole").touch()
    return place


def queries(index: Path) -> list[str]:
    """Fifty searches on their way: what some step says, typed from a word on for 1 to 12 letters."""
    dice, connection = random.Random(5), sqlite3.connect(index)  # noqa: S311  queries, no secrets
    last = connection.execute("SELECT max(entry_id) FROM parts").fetchone()[0]
    found: list[str] = []
    while len(found) < QUERIES:
        row = connection.execute("SELECT text FROM parts WHERE entry_id = ?", (dice.randint(1, last),)).fetchone()
        words = row[0].split() if row else []
        query = " ".join(words[dice.randrange(len(words)) :])[: 1 + len(found) % LETTERS] if words else ""
        if len(query.strip()) == 1 + len(found) % LETTERS:
            found.append(query)
    connection.close()
    return found


def timed(answer: Callable[[str], object], query: str) -> float:
    """Milliseconds of one answer."""
    begun = time.perf_counter()
    answer(query)
    return (time.perf_counter() - begun) * 1000


def p95(times: Sequence[float]) -> float:
    """The time that one answer in twenty exceeds."""
    return sorted(times)[int(len(times) * 0.95)]


def line(name: str, times: Sequence[float], mine: float) -> str:
    """One row of the table."""
    ratio = f"{p95(times) / mine:8.1f}x" if mine else ""
    return f"{name:<28} median {statistics.median(times):9.2f}  p95 {p95(times):9.2f} ms {ratio}"


def cold(catalog: SqlCatalog) -> Callable[[str], object]:
    """A search that has no word's lists in memory yet, as for a query nobody typed before."""

    def ask(query: str) -> object:
        catalog._index_reader().forget()
        return search(catalog, query)

    return ask


def answered(place: Path, server: PostgresServer, asked: Sequence[str]) -> Iterator[tuple[str, list[float]]]:
    """Everybody's times for the queries, asked in turns; of three rounds the middle time counts (ripgrep has one)."""
    index = place / "index.sqlite"
    with ExitStack() as stack:
        sqlite = SqliteCatalog(index, place)
        postgres = PostgresCatalog(peers.prepared(server, "mine", lambda url: peers.copy_catalog(index, url)))
        peer = peers.prepared(server, "peer", lambda url: peers.build_ts_rank(index, url))
        stack.callback(sqlite.close)
        stack.callback(postgres.close)
        asking: dict[str, Callable[[str], object]] = {
            "showhow, SQLite": cold(sqlite),
            "showhow, PostgreSQL": cold(postgres),
            "FTS5 bm25": peers.fts5(index, place),
            "FTS5 with prefix indexes": peers.fts5(index, place, "1 2 3"),
            "PostgreSQL ts_rank": stack.enter_context(peers.ts_rank(peer)),
        }
        has_ripgrep, python, _ = peers.optional(os.environ)
        if has_ripgrep:
            asking["ripgrep"] = peers.ripgrep(index, place)
        tantivy = None
        if python:
            tantivy = peers.Tantivy(python, index, place)
            stack.callback(tantivy.close)
        for answer in asking.values():
            answer("open")
        rounds: list[Times] = []
        for number in range(ROUNDS):
            mine = {name: answer for name, answer in asking.items() if name != "ripgrep" or not number}
            times: Times = {name: [] for name in (*mine, *(["tantivy"] if tantivy else []))}
            for query in asked:
                for name, answer in mine.items():
                    times[name].append(timed(answer, query))
                if tantivy:
                    times["tantivy"].append(tantivy(query))
            rounds.append(times)
        for name in rounds[0]:
            each = zip(*(times[name] for times in rounds if name in times), strict=True)
            yield name, [statistics.median(tries) for tries in each]


def best(catalog: SqlCatalog, query: str, limits: Limits) -> list[ScoredEntry]:
    """The best entries for a query, read as it was typed."""
    memory, terms = catalog._index_reader(), terms_of(query)
    demos = 32 if limits is BOUNDED else 1 << 30
    found = catalog._run(
        lambda session: match(
            memory, session, terms, demos, any_of=False, filters=NO_FILTERS, pause=no_pause, limits=limits
        )
    )
    return sorted(found, key=lambda one: (-round(one.score, 4), -one.day, one.place, -one.entry_id))[:BEST]


def agreement(catalog: SqlCatalog, asked: Sequence[str]) -> float:
    """The share of the exact best twenty that the bounded search has, or as good ones: scored the same."""
    shares = []
    for query in asked:
        exact, mine = best(catalog, query, UNBOUNDED), best(catalog, query, BOUNDED)
        least = exact[-1].score - 1e-4 if exact else 0.0
        if exact:
            shares.append(sum(one.score >= least for one in mine) / len(exact))
    return statistics.mean(shares)


def misspelt(word: str, dice: random.Random) -> str:
    """A word with one letter left out, doubled, swapped or changed, never the first."""
    at = dice.randrange(1, len(word) - 1)
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + dice.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
        )
    )


def mended(catalog: Catalog, place: Path) -> tuple[float, float]:
    """Of titles typed with one typo: the share whose demo is among the first three, and the median milliseconds."""
    dice, connection = random.Random(9), sqlite3.connect(place / "index.sqlite")  # noqa: S311  typos, no secrets
    rows = connection.execute("SELECT demo_id, title FROM demos ORDER BY demo_id").fetchall()
    connection.close()
    right, times = 0, []
    tried = 0
    for demo_id, title in dice.sample(rows, len(rows)):
        words = title.split()
        at = max(range(len(words)), key=lambda i: (len(words[i]) > 3, dice.random()))
        typed = [*words[:at], misspelt(words[at], dice), *words[at + 1 :]] if len(words[at]) > 3 else words
        if typed == words or demo_id not in first_three(catalog, title):  # there are others of that name
            continue
        query = " ".join(typed)
        times.append(timed(lambda q: search(catalog, q), query))
        right += demo_id in first_three(catalog, query)
        tried += 1
        if tried == TYPOS:
            break
    return right / tried, statistics.median(times)


def first_three(catalog: Catalog, query: str) -> list[str]:
    """The first three demos found."""
    return list(dict.fromkeys(hit.demo_id for hit in search(catalog, query).hits))[:3]


OPENING = """
import sys, time
from pathlib import Path
begun = time.perf_counter()
from library.catalog.sqlite_catalog import SqliteCatalog
from library.search.search import search
loaded = time.perf_counter()
catalog = SqliteCatalog(Path(sys.argv[1]), Path("."))
assert search(catalog, "order").hits
print((time.perf_counter() - loaded) * 1000, (time.perf_counter() - begun) * 1000)
"""


def opening(index: Path) -> tuple[float, float]:
    """Milliseconds from opening a library to its first hits, NumPy's import included; and with all imports.

    Modules are compiled, as pip leaves them: the first of the runs may still have to.
    """
    runs, known = [], {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(7):
        done = subprocess.run(
            [sys.executable, "-c", OPENING, str(index)], capture_output=True, text=True, check=True, env=known
        )
        runs.append([float(number) for number in done.stdout.split()])
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def sizes(index: Path) -> tuple[float, float]:
    """Bytes of the text, and of the index over it: lists, columns and words, with the pages they fill."""
    connection = sqlite3.connect(index)
    names = ("chunks", "columns", "words")
    pages = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name IN (?, ?, ?)", names).fetchone()[0]
    connection.close()
    return peers.bytes_of_text(index), pages


@pytest.mark.bench
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("steps", STEPS)
def test_a_keystroke_is_answered_at_once_however_large_the_library(
    steps: int, capsys: pytest.CaptureFixture[str]
) -> None:
    place = place_of(steps)
    asked = queries(place / "index.sqlite")
    made = round((place / "whole").stat().st_mtime)
    with PostgresServer(place / f"postgres-{made}", shared_buffers="1GB") as server:
        times = dict(answered(place, server, asked))
    mine = p95(times["showhow, SQLite"])
    table = [
        f"{steps:,} steps",
        *peers.optional(os.environ)[2],
        *(line(name, each, mine) for name, each in times.items()),
    ]
    text, index = sizes(place / "index.sqlite")
    catalog = SqliteCatalog(place / "index.sqlite", place)
    same, (right, typo_ms) = agreement(catalog, asked), mended(catalog, place)
    catalog.close()
    opened, started = opening(place / "index.sqlite")
    table += [
        f"agreement with the exact best {BEST}: {same:.3f}",
        f"one typo: right demo in the first three {right:.1%}, median {typo_ms:.1f} ms",
        f"index {index / 1e6:.1f} MB of {text / 1e6:.1f} MB text: {index / text:.2f}x",
        f"opening to the first search {opened:.0f} ms; with all imports {started:.0f} ms",
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(table) + "\n")
    assert mine < p95(times["FTS5 bm25"])
    assert mine < p95(times["FTS5 with prefix indexes"])
    if steps >= 1_000_000:  # ratios only: they hold where nothing else runs
        assert mine * 100 < p95(times["FTS5 bm25"])
        assert p95(times["showhow, PostgreSQL"]) * 10 < p95(times["PostgreSQL ts_rank"])
        assert all(mine < p95(times[peer]) for peer in ("ripgrep", "tantivy") if peer in times)
    assert same >= 0.9
    assert right >= 0.95
