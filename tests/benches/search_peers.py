"""Peers of the search, each over the same generated library: FTS5 bm25 (plain, tuned), ts_rank, tantivy, ripgrep.

Owns building them once below a cache folder and asking them one query. Texts come from the catalog that is measured.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from library.catalog.postgres_catalog import PostgresCatalog
from library.search.query import terms_of
from tests.support.postgres_server import PostgresServer

_ROWS = """
SELECT entry_id, CASE number WHEN 0 THEN title ELSE '' END, CASE number WHEN 0 THEN tags || ' ' || author ELSE '' END,
       step_title, text FROM parts JOIN demos USING (whole) ORDER BY entry_id
"""
_TABLES = {
    "demos": "whole, demo_id, title_key, version, created_unix_ms, updated_unix_ms, title, author, tags, stamp, size,"
    " brief, record",
    "parts": "entry_id, whole, number, step_title, text, start_ms, spoken",
    "chunks": "word, kind, first, last, size, wide, data",
    "columns": "number, days, places, headings, texts",
    "words": "word, count",
    "facts": "name, value",
}


def rows_of(index: Path) -> Iterator[tuple[int, str, str, str, str]]:
    """Number, title, tags, step title and text of every entry."""
    connection = sqlite3.connect(index)
    yield from connection.execute(_ROWS)
    connection.close()


def bytes_of_text(index: Path) -> int:
    """Bytes of everything that can be found."""
    return sum(len("".join(row[1:]).encode()) for row in rows_of(index))


def fts5(index: Path, place: Path, prefixes: str = "") -> Callable[[str], object]:
    """FTS5 as it comes, or with prefix indexes: every match ranked with bm25 and our weights, snippets for the best."""
    path = place / ("fts5.sqlite" if prefixes else "fts5plain.sqlite")
    if not path.exists():
        building = sqlite3.connect(path.with_suffix(".tmp"))
        options = f", prefix = '{prefixes}'" if prefixes else ""
        building.execute(f"CREATE VIRTUAL TABLE entries USING fts5 (title, tags, step_title, text{options})")
        building.executemany(
            "INSERT INTO entries (rowid, title, tags, step_title, text) VALUES (?, ?, ?, ?, ?)", rows_of(index)
        )
        building.commit()
        building.close()
        path.with_suffix(".tmp").rename(path)
    connection = sqlite3.connect(path)
    select = """SELECT rowid, snippet(entries, 3, '', '', '', 20) FROM entries WHERE entries MATCH ?
                ORDER BY bm25(entries, 8, 2.5, 4, 1) LIMIT 20"""

    def ask(query: str) -> object:
        match = " AND ".join(f'"{term.word}"{"*" if term.prefix else ""}' for term in terms_of(query))
        return connection.execute(select, (match,)).fetchall()

    return ask


def prepared(server: PostgresServer, name: str, make: Callable[[str], None]) -> str:
    """The address of a database, made when it is not there whole."""
    if not server.has(name):
        server.psql(f"DROP DATABASE IF EXISTS making_{name}")
        make(server.create(f"making_{name}"))
        server.psql(f"ALTER DATABASE making_{name} RENAME TO {name}")
    return server.url(name)


def build_ts_rank(index: Path, url: str) -> None:
    """PostgreSQL's own full text search: a GIN index over weighted vectors."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("CREATE TABLE peer (entry integer, text text, vector tsvector)")
    with connection.cursor() as cursor, cursor.copy("COPY peer (entry, text) FROM STDIN") as copy:
        for entry, *fields in rows_of(index):
            copy.write_row((entry, "\x1f".join(fields)))
    vector = " || ".join(
        f"setweight(to_tsvector('simple', split_part(text, E'\\x1f', {at})), '{weight}')"
        for at, weight in enumerate("ABBD", 1)
    )
    connection.execute(f"UPDATE peer SET vector = {vector}")  # noqa: S608  this file's own words
    connection.execute("CREATE INDEX ON peer USING gin (vector)")
    connection.execute("VACUUM ANALYZE peer")
    connection.close()


@contextmanager
def ts_rank(url: str) -> Iterator[Callable[[str], object]]:
    """It asked: all that match are ranked, headlines for the best."""
    select = """SELECT entry, ts_headline('simple', text, query) FROM
                (SELECT entry, text, query FROM peer, to_tsquery('simple', %s) AS query WHERE vector @@ query
                 ORDER BY ts_rank(vector, query) DESC LIMIT 20) AS best"""
    with psycopg.connect(url, autocommit=True) as connection:

        def ask(query: str) -> object:
            wanted = " & ".join(term.word + (":*" if term.prefix else "") for term in terms_of(query))
            return connection.execute(select, (wanted,)).fetchall()

        yield ask


def copy_catalog(index: Path, url: str) -> None:
    """The same catalog in PostgreSQL, table by table: both engines keep the same rows."""
    PostgresCatalog(url).close()
    source = sqlite3.connect(index)
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("SET search_path TO showhow")
        for table, columns in _TABLES.items():
            target.execute(f"TRUNCATE {table}")
            types = [column.type_code for column in target.execute(f"SELECT {columns} FROM {table}").description or ()]  # noqa: S608  names above
            with target.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(types)
                for row in source.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608  names above
                    copy.write_row(row)
        target.execute("VACUUM ANALYZE")
    source.close()


class Tantivy:
    """tantivy in a Python that has it (``SHOWHOW_BENCH_TANTIVY``), asked over a pipe; it takes its own time."""

    def __init__(self, python: str, index: Path, place: Path) -> None:
        script = Path(__file__).with_name("peer_tantivy.py")
        self._child = subprocess.Popen(
            [python, str(script), str(place / "tantivy")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self._answer() == "empty":
            for row in rows_of(index):
                self._say(row)
            self._say(None)
            assert self._answer() == "ready"

    def __call__(self, query: str) -> float:
        """Milliseconds of its answer."""
        self._say([[term.word, term.prefix] for term in terms_of(query)])
        return float(self._answer())

    def _say(self, what: Any) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(what) + "\n")
        self._child.stdin.flush()

    def _answer(self) -> Any:
        assert self._child.stdout is not None
        return json.loads(self._child.stdout.readline())

    def close(self) -> None:
        """End it."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(30)
        assert self._child.stdout is not None
        self._child.stdout.close()


def optional(environment: Mapping[str, str]) -> tuple[bool, str, list[str]]:
    """Peers that no setup installs, before minutes have passed: whether ripgrep is there, the Python that has tantivy.

    The last are lines on those left out. What is named and does not work is left out too.
    """
    left_out = []
    has_ripgrep = shutil.which("rg", path=environment.get("PATH")) is not None
    if not has_ripgrep:
        left_out.append("left out: ripgrep, which is not installed (sudo apt-get install ripgrep)")
    python = environment.get("SHOWHOW_BENCH_TANTIVY", "")
    if not (python and _imports_tantivy(python)):
        python = ""
        left_out.append("left out: tantivy; set SHOWHOW_BENCH_TANTIVY to a Python that has it (pip install tantivy)")
    return has_ripgrep, python, left_out


def _imports_tantivy(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", "import tantivy"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def ripgrep(index: Path, place: Path) -> Callable[[str], object]:
    """ripgrep over text files of ten thousand entries each, a line an entry; it finds and does not rank."""
    folder = place / "texts"
    if not folder.exists():
        making = place / "texts.tmp"
        making.mkdir()
        file = None
        for number, (_, *fields) in enumerate(rows_of(index)):
            if not number % 10_000:
                if file:
                    file.close()
                file = (making / f"{number // 10_000:05}.txt").open("w", encoding="utf-8")
            assert file is not None
            file.write(" · ".join(fields) + "\n")
        if file:
            file.close()
        making.rename(folder)

    def ask(query: str) -> object:
        words = [rf"\b{re.escape(term.word)}" + ("" if term.prefix else r"\b") for term in terms_of(query)]
        ways = (words, words[::-1]) if len(words) == 2 else (words,)
        pattern = "|".join(".*".join(way) for way in ways)
        done = subprocess.run(
            ["rg", "-i", "-N", "--max-count", "20", pattern, str(folder)], check=False, capture_output=True
        )
        return len(done.stdout)

    return ask
