"""A FrameBuffer where only pictures tell what changed: spots, a locked screen, a Retina screen."""

from __future__ import annotations

import numpy as np
import pytest

from capture.desktop.cursor_overlay import Sprite, arrow_sprite
from capture.desktop.frame_buffer import FrameBuffer
from capture.desktop.frame_diff import Pixels
from capture.desktop.look_pacer import LookPacer
from capture.desktop.screen_grabber import ScreenHidden
from capture.desktop.screen_source import DesktopState
from capture.model import Region
from tests.support.desktop import wait_for


class PlayedScreen:
    """A PixelSource of a picture in memory, with ``density`` pixels for each unit."""

    def __init__(self, width: int, height: int, density: int = 1) -> None:
        self.desktop = Region(0, 0, width, height)
        self.shown = np.zeros((height * density, width * density), np.uint32)
        self.locked = False
        self.grabbed: list[Region] = []
        self._density = density

    def grab(self, region: Region) -> Pixels:
        if self.locked:
            raise ScreenHidden
        self.grabbed.append(region)
        x, y, right, bottom = (n * self._density for n in (region.x, region.y, region.right, region.bottom))
        return self.shown[y:bottom, x:right].copy()

    def close(self) -> None:
        """Nothing to release."""


class BlindProbe:
    """A DesktopProbe that knows where its target and the pointer are, and nothing of changes."""

    def __init__(self, frame: Region) -> None:
        self.label, self.frame = "a region", frame
        self.pointer: Sprite | None = None
        self.place = (0, 0)

    def refresh(self) -> DesktopState:
        return DesktopState(self.frame, pointer=self.pointer, pointer_x=self.place[0], pointer_y=self.place[1])

    def confirm(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing to release."""


def looked_at(screen: PlayedScreen, frame: Region, density: float = 1.0, *, paced: bool = True) -> FrameBuffer:
    pacer = LookPacer() if paced else None
    return FrameBuffer(screen, BlindProbe(frame), rings=False, pacer=pacer, density=lambda _region: density)


class SpotsOnly(LookPacer):
    """Always time to look at ``spots``."""

    spots: list[Region]

    def look(self, now_s: float) -> list[Region] | None:  # noqa: ARG002  it is always time
        return self.spots


def same(source: FrameBuffer, pixels: Pixels) -> bool:
    colours = pixels.view(np.uint8).reshape(*pixels.shape, 4)[..., :3]
    return bool((source.picture[..., :3] == colours).all())


def test_what_changes_is_found_to_the_pixel() -> None:
    screen = PlayedScreen(640, 480)
    source = looked_at(screen, Region(20, 10, 400, 300))
    screen.shown[100:120, 60:64] = 0xFFFFFF
    (change,) = wait_for(source.poll, "the change")
    assert change.region == Region(40, 90, 4, 20)
    assert same(source, screen.shown[10:310, 20:420])


def test_a_caret_is_looked_at_alone_and_a_change_that_leaves_its_spot_is_shown_whole() -> None:
    screen, pacer = PlayedScreen(1280, 720), SpotsOnly()
    source = FrameBuffer(screen, BlindProbe(screen.desktop), rings=False, pacer=pacer)
    pacer.spots = [Region(350, 250, 100, 100)]
    screen.shown[300:316, 400:402] = 0xFFFFFF
    (change,) = source.poll()
    assert change.region == Region(400, 300, 2, 16)
    assert screen.grabbed[1:] == pacer.spots
    screen.shown[200:500, 300:900] = 0x334455
    assert source.poll()
    assert same(source, screen.shown)  # and not the part inside the spot


def test_while_the_screen_is_locked_its_last_picture_stays_and_it_is_told_once() -> None:
    screen = PlayedScreen(320, 200)
    source = looked_at(screen, screen.desktop, paced=False)
    screen.locked = True
    assert source.poll() == ()
    assert source.notices() == ["The screen is locked or switched off; its last picture stays until it is back."]
    for _ in range(300):  # looks, and it is not taken for lost
        assert source.poll() == ()
    assert source.notices() == []
    screen.shown[:] = 0x556677
    screen.locked = False
    wait_for(source.poll, "the unlocked screen")
    assert same(source, screen.shown)


def test_a_screen_locked_from_the_start_is_no_recording() -> None:
    screen = PlayedScreen(320, 200)
    screen.locked = True
    with pytest.raises(ScreenHidden, match="locked"):
        looked_at(screen, screen.desktop)


def test_a_retina_screen_is_recorded_with_all_its_pixels_and_places_are_scaled() -> None:
    screen = PlayedScreen(400, 300, density=2)
    source = looked_at(screen, Region(100, 50, 201, 100), density=2.0)
    assert (source.width, source.height, source.scale) == (402, 200, 2.0)
    assert source.region == Region(100, 50, 201, 100)
    screen.shown[141:143, 301:303] = 0xFFFFFF  # less than a point, and on no edge of one
    (change,) = wait_for(source.poll, "the change")
    assert change.region == Region(100, 40, 4, 4)
    assert same(source, screen.shown[100:300, 200:602])
    screen.shown[143:145, 303:305] = 0xFFFFFF
    wait_for(lambda: source.poll() and same(source, screen.shown[100:300, 200:602]), "the change in the spot")


def test_on_a_retina_screen_the_pointer_is_as_large_as_on_others() -> None:
    screen = PlayedScreen(400, 300, density=2)
    probe = BlindProbe(screen.desktop)
    source = FrameBuffer(screen, probe, rings=False, density=lambda _region: 2.0)
    probe.pointer, probe.place = arrow_sprite(), (150, 100)
    wait_for(source.poll, "the pointer")
    rows, columns, _ = np.nonzero(source.picture[..., :3])
    arrow = arrow_sprite().pixels[..., :3].any(axis=2)
    inside = np.nonzero(arrow)
    assert (rows.min(), columns.min()) == (200 + 2 * inside[0].min(), 300 + 2 * inside[1].min())
    assert np.ptp(rows) + 1 == 2 * (np.ptp(inside[0]) + 1)
