"""The player in a frame: shown on sites that are named, on no others, steered by Player.js messages of their page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect

from library.web.server import Running
from library.web.sharing.options import SharingOptions
from tests.library.web.sharing.conftest import SharedReader, options
from tests.support.browser import chromium, page_of
from tests.support.desktop import wait_for
from tests.support.web_library import ask, served

# A page of a wiki: it keeps what the frame says, and sends what the test asks it to.
WIKI = """<!doctype html><html lang="en"><title>Wiki</title><main><h1>Wiki</h1>
<iframe id="player" src="{src}" title="A demo" width="640" height="404" allow="autoplay"></iframe></main>
<script>window.heard = []; window.origins = [];
addEventListener("message", (event) => {{
  try {{ heard.push(JSON.parse(event.data)); origins.push(event.origin); }} catch {{}} }});
window.send = (message) => document.getElementById("player").contentWindow.postMessage(JSON.stringify(
  {{context: "player.js", version: "0.0.11", ...message}}), "*");</script>"""


class Site:
    """Another site on this machine, whose page shows ``src`` in a frame, by any name below localhost."""

    def __init__(self) -> None:
        self.src = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = WIKI.format(src=site.src).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def framed(reader: SharedReader, site: Site) -> Iterator[Running]:
    """The reader, which lets the site called wiki.localhost show its demos; evil.localhost is on the same port."""
    sharing = SharingOptions(frame_origins=(f"http://wiki.localhost:{site.port}",))
    with served(reader.library, options(sharing=sharing)) as running:
        yield running


def src(reader: SharedReader, running: Running, step: int = 3) -> str:
    """The address of a player that needs no token."""
    code = reader.shares.code(reader.shares.reuse(reader.demo.demo_id, by="frames", days=0))
    return f"http://127.0.0.1:{running.port}/embed/{reader.demo.demo_id}/{code}#step-{step}"


def player(page: Page) -> Frame:
    return next(frame for frame in page.frames if frame != page.main_frame)


def heard(page: Page, event: str) -> list[Any]:
    return [one for one in page.evaluate("heard") if one["event"] == event]


def asked(page: Page, method: str, value: object = None) -> Any:
    """The answer to a method that asks."""
    before = len(heard(page, method))
    page.evaluate("send", {"method": method, "value": value, "listener": "x"})
    wait_for(lambda: len(heard(page, method)) > before, method)
    return heard(page, method)[-1]["value"]


def test_a_site_that_is_named_shows_the_player_at_its_step(
    browser: Browser, reader: SharedReader, framed: Running, site: Site
) -> None:
    site.src = src(reader, framed)
    with page_of(browser, viewport={"width": 800, "height": 600}) as page:
        page.goto(f"http://wiki.localhost:{site.port}/")
        frame = page.frame_locator("#player")
        expect(frame.locator("#now")).to_have_text("3 of 4 · Type the supplier.")
        wait_for(lambda: heard(page, "ready"), "ready")
        ready = heard(page, "ready")[0]
        assert ready["value"]["src"] == site.src
        assert set(page.evaluate("origins")) == {f"http://127.0.0.1:{framed.port}"}
        frame.get_by_role("button", name="Next step").click()
        expect(frame.locator("#now")).to_have_text("4 of 4 · Submit the order.")
        link = frame.get_by_role("link", name="Open")
        assert "/s/" in str(link.get_attribute("href"))
        found = Axe().run(page, options={"iframes": True}).response["violations"]
        assert not [(one["id"], one["nodes"][0]["html"]) for one in found]


def test_it_is_steered_by_player_js_messages(
    browser: Browser, reader: SharedReader, framed: Running, site: Site
) -> None:
    site.src = src(reader, framed)
    with page_of(browser) as page:
        page.goto(f"http://wiki.localhost:{site.port}/")
        wait_for(lambda: heard(page, "ready"), "ready")
        wait_for(lambda: asked(page, "getDuration") > 11, "the clip")
        assert asked(page, "getPaused") is True
        for event in ("play", "pause", "timeupdate", "seeked"):
            page.evaluate("send", {"method": "addEventListener", "value": event, "listener": f"on-{event}"})
        page.evaluate("send", {"method": "setCurrentTime", "value": 2})
        wait_for(lambda: heard(page, "seeked"), "seeked")
        assert asked(page, "getCurrentTime") == pytest.approx(2, abs=0.1)
        page.evaluate("send", {"method": "mute"})
        assert asked(page, "getMuted") is True
        page.evaluate("send", {"method": "setVolume", "value": 30})
        assert asked(page, "getVolume") == 30
        page.evaluate("send", {"method": "play"})
        wait_for(lambda: heard(page, "play") and heard(page, "timeupdate"), "playing")
        assert heard(page, "timeupdate")[0]["listener"] == "on-timeupdate"
        page.evaluate("send", {"method": "pause"})
        wait_for(lambda: heard(page, "pause"), "pause")
        page.evaluate("send", {"method": "setLoop", "value": True})
        assert asked(page, "getLoop") is True
        page.evaluate("send", {"method": "removeEventListener", "value": "seeked"})
        seeked = len(heard(page, "seeked"))
        page.evaluate("send", {"method": "setCurrentTime", "value": 0})
        wait_for(lambda: asked(page, "getCurrentTime") < 0.2, "the beginning")
        assert len(heard(page, "seeked")) == seeked


def test_messages_that_mean_nothing_change_nothing(
    browser: Browser, reader: SharedReader, framed: Running, site: Site
) -> None:
    site.src = src(reader, framed)
    with page_of(browser) as page:
        page.goto(f"http://wiki.localhost:{site.port}/")
        wait_for(lambda: heard(page, "ready"), "ready")
        wait_for(lambda: asked(page, "getDuration") > 11, "the clip")
        at = asked(page, "getCurrentTime")
        for method, value in (
            ("setCurrentTime", "2"), ("setCurrentTime", None), ("setVolume", "loud"), ("constructor", 1),
            ("__proto__", 1), ("toString", 1), ("eval", "1"),
            ("addEventListener", "constructor"), ("removeEventListener", "__proto__"),
        ):  # fmt: skip
            page.evaluate("send", {"method": method, "value": value})
        page.evaluate(
            "for (const odd of ['{', '[]', 'null', '7', {context: 7}])"
            " document.getElementById('player').contentWindow.postMessage(odd, '*')"
        )
        assert asked(page, "getCurrentTime") == at
        assert asked(page, "getVolume") == 100


def test_a_site_that_is_not_named_shows_nothing_and_is_told_nothing(
    browser: Browser, reader: SharedReader, framed: Running, site: Site
) -> None:
    site.src = src(reader, framed)
    context = browser.new_context()  # not page_of: that the policy refuses is what is to be seen
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(f"http://evil.localhost:{site.port}/")
    wait_for(lambda: any("frame-ancestors" in text for text in refused), "the refusal")
    assert player(page).locator("#clip").count() == 0
    page.evaluate("send", {"method": "getCurrentTime", "listener": "x"})
    assert page.evaluate("heard") == []
    context.close()


def test_another_frame_of_a_named_site_s_page_steers_nothing(
    browser: Browser, reader: SharedReader, framed: Running, site: Site
) -> None:
    site.src = src(reader, framed)
    with page_of(browser) as page:
        page.goto(f"http://wiki.localhost:{site.port}/")
        wait_for(lambda: heard(page, "ready"), "ready")
        wait_for(lambda: asked(page, "getDuration") > 11, "the clip")
        at = asked(page, "getCurrentTime")
        message = json.dumps({"context": "player.js", "version": "0.0.11", "method": "setCurrentTime", "value": 9})
        page.evaluate(
            "text => new Promise((done) => { const other = document.createElement('iframe');"
            " other.srcdoc = `<script>parent.frames[0].postMessage(${JSON.stringify(text)}, '*')</` + 'script>';"
            " other.onload = done; document.body.append(other); })",
            message,
        )
        assert asked(page, "getCurrentTime") == at


def test_only_the_player_may_be_framed_and_only_where_sites_are_named(
    reader: SharedReader, framed: Running, site: Site
) -> None:
    embed = src(reader, framed).partition("#")[0].partition(str(framed.port))[2]
    policy = ask(framed, embed).headers
    assert policy["content-security-policy"].endswith(f"frame-ancestors http://wiki.localhost:{site.port}")
    assert "x-frame-options" not in policy
    shared = embed.replace("/embed/", "/s/")
    for path in ("/", "/browse", shared, f"/demo/{reader.demo.demo_id}", f"{shared}/clip.mp4", "/oembed?url=x"):
        assert ask(framed, path).headers["content-security-policy"].endswith("frame-ancestors 'none'"), path
        assert ask(framed, path).headers["x-frame-options"] == "DENY"
    unnamed = ask(reader.running, embed).headers  # a reader without embed_in
    assert unnamed["content-security-policy"].endswith("frame-ancestors 'none'")
    assert unnamed["x-frame-options"] == "DENY"


def test_without_a_code_the_frame_asks_for_the_token_in_a_tab_of_its_own(
    browser: Browser, reader: SharedReader, framed: Running, site: Site
) -> None:
    site.src = f"http://127.0.0.1:{framed.port}/embed/{reader.demo.demo_id}"
    with page_of(browser) as page:
        page.goto(f"http://wiki.localhost:{site.port}/")
        frame = page.frame_locator("#player")
        expect(frame.locator("h1")).to_have_text("This demo asks for its library’s token")
        expect(frame.get_by_role("link")).to_have_attribute("target", "_blank")
        assert "purchase order" not in frame.locator("body").inner_text()


def test_a_revoked_frame_says_so(browser: Browser, reader: SharedReader, framed: Running, site: Site) -> None:
    share = reader.shares.create(reader.demo.demo_id)
    site.src = f"http://127.0.0.1:{framed.port}/embed/{share.demo_id}/{reader.shares.code(share)}"
    reader.shares.revoke(share.share_id)
    with page_of(browser) as page:
        page.goto(f"http://wiki.localhost:{site.port}/")
        expect(page.frame_locator("#player").locator("h1")).to_have_text("This demo is not shared here any more")


def test_its_oembed_answer_is_the_frame(reader: SharedReader, framed: Running) -> None:
    share = reader.shares.create(reader.demo.demo_id, 2)
    url = f"http%3A//127.0.0.1%3A{framed.port}{reader.path(share)}%23step-2"
    facts = json.loads(ask(framed, f"/oembed?url={url}&maxwidth=480").body)
    assert (facts["type"], facts["width"]) == ("video", 480)
    code = reader.shares.code(share)
    assert f'src="http://127.0.0.1:{framed.port}/embed/{share.demo_id}/{code}#step-2"' in facts["html"]
