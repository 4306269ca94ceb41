"""Listing monitors and grabbing pixels, and the one line for every way that fails."""

from __future__ import annotations

import gc
import os
import subprocess

import mss
import numpy as np
import pytest
from mss.exception import ScreenShotError

from capture.backends.capabilities import why_slow
from capture.backends.screen import open_source
from capture.desktop.screen_grabber import grab, list_monitors
from capture.errors import CaptureError
from capture.model import Region, Target
from tests.support.desktop import Stage
from tests.support.plain_windows import paper
from tests.support.windows import WINDOWS, skip_on_windows


def test_the_monitors_are_numbered_from_one_and_have_a_primary(stage: Stage) -> None:
    (monitor,) = list_monitors()
    assert monitor.number == 1
    assert monitor.primary
    assert monitor.region == Region(0, 0, *stage.size)


def test_a_grab_is_a_bgra_picture_of_exactly_that_region(stage: Stage) -> None:
    with paper("Red", (300, 200, 90, 70), 0xFF0000, loose=True):
        picture = grab(Region(290, 190, 110, 90))
    assert picture.shape == (90, 110, 4)
    assert picture.dtype == np.uint8
    assert (picture[10:80, 10:100, :3] == (0, 0, 255)).all()
    assert not (picture[:10, :, :3] == (0, 0, 255)).all(axis=2).any()


@pytest.mark.parametrize("region", [(1200, 0, 100, 100), (-1, 0, 10, 10), (0, 700, 10, 21), (0, 0, 0, 5)])
def test_a_region_off_the_screen_is_refused_with_the_size_of_the_desktop(
    stage: Stage, region: tuple[int, int, int, int]
) -> None:
    with pytest.raises(CaptureError, match=r"not on the screen.*1280x720 at 0,0"):
        grab(Region(*region))


@pytest.mark.skipif(WINDOWS, reason="Windows always has a desktop")
def test_without_a_display_the_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(CaptureError, match="neither WAYLAND_DISPLAY nor DISPLAY is set"):
        list_monitors()


def test_the_black_screen_that_wayland_shows_is_refused_and_not_recorded(
    poor_screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_source(Target(monitor=1)).close()  # black, but no Wayland
    monkeypatch.setattr(
        "capture.desktop.screen_grabber._settled_monitors",
        lambda shots: [{**box, "output": "XWAYLAND0"} for box in shots.monitors],
    )
    for look in (lambda: open_source(Target(monitor=1)), lambda: grab(Region(0, 0, 100, 100))):
        with pytest.raises(CaptureError, match=r"Wayland session.*black screen.*Set WAYLAND_DISPLAY"):
            look()
    with paper("Seen", (10, 10, 50, 50)):
        assert grab(Region(0, 0, 100, 100)).any()  # an X server that shows something can be recorded


def test_a_monitor_that_is_just_being_plugged_in_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter([ScreenShotError("Display configuration changed while detecting monitors.")] * 3)
    whole = [{"left": 0, "top": 0, "width": 10, "height": 10}]

    def monitors(_: mss.MSS) -> list[dict[str, int]]:
        if (failure := next(failures, None)) is not None:
            raise failure
        return whole

    monkeypatch.setattr(mss.MSS, "monitors", property(monitors))
    assert [monitor.region for monitor in list_monitors()] == [Region(0, 0, 10, 10)]


def test_each_of_two_monitors_can_be_recorded(stage: Stage) -> None:
    stage.run(["xrandr", "--setmonitor", "left", "640/160x720/180+0+0", "screen"])
    stage.run(["xrandr", "--setmonitor", "right", "640/160x720/180+640+0", "none"])
    try:
        assert [monitor.region for monitor in list_monitors()] == [Region(0, 0, 640, 720), Region(640, 0, 640, 720)]
        with paper("Right", (640, 0, 640, 720), 0xFF0000, loose=True):
            stage.xdo("mousemove 10 10")
            source = open_source(Target(monitor=2))
            assert source.region == Region(640, 0, 640, 720)
            assert (source.picture[..., :3] == (0, 0, 255)).all()
            source.close()
    finally:
        stage.run(["xrandr", "--delmonitor", "right"])
        stage.run(["xrandr", "--delmonitor", "left"])


# python-xlib leaves the socket open that it tried in vain; the collector closes it.
@pytest.mark.skipif(WINDOWS, reason="Windows always has a desktop")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("name", [":987", "nowhere.invalid:3", "nonsense"])
def test_a_display_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", name)
    with pytest.raises(CaptureError, match=f"display '{name}' cannot be reached"):
        list_monitors()
    with pytest.raises(CaptureError, match=f"display '{name}' cannot be reached"):
        why_slow()
    gc.collect()


def test_a_screen_of_16_bits_a_pixel_is_not_called_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_on_windows("Xvfb")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "640x480x16", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            monkeypatch.setenv("DISPLAY", f":{pipe.readline().strip()}")
        with pytest.raises(CaptureError, match=r"depth.*16.*24 bits a pixel"):
            list_monitors()
    finally:
        server.terminate()
        server.wait()


def test_this_x_server_tells_what_changed(stage: Stage) -> None:
    assert why_slow() == ""
