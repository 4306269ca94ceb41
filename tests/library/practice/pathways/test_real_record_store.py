"""Statements to a real learning record store: it takes them, has them once, and refuses what is none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.practice.pathways.record_store import deliver
from library.practice.pathways.statements import Statements
from library.practice.store import PracticeStore
from tests.library.practice.pathways.attempts import at
from tests.library.practice.pathways.test_statements import PATHWAY, follow
from tests.support.cache import Unavailable
from tests.support.ralph_store import PASSWORD, USER, RalphStore, ralph_store

pytestmark = pytest.mark.long


@pytest.fixture
def ralph(tmp_path: Path) -> Iterator[RalphStore]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        with ralph_store(tmp_path / "ralph", port) as running:
            yield running
    except Unavailable as missing:  # a registry that cannot be reached says nothing about showhow
        pytest.skip(str(missing))


def test_a_real_store_takes_each_reached_point_once(ralph: RalphStore, tmp_path: Path) -> None:
    statements = Statements(PracticeStore(tmp_path / "mine"), lambda: at(9))
    statements.choose(ralph.address, USER, "wrong")
    follow(statements)
    assert "user and password" in statements.send().line
    chosen = statements.choose(ralph.address, USER, PASSWORD)
    follow(statements)
    waiting = {one.statement_id: bytes(one.statement) for one in statements.waiting()}
    assert (len(statements.send().taken), statements.waiting()) == (3, [])
    found = ralph.statements()
    assert {one["id"] for one in found} == set(waiting)
    assert {one["actor"]["account"]["name"] for one in found} == {chosen.account}
    assert {one["context"]["contextActivities"]["parent"][0]["definition"]["name"]["en"] for one in found} == {
        PATHWAY.title
    }
    assert len(deliver(chosen, waiting).taken) == 3  # an answer that was lost: they are sent again
    assert len(ralph.statements()) == 3


def test_a_real_store_refuses_what_is_no_statement_and_takes_the_others(ralph: RalphStore, tmp_path: Path) -> None:
    statements = Statements(PracticeStore(tmp_path / "mine"), lambda: at(9))
    chosen = statements.choose(ralph.address, USER, PASSWORD)
    follow(statements)
    name, body = next((one.statement_id, bytes(one.statement)) for one in statements.waiting())
    # One good one only: the store's folder of files can be written to once.
    result = deliver(chosen, {name: body, "bad": b'{"verb": "none"}'})
    assert (result.taken, set(result.refused), result.away) == ((name,), {"bad"}, "")
    assert [one["id"] for one in ralph.statements()] == [name]
