"""Two clips beside each other: each in its half of the screen, each from its own moment."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from tests.support.desktop import wait_for
from tests.support.windows import skip_on_windows
from tui.playback.mpv import Replay
from tui.playback.side_by_side import play_side_by_side
from tui.playback.system_player import MPV

BOTH = (Replay(Path("/demo.mp4"), 1_500, title="The demo"), Replay(Path("/mine.mp4"), 42_000, title="Your try"))


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A display that answers, and a player that writes down how it was started."""
    skip_on_windows("sockets of displays")
    player = tmp_path / "mpv"
    player.write_text(
        f'#!/bin/sh\nfor one in "$@"; do last=$one; done\necho "$@" > {tmp_path}/$(basename "$last").txt\n'
    )
    player.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as display:
        display.bind(str(tmp_path / "wayland-9"))
        display.listen()
        yield {"PATH": f"{tmp_path}:/usr/bin:/bin", "WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}


def started(tmp_path: Path, name: str) -> str:
    """The words a player was started with."""
    return str(wait_for(lambda: (file := tmp_path / f"{name}.txt").exists() and file.read_text(), name))


def test_each_clip_has_its_half_of_the_screen_and_begins_at_its_own_moment(
    desktop: dict[str, str], tmp_path: Path
) -> None:
    assert play_side_by_side(BOTH, desktop) == MPV
    demo, mine = started(tmp_path, "demo.mp4"), started(tmp_path, "mine.mp4")
    assert "--start=1.500" in demo
    assert "--start=42.000" in mine
    assert "--geometry=49%+0%+50%" in demo
    assert "--geometry=49%+100%+50%" in mine


def test_without_a_display_it_says_what_to_do_instead(tmp_path: Path) -> None:
    skip_on_windows("sockets of displays")
    with pytest.raises(ShowhowError, match="Look at the pictures"):
        play_side_by_side(BOTH, {"PATH": str(tmp_path)})
