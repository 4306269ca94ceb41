"""Which player a demo is replayed in, and links that lead to its steps."""

from __future__ import annotations

import os
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.errors import ShowhowError
from library.connection.library import Library, open_library
from library.links import Link, link_to, parse_link, web_link_to
from library.model import Demo
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.windows import WINDOWS, skip_on_windows
from tui.playback.displays import display_problem
from tui.playback.replayer import READER, Replayer


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Library, Demo]]:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, record("raise-ab12", "Raise an order", "Open the menu.", "Click it.", "Save it."))
        library.refresh()
        yield library, library.catalog.get("raise-ab12")


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A display that answers, and no programs."""
    skip_on_windows("sockets of displays")
    with socket.socket(socket.AF_UNIX) as display:
        display.bind(str(tmp_path / "wayland-9"))
        display.listen()
        yield {"PATH": str(tmp_path), "WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}


def test_without_mpv_the_browser_opens_the_reader_at_the_step(
    shelf: tuple[Library, Demo], desktop: dict[str, str]
) -> None:
    library, demo = shelf
    opened: list[str] = []
    replayer = Replayer(library, desktop, lambda url: opened.append(url) is None)
    start = demo.steps[1].start_ms
    assert replayer.play(demo, start) == READER
    assert opened[0].endswith(f"/demo/raise-ab12?at={start}#step-2")
    with urllib.request.urlopen(opened[0]) as answer:  # noqa: S310  our own reader
        assert "Click it." in answer.read().decode()
    replayer.close()


def test_without_mpv_and_browser_the_system_s_player_is_asked(
    shelf: tuple[Library, Demo], desktop: dict[str, str]
) -> None:
    library, demo = shelf
    replayer = Replayer(library, desktop, lambda _: False)
    with pytest.raises(ShowhowError, match="Install mpv"):
        replayer.play(demo, 0)
    replayer.close()


@pytest.mark.skipif(WINDOWS, reason="Windows always has a desktop")
@pytest.mark.parametrize(
    "dead",
    [
        {"DISPLAY": ":4711"},
        {"DISPLAY": "localhost:4711.0"},
        {"WAYLAND_DISPLAY": "wayland-4711"},
        {"WAYLAND_DISPLAY": "wayland-4711", "DISPLAY": ":4711"},
        {"DISPLAY": "nonsense"},
    ],
)
def test_a_display_that_does_not_answer_is_said_and_no_player_is_left(
    shelf: tuple[Library, Demo], dead: dict[str, str], tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path)} | dead
    replayer = Replayer(shelf[0], environment)
    with pytest.raises(ShowhowError, match=r"The display .*4711|The display nonsense"):
        replayer.play(shelf[1], 0)
    assert replayer.position(shelf[1]) is None


def test_of_two_displays_one_is_enough(desktop: dict[str, str]) -> None:
    assert display_problem(desktop | {"DISPLAY": ":4711"}) == ""
    assert display_problem(desktop | {"WAYLAND_DISPLAY": "gone"}) == "The display gone does not answer"


@pytest.mark.skipif(WINDOWS, reason="Windows always has a desktop")
def test_without_a_display_the_way_out_is_told(shelf: tuple[Library, Demo]) -> None:
    with pytest.raises(ShowhowError, match="no display"):
        Replayer(shelf[0], {"PATH": os.environ["PATH"]}).play(shelf[1], 0)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("showhow://raise-ab12#3", Link("raise-ab12", 3)),
        ("showhow://raise-ab12", Link("raise-ab12")),
        ("showhow://raise-ab12/#step-3", Link("raise-ab12", 3)),
        ("http://howto.example:8620/demo/raise-ab12#step-3", Link("raise-ab12", 3)),
        ("https://howto.example/demo/raise-ab12?at=1200#step-12", Link("raise-ab12", 12)),
        ("raise-ab12#3", Link("raise-ab12", 3)),
        ("Raise a purchase order", Link("Raise a purchase order")),
        ("C# for beginners", Link("C# for beginners")),
        ("showhow://raise-ab12#nonsense", Link("raise-ab12")),
    ],
)
def test_links_and_names_say_which_demo_and_step(text: str, link: Link) -> None:
    assert parse_link(text) == link


@given(st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True), st.integers(0, 99_999))
def test_every_link_leads_back_to_where_it_was_made(demo_id: str, step: int) -> None:
    assert parse_link(link_to(demo_id, step)) == Link(demo_id, step)
    assert parse_link(web_link_to("http://127.0.0.1:8620/", demo_id, step)) == Link(demo_id, step)


@given(st.text())
def test_nothing_that_is_typed_breaks_the_reading_of_links(text: str) -> None:
    assert isinstance(parse_link(text), Link)
