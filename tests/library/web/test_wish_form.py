"""Asking for a demo in the web reader: noted once, from its own pages only, never more than the catalog can bear."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from library.connection.library import Library, open_library
from library.learning.opening import open_learning
from library.web import wish_form
from library.web.server import Running, ServeOptions
from library.web.wish_form import WishLimit
from tests.library.factories import demo, put_bundle
from tests.support.web_library import Answer, ask, served

FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as opened:
        opened.catalog.insert(put_bundle(opened.demos, demo("raise-1", "Raise a purchase order", "Open the menu")))
        yield opened


def post(running: Running, query: str = "feed the zebra", body: bytes | None = None, **headers: str) -> Answer:
    """A form sent by a browser from a page of this reader, unless ``headers`` say otherwise."""
    sent = urlencode({"q": query}).encode() if body is None else body
    browser = {"Origin": f"http://127.0.0.1:{running.port}", "Sec_Fetch_Site": "same-origin"}
    given = {name: value for name, value in (FORM | browser | headers).items() if value}
    return ask(running, "/ask", "POST", body=sent, **given)


def asked(library: Library) -> dict[str, int]:
    return {need.query: len(need.votes) for need in open_learning(library).needs.every()}


def test_what_is_asked_for_is_noted_once_and_the_page_says_so(library: Library) -> None:
    with served(library) as running:
        offered = ask(running, "/?q=feed+the+zebra").text
        assert '<form class="ask" method="post" action="/ask">' in offered
        for _ in range(3):
            answer = post(running)
            assert (answer.status, answer.headers["location"]) == (303, "/?q=feed+the+zebra&asked=yes")
        page = ask(running, answer.headers["location"]).text
        assert "Asked for." in page
        assert '<form class="ask"' not in page
        assert asked(library) == {"feed the zebra": 1}


def test_answers_are_not_asked_for_and_the_nearest_can_be(library: Library) -> None:
    with served(library) as running:
        assert 'action="/ask"' not in ask(running, "/?q=purchase").text
        near = ask(running, "/?q=zebra+quagga+okapi+gnu+eland+menu").text
        assert near.index("nearest:") < near.index('action="/ask"') < near.index("<h2>")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "http://evil.example", "Sec_Fetch_Site": ""},
        {"Origin": "null", "Sec_Fetch_Site": ""},
        {"Origin": "", "Sec_Fetch_Site": "same-site"},
        {"Origin": "", "Sec_Fetch_Site": "none"},
        {"Origin": "", "Sec_Fetch_Site": ""},
        {"Origin": "http://127.0.0.1:1", "Sec_Fetch_Site": ""},
    ],
)
def test_other_pages_and_programs_cannot_ask(library: Library, headers: dict[str, str]) -> None:
    with served(library) as running:
        assert post(running, **headers).status == 403
        assert asked(library) == {}
        assert post(running, Sec_Fetch_Site="").status == 303  # a browser that sends Origin only


def test_what_is_no_small_form_is_refused(library: Library) -> None:
    with served(library) as running:
        assert post(running, body=b"q=" + b"x" * 5_000).status == 413
        assert post(running, body=b'{"q": "zebra"}', Content_Type="application/json").status == 415
        assert post(running, body=b"q=%ff%fe").status == 400
        assert post(running, body=b"&".join(b"a=1" for _ in range(50))).status == 400
        for nothing in ("", "  ", "?!", "tag:finance"):
            assert post(running, nothing).status == 400
        assert "There is nothing in this" in post(running, "").text
        assert ask(running, "/ask").status == 405
        assert asked(library) == {}


def test_a_form_that_never_ends_is_let_go(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wish_form, "_TIMEOUT_S", 0.2)
    with served(library) as running, socket.create_connection(("127.0.0.1", running.port), timeout=20) as slow:
        own = f"127.0.0.1:{running.port}"
        head = f"POST /ask HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\nContent-Length: 20\r\n"
        slow.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nq=z".encode())
        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_nothing_is_offered_nor_taken_when_served_read_only(library: Library) -> None:
    with served(library, ServeOptions(port=0, read_only=True)) as running:
        page = ask(running, "/?q=zebra").text
        assert "Nothing found" in page
        assert "/ask" not in page
        assert post(running).status == 405


def test_where_nothing_can_be_written_one_line_says_so_and_it_can_be_tried_again(
    library: Library,
) -> None:
    blocked = library.folder / "needs"
    blocked.write_text("in the way")
    with served(library) as running:
        refused = post(running)
        assert refused.status == 503
        assert refused.text.count("<h1>") == 1
        blocked.unlink()
        assert post(running).status == 303
        assert asked(library) == {"feed the zebra": 1}


def test_a_token_is_needed_to_ask_too(library: Library) -> None:
    with served(library, ServeOptions(port=0, token="secret-token")) as running:  # noqa: S106  a test's own
        assert post(running).status == 401
        assert post(running, Cookie=f"showhow_token_{running.port}=secret-token").status == 303


def test_a_flood_is_told_to_stop_and_others_may_still_ask() -> None:
    limit, noted = WishLimit(), 0
    for number in range(1_000):
        if limit.accepts("a", number / 10):
            limit.count("a", f"wish {number}")
            noted += 1
    assert noted <= 20
    assert limit.accepts("b", 100)
    assert limit.accepts("a", 3_601)
    for number in range(10_000):
        if limit.accepts(f"v{number}", 4_000):
            limit.count(f"v{number}", "wish")
            noted += 1
    assert noted <= 320


def test_the_reader_says_when_too_much_was_asked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wish_form, "_VISITOR_PER_HOUR", 2)
    with served(library) as running:
        answers = [post(running, f"wish number {word}") for word in ("one", "two", "three")]
        assert [one.status for one in answers] == [303, 303, 429]
        assert "Ask again later" in answers[-1].text
