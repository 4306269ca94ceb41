"""Who waits keeps nobody else waiting: slow stores, absent databases, idle browsers, and readers on one host."""

from __future__ import annotations

import asyncio
import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from threading import Event

import pytest

from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection.library import Library, open_library
from library.model import Demo, Unreachable
from library.storage.folder_store import FolderStore
from library.web.blocking_pool import BlockingPool, PoolOptions
from library.web.server import Running
from tests.library.factories import demo, put_bundle
from tests.support.desktop import wait_for
from tests.support.web_library import ANY_PORT, Answer, ask, served

CROWD = 60
"""More requests than threads of any pool."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("waiting") / "library") as opened:
        for number in range(CROWD):
            put_bundle(opened.demos, demo(f"demo-{number:02}", f"Task {number}", "Open it."))
        opened.refresh()
        yield opened


@contextmanager
def crowd(running: Running, kind: str, held: Event) -> Iterator[list[Answer]]:
    """Asks for the same thing of every demo at once; the answers are there after ``held`` is set and the block ends."""
    answers: list[Answer] = []
    with ThreadPoolExecutor(CROWD) as clients:
        asked = [clients.submit(ask, running, f"/demo/demo-{number:02}{kind}") for number in range(CROWD)]
        try:
            yield answers
        finally:
            held.set()
        answers += [one.result() for one in asked]


def pages_answer(running: Running) -> None:
    for path in ("/static/reader.css", "/static/demo.js", "/", "/?q=task", "/demo/demo-00", "/browse"):
        assert ask(running, path).status == 200


def test_a_slow_store_keeps_no_page_waiting(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    held, reached, fetch = Event(), Event(), FolderStore.fetch_local

    def slow(store: FolderStore, found: Demo, *names: str) -> Demo:
        reached.set()
        held.wait(60)
        return fetch(store, found, *names)

    monkeypatch.setattr(FolderStore, "fetch_local", slow)
    options = replace(ANY_PORT, media=PoolOptions(patience_s=100))
    with served(library, options) as running, crowd(running, "/clip.mp4", held) as answers:
        wait_for(reached.is_set, "the store to be asked")
        pages_answer(running)
    assert {one.status for one in answers} == {200}


def test_an_absent_database_keeps_no_style_sheet_waiting(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    held, reached, get = Event(), Event(), SqliteCatalog.get

    def slow(catalog: SqliteCatalog, demo_id: str) -> Demo:
        reached.set()
        held.wait(60)
        return get(catalog, demo_id)

    monkeypatch.setattr(SqliteCatalog, "get", slow)
    options = replace(ANY_PORT, pages=PoolOptions(patience_s=100))
    with served(library, options) as running, crowd(running, "", held) as answers:
        wait_for(reached.is_set, "the catalog to be asked")
        assert ask(running, "/static/reader.css").status == 200
    assert {one.status for one in answers} == {200}


def test_who_waits_too_long_is_told_when_to_ask_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Event()
    monkeypatch.setattr(FolderStore, "fetch_local", lambda _store, found, *_names: held.wait(60) and found)
    with served(library, replace(ANY_PORT, media=PoolOptions(patience_s=0.2))) as running:
        answer = ask(running, "/demo/demo-00/clip.mp4")
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        held.set()
        wait_for(lambda: ask(running, "/demo/demo-00/clip.mp4").status == 200, "the clip")


@pytest.mark.parametrize("kind", ["clip.mp4", "steps/1.webp"])
def test_an_outage_of_the_store_is_not_told_as_missing(
    library: Library, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def away(_store: FolderStore, _demo: Demo, *_names: str) -> Demo:
        raise Unreachable("The bucket does not answer", "Try again.")

    monkeypatch.setattr(FolderStore, "fetch_local", away)
    with served(library) as running:
        assert ask(running, f"/demo/demo-none/{kind}").status == 404
        answer = ask(running, f"/demo/demo-00/{kind}")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


def test_idle_browsers_keep_no_newcomer_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("library.web.server._CONNECTIONS", 12)
    monkeypatch.setattr("library.web.server._KEEP_ALIVE_S", 600)
    with served(library) as running, ExitStack() as idle:
        for _ in range(30):
            browser = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
            idle.enter_context(closing(browser))
            browser.request("GET", "/robots.txt")
            answer = browser.getresponse()
            answer.read()
            assert answer.status == 200
        assert ask(running, "/").status == 200


def test_when_all_connections_are_at_work_newcomers_are_told_so(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("library.web.server._CONNECTIONS", 30)
    monkeypatch.setattr("library.web.learning.forms._TIMEOUT_S", 600)
    with served(library) as running:
        unfinished = (
            f"POST /needs HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nOrigin: http://127.0.0.1:{running.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"
        )
        with ExitStack() as busy:

            def full() -> bool:
                one = busy.enter_context(closing(socket.create_connection(("127.0.0.1", running.port))))
                one.settimeout(20)
                one.sendall(unfinished.encode())
                assert one.recv(12) in {b"HTTP/1.1 100", b"HTTP/1.1 503"}  # it is at work, or refused
                return ask(running, "/").status == 503

            wait_for(full, "the server to be full")
        wait_for(lambda: ask(running, "/").status == 200, "the server to answer again")


def test_requests_for_one_thing_wait_for_one_piece_of_work() -> None:
    ran, held = list[int](), Event()

    def work() -> int:
        held.wait(60)
        ran.append(1)
        return len(ran)

    async def several() -> list[int]:
        pool = BlockingPool("test", PoolOptions())
        waiting = [asyncio.create_task(pool.run(work, key="clip")) for _ in range(20)]
        await asyncio.sleep(0)
        held.set()
        try:
            return await asyncio.gather(*waiting)
        finally:
            pool.close()

    assert asyncio.run(several()) == [1] * 20


def test_work_that_nobody_waits_for_any_more_is_never_begun() -> None:
    begun, reached, held = list[str](), Event(), Event()

    def blocking() -> None:
        begun.append("first")
        reached.set()
        held.wait(60)

    async def given_up() -> None:
        pool = BlockingPool("test", PoolOptions(threads=1, patience_s=100))
        first = asyncio.create_task(pool.run(blocking))
        assert await asyncio.to_thread(reached.wait, 60)
        second = asyncio.create_task(pool.run(lambda: begun.append("second")))
        await asyncio.sleep(0)
        second.cancel()  # the browser went away
        with pytest.raises(asyncio.CancelledError):
            await second
        held.set()
        await first
        pool.close()

    asyncio.run(given_up())
    assert begun == ["first"]
