"""The link that ``y`` copies works in the reader, is used again, and the desktop is asked about once."""

from __future__ import annotations

from pathlib import Path

from library.connection.library import Library, open_library
from library.links import parse_link
from library.sharing.model import ShareState
from library.sharing.shares import shares_of
from tests.library.factories import demo, put_bundle
from tui.services.remembered import Remembered
from tui.services.sharing.link_handler import LinkHandler
from tui.services.sharing.link_sharing import LibraryLinks


def links(library: Library, folder: Path, days: int = 30) -> LibraryLinks:
    remembered = Remembered(folder)
    return LibraryLinks(
        library,
        "https://howto.example/",
        "Priya",
        days,
        handler=lambda: LinkHandler(folder / "data", folder / "config", Path("/bin/showhow")),
        asked=lambda: remembered.asked_about_links,
        keep_asked=remembered.keep_asked_about_links,
    )


def test_a_copied_link_works_and_is_the_same_the_next_time(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, demo("order-ab12", "Raise an order", "Open it.", "Save it."))
        first, again = links(library, tmp_path).share("order-ab12", 2), links(library, tmp_path).share("order-ab12", 2)
        assert first == again
        assert first.url.startswith("https://howto.example/s/order-ab12/")
        assert parse_link(first.url) == ("order-ab12", 2)
        assert len(first.until) == len("2031-04-17")
        code = first.url.partition("#")[0].rpartition("/")[2]
        assert shares_of(library).check("order-ab12", code).state is ShareState.LIVE
        assert links(library, tmp_path, days=0).share("order-ab12", 2).until == ""


def test_the_desktop_is_asked_about_once_whatever_the_answer(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        one = links(library, tmp_path)
        assert one.offers_handler()
        one.answer(opens=False)
        assert not one.offers_handler()
        assert not (tmp_path / "data").exists()
        fresh = links(library, tmp_path / "other")
        fresh.answer(opens=True)
        assert (tmp_path / "other/data/applications/showhow-links.desktop").exists()
        assert not links(library, tmp_path / "other").offers_handler()
