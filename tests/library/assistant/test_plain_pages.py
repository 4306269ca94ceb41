"""Any agent that can fetch a page reads the list of demos and each demo as Markdown, with its age and its links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from library.assistant.plain_pages import PlainPages
from library.connection.library import Library, open_library
from library.web.server import ServeOptions
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.web_library import ask, served

HOSTILE = "[x](javascript:alert(1)) <script>alert(1)</script> \\ * # no"
TOKEN = "a-token-of-readers"  # noqa: S105  made up


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as opened:
        order = record("order-ab12", "Raise an order", "Open it.", "Save it.", author="Priya", age_days=40)
        put_bundle(opened.demos, replace(order, review_unix_ms=1))
        put_bundle(opened.demos, record("odd-ab12", HOSTILE, "Open it.", titles=[HOSTILE], author=HOSTILE))
        opened.refresh()
        yield opened


def serving(library: Library, token: str = "") -> Any:
    def pages(opened: Library, _guard: object) -> Any:
        return PlainPages(opened).extension()

    return served(library, ServeOptions(port=0, token=token, extensions=[pages]))


def links_of(text: str) -> list[str]:
    blocks = MarkdownIt("commonmark").parse(text)
    inside = [token for block in blocks for token in block.children or ()]
    assert not [token for token in inside if token.type == "html_inline"]
    return [str(token.attrs["href"]) for token in inside if token.type == "link_open"]


def test_the_list_leads_to_each_demo_and_each_demo_to_its_steps_and_pictures(library: Library) -> None:
    with serving(library) as running:
        base, host = f"http://127.0.0.1:{running.port}", {"Host": f"127.0.0.1:{running.port}"}
        listed = ask(running, "/llms.txt", **host)
        assert listed.headers["content-type"] == "text/plain; charset=utf-8"
        assert listed.text.startswith("# library\n\n> 2 short screen demos")
        assert sorted(links_of(listed.text)) == [f"{base}/demo/{demo_id}.md" for demo_id in ("odd-ab12", "order-ab12")]
        page = ask(running, "/demo/order-ab12.md", **host)
        assert page.headers["content-type"] == "text/markdown; charset=utf-8"
        links = links_of(page.text)
        assert links == [f"{base}/demo/order-ab12#step-1", f"{base}/demo/order-ab12#step-2", f"{base}/demo/order-ab12"]
        assert f"{base}/demo/order-ab12/steps/1.webp?v=1" in page.text
        assert ask(running, "/demo/order-ab12/steps/1.webp?v=1").body == b"still 1"


def test_a_demo_says_how_old_it_is_and_that_it_may_be_out_of_date(library: Library) -> None:
    with serving(library) as running:
        old, new = (ask(running, f"/demo/{demo_id}.md").text for demo_id in ("order-ab12", "odd-ab12"))
        assert "Last changed 5 weeks ago." in old
        assert "It may be out of date" in old
        assert "It may be out of date" not in new


def test_no_text_of_a_demo_is_markup(library: Library) -> None:
    with serving(library) as running:
        page = ask(running, "/demo/odd-ab12.md").text
        assert not [link for link in links_of(page) if not link.startswith("http://")]
        assert not [link for link in links_of(ask(running, "/llms.txt").text) if "javascript" in link]


def test_the_beginning_of_an_id_leads_there_and_what_is_not_there_is_404(library: Library) -> None:
    with serving(library) as running:
        assert ask(running, "/demo/order.md").headers["location"] == "/demo/order-ab12.md"
        assert ask(running, "/demo/nothing.md").status == 404
        assert ask(running, "/demo/..%2f..%2fetc%2fpasswd.md").status == 404


def test_they_need_the_token_that_the_reader_needs(library: Library) -> None:
    with serving(library, TOKEN) as running:
        for path in ("/llms.txt", "/demo/order-ab12.md"):
            assert ask(running, path).status == 401
            assert ask(running, path, Authorization="Bearer wrong").status == 401
            assert ask(running, path, Authorization=f"Bearer {TOKEN}").status == 200
