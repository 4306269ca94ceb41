"""What visitors say and ask for: taken once, from the reader's own pages only, never more than the library can bear."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from library.connection.library import Library, open_library
from library.learning.notes.model import Note
from library.learning.opening import open_learning
from library.web.learning import forms
from library.web.learning.forms import FormLimit
from library.web.server import Running, ServeOptions
from tests.library.factories import demo, put_bundle
from tests.support.web_library import Answer, ask, served

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
ADDRESSES = ("/needs", "/notes", "/needs/vote", "/needs/seen")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as opened:
        opened.catalog.insert(put_bundle(opened.demos, demo("raise-1", "Raise a purchase order", "Open the menu")))
        yield opened


def send(running: Running, path: str, fields: dict[str, str] | bytes, **headers: str) -> Answer:
    """A form sent by a browser from a page of this reader, unless ``headers`` say otherwise."""
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    browser = {"Origin": f"http://127.0.0.1:{running.port}", "Sec_Fetch_Site": "same-origin"}
    given = {name: value for name, value in (FORM | browser | headers).items() if value}
    return ask(running, path, "POST", body=body, **given)


def post(running: Running, query: str = "feed the zebra", body: bytes | None = None, **headers: str) -> Answer:
    return send(running, "/needs", {"q": query} if body is None else body, **headers)


def note(running: Running, kind: str = "helped", *, cookie: str = "", **fields: str) -> Answer:
    return send(running, "/notes", {"demo": "raise-1", "kind": kind} | fields, Cookie=cookie)


def cookie_of(answer: Answer) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


def asked(library: Library) -> dict[str, int]:
    return {need.query: len(need.votes) for need in open_learning(library).needs.every()}


def noted(library: Library) -> list[Note]:
    return list(open_learning(library).notes.every())


def test_what_is_asked_for_is_noted_once_and_the_page_says_so(library: Library) -> None:
    with served(library) as running:
        offered = ask(running, "/?q=feed+the+zebra").text
        assert '<form class="ask" method="post" action="/needs">' in offered
        cookie = ""
        for _ in range(3):
            answer = post(running, Cookie=cookie)
            cookie = cookie_of(answer)
            assert (answer.status, answer.headers["location"]) == (303, "/?q=feed+the+zebra&asked=yes")
        page = ask(running, answer.headers["location"]).text
        assert "Asked for." in page
        assert '<form class="ask"' not in page
        assert asked(library) == {"feed the zebra": 1}


def test_answers_are_not_asked_for_and_the_nearest_can_be(library: Library) -> None:
    with served(library) as running:
        assert 'class="ask"' not in ask(running, "/?q=purchase").text
        near = ask(running, "/?q=zebra+quagga+okapi+gnu+eland+menu").text
        assert near.index("nearest:") < near.index('class="ask"') < near.index("<h2>")


def test_a_note_is_shown_below_its_step_and_its_answer_below_it(library: Library) -> None:
    with served(library) as running:
        answer = note(running, "stuck", step="1", text="Where is <b>the</b> menu?", who="Ana")
        assert (answer.status, answer.headers["location"]) == (303, "/demo/raise-1?said=yes#step-1")
        page = ask(running, "/demo/raise-1?said=yes").text
        assert "Noted. Thank you." in page
        step = page[page.index('id="step-1"') :]
        assert "stuck here" in step
        assert "Where is &lt;b&gt;the&lt;/b&gt; menu?" in step
        about = re.search(r'name="about" value="(\w+)"', step)
        assert about
        note(running, "reply", step="1", text="At the top", about=about[1])
        assert "At the top" in ask(running, "/demo/raise-1").text


def test_help_is_counted_once_for_a_browser_whatever_it_says_last(library: Library) -> None:
    with served(library) as running:
        cookie = cookie_of(note(running, "stuck"))
        note(running, "helped", cookie=cookie)
        note(running, "helped", cookie=cookie)
        note(running, "helped", step="1")
        assert "helped 2 of 2" in ask(running, "/demo/raise-1").text


def test_a_visitor_is_told_on_the_next_page_and_says_when_it_is_seen(library: Library) -> None:
    with served(library) as running:
        cookie = cookie_of(post(running, "split an order"))
        assert "HttpOnly" in post(running, "another thing").headers["set-cookie"]
        needs = open_learning(library).needs
        library.catalog.insert(put_bundle(library.demos, demo("split-1", "Split an order", "Open it")))
        needs.answer(needs.resolve("split an order").need_id, "split-1")
        told = ask(running, "/", Cookie=cookie).text
        assert "You asked for “split an order”" in told
        assert '<a href="/demo/split-1">Split an order</a>' in told
        assert "You asked" not in ask(running, "/").text
        assert send(running, "/needs/seen", {"x": "y"}, Cookie=cookie).status == 303
        assert "You asked" not in ask(running, "/", Cookie=cookie).text


def test_a_vote_is_given_by_one_press_and_shown(library: Library) -> None:
    need = open_learning(library).needs.ask("split an order", app="Erp")
    with served(library) as running:
        page = ask(running, "/needs").text
        assert "1 person asks · in Erp" in page
        voted = send(running, "/needs/vote", {"need": need.need_id})
        page = ask(running, voted.headers["location"], Cookie=cookie_of(voted)).text
        assert "2 people ask" in page
        assert "You ask for it" in page
        assert send(running, "/needs/vote", {"need": "0" * 16}).status == 404


@pytest.mark.parametrize("path", ADDRESSES)
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
def test_other_pages_and_programs_cannot_say_anything(library: Library, path: str, headers: dict[str, str]) -> None:
    with served(library) as running:
        fields = {"q": "zebra", "demo": "raise-1", "kind": "helped", "need": "0" * 16}
        assert send(running, path, fields, **headers).status == 403
        assert (asked(library), noted(library)) == ({}, [])


def test_a_browser_that_sends_only_its_origin_is_heard(library: Library) -> None:
    with served(library) as running:
        assert post(running, Sec_Fetch_Site="").status == 303


def test_what_is_no_small_form_is_refused(library: Library) -> None:
    with served(library) as running:
        for path in ADDRESSES:
            assert send(running, path, b"q=" + b"x" * 5_000).status == 413
            assert send(running, path, b'{"q": "zebra"}', Content_Type="application/json").status == 415
            assert send(running, path, b"q=%ff%fe").status == 400
            assert send(running, path, b"&".join(b"a=1" for _ in range(50))).status == 400
        for nothing in ("", "  ", "?!", "tag:finance"):
            assert post(running, nothing).status == 400
        assert "There is nothing in this" in post(running, "").text
        for kind in ("", "withdrawn", "nonsense", "comment"):
            assert note(running, kind).status == 400
        assert note(running, demo="gone-1").status == note(running, demo="../etc").status == 404
        assert note(running, step="9").status == 404
        assert note(running, "reply", about="f" * 16).status == 400
        assert note(running, "reply", about="f" * 16, text="At the top").status == 404
        assert ask(running, "/notes").status == 405
        assert (asked(library), noted(library)) == ({}, [])


def test_a_form_that_never_ends_is_let_go(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_TIMEOUT_S", 0.2)
    with served(library) as running, socket.create_connection(("127.0.0.1", running.port), timeout=20) as slow:
        own = f"127.0.0.1:{running.port}"
        head = f"POST /needs HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\nContent-Length: 20\r\n"
        slow.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nq=z".encode())
        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_nothing_is_offered_nor_taken_when_served_read_only(library: Library) -> None:
    open_learning(library).needs.ask("split an order")
    with served(library, ServeOptions(port=0, read_only=True)) as running:
        pages = [ask(running, path).text for path in ("/?q=zebra", "/needs", "/demo/raise-1", "/insight")]
        assert "Nothing found" in pages[0]
        assert "split an order" in pages[1]
        assert all('method="post"' not in page for page in pages)
        assert [send(running, path, {"q": "zebra"}).status for path in ADDRESSES] == [405] * len(ADDRESSES)


def test_where_nothing_can_be_written_one_line_says_so_and_it_can_be_tried_again(library: Library) -> None:
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
    limit, taken = FormLimit(), 0
    for number in range(1_000):
        if limit.accepts("a", number / 10):
            limit.count("a", "", f"wish {number % 3}", number / 10)
            taken += 1
    assert taken <= 60
    assert limit.accepts("b", 100)
    assert limit.accepts("a", 3_601)
    for number in range(10_000):
        if limit.accepts(f"v{number}", 4_000):
            limit.count(f"v{number}", "", "wish", 4_000)
            taken += 1
    assert taken <= 660


def test_a_double_press_counts_once_and_the_same_from_two_people_behind_one_address_twice() -> None:
    limit = FormLimit()
    limit.count("office", "", "helped", 100.0)
    assert limit.is_known("office", "", "helped", 101.0)
    assert not limit.is_known("office", "", "helped", 160.0)
    assert not limit.is_known("office", "ana", "helped", 101.0)
    limit.count("office", "ana", "helped", 102.0)
    assert limit.is_known("office", "ana", "Helped ", 3_500.0)


def test_the_reader_says_when_too_much_was_said(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_ADDRESS_PER_HOUR", 2)
    with served(library) as running:
        answers = [post(running, f"wish number {word}") for word in ("one", "two", "three")]
        assert [one.status for one in answers] == [303, 303, 429]
        assert "Try again later" in answers[-1].text
