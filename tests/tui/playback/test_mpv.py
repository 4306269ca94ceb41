"""mpv over its socket: a window that opens at the moment, is told where to jump, and tells where it stands."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from capture.span import Span, TitledSpan
from tests.support.desktop import Stage, wait_for
from tests.support.sample_videos import beep, film, numbered
from tui.playback.mpv import Mpv, Replay, command_line

pytestmark = pytest.mark.x11


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("clips")
    sound = [beep([0], 10_000)]
    pictures = [(n * 250, numbered(n)) for n in range(40)]
    return tuple(film(folder / name, pictures, 10_000, sound) for name in ("-odd $name.mp4", "other.mp4"))  # type: ignore[return-value]  # two


@pytest.fixture
def mpv(stage: Stage) -> Iterator[Mpv]:
    program = shutil.which("mpv")
    assert program is not None
    player = Mpv(program, os.environ)
    yield player
    player.end()


def stands(mpv: Mpv, clip: Path, start_ms: int, end_ms: int) -> None:
    """Wait until it stands there, in that clip."""

    def there() -> bool:
        place = mpv.position
        return place is not None and Path(place.path) == clip and start_ms <= place.at_ms < end_ms

    wait_for(there, f"mpv at {start_ms} ms of {clip.name}, not {mpv.position}")


def windows(stage: Stage) -> str:
    return stage.run(["xwininfo", "-root", "-tree"], check=False).stdout


def test_it_opens_at_the_moment_and_jumps_in_the_open_window(mpv: Mpv, clips: tuple[Path, Path], stage: Stage) -> None:
    mpv.play(Replay(clips[0], 4_000, title="How $ to"))
    assert mpv.wait_shown()
    stands(mpv, clips[0], 4_000, 10_001)
    mpv.play(Replay(clips[0], 1_500))
    assert mpv.wait_shown()
    stands(mpv, clips[0], 1_500, 4_000)
    wait_for(lambda: windows(stage).count("How $ to") == 1, "the one window")


def test_it_shows_the_steps_as_chapters_of_each_clip(mpv: Mpv, clips: tuple[Path, Path]) -> None:
    for clip, titles in zip(clips, (("1. Open <it>", "2. Save"), ("1. Other",)), strict=True):
        spans = tuple(TitledSpan(n * 3_000, (n + 1) * 3_000, title=title) for n, title in enumerate(titles))
        mpv.play(Replay(clip, 0, chapters=spans))
        expected = [{"title": title, "time": n * 3.0} for n, title in enumerate(titles)]
        wait_for(lambda wanted=expected: chapters_of(mpv) == wanted, f"{titles} in {clip.name}, not {chapters_of(mpv)}")


def chapters_of(mpv: Mpv) -> object:
    """The chapters that mpv lists, as it says itself."""
    connection = mpv._connection
    return connection and connection._properties.get("chapter-list")


def test_a_clip_of_the_whole_screen_is_seen_whole(mpv: Mpv, stage: Stage, tmp_path: Path) -> None:
    width, height = stage.size
    clip = film(tmp_path / "screen.mp4", [(0, numbered(1, width, height))], 2_000, [beep([0], 2_000)])
    mpv.play(Replay(clip, 0, title="Whole screen"))
    assert mpv.wait_shown()

    def inside() -> bool:
        shown = stage.run(["xwininfo", "-name", "Whole screen"], check=False).stdout
        at = [int(value) for value in re.findall(r"(?:Absolute.*[XY]|Width|Height): +(-?\d+)", shown)]
        return bool(at) and min(at[:2]) >= 0 and at[0] + at[2] <= width and at[1] + at[3] <= height

    wait_for(inside, "the player's window inside of the screen")


def test_another_clip_comes_into_the_same_window_at_its_moment(
    mpv: Mpv, clips: tuple[Path, Path], stage: Stage
) -> None:
    mpv.play(Replay(clips[0], 0, title="The first"))
    assert mpv.wait_shown()
    mpv.play(Replay(clips[1], 6_000, title="The second"))
    stands(mpv, clips[1], 6_000, 10_001)
    wait_for(lambda: "The second" in windows(stage), "the new title")
    assert "The first" not in windows(stage)


def test_a_step_is_repeated_until_told_otherwise(mpv: Mpv, clips: tuple[Path, Path]) -> None:
    mpv.play(Replay(clips[0], 3_000, loop=Span(3_000, 5_000)))
    assert mpv.wait_shown()
    stands(mpv, clips[0], 4_200, 5_100)
    stands(mpv, clips[0], 2_900, 4_100)  # it came back
    mpv.play(Replay(clips[0], 4_500))
    stands(mpv, clips[0], 5_300, 10_001)  # and went on


def test_a_window_that_was_closed_is_opened_anew(mpv: Mpv, clips: tuple[Path, Path]) -> None:
    mpv.play(Replay(clips[0], 0))
    assert mpv.wait_shown()
    assert mpv._connection is not None
    mpv._connection._process.terminate()
    wait_for(lambda: mpv.position is None, "the end of the window")
    mpv.play(Replay(clips[0], 2_000))
    stands(mpv, clips[0], 2_000, 10_001)


def test_a_window_that_is_just_closing_is_opened_anew(mpv: Mpv, clips: tuple[Path, Path]) -> None:
    mpv.play(Replay(clips[0], 0))
    assert mpv.wait_shown()
    talk = mpv._connection
    assert talk is not None
    talk._process.send_signal(signal.SIGSTOP)
    talk._process.terminate()  # it will go as soon as it runs on, yet its socket still takes what is said
    replaying = threading.Thread(target=mpv.play, args=(Replay(clips[0], 2_000),))
    replaying.start()
    wait_for(lambda: not talk.shown.is_set(), "the jump to be asked for")
    talk._process.send_signal(signal.SIGCONT)
    replaying.join(20)
    stands(mpv, clips[0], 2_000, 10_001)


def test_captions_come_along(mpv: Mpv, clips: tuple[Path, Path], tmp_path: Path) -> None:
    captions = tmp_path / "captions.vtt"
    captions.write_text("WEBVTT\n\n00:00.000 --> 00:09.000\nClick it\n", encoding="utf-8")
    assert f"--sub-files-append={captions}" in command_line("mpv", Replay(clips[0], 0, captions=captions), None)
    mpv.play(Replay(clips[0], 0))
    assert mpv.wait_shown()
    mpv.play(Replay(clips[1], 0, captions=captions))
    assert mpv._connection is not None
    mpv._connection._send("observe_property", 99, "sub-text")
    wait_for(lambda: mpv._connection and mpv._connection._properties.get("sub-text") == "Click it", "the caption")


def test_a_player_that_dies_at_once_is_said_so(tmp_path: Path) -> None:
    program = tmp_path / "mpv"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(ShowhowError, match="ended with 3"):
        Mpv(str(program), os.environ).play(Replay(tmp_path / "x.mp4", 0))


def test_the_moment_is_a_number_and_the_path_cannot_be_an_option() -> None:
    command = command_line("/usr/bin/mpv", Replay(Path("-x.mp4"), 12_345, 1.5, "50 $ off"), None)
    assert {"--start=12.345", "--speed=1.5", "--title=50 $$ off"} <= set(command)
    assert command[-2:] == ["--", "-x.mp4"]
    hostile = command_line("/usr/bin/mpv", Replay(Path("/x.mp4"), 0, title="--script=/tmp/evil.lua ${path}"), None)
    assert "--title=--script=/tmp/evil.lua $${path}" in hostile
    assert not [part for part in hostile if part.startswith("--script")]


def test_a_key_in_the_window_says_that_it_helped_at_the_moment_shown(clips: tuple[Path, Path], stage: Stage) -> None:
    said: list[tuple[str, str, int]] = []
    program = shutil.which("mpv")
    assert program is not None
    player = Mpv(program, os.environ, lambda kind, at: said.append((kind, at.path, at.at_ms)))
    try:
        player.play(Replay(clips[0], 4_000))
        assert player.wait_shown()
        stands(player, clips[0], 4_000, 10_001)
        assert player._connection is not None
        player._connection._send("set_property", "pause", True)
        for key in ("+", "-"):
            player._connection._send("keypress", key)
        wait_for(lambda: len(said) == 2, "both keys")
        assert [(kind, path) for kind, path, _ in said] == [("helped", str(clips[0])), ("stuck", str(clips[0]))]
        assert all(4_000 <= at_ms <= 10_000 for *_, at_ms in said)
    finally:
        player.end()
