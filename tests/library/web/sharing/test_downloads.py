"""Files of a demo to keep: named by its title, with title and author inside, in every format that is offered."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from threading import Event

import av
import pytest
from msgspec.structs import replace

from library.connection.library import open_library
from library.export.exporter import FORMS
from library.export.web_exports import WebExports
from library.model import Demo, LibraryError
from library.text import file_title
from library.web.blocking_pool import PoolOptions
from library.web.server import ServeOptions
from library.web.sharing import downloads
from library.web.sharing.downloads import disposition
from library.web.sharing.options import SharingOptions
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.library.web.sharing.conftest import SharedReader
from tests.support.desktop import wait_for
from tests.support.web_library import Answer, ask, served

EXPORTING = ServeOptions(port=0, sharing=SharingOptions(exports=WebExports()))


def name_of(answer: Answer) -> str:
    found = re.search(r'filename="([^"]*)"', answer.headers["content-disposition"])
    assert found
    return found[1]


def test_a_clip_is_named_by_its_title_and_says_who_made_it(reader: SharedReader, tmp_path: Path) -> None:
    share = reader.shares.create(reader.demo.demo_id)
    answer = ask(reader.running, f"{reader.path(share)}/download")
    assert (answer.status, answer.headers["content-type"]) == (200, "video/mp4")
    assert name_of(answer) == "Raise a purchase order.mp4"
    (tmp_path / "clip.mp4").write_bytes(answer.body)
    with av.open(str(tmp_path / "clip.mp4")) as file:
        assert (file.metadata["title"], file.metadata["artist"]) == ("Raise a purchase order", "Priya")
        assert [one["metadata"]["title"] for one in file.chapters()][2] == "3. Type the supplier."
        assert sum(1 for packet in file.demux(video=0) if packet.size) > 40
    assert "attachment" not in ask(reader.running, f"{reader.path(share)}/clip.mp4").headers.get(
        "content-disposition", ""
    )


def test_a_clip_that_cannot_be_read_is_told_in_one_line(reader: SharedReader) -> None:
    share = reader.shares.create(reader.other.demo_id)
    answer = ask(reader.running, f"{reader.path(share)}/download")
    assert answer.status == 503
    assert "cannot be given out so" in answer.text
    assert str(reader.library.folder) not in answer.text


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Raise an order", "Raise an order.mp4"),
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j.mp4"),
        ("Größe ändern", "Gre ndern.mp4"),
        ("注文する", "demo.mp4"),
        ("../../etc/passwd", "etc passwd.mp4"),
        ("x\r\nSet-Cookie: a=b", "x Set-Cookie a=b.mp4"),
        ("NUL", "NUL-.mp4"),
        ("   ...  ", "demo.mp4"),
        ("100 % done", "100  done.mp4"),
    ],
)
def test_any_title_makes_a_name_of_a_file(title: str, plain: str) -> None:
    header = disposition(title, ".mp4")
    assert re.search(r'filename="([^"]*)"', header)[1] == plain  # type: ignore[index]  # found
    assert header.isascii()
    assert not set(header) & set("\r\n")
    assert not set(file_title(title)) & set('/\\:*?"<>|')


def test_every_format_that_is_offered_can_be_had(reader: SharedReader) -> None:
    offered = {form.name for form in FORMS.values() if not form.of_a_step and form.ending != "mp4"}
    with served(reader.library, EXPORTING) as running:
        page = ask(running, f"/demo/{reader.demo.demo_id}").text
        links = set(re.findall(rf'href="(/demo/{reader.demo.demo_id}/export/[\w-]+)"', page))
        assert {link.rpartition("/")[2] for link in links} == offered
        for link in sorted(links):
            answer = ask(running, link)
            assert answer.status == 200, link
            assert name_of(answer).startswith("Raise a purchase order."), link
            assert answer.body, link
        packed = ask(running, f"/demo/{reader.demo.demo_id}/export/markdown")
        names = zipfile.ZipFile(BytesIO(packed.body)).namelist()
        assert [name for name in names if name.endswith(".md")]
        assert len([name for name in names if name.endswith((".webp", ".png"))]) == 4
        for odd in ("gif", "nothing", "..", "%2e%2e%2fx"):
            assert ask(running, f"/demo/{reader.demo.demo_id}/export/{odd}").status == 404, odd


def test_no_format_is_offered_that_has_nothing_of_the_demo(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, record("silent-ab12", "Without a word"))
        put_bundle(library.demos, record("spoken-cd34", "With words", "Open the menu."))
        library.refresh()
        with served(library, EXPORTING) as running:
            links = {
                name: set(re.findall(r'/export/([\w-]+)"', ask(running, f"/demo/{name}").text))
                for name in ("silent-ab12", "spoken-cd34")
            }
            assert links["spoken-cd34"] - links["silent-ab12"] == {"srt", "vtt"}
            assert "pdf" in links["silent-ab12"]
            assert "audio" not in links["spoken-cd34"]  # its clip has no sound
            assert ask(running, "/demo/silent-ab12/export/audio").status == 404


def test_an_edited_demo_is_made_anew_and_one_without_its_clip_is_not_there(tmp_path: Path) -> None:
    written: list[int] = []

    class Counting(WebExports):
        def write(self, demo: Demo, name: str, folder: Path) -> Path:
            written.append(demo.version)
            return super().write(demo, name, folder)

    with open_library(tmp_path / "library") as library:
        put = put_bundle(library.demos, record("order-ab12", "Raise an order", "Open the menu."))
        library.refresh()
        options = ServeOptions(port=0, sharing=SharingOptions(exports=Counting()))
        with served(library, options) as running:
            path = "/demo/order-ab12/export/srt"
            assert ask(running, path).body == ask(running, path).body
            assert written == [1]
            edited = put_bundle(library.demos, replace(put, version=2, files={}))
            library.refresh()
            assert ask(running, path).status == 200
            assert written == [1, 2]
            (edited.path / "clip.mp4").unlink()
            assert ask(running, "/demo/order-ab12/download").status == 404


def test_what_was_made_takes_no_more_room_than_it_may(reader: SharedReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_KEPT_BYTES", 1)
    with served(reader.library, EXPORTING) as running:
        path = f"/demo/{reader.demo.demo_id}"
        for file in ("download", "export/srt", "export/vtt", "download", "export/srt"):
            assert ask(running, f"{path}/{file}").status == 200
            assert len(list(running._scratch.glob("made-*"))) == 1


class Slow(WebExports):
    """Exports that take until ``held`` is set; the first ``failing`` of them fail then."""

    def __init__(self, failing: int) -> None:
        super().__init__()
        self.begun, self.held, self.failing, self.times = Event(), Event(), failing, 0

    def write(self, demo: Demo, name: str, folder: Path) -> Path:
        self.times += 1
        time = self.times
        (folder / "half.tmp").write_text("half of it")
        self.begun.set()
        self.held.wait(60)
        (folder / "half.tmp").unlink()  # fails if somebody removed it meanwhile
        if time <= self.failing:
            raise LibraryError("That failed", "Try again.")
        return super().write(demo, name, folder)


@pytest.mark.parametrize("failing", [0, 1])
def test_who_asks_again_for_a_slow_export_gets_the_one_that_is_being_made(reader: SharedReader, failing: int) -> None:
    exports = Slow(failing)
    options = ServeOptions(port=0, media=PoolOptions(patience_s=0.3), sharing=SharingOptions(exports=exports))
    path = f"/demo/{reader.demo.demo_id}/export/srt"
    with served(reader.library, options) as running:
        try:
            wait_for(lambda: ask(running, path).status == 503 and exports.begun.is_set(), "the export to begin")
            assert [ask(running, path).status for _ in range(3)] == [503, 503, 503]
            assert exports.times == 1
        finally:
            exports.held.set()
        wait_for(lambda: ask(running, path).status == 200, "the export")
        assert "Open the finance menu." in ask(running, path).text
        assert exports.times == 1 + failing


def test_without_exports_and_below_a_link_none_is_offered(reader: SharedReader) -> None:
    share = reader.shares.create(reader.demo.demo_id)
    with served(reader.library, EXPORTING) as running:
        assert "/export/" not in ask(running, reader.path(share)).text
        assert ask(running, f"{reader.path(share)}/export/html").status == 404
    assert "/export/" not in ask(reader.running, reader.path(share)).text
