"""Listing monitors and grabbing pixels, and the one line for every way that fails."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from capture.errors import CaptureError
from capture.model import Region
from capture.screen import grab, list_monitors
from capture.source import why_slow
from tests.capture.paper import paper
from tests.stage import Stage


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


def test_without_a_display_the_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(CaptureError, match="DISPLAY is not set"):
        list_monitors()


def test_wayland_without_x_is_named_and_the_way_out_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(CaptureError, match=r"Wayland.*choose an X11 \(Xorg\) session"):
        grab(Region(0, 0, 10, 10))


# python-xlib leaves the socket open that it tried in vain; the collector closes it.
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


def test_this_x_server_tells_what_changed(stage: Stage) -> None:
    assert why_slow() == ""
