"""A filed demo is put right in review, from the library list and from its screen, and filed as its next version."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.file_lock import FileLock
from library.connection.library import open_library
from library.maintenance.edit import EditClash
from library.model import Demo
from tests.support.web_library import filed
from tests.tui.conftest import SMALL, Desk, Open
from tui.app import Showhow
from tui.config import Settings
from tui.services.factory import open_services
from tui.services.review_service import review_lock


@pytest.fixture
def shelf(tmp_path: Path) -> tuple[Settings, Demo]:
    (tmp_path / "films").mkdir()
    with open_library(tmp_path / "library") as library:
        demo = filed(library, tmp_path / "films", "Raise a purchase order")
    return Settings(home=tmp_path, library_url=str(tmp_path / "library"), author="Tom", hotkeys={}), demo


@asynccontextmanager
async def at_home(settings: Settings) -> AsyncIterator[Desk]:
    """The application over a real library, with the list focused."""
    app = Showhow(partial(open_services, settings))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        desk = Desk(app, pilot, None)  # type: ignore[arg-type]  # the house is a real one here
        await desk.shows("1 demo")
        await desk.press("down")
        yield desk
    app.services.close()


def versions(settings: Settings, demo: Demo) -> list[int]:
    with open_library(settings.library_url) as library:
        return library.store.versions(demo.demo_id)


def newest(settings: Settings, demo: Demo) -> Demo:
    with open_library(settings.library_url) as library:
        return library.catalog.get(demo.demo_id)


async def rewrite(desk: Desk, words: str) -> None:
    """Change the words of the selected step."""
    await desk.press("e", "tab", "ctrl+u")
    await desk.type(words)
    await desk.press("enter")


async def test_a_misheard_word_is_put_right_from_the_list_and_the_link_stays(shelf: tuple[Settings, Demo]) -> None:
    settings, demo = shelf
    async with at_home(settings) as desk:
        await desk.press("v")
        await desk.shows("version 2 · 0:12 kept of 0:12")
        await rewrite(desk, "Open the voucher menu.")
        await desk.press("enter")
        await desk.shows("Filed “Raise a purchase order” as version 2")
    now = newest(settings, demo)
    assert (now.version, now.edited_by, now.steps[0].text) == (2, "Tom", "Open the voucher menu.")
    assert "voucher" in (now.path / "captions.vtt").read_text()
    assert (now.path / "clip.mp4").read_bytes() == (demo.path / "clip.mp4").read_bytes()
    assert not list(settings.drafts_folder.glob("*"))


async def test_a_cut_is_made_in_the_clip_of_a_demo_whose_take_is_gone(shelf: tuple[Settings, Demo]) -> None:
    settings, demo = shelf
    async with at_home(settings) as desk:
        await desk.press("space")
        await desk.shows("Watch here")
        await desk.press("v")
        await desk.shows("version 2")
        await desk.press("c")
        await desk.shows("cut (by hand)")
        await desk.press("enter")
        await desk.shows("as version 2")
    now = newest(settings, demo)
    assert now.clip.duration_ms == pytest.approx(demo.clip.duration_ms - demo.steps[0].duration_ms, abs=200)
    assert [step.title for step in now.steps] == [step.title for step in demo.steps[1:]]


async def test_looked_at_and_left_or_filed_unchanged_it_stays_as_it_is(shelf: tuple[Settings, Demo]) -> None:
    settings, demo = shelf
    async with at_home(settings) as desk:
        await desk.press("v")
        await desk.shows("version 2")
        await desk.press("escape")
        await desk.shows("Enter Replay")
        await desk.press("v")
        await desk.shows("version 2")
        await desk.press("enter")
        await desk.shows("Nothing was changed in “Raise a purchase order”")
        assert "not filed yet" not in desk.text()
    assert versions(settings, demo) == [1]
    assert not list(settings.drafts_folder.glob("*"))


async def test_changes_wait_when_they_are_left_and_come_back_by_the_same_key(shelf: tuple[Settings, Demo]) -> None:
    settings, demo = shelf
    async with at_home(settings) as desk:
        await desk.press("v")
        await desk.shows("version 2")
        await rewrite(desk, "Open the voucher menu.")
        await desk.press("escape")
        await desk.shows("1 not filed yet")
    async with at_home(settings) as desk:  # another day
        await desk.press("v")
        await desk.shows("Open the voucher menu.")
        await desk.press("u")
        await desk.hides("voucher")
        await desk.press("escape")
        await desk.hides("not filed yet")
    assert versions(settings, demo) == [1]


async def test_a_demo_is_under_review_in_one_window_at_a_time(shelf: tuple[Settings, Demo]) -> None:
    settings, demo = shelf
    async with at_home(settings) as desk:
        await desk.press("v")
        await desk.shows("version 2")
        assert FileLock(review_lock(settings.drafts_folder, demo.demo_id)).held
        async with at_home(settings) as other:
            await other.press("v")
            await other.shows("It is under review in another window. Finish it there.")
        await desk.press("escape")
        await desk.shows("Enter Replay")
        await desk.press("v")
        await desk.shows("version 2")


async def test_letting_the_changes_go_never_touches_the_demo(shelf: tuple[Settings, Demo]) -> None:
    settings, demo = shelf
    async with at_home(settings) as desk:
        await desk.press("v")
        await desk.shows("version 2")
        await desk.press("d", "X")
        await desk.shows("the filed demo stays as it is")
        await desk.press("y")
        await desk.shows("Enter Replay")
    assert versions(settings, demo) == [1]
    assert (demo.path / "clip.mp4").is_file()


async def test_when_others_changed_it_meanwhile_the_user_decides(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("down")
        theirs = replace(desk.library.demos[0], version=7, edited_by="Ann")
        desk.review.clash = EditClash(theirs, ["title"])
        await desk.press("v")
        await desk.shows("version 2")
        await desk.press("enter")
        await desk.shows("Ann changed “Approve a purchase order” meanwhile (version 7)")
        await desk.press("down", "enter")
        await desk.until(lambda: desk.review.filed, "mine to be filed")


async def test_what_cannot_be_opened_is_told_in_a_line(open_app: Open) -> None:
    async with open_app(SMALL) as desk:
        desk.review.fail_filing = ["The library is read-only"]
        await desk.press("down", "v")
        await desk.shows("The library is read-only. Mount it.")
        assert desk.screen == "LibraryScreen"


async def test_the_key_is_in_the_footer_of_both_screens(open_app: Open) -> None:
    async with open_app(SMALL) as desk:
        await desk.press("down")
        assert "v Revise" in desk.key_bar()
        await desk.press("space")
        await desk.shows("Watch here")
        assert "v Revise" in desk.key_bar()
