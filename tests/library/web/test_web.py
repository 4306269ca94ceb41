"""The web reader over HTTP: what it shows, what it refuses, and that nothing of others becomes markup or a path."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection.library import open_library
from library.meaning.sentence_models import WantedModel
from library.model import Demo, LibraryError
from library.web.server import Running, ServeOptions
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.desktop import wait_for
from tests.support.sentence_model import made_sentence_model
from tests.support.web_library import Answer, ask, reading, served

EVERYWHERE = ServeOptions(host="0.0.0.0", port=0)  # noqa: S104  the very thing that is tested
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, list[Demo]]]:
    with reading(tmp_path_factory.mktemp("reader"), "Raise a purchase order", "Approve leave") as found:
        yield found


def test_search_finds_a_step_and_leads_to_its_moment(shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    page = ask(running, "/?q=new+ord").text
    step = demos[0].steps[1]
    moment = re.search(rf'/demo/{demos[0].demo_id}\?at=(\d+)#step-2"', page)
    assert moment is not None
    assert step.start_ms <= int(moment[1]) < step.end_ms
    assert "<mark>new</mark> <mark>order</mark>" in page
    part = ask(running, "/?q=new+ord&part=results").text
    assert "<html" not in part
    assert f"/demo/{demos[0].demo_id}?at=" in part


def test_nothing_found_says_so_and_offers_the_nearest_spelling(shelf: tuple[Running, list[Demo]]) -> None:
    assert "Nothing found" in ask(shelf[0], "/?q=zzzz").text
    assert 'href="/?q=supplier"' in ask(shelf[0], "/?q=suplier").text


def test_answers_that_lack_words_stand_below_a_line_that_says_so(shelf: tuple[Running, list[Demo]]) -> None:
    page = ask(shelf[0], "/?q=raise+purchase+order+zxqvb").text
    assert page.index("None has all your words") < page.index("<h2>")
    assert "None has all your words" not in ask(shelf[0], "/?q=new+order").text


def test_while_keys_come_words_are_searched_and_when_they_rest_meaning_too(tmp_path: Path) -> None:
    model = WantedModel(made_sentence_model(tmp_path / "models"))
    with open_library(tmp_path / "library", sentences=model) as library:
        leave = put_bundle(library.demos, record("leave-1", "Book leave", "Open the calendar", "Send the request"))
        library.catalog.insert(leave)
        with served(library) as running:
            wait_for(lambda: library.meaning.nearest("holiday", 1)[0], "the vectors, which the reader makes")
            assert "Nothing found" in ask(running, "/?q=holiday&part=typing").text
            for path in ("/?q=holiday&part=results", "/?q=holiday"):
                page = ask(running, path).text
                assert "Book leave" in page
                assert "means the same" in page


def test_a_demo_page_has_every_step_its_still_and_all_that_was_said(shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    page = ask(running, f"/demo/{demos[0].demo_id}").text
    for step in demos[0].steps:
        assert f'id="step-{step.number}"' in page
        still = ask(running, f"/demo/{demos[0].demo_id}/steps/{step.number}.webp")
        assert (still.status, still.headers["content-type"]) == (200, "image/webp")
    assert all(f">{word.text.strip()}</span>" in page for word in demos[0].words)
    assert 'property="og:title" content="Raise a purchase order"' in page


def test_what_is_past_its_review_date_says_so_where_it_is_found_and_on_its_page(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        old = put_bundle(library.demos, replace(record("old-1", "Open the menu"), review_unix_ms=1_000))
        new = put_bundle(library.demos, record("new-1", "Open the door"))
        for one in (old, new):
            library.catalog.insert(one)
        with served(library) as running:
            for query in ("", "open"):
                by_demo = ask(running, f"/?q={query}").text.split("<h2>")[1:]
                assert len(by_demo) == 2
                assert [("due for review" in part) for part in by_demo] == ["Open the menu" in part for part in by_demo]
            assert "It may be out of date" in ask(running, "/demo/old-1").text
            assert "It may be out of date" not in ask(running, "/demo/new-1").text


def test_the_beginning_of_an_id_leads_to_the_demo(shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    answer = ask(running, f"/demo/{demos[0].demo_id[:8]}")
    assert (answer.status, answer.headers["location"]) == (303, f"/demo/{demos[0].demo_id}")


def test_the_clip_comes_by_ranges_and_absurd_ones_are_refused(shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    address = f"/demo/{demos[0].demo_id}/clip.mp4"
    whole = (demos[0].path / "clip.mp4").read_bytes()
    assert ask(running, address).body == whole
    part = ask(running, address, Range="bytes=100-199")
    assert (part.status, part.body) == (206, whole[100:200])
    assert ask(running, address, Range="bytes=-10").body == whole[-10:]
    for absurd in ("bytes=9999999999-", "bytes=5-1", "bytes=abc", "bytes=", "lines=1-2", "bytes=" + "0-1," * 900):
        answer = ask(running, address, Range=absurd)
        assert answer.status in {200, 206, 400, 416}
        assert len(answer.body) <= len(whole) * 2
    assert ask(running, "/").status == 200


def test_the_sound_comes_alone_and_is_the_clip_s_own(shelf: tuple[Running, list[Demo]], tmp_path: Path) -> None:
    from capture.video.media_info import probe
    from tests.support.whole_sound import read_sound

    running, demos = shelf
    (tmp_path / "sound.m4a").write_bytes(ask(running, f"/demo/{demos[0].demo_id}/sound.m4a").body)
    facts = probe(tmp_path / "sound.m4a")
    assert (facts.has_sound, facts.has_video) == (True, False)
    clip, alone = read_sound(demos[0].path / "clip.mp4"), read_sound(tmp_path / "sound.m4a")
    assert abs(len(clip) - len(alone)) < 16_000 // 10
    assert abs(clip[16_000:32_000] - alone[16_000:32_000]).max() < 0.01


def test_captions_parse_and_say_what_was_said(shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    captions = ask(running, f"/demo/{demos[0].demo_id}/captions.vtt")
    assert captions.headers["content-type"].startswith("text/vtt")
    assert captions.text.startswith("WEBVTT")
    assert "new order" in captions.text


@pytest.mark.parametrize(
    "path",
    [
        "/demo/../../etc/passwd",
        "/demo/..%2f..%2fetc%2fpasswd",
        "/static/..%2fapp.py",
        "/static/app.py",
        "/static/../app.py",
        "/demo/%00/clip.mp4",
        "/demo/x/steps/../../demo.json",
        "/demo/x/steps/-1.webp",
        "/demo/x/steps/99999999999999999999999.webp",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
    ],
)
def test_no_address_leaves_its_place(shelf: tuple[Running, list[Demo]], path: str) -> None:
    answer = ask(shelf[0], path)
    assert answer.status == 404
    assert b"root:" not in answer.body
    assert b"import" not in answer.body


def test_texts_of_others_never_become_markup(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(
            library.demos, record("hostile-ab12", HOSTILE, HOSTILE, titles=[HOSTILE], tags=[HOSTILE], author=HOSTILE)
        )
        library.refresh()
        with served(library) as running:
            pages = [
                ask(running, path).text for path in ("/", "/?q=script", "/demo/hostile-ab12", "/?q=%3Cscript%3Ealert")
            ]
            captions = ask(running, "/demo/hostile-ab12/captions.vtt").text
    for page in pages:
        assert "alert(1)" in page or "alert" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "<script" not in captions


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    for path in ("/", f"/demo/{demos[0].demo_id}", f"/demo/{demos[0].demo_id}/clip.mp4", "/nothing"):
        headers = ask(running, path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


def test_another_name_another_method_and_another_site_s_posting_are_refused(shelf: tuple[Running, list[Demo]]) -> None:
    running, _ = shelf
    assert ask(running, "/", Host="evil.example").status == 421
    assert ask(running, "/", Host=f"localhost:{running.port}").status == 200
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert ask(running, "/", method).status == 405


def test_a_demo_that_was_removed_says_so_and_the_rest_still_answers(shelf: tuple[Running, list[Demo]]) -> None:
    running, _ = shelf
    gone = ask(running, "/demo/not-there-9999")
    assert gone.status == 404
    assert "may have been removed" in gone.text


def test_a_missing_clip_or_still_leaves_a_page_that_reads(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put = put_bundle(library.demos, record("lost-clip-ab12", "Lost clip", "Open the menu.", "Save the file."))
        (put.path / "clip.mp4").unlink()
        (put.path / put.steps[0].still).unlink()
        library.refresh()
        with served(library) as running:
            page = ask(running, "/demo/lost-clip-ab12")
            assert page.status == 200
            assert "Save the file." in page.text
            assert "steps/1.webp" not in page.text
            assert ask(running, "/demo/lost-clip-ab12/clip.mp4").status == 404


def test_elsewhere_it_asks_for_a_token_and_the_link_that_was_printed_opens_it(tmp_path: Path) -> None:
    with (
        open_library(tmp_path / "library") as library,
        served(library, EVERYWHERE) as running,
    ):
        assert len(running.token) >= 20
        assert running.url.endswith(f"/?token={running.token}")
        assert ask(running, "/").status == 401
        assert ask(running, "/?token=wrong").status == 401
        opened: Answer = ask(running, f"/?q=x&token={running.token}")
        assert (opened.status, opened.headers["location"]) == (303, "/?q=x")
        cookie = opened.headers["set-cookie"]
        assert "httponly" in cookie.lower()
        assert ask(running, "/", Cookie=cookie.partition(";")[0]).status == 200
        away = ask(running, f"//evil.example/?token={running.token}")
        assert not away.headers.get("location", "/").startswith("//")


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with (
        open_library(tmp_path / "library") as library,
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(LibraryError, match=r"Port \d+ is in use"),
    ):
        Running(library, ServeOptions(port=taken.getsockname()[1]))


def test_slow_and_silent_clients_are_let_go_and_others_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("library.web.server._HEAD_TIMEOUT_S", 0.3)
    with open_library(tmp_path / "library") as library, served(library) as running:
        slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(40)]
        for one in slow[::2]:
            one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert ask(running, "/").status == 200
        for one in slow:
            one.settimeout(20)
            assert one.recv(1) == b""
            one.close()


def test_the_steps_are_a_chapters_track_of_the_clip(shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    page = ask(running, f"/demo/{demos[0].demo_id}").text
    address = re.search(r'<track kind="chapters" src="([^"]+)"', page)
    assert address is not None
    track = ask(running, address[1])
    assert track.headers["content-type"].startswith("text/vtt")
    assert [line[3:] for line in track.text.splitlines() if re.match(r"\d\. ", line)] == [
        step.title for step in demos[0].steps
    ]
