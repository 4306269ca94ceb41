"""Share links in the reader: one demo without the token, nothing else, and a plain word when they end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from msgspec.structs import replace

from library.connection.library import open_library
from library.learning.notes.model import NoteKind
from library.learning.opening import open_learning
from library.maintenance.revisions import remove_demo
from library.sharing.code import LENGTH
from library.sharing.model import Share
from library.sharing.shares import shares_of
from library.sharing.shelf import FOLDER
from library.web.server import ServeOptions
from tests.library.factories import demo, put_bundle
from tests.library.web.sharing.conftest import HOSTILE, TOKEN, SharedReader
from tests.support.web_library import Answer, ask, served

HTML = {"Accept": "text/html"}
FORM = {"Content_Type": "application/x-www-form-urlencoded", "Sec_Fetch_Site": "same-origin"}


def cookie(reader: SharedReader) -> dict[str, str]:
    return {"Cookie": f"showhow_token_{reader.running.port}={TOKEN}"}


@pytest.fixture
def share(reader: SharedReader) -> Iterator[Share]:
    made = reader.shares.create(reader.demo.demo_id, 3, by="Priya")
    yield made
    reader.shares.revoke(made.share_id)


def test_a_link_opens_its_demo_without_the_token_and_gives_none(reader: SharedReader, share: Share) -> None:
    page = ask(reader.running, reader.path(share), **HTML)
    assert page.status == 200
    assert "Raise a purchase order" in page.text
    assert "set-cookie" not in page.headers
    assert TOKEN not in page.text
    assert not re.search(r'[\w-]+="(?:http://[^/]+)?/(?:demo|browse|notes|needs)', page.text)
    files = set(re.findall(r'(?:href|src|srcset|poster|data-whole)="(/s/[^"#]+)"', page.text))
    files |= set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert {ask(reader.running, file.replace("&amp;", "&")).status for file in files} == {200}
    kinds = {ask(reader.running, file.replace("&amp;", "&")).headers["content-type"] for file in files}
    assert kinds >= {"video/mp4", "image/webp", "text/vtt; charset=utf-8", "text/html; charset=utf-8"}


def test_what_colleagues_say_of_a_demo_is_not_shared(reader: SharedReader, share: Share) -> None:
    open_learning(reader.library).notes.add(reader.demo.demo_id, NoteKind.COMMENT, step=3, text="Ask Tom in accounts")
    own = ask(reader.running, f"/demo/{reader.demo.demo_id}", **HTML, **cookie(reader)).text
    assert "Ask Tom in accounts" in own
    for path in (reader.path(share), reader.path(share).replace("/s/", "/embed/")):
        shared = ask(reader.running, path, **HTML).text
        assert "Type the supplier" in shared
        assert "Ask Tom in accounts" not in shared
        assert "<form" not in shared


def test_every_file_below_a_link_is_that_demo_s_own(reader: SharedReader, share: Share) -> None:
    path, own = reader.path(share), f"/demo/{reader.demo.demo_id}"
    for file in ("clip.mp4", "sound.m4a", "captions.vtt", "steps/2.webp"):
        there, here = ask(reader.running, f"{path}/{file}"), ask(reader.running, f"{own}/{file}", **cookie(reader))
        assert (there.status, there.body) == (200, here.body), file
        assert ask(reader.running, f"{own}/{file}").status == 401
    part = ask(reader.running, f"{path}/clip.mp4", Range="bytes=0-99")
    assert (part.status, len(part.body)) == (206, 100)


def test_a_link_opens_no_other_demo_and_nothing_else(reader: SharedReader, share: Share) -> None:
    code, other = reader.shares.code(share), reader.other.demo_id
    for path in (f"/s/{other}/{code}", f"/s/{other}/{code}/clip.mp4", f"/embed/{other}/{code}"):
        assert ask(reader.running, path, **HTML).status in {404, 410}, path
        assert ask(reader.running, path, **HTML).status == 404 or path.startswith("/embed/")
    mine = reader.path(share)
    for path in (
        f"{mine}/../../../demo/{other}", f"{mine}/..%2f..%2f..%2fdemo%2f{other}%2fclip.mp4", f"{mine}/related",
        f"{mine}/export/html", f"/s/{quote('../demo')}/{other}/clip.mp4", f"{mine}/steps/../../{other}/clip.mp4",
        f"{mine}/%2e%2e/clip.mp4", f"{mine}/steps/99.webp", f"{mine}//clip.mp4", "/s/", "/s", "/s//",
    ):  # fmt: skip
        answer = ask(reader.running, path, **HTML)
        assert answer.status in {401, 404}, (path, answer.status)
        assert HOSTILE not in answer.text
    for path in (f"{mine}/related", f"/s/{other}/{code}/clip.mp4", f"/oembed?url=http://127.0.0.1/demo/{other}"):
        assert 'class="home"' not in ask(reader.running, path, **HTML).text, "the library's name"
    for path in ("/", "/browse", f"/demo/{other}", f"/demo/{reader.demo.demo_id}/clip.mp4", f"/embed/{other}"):
        assert ask(reader.running, path, Referer=mine).status == 401, path


def test_a_link_with_another_letter_or_another_machine_s_key_is_none(
    reader: SharedReader, share: Share, tmp_path: Path
) -> None:
    path = reader.path(share)
    changed = path[:-1] + ("A" if path[-1] != "A" else "B")
    with open_library(tmp_path / "elsewhere") as elsewhere:
        foreign = shares_of(elsewhere)
        signed = f"/s/{share.demo_id}/{foreign.code(foreign.create(share.demo_id))}"
    for odd in (changed, signed, f"/s/{share.demo_id}/{'A' * LENGTH}", f"/s/{share.demo_id}/%00{'A' * 39}"):
        answer = ask(reader.running, odd, **HTML)
        assert answer.status == 404
        assert "This link does not lead anywhere" in answer.text
        assert "purchase" not in answer.text.replace(share.demo_id, "")


def expired(reader: SharedReader) -> str:
    """The path of a link that worked until yesterday."""
    shares = reader.shares
    was, shares._now_ms = shares._now_ms, lambda: was() - 3 * 86_400_000  # made three days ago
    try:
        made = shares.create(reader.demo.demo_id, by="Priya", days=2)
    finally:
        shares._now_ms = was
    return reader.path(made)


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_link_that_ended_says_so_and_a_new_one_can_be_asked_for(reader: SharedReader, how: str) -> None:
    if how == "revoked":
        made = reader.shares.create(reader.demo.demo_id, by="Priya")
        reader.shares.revoke(made.share_id)
        path = reader.path(made)
    else:
        path = expired(reader)
    page = ask(reader.running, path, **HTML)
    assert page.status == 410
    assert ("This link has expired" if how == "expired" else "This link was taken back") in page.text
    assert "Priya shared it." in page.text
    assert "Raise a purchase order" not in page.text
    assert ask(reader.running, f"{path}/clip.mp4").status == 410
    code = path.rpartition("/")[2]
    assert f'name="code" value="{code}"' in page.text
    for _ in range(2):
        answer = posted(reader, reader.demo.demo_id, code)
        assert answer.status == 200
        assert "A new one is asked for." in answer.text
    assert "Ask for a new link" not in ask(reader.running, path, **HTML).text
    assert [bool(one.asked_unix_ms) for one in reader.shares.all() if reader.shares.code(one) == code] == [True]


def posted(reader: SharedReader, demo_id: str, code: str, **headers: str) -> Answer:
    body = urlencode({"demo": demo_id, "code": code}).encode()
    own = {"Origin": f"http://127.0.0.1:{reader.running.port}"}
    return ask(reader.running, "/s/ask", "POST", body=body, **(FORM | own | headers))


def test_nothing_is_asked_for_from_another_site_or_for_what_works(reader: SharedReader, share: Share) -> None:
    code = reader.shares.code(share)
    assert posted(reader, share.demo_id, code).headers["location"] == f"/s/{share.demo_id}/{code}"
    evil = {"Origin": "http://evil.example", "Sec_Fetch_Site": "cross-site"}
    assert posted(reader, share.demo_id, code, **evil).status == 403
    assert posted(reader, share.demo_id, "A" * LENGTH).status == 404
    assert posted(reader, '"><script>', "x").status == 404
    assert ask(
        reader.running, "/s/ask", "POST", body=b"x" * 5_000, Origin=f"http://127.0.0.1:{reader.running.port}", **FORM
    ).status in {400, 413}
    assert not [one for one in reader.shares.all() if one.share_id == share.share_id and one.asked_unix_ms]


def test_a_reader_that_is_only_read_names_whom_to_ask(reader: SharedReader) -> None:
    path = expired(reader)
    with served(reader.library, ServeOptions(port=0, token=TOKEN, read_only=True)) as running:
        page = ask(running, path, **HTML)
        assert "Ask Priya for a new one." in page.text
        assert "<form" not in page.text
        assert ask(running, "/s/ask", "POST", body=b"demo=x", **FORM).status == 405


def test_titles_full_of_html_stay_text_and_the_facts_can_be_read(reader: SharedReader) -> None:
    made = reader.shares.create(reader.other.demo_id, 2, by=HOSTILE)
    page = ask(reader.running, reader.path(made), **HTML).text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[0])
    assert data["name"] == HOSTILE
    assert len(data["hasPart"]) == 2
    reader.shares.revoke(made.share_id)
    assert "<img src=x" not in ask(reader.running, reader.path(made), **HTML).text


def test_a_preview_has_absolute_addresses_that_need_no_token(reader: SharedReader, share: Share) -> None:
    page = ask(reader.running, reader.path(share), **HTML).text
    found = dict(re.findall(r'<meta property="([\w:]+)" content="([^"]*)">', page))
    assert found["og:title"].startswith("3. Type the supplier")
    base = f"http://127.0.0.1:{reader.running.port}"
    assert found["og:url"] == f"{base}{reader.path(share)}#step-3"
    picture = ask(reader.running, found["og:image"].removeprefix(base).replace("&amp;", "&"))
    assert (picture.status, picture.headers["content-type"], picture.body[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    clip = ask(reader.running, found["og:video"].removeprefix(base).replace("&amp;", "&"), Range="bytes=4-7")
    assert clip.body == b"ftyp"


def test_an_oembed_answer_is_given_for_what_the_asker_may_see(reader: SharedReader, share: Share) -> None:
    base = f"http://127.0.0.1:{reader.running.port}"

    def oembed(url: str, more: str = "", **headers: str) -> Answer:
        return ask(reader.running, f"/oembed?url={quote(url, safe='')}{more}", **headers)

    shared = oembed(f"{base}{reader.path(share)}#step-3", "&format=json&maxwidth=640")
    facts = json.loads(shared.body)
    assert (shared.status, facts["version"], facts["title"]) == (200, "1.0", "Raise a purchase order")
    assert facts["author_name"] == "Priya"
    page = f"{base}/demo/{reader.demo.demo_id}"
    assert oembed(page).status == 401
    assert json.loads(oembed(page, **cookie(reader)).body)["title"] == "Raise a purchase order"
    assert oembed(f"{base}{reader.path(share)}", "&format=xml").status == 501
    for odd in (
        "http://evil.example/demo/x", f"http://evil.example{reader.path(share)}", "http://[", "", "javascript:alert(1)",
        f"{base}/browse", f"{base}/demo/none-ab12", f"{base}/demo/../../etc", f"ftp://127.0.0.1{reader.path(share)}",
    ):  # fmt: skip
        assert oembed(odd, **cookie(reader)).status == 404, odd
    reader.shares.revoke(share.share_id)
    assert oembed(f"{base}{reader.path(share)}").status == 404


def test_behind_a_proxy_the_addresses_are_the_public_ones(reader: SharedReader, share: Share) -> None:
    from library.web.sharing.options import SharingOptions

    public = SharingOptions(public_url="https://howto.example/")
    with served(reader.library, ServeOptions(port=0, token=TOKEN, sharing=public)) as running:
        page = ask(running, reader.path(share), **HTML).text
        assert f'content="https://howto.example{reader.path(share)}#step-3"' in page
        url = quote(f"https://howto.example{reader.path(share)}", safe="")
        assert ask(running, f"/oembed?url={url}").status == 200


def test_a_removed_demo_s_link_leads_nowhere_and_an_edited_one_s_to_its_newest_version(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put = put_bundle(library.demos, demo("order-ab12", "Raise an order", "Open the menu."))
        library.refresh()
        shares = shares_of(library)
        path = f"/s/order-ab12/{shares.code(shares.create('order-ab12'))}"
        with served(library, ServeOptions(port=0, token=TOKEN)) as running:
            put_bundle(library.demos, replace(put, title="Raise a purchase order", version=2, files={}))
            library.refresh()
            assert "Raise a purchase order" in ask(running, path, **HTML).text
            remove_demo(library, "order-ab12")
            gone = ask(running, path, **HTML)
            assert (gone.status, "This link does not lead anywhere" in gone.text) == (404, True)
            assert ask(running, f"{path}/clip.mp4").status == 404


def test_a_shelf_that_cannot_be_read_is_told_and_opens_nothing(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, demo("order-ab12", "Raise an order", "Open the menu."))
        library.refresh()
        shares = shares_of(library)
        path = f"/s/order-ab12/{shares.code(shares.create('order-ab12'))}"
        with served(library, ServeOptions(port=0, token=TOKEN)) as running:
            (tmp_path / "library" / FOLDER).rename(tmp_path / "away")
            assert ask(running, path, **HTML).status == 404
