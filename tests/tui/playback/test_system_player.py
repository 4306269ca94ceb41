"""How a clip is opened in the machine's player."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from capture.span import Span
from tests.support.desktop import Stage, wait_for
from tests.support.windows import skip_on_windows
from tui.playback.system_player import play_clip


def program(folder: Path, name: str, code: int = 0) -> None:
    """An executable that notes its arguments, one a line, and ends at once."""
    skip_on_windows("scripts of a shell as programs")
    path = folder / name
    note = 'printf \'%s\\n\' "$@" >"$0.part" && mv "$0.part" "$0.asked"'
    path.write_text(f"#!/bin/sh\n{note}\nexit {code}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def asked(folder: Path, name: str) -> list[str]:
    """The arguments a ``program`` was started with."""
    note = folder / f"{name}.asked"
    wait_for(note.exists, f"{name} to be started")
    return note.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "-odd name.mp4"
    path.write_bytes(b"x")
    return path


def test_mpv_gets_the_moment_and_a_path_that_cannot_be_an_option(clip: Path, tmp_path: Path) -> None:
    program(tmp_path, "mpv")
    captions = tmp_path / "captions.vtt"
    player = play_clip(
        clip,
        12_345,
        1.5,
        title="50 $ off",
        captions=captions,
        loop=Span(12_345, 20_000),
        environment={"PATH": str(tmp_path)},
    )
    assert player == "mpv"
    command = asked(tmp_path, "mpv")
    assert "--start=12.345" in command
    assert "--speed=1.5" in command
    assert "--title=50 $$ off" in command
    assert {f"--sub-files-append={captions}", "--ab-loop-a=12.345", "--ab-loop-b=20.000"} <= set(command)
    assert command[-2:] == ["--", str(clip)]


@pytest.mark.skipif(sys.platform != "linux", reason="names the Linux opener")
def test_without_mpv_the_systems_player_opens_it(clip: Path, tmp_path: Path) -> None:
    program(tmp_path, "xdg-open")
    assert play_clip(clip, 0, environment={"PATH": str(tmp_path)}) == "the system’s player"
    assert asked(tmp_path, "xdg-open") == [str(clip)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens files without a program of its own")
def test_no_player_and_no_file_are_each_one_clear_line(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ShowhowError, match="Install mpv"):
        play_clip(clip, 0, environment={"PATH": str(tmp_path)})
    with pytest.raises(ShowhowError, match="is not there"):
        play_clip(tmp_path / "gone.mp4", 0, environment={"PATH": str(tmp_path)})


def test_a_player_that_dies_at_once_is_said_so(clip: Path, tmp_path: Path) -> None:
    program(tmp_path, "mpv", code=3)
    with pytest.raises(ShowhowError, match="ended with 3"):
        play_clip(clip, 0, environment={"PATH": str(tmp_path), "DISPLAY": ":1"})


@pytest.mark.x11
def test_mpv_really_opens_a_window_at_the_moment(stage: Stage, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    source = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=5:duration=6", str(clip)]
    stage.run(source)
    assert play_clip(clip, 2_000, title="How to look", environment=os.environ) == "mpv"
    tree = ["xwininfo", "-root", "-tree"]
    # It fails now and then: a window may go while its tree is being listed.
    wait_for(lambda: "How to look" in stage.run(tree, check=False).stdout, "mpv's window")
    from tui.playback.system_player import _running

    for process in _running:
        process.terminate()
        process.wait(10)
