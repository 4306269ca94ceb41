"""``y`` copies the link that works for whoever gets it, and asks once about the desktop."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from library.model import LibraryError
from library.sharing.qr_code import qr_lines
from tests.tui.conftest import SMALL, Desk, Open
from tui.services.sharing.link_sharing import CopiedLink

URL = "https://howto.example"


@dataclass
class FakeLinks:
    """Links without a library."""

    refuses: bool = False
    offers: bool = False
    shared: list[tuple[str, int]] = field(default_factory=list)
    answers: list[bool] = field(default_factory=list)

    def share(self, demo_id: str, step: int) -> CopiedLink:
        if self.refuses:
            raise LibraryError("Could not write the share link: it may not be written")
        self.shared.append((demo_id, step))
        return CopiedLink(f"{URL}/s/{demo_id}/CODE#step-{step}", "a1b2", "2031-04-17")

    def offers_handler(self) -> bool:
        return self.offers

    def answer(self, *, opens: bool) -> None:
        self.answers.append(opens)
        self.offers = False


async def copied(desk: Desk, links: FakeLinks, *, reader_url: str = "") -> None:
    desk.app.services = replace(desk.app.services, sharing=links, reader_url=reader_url)
    await desk.type("supplier")
    await desk.shows("Click New order")
    await desk.press("tab", "y")


async def test_with_a_reader_it_is_a_link_for_any_browser(open_app: Open) -> None:
    links = FakeLinks()
    async with open_app() as desk:
        await copied(desk, links, reader_url=URL)
        await desk.until(lambda: desk.app.clipboard == f"{URL}/s/d04f0c2a/CODE#step-3", "the link")
        await desk.shows("until 2031-04-17")
        assert links.shared == [("d04f0c2a", 3)]


async def test_where_it_cannot_be_made_nothing_is_copied_and_it_says_why(open_app: Open) -> None:
    async with open_app() as desk:
        await copied(desk, FakeLinks(refuses=True), reader_url=URL)
        await desk.shows("may not be written")
        assert desk.app.clipboard == ""


async def test_without_a_reader_it_opens_in_showhow_and_the_desktop_is_asked_about(open_app: Open) -> None:
    links = FakeLinks(offers=True)
    async with open_app() as desk:
        await copied(desk, links)
        await desk.shows("Open showhow:// links with showhow on this desktop?")
        assert desk.app.clipboard == "showhow://d04f0c2a#3"
        assert "Copied" not in desk.text()
        await desk.press("y")
        await desk.until(lambda: links.answers == [True], "the answer")
        await desk.shows("Copied showhow://")
        desk.app.clear_notifications()
        await desk.press("y")
        await desk.shows("Copied showhow://")
        await desk.hides("Open showhow:// links")
        assert links.answers == [True]


async def test_on_a_demo_a_key_shows_the_links_code_for_a_phone_whole_on_a_small_screen(open_app: Open) -> None:
    links = FakeLinks()
    async with open_app(size=SMALL) as desk:
        desk.app.services = replace(desk.app.services, sharing=links)
        await desk.press("down", "space")
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo")
        await desk.press("Q")
        await desk.shows("Set reader_url")
        desk.app.services = replace(desk.app.services, reader_url=URL)
        await desk.press("Q")
        await desk.until(lambda: desk.screen == "CodeDialog", "the code")
        (demo_id, step), *_ = links.shared
        for line in qr_lines(f"{URL}/s/{demo_id}/CODE#step-{step}"):
            assert line.strip() in desk.text()
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo again")
