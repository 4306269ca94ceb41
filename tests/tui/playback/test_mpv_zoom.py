"""mpv's zoom: its numbers for a focus, the way there, and the real window told by its key."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.model import Region
from tests.support.desktop import Stage, wait_for
from tests.support.sample_videos import film, numbered
from tui.playback.mpv import Mpv, Replay
from tui.playback.mpv_zoom import KEY, MpvView, MpvZoom, view_of

SIZE = (1_280, 720)
CORNER = Region(800, 450, 480, 270)
MOMENTS = ((0, Region(0, 0, *SIZE)), (1_000, CORNER), (2_000, Region(320, 180, 640, 360)))


def test_a_focus_fills_the_window_and_the_picture_never_leaves_it() -> None:
    assert view_of(Region(0, 0, *SIZE), SIZE) == MpvView()
    view = view_of(CORNER, SIZE)
    scale = 1_280 / 480
    assert view.zoom == pytest.approx(math.log2(scale))
    # The middle of the region is in the middle of the window: half a picture less its share, of the zoomed picture.
    assert view.pan_x == pytest.approx(0.5 - (800 + 240) / 1_280)
    assert view.pan_y == pytest.approx(0.5 - (450 + 135) / 720)
    beyond = view_of(Region(1_200, 0, 480, 270), SIZE)
    assert abs(beyond.pan_x) <= (1 - 1 / scale) / 2 + 1e-9
    assert view_of(CORNER, (0, 0)) == MpvView()


def test_it_moves_there_in_steps_and_then_rests_and_off_it_goes_back() -> None:
    zoom = MpvZoom(MOMENTS, SIZE, on=True)
    views = [view for _ in range(60) if (view := zoom.step(1_500)) is not None]
    assert 10 < len(views) < 60
    assert views[-1] == view_of(CORNER, SIZE)
    assert [view.zoom for view in views] == sorted(view.zoom for view in views)
    zoom.on = False
    assert zoom.jump(1_500) == MpvView()
    assert MpvZoom((), SIZE, on=True).step(5_000) is None


@pytest.fixture
def mpv(stage: Stage) -> Iterator[Mpv]:
    program = shutil.which("mpv")
    assert program is not None
    player = Mpv(program, os.environ)
    yield player
    player.end()


@pytest.mark.x11
def test_its_key_zooms_the_window_to_the_running_step_and_back(mpv: Mpv, stage: Stage, tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mp4", [(n * 250, numbered(n, *SIZE)) for n in range(40)], 10_000)
    mpv.play(Replay(clip, 1_100, speed=0.1, focus=MOMENTS, size=SIZE))
    assert mpv.wait_shown()
    talk = mpv._connection
    assert talk is not None
    talk._send("observe_property", 99, "video-zoom")

    def zoomed() -> float:
        return float(talk._properties.get("video-zoom") or 0.0)

    talk._send("keypress", KEY)
    wait_for(lambda: zoomed() > 0.5, "the window to be zoomed")
    talk._send("keypress", KEY)
    wait_for(lambda: abs(zoomed()) < 0.01, "the whole picture")
