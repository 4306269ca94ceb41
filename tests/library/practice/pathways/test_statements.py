"""Statements to a learning record store: none before the learner chose one, each once, kept while it is not taken."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.model import LibraryError
from library.practice.pathways.model import Pathway, Point, PointKind, Watched
from library.practice.pathways.progress import LearnerFacts, progress_of
from library.practice.pathways.statements import Statements
from library.practice.store import PracticeStore
from tests.library.practice.pathways.attempts import STEPS, at, attempt
from tests.support.record_store import SmallRecordStore, small_record_store

PATHWAY = Pathway(
    pathway_id="orders-1",
    title='Orders "now" ü\N{PILE OF POO}',
    points=(
        Point(kind=PointKind.WATCH, demo_id="split-1", title="Split an order"),
        Point(kind=PointKind.PRACTISE, demo_id="split-1", title="Split an order"),
        Point(kind=PointKind.ASSESS, demo_id="split-1", title="Split an order", after_days=3),
    ),
)


@pytest.fixture
def lrs() -> Iterator[SmallRecordStore]:
    with small_record_store() as running:
        yield running


@pytest.fixture
def statements(tmp_path: Path) -> Statements:
    return Statements(PracticeStore(tmp_path / "mine"), lambda: at(9))


def follow(statements: Statements, *, all_of_it: bool = True) -> None:
    tries = (attempt(1, 0), attempt(2, 4, alone=True)) if all_of_it else ()
    facts = LearnerFacts(tries, (Watched(demo_id="split-1", at_unix_ms=at(0)),))
    statements.follow(PATHWAY, progress_of(PATHWAY, facts, {"split-1": STEPS}, at(9)))


def test_nothing_is_queued_before_a_store_is_chosen(statements: Statements) -> None:
    follow(statements)
    assert statements.waiting() == []
    assert statements.send() == ((), {}, "")


def test_each_reached_point_is_told_once_with_a_random_account(statements: Statements, lrs: SmallRecordStore) -> None:
    chosen = statements.choose(lrs.address, "showhow", "sésame")
    follow(statements, all_of_it=False)
    follow(statements)
    assert len(statements.waiting()) == 3
    assert len(statements.send().taken) == 3
    follow(statements)
    assert statements.send() == ((), {}, "")
    told = {one["verb"]["display"]["en"]: one for one in lrs.taken}
    assert sorted(told) == ["completed", "passed"]
    assert {one["actor"]["account"]["name"] for one in lrs.taken} == {chosen.account}
    assert {one["context"]["contextActivities"]["parent"][0]["definition"]["name"]["en"] for one in lrs.taken} == {
        PATHWAY.title
    }
    assert told["passed"]["result"] == {"success": True, "completion": True}
    assert "mbox" not in str(lrs.taken)
    assert {"id", "actor", "verb", "object", "context", "timestamp"} == set.intersection(*map(set, lrs.taken))
    assert len({uuid.UUID(one["id"]) for one in lrs.taken}) == 3
    assert lrs.headers[0]["path"] == "/xAPI/statements"
    assert lrs.headers[0]["X-Experience-API-Version"] == "1.0.3"
    assert lrs.headers[0]["Authorization"].startswith("Basic ")


def test_a_store_that_is_away_gets_them_later(statements: Statements, lrs: SmallRecordStore) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        statements.choose(f"http://127.0.0.1:{free.getsockname()[1]}/xAPI")
        follow(statements)
        result = statements.send()
    assert (len(statements.waiting()), result.line.count("\n")) == (3, 0)
    assert "They wait" in result.line
    for status, why in ((503, "answers 503"), (302, "answers 302"), (401, "user and password")):
        statements.choose(lrs.address)
        follow(statements)
        lrs.answers = status
        assert why in statements.send().line
        assert (len(statements.waiting()), lrs.taken) == (3, [])
    lrs.answers = 0
    assert len(statements.send().taken) == 3
    assert statements.waiting() == []


def test_a_statement_that_is_refused_keeps_no_other_back(statements: Statements, lrs: SmallRecordStore) -> None:
    statements.choose(lrs.address)
    follow(statements)
    bad = statements.waiting()[1].statement_id
    lrs.refuses = {bad}
    result = statements.send()
    assert (len(result.taken), set(result.refused), len(lrs.taken)) == (2, {bad}, 2)
    assert "refused 1: 400 not a statement" in result.line
    assert [(one.statement_id, one.refused) for one in statements.waiting()] == [(bad, "400 not a statement")]
    lrs.refuses = set()
    assert statements.send().taken == (bad,)


@pytest.mark.parametrize(
    "address",
    ["", "http://lrs.example/xAPI", "ftp://127.0.0.1/", "http://127.0.0.1.evil.example/", "https://", "lrs.example",
     "https://user:word@lrs.example/", "https://lrs.example/?x=1", "http://[", "http://localhost@evil.example/"],
)  # fmt: skip
def test_no_address_is_taken_on_whose_way_somebody_could_read(statements: Statements, address: str) -> None:
    with pytest.raises(LibraryError, match="Nothing is sent"):
        statements.choose(address)
    assert statements.chosen is None


def test_who_stops_is_told_of_no_more_and_begins_anew_under_another_name(
    statements: Statements, lrs: SmallRecordStore
) -> None:
    first = statements.choose(lrs.address)
    follow(statements)
    statements.stop()
    assert (statements.chosen, statements.waiting(), lrs.taken) == (None, [], [])
    follow(statements)
    assert statements.waiting() == []
    assert statements.choose(lrs.address).account != first.account
