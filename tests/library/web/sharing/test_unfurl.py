"""What chats and search engines read of a demo: escaped, absolute, and with a clip for each step."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from library.model import ClipFacts, LibraryError
from library.web.sharing.addresses import FILES, DemoAddresses
from library.web.sharing.options import checked_origins, frame_ancestors
from library.web.sharing.unfurl import BAR, frame_code, frame_size, oembed_document, unfurl
from tests.library.factories import demo as record

HOSTILE = '</script><script>alert(1)</script>" onload="x'
BASE = "https://howto.example"


def hostile(title: str = HOSTILE):  # type: ignore[no-untyped-def]  # a Demo
    made = record("order-ab12", title, "Open the menu.", "Save it.", titles=[HOSTILE, "Save"], author=HOSTILE)
    steps = tuple(replace(step, still=f"steps/{step.number}.webp") for step in made.steps)
    return replace(made, steps=steps, clip=ClipFacts(duration_ms=64_500, width=1920, height=1080))


def test_the_json_ld_has_a_clip_for_each_step_with_its_moment() -> None:
    one = hostile("Raise an order")
    data = unfurl(one, DemoAddresses(BASE, one.demo_id), "How-tos", "1. Open").data
    assert (data["@type"], data["name"], data["duration"]) == ("VideoObject", "Raise an order", "PT1M4.5S")
    assert data["contentUrl"].startswith(f"{BASE}/demo/order-ab12/clip.mp4")
    assert [(part["@type"], part["startOffset"]) for part in data["hasPart"]] == [
        ("Clip", step.start_ms / 1000) for step in one.steps
    ]
    assert data["hasPart"][1]["url"] == f"{BASE}/demo/order-ab12?at={one.steps[1].start_ms}#step-2"
    assert data["hasPart"][0]["name"] == HOSTILE  # the template escapes


def test_below_a_share_link_every_address_is_below_it() -> None:
    one, at = hostile(), DemoAddresses(BASE, "order-ab12", "C" * 40)
    shown = unfurl(one, at, "How-tos", "1. Open", step=2)
    text = json.dumps([shown.page, shown.image, shown.clip, shown.data])
    assert "/demo/" not in text
    assert shown.image == f"{BASE}/s/order-ab12/{'C' * 40}/preview/2.jpg?v=1"
    assert shown.title.startswith("2. Save · ")
    assert at.moved("/demo/order-ab12/steps/1.webp?v=1") == f"/s/order-ab12/{'C' * 40}/steps/1.webp?v=1"
    for other in ("/demo/order-ab123/clip.mp4", "/demo/other/clip.mp4", "/browse", "data:image/webp;base64,xx"):
        assert at.moved(other) == other


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_title_full_of_html_stays_text_in_the_code_of_a_frame() -> None:
    parser = _Tags()
    parser.feed(frame_code(f"{BASE}/embed/order-ab12#step-2", HOSTILE))
    ((tag, attributes),) = parser.found
    assert (tag, attributes["title"], attributes["src"]) == ("iframe", HOSTILE, f"{BASE}/embed/order-ab12#step-2")
    assert "onload" not in attributes


@pytest.mark.parametrize("limits", [(0, 0), (640, 0), (0, 300), (320, 240), (100, 100), (99_999, 99_999)])
def test_an_embedded_player_is_no_larger_than_asked_and_keeps_its_shape(limits: tuple[int, int]) -> None:
    width, height = frame_size(hostile(), *limits)
    assert width <= (limits[0] or width)
    assert height <= (limits[1] or height)
    if min(limits[0] or 999, limits[1] or 999) > 200:
        assert width / (height - BAR) == pytest.approx(16 / 9, rel=0.02)


def test_without_a_site_that_may_show_it_a_preview_is_a_link() -> None:
    one, at = hostile(), DemoAddresses(BASE, "order-ab12")
    assert "html" not in oembed_document(one, at, "How-tos", 0, framed=False)
    assert oembed_document(one, at, "How-tos", 0, framed=False)["type"] == "link"
    video = oembed_document(one, at, "How-tos", 2, framed=True)
    assert re.search(r'src="([^"]+)"', unescape(video["html"])[:200])[1].endswith("/embed/order-ab12#step-2")  # type: ignore[index]  # found


@pytest.mark.parametrize(
    "hostile_origin",
    [
        "*", "https://*", "http:", "https:", "https://a b", "https://x; script-src *", "https://x' 'unsafe-inline",
        "https://x\r\nSet-Cookie: a=b", "https://x/path", "https://user@x", "javascript://x", "data:", "null", "",
        "https://x,https://y", "https://*.*.x", "file:///x", "https://x:999999", "https://-x", "https://x..y",
    ],
)  # fmt: skip
def test_what_is_no_origin_gets_into_no_header(hostile_origin: str) -> None:
    with pytest.raises(LibraryError, match="is no address of a site"):
        checked_origins([hostile_origin])


def test_origins_are_kept_as_browsers_write_them() -> None:
    given = ["https://Wiki.Example/", "https://wiki.example:443", "http://10.0.0.7:8080", "https://*.school.example"]
    kept = checked_origins(given)
    assert kept == ("https://wiki.example", "http://10.0.0.7:8080", "https://*.school.example")
    assert frame_ancestors(kept) == "https://wiki.example http://10.0.0.7:8080 https://*.school.example"
    assert frame_ancestors(()) == "'none'"


@pytest.mark.parametrize(
    "file", ["clip.mp4", "sound.m4a", "captions.vtt", "steps/12.webp", "preview/3.jpg", "download"]
)
def test_the_media_of_a_demo_lie_below_its_link(file: str) -> None:
    assert FILES.fullmatch(file)


@pytest.mark.parametrize(
    "file",
    ["", "related", "export/pdf", "../other/clip.mp4", "steps/../clip.mp4", "a/b/c.mp4", "notes", "x.md", "clip.mp4/"],
)
def test_nothing_else_does(file: str) -> None:
    assert not FILES.fullmatch(file)
