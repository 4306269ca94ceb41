"""Recording a Wayland desktop whose compositor gives its pictures to every program: boxes, sizes, monitors, pointer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from capture.backends.screen import grab, list_monitors, open_source
from capture.desktop.screen_grabber import ScreenGone
from capture.errors import CaptureError
from capture.model import Monitor, Region, Target
from capture.recorder.workspace import lock_display
from tests.capture.backends.wayland.conftest import Watch
from tests.support.desktop import wait_for
from tests.support.wayland_pointer import VirtualPointer
from tests.support.wayland_proxy import PLUGGABLE
from tests.support.wayland_source import WatchedSource
from tests.support.wayland_stage import OUTPUT, WaylandStage, live_on
from tui.config import Settings
from tui.doctor import CHECKS

BLUE, RED, GREEN = (143, 110, 59), (32, 32, 192), (32, 160, 32)


@pytest.fixture(autouse=True)
def plain_desk(wayland: WaylandStage) -> Iterator[None]:
    """The terminal empty and blue, the monitor as it was."""
    wayland.write("\x1b[H\x1b[2J")
    wayland.paint("#3b6e8f")
    yield
    width, height = wayland.size
    wayland.sway(f"output {OUTPUT} mode {width}x{height}@60Hz scale 1 transform normal")


def until_plain(seen: WatchedSource) -> WatchedSource:
    """Wait until the terminal's first line is empty too: what a test before wrote may still stand there."""
    return seen.until_shows(BLUE, 20, 10).until_shows(BLUE, 300, 300)


def test_typing_is_seen_in_small_boxes_and_a_still_screen_in_none(wayland: WaylandStage, watch: Watch) -> None:
    seen = until_plain(watch())
    seen.changes.clear()
    for letter in "hello":
        before = len(seen.changes)
        wayland.write(letter)
        seen.until_changed(before + 1)
    assert len(seen.changes) < 20
    assert max(change.width for change in seen.changes) < 60
    assert not any(change.pointer for change in seen.changes)
    for _ in range(20):
        seen.look()
    assert sum(change.width * change.height for change in seen.changes) < 20 * 60 * 40


def test_the_first_picture_is_there_when_it_opens(wayland: WaylandStage, watch: Watch) -> None:
    watch().until_shows(BLUE, 300, 300)
    source = open_source(Target(monitor=1))
    try:
        assert tuple(source.picture[300, 300, :3]) == BLUE
        assert (source.width, source.height) == wayland.size
        assert source.label == "monitor 1 (640x360)"
    finally:
        source.close()


@pytest.mark.parametrize("mode", ["800x600", "320x200"])
def test_a_screen_of_another_size_is_told_and_the_picture_keeps_its_own(
    wayland: WaylandStage, watch: Watch, mode: str
) -> None:
    seen = watch()
    wayland.sway(f"output {OUTPUT} mode {mode}@60Hz")
    assert seen.until_told("now").endswith(f"is now {mode}; the video keeps its size.")
    wayland.paint("#c02020")
    seen.until_shows(RED, 200, 150)
    assert seen.source.picture.shape == (360, 640, 4)
    if mode == "320x200":
        seen.until_shows((0, 0, 0), 500, 300)


def test_a_scaled_screen_is_recorded_in_its_own_pixels(wayland: WaylandStage, watch: Watch) -> None:
    wayland.sway(f"output {OUTPUT} scale 2")
    wait_for(lambda: wayland.tree()[0]["scale"] == 2, "the scale")
    assert [monitor.region for monitor in list_monitors()] == [Region(0, 0, 640, 360)]
    seen = watch()
    wayland.paint("#c02020")
    seen.until_shows(RED, 630, 350)


@pytest.mark.parametrize("turn", ["90", "180", "270", "flipped"])
def test_a_turned_screen_is_recorded_as_it_is_seen(wayland: WaylandStage, watch: Watch, turn: str) -> None:
    """What stands at the upper left does so in the picture, whichever way the monitor hangs."""
    wayland.sway(f"output {OUTPUT} transform {turn}")
    size = (360, 640) if turn in {"90", "270"} else (640, 360)
    wait_for(lambda: wayland.tree()[0]["transform"] == turn, "the turn")
    wayland.write("\x1b[H\x1b[48;2;192;32;32m" + " " * 10 + "\x1b[0m")  # a red bar in the first line
    seen = watch()
    assert (seen.source.width, seen.source.height) == size
    seen.until_shows(RED, 20, 10)
    for place in ((size[0] - 20, 10), (20, size[1] - 20), (size[0] - 20, size[1] - 20)):
        seen.until_shows(BLUE, *place)


def test_a_still_screen_stays_as_it_is_also_when_it_is_compared_as_a_whole(
    wayland: WaylandStage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = until_plain(watch())
    monkeypatch.setattr("capture.desktop.frame_buffer.FULL_COMPARE_S", 0.0)
    seen.changes.clear()
    for _ in range(100):
        seen.look()
    assert seen.changes == []
    assert seen.colour(300, 300) == BLUE


def test_a_screen_that_is_scaled_while_it_is_recorded_goes_on(wayland: WaylandStage, watch: Watch) -> None:
    seen = watch()
    wayland.sway(f"output {OUTPUT} scale 2")
    wayland.paint("#c02020")
    seen.until_shows(RED, 630, 350)
    assert seen.notices == [], "its pixels are the same"


def test_two_recorders_of_one_desktop_are_refused_whatever_display_each_was_given(
    wayland: WaylandStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = lock_display(tmp_path / "first")
    try:
        for display in (":7", ":8"):
            monkeypatch.setenv("DISPLAY", display)
            with pytest.raises(CaptureError, match="being recorded already"):
                lock_display(tmp_path / "second")
    finally:
        first.release()
    monkeypatch.delenv("WAYLAND_DISPLAY")
    lock_display(tmp_path / "an X server").release()


def test_the_doctor_says_how_it_is_recorded_and_what_to_do_about_hotkeys(wayland: WaylandStage, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, library_url=str(tmp_path / "library"))
    found = {name: CHECKS[name](settings) for name in ("screen", "changes", "clicks and keys", "hotkeys")}
    assert {name: finding.state for name, finding in found.items()} == {
        "screen": "ok", "changes": "ok", "clicks and keys": "limited", "hotkeys": "limited"
    }  # fmt: skip
    assert found["screen"].detail == "can be recorded (1: 640x360)"
    assert found["changes"].detail == "reported by the compositor (screencopy)"
    assert "“showhow mark”" in found["hotkeys"].remedy


def test_the_command_records_where_there_are_no_hotkeys_and_says_so_once(wayland: WaylandStage, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "XDG_CONFIG_HOME": str(tmp_path)}
    command = [Path(sys.executable).with_name("showhow"), "record", "--for", "1", "--microphone", "none", "--no-words"]
    done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("“showhow mark”") == 1, done.stderr


def test_a_region_is_a_part_of_the_desktop_in_pixels(wayland: WaylandStage, watch: Watch) -> None:
    seen = watch(Target(region=Region(100, 100, 200, 100)))
    assert seen.source.label == "region of 200x100 at 100,100"
    assert seen.source.region == Region(100, 100, 200, 100)
    wayland.paint("#20a020")
    seen.until_shows(GREEN, 199, 99)
    assert tuple(grab(Region(100, 100, 11, 9))[8, 10, :3]) == GREEN


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Target(region=Region(600, 300, 100, 100)), r"not on the screen\. The desktop is 640x360"),
        (Target(monitor=7), r"There is no monitor 7\. Choose one of 1 \(HEADLESS-1\)"),
        (Target(window="Orders"), "no program record a single window"),
        (Target(window_id=7), "no program record a single window"),
    ],
)
def test_what_is_not_there_is_refused_in_one_line(wayland: WaylandStage, target: Target, told: str) -> None:
    with pytest.raises(CaptureError, match=told):
        open_source(target)


def test_the_pointer_is_seen_where_it_is_put(wayland: WaylandStage, watch: Watch) -> None:
    mouse = VirtualPointer(wayland.size)
    try:
        mouse.move(40, 200)
        seen = until_plain(watch())
        wait_for(lambda: seen.look().colour(42, 206) != BLUE, "the pointer where it begins")
        seen.changes.clear()
        mouse.move(500, 300)
        wait_for(lambda: any(at(change.region, 500, 300) for change in seen.look().changes), "the pointer")
        assert any(at(change.region, 40, 200) for change in seen.changes), "where it was, it is gone"
        assert max(change.width for change in seen.changes) < 60
    finally:
        mouse.close()


def at(box: Region, x: int, y: int) -> bool:
    """Whether a box is that of a pointer there."""
    return box.x - 8 <= x <= box.right + 8 and box.y - 8 <= y <= box.bottom + 8


def test_a_monitor_that_is_unplugged_keeps_its_last_picture_until_it_is_back(
    wayland: WaylandStage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_on(wayland, monkeypatch, PLUGGABLE)
    seen = watch().until_shows(BLUE, 300, 300)
    wayland.plug(into=False)
    assert seen.until_told("gone") == "The monitor 1 (640x360) is gone; its last picture stays until it is back."
    wayland.paint("#c02020")
    wait_for(lambda: tuple(grab_elsewhere(wayland, monkeypatch)) == RED, "the terminal's new colour")
    assert seen.look().colour(300, 300) == BLUE
    wayland.plug(into=True)
    assert seen.until_told("360) is back") == "The monitor 1 (640x360) is back."
    seen.until_shows(RED, 300, 300)


def grab_elsewhere(wayland: WaylandStage, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """A pixel of the desktop, seen under its own name."""
    with monkeypatch.context() as own:
        live_on(wayland, own)
        return grab(Region(300, 300, 16, 16))[0, 0, :3]


def test_a_second_monitor_has_its_number_and_both_are_one_desktop(wayland: WaylandStage, watch: Watch) -> None:
    wayland.sway("create_output")
    wayland.sway("output HEADLESS-2 mode 800x600@60Hz position 640 0")
    wait_for(lambda: len(list_monitors()) == 2 and list_monitors()[1].region.width == 800, "the second monitor")
    monitors = list_monitors()
    assert monitors == [
        Monitor(1, OUTPUT, Region(0, 0, 640, 360)),
        Monitor(2, "HEADLESS-2", Region(640, 0, 800, 600)),
    ]
    assert (watch(Target(monitor=2)).source.width, watch(Target(monitor=2)).source.height) == (800, 600)
    both = watch(Target(monitor=0))
    assert (both.source.width, both.source.height) == (1440, 600)
    wayland.paint("#c02020")
    both.until_shows(RED, 600, 300)
    assert both.colour(300, 500) == (0, 0, 0), "no monitor is there"
    across = watch(Target(region=Region(600, 100, 80, 80)))
    across.until_shows(RED, 20, 20)
    assert across.colour(60, 20) != RED


def test_wayland_is_recorded_where_the_session_has_x_too(
    wayland: WaylandStage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    assert watch().source.label == "monitor 1 (640x360)"


def test_a_name_that_outlived_its_session_does_not_hide_the_x_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-987")
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(CaptureError, match="display ':987' cannot be reached"):
        list_monitors()


def test_a_display_that_is_not_there_is_named(wayland: WaylandStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-987")
    for look in (list_monitors, lambda: open_source(Target(monitor=1)), lambda: grab(Region(0, 0, 16, 16))):
        with pytest.raises(CaptureError, match="display 'wayland-987' cannot be reached"):
            look()


def test_a_compositor_that_dies_is_noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with WaylandStage() as stage:
        live_on(stage, monkeypatch)
        source = open_source(Target(monitor=1))
        stage.end("sway")
        with pytest.raises(ScreenGone):
            wait_for(lambda: source.poll() and False, "its end")
        source.close()
