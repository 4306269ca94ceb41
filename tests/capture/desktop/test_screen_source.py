"""The standing picture, on a real X server: what changed, exactly, and nothing else."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from Xlib import Xcursorfont

from capture.backends.capabilities import why_slow
from capture.backends.screen import open_source
from capture.desktop import frame_buffer as standing
from capture.desktop.cursor_overlay import RING_MS, RING_STAGES
from capture.desktop.screen_grabber import grab
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError
from capture.model import Change, Region, Target
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import Paper, paper

CORNER = "mousemove 1270 710"  # where the pointer is in nobody's way


@contextmanager
def looking(target: Target, *, rings: bool = True) -> Iterator[ScreenSource]:
    source = open_source(target, rings=rings)
    try:
        yield source
    finally:
        source.close()


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    stage.xdo(CORNER)
    return stage


def settled(source: ScreenSource) -> None:
    """Until two ticks in a row bring nothing new."""
    wait_for(lambda: not source.poll() and not source.poll(), "a still screen")


def changes(source: ScreenSource) -> tuple[Change, ...]:
    return wait_for(source.poll, "a change")


def same_as_screen(source: ScreenSource) -> bool:
    return bool((source.picture[..., :3] == grab(source.region)[..., :3]).all())


def test_when_nothing_changes_there_are_no_boxes_and_nothing_is_grabbed(
    quiet: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with looking(Target(monitor=1)) as source:
        settled(source)
        monkeypatch.setattr("capture.desktop.screen_grabber.Screen.grab", lambda *_: pytest.fail("grabbed for nothing"))
        assert [source.poll() for _ in range(50)] == [()] * 50


def test_a_change_yields_its_tight_even_box_and_the_picture_equals_the_screen(quiet: Stage) -> None:
    with (
        paper("Sheet", (100, 100, 600, 400), loose=True) as sheet,
        looking(Target(region=Region(10, 20, 1000, 600))) as source,
    ):
        settled(source)
        sheet.fill(33, 41, 51, 27, 0x2040A0)
        (change,) = changes(source)
        assert change.region == Region(122, 120, 52, 28)
        assert (change.at_ms, change.pointer) == (0, False)
        assert same_as_screen(source)


def test_without_xdamage_the_same_is_found_by_comparing(poor_screen: str) -> None:
    assert why_slow() == "This X server has no DAMAGE extension."
    with paper("Sheet", (100, 100, 600, 400)) as sheet, looking(Target(region=Region(10, 20, 300, 300))) as source:
        settled(source)
        sheet.fill(33, 41, 51, 27, 0x2040A0)
        (change,) = changes(source)
        assert change.region == Region(122, 120, 52, 28)
        assert same_as_screen(source)


def test_distant_changes_stay_apart(quiet: Stage) -> None:
    with (
        paper("One", (20, 20, 200, 100), loose=True) as one,
        paper("Other", (900, 500, 200, 100), loose=True) as other,
        looking(Target(monitor=1)) as source,
    ):
        settled(source)
        one.fill(10, 10, 4, 20, 0)
        other.fill(100, 50, 30, 20, 0)
        seen = {change.region for change in changes(source)}
        assert seen == {Region(30, 30, 4, 20), Region(1000, 550, 30, 20)}


def test_damage_that_changes_no_pixel_is_dropped(quiet: Stage) -> None:
    with paper("Sheet", (100, 100, 300, 300), loose=True) as sheet, looking(Target(monitor=1)) as source:
        settled(source)
        sheet.fill(0, 0, 300, 300, 0xFFFFFF)
        assert [source.poll() for _ in range(10)] == [()] * 10


def test_a_blinking_caret_returns_to_its_checksum_and_typing_does_not(quiet: Stage) -> None:
    with paper("Sheet", (100, 100, 300, 300), loose=True) as sheet, looking(Target(monitor=1)) as source:
        settled(source)
        states = []
        for colour in (0, 0xFFFFFF, 0, 0xFFFFFF):
            sheet.fill(50, 50, 2, 20, colour)
            (change,) = changes(source)
            assert change.region == Region(150, 150, 2, 20)
            states.append(change.checksum)
        assert states[0] == states[2] != states[1] == states[3]


def arrow_at(source: ScreenSource, x: int, y: int) -> bool:
    """Whether the picture differs from the bare screen just where a pointer at (x, y) is drawn."""
    bare = grab(source.region)
    ys, xs = np.nonzero((source.picture[..., :3] != bare[..., :3]).any(axis=2))
    return bool(len(xs)) and abs(int(xs.min()) - x) <= 8 and abs(int(ys.min()) - y) <= 8 and np.ptp(xs) < 40


def test_the_pointer_is_drawn_where_it_is_and_its_moves_are_marked_as_such(quiet: Stage) -> None:
    with looking(Target(region=Region(200, 100, 640, 480))) as source:
        settled(source)
        quiet.xdo("mousemove 500 300")
        moved = changes(source)
        assert all(change.pointer for change in moved)
        assert any(change.region.intersect(Region(300, 200, 1, 1)) == Region(300, 200, 1, 1) for change in moved)
        assert arrow_at(source, 300, 200)
        quiet.xdo("mousemove 620 410")
        moved = changes(source)
        assert all(change.pointer for change in moved)
        assert arrow_at(source, 420, 310)
        quiet.xdo(CORNER)
        changes(source)
        assert same_as_screen(source)  # outside the region it is not drawn, and it leaves no trace


def test_a_pointer_that_moves_and_a_caret_elsewhere_are_two_boxes(quiet: Stage) -> None:
    with paper("Sheet", (100, 100, 300, 300), loose=True) as sheet, looking(Target(monitor=1)) as source:
        quiet.xdo("mousemove 1000 600")
        settled(source)
        sheet.fill(50, 50, 2, 20, 0)
        quiet.xdo("mousemove 1004 600")
        seen = changes(source)
        assert [change.region for change in seen if not change.pointer] == [Region(150, 150, 2, 20)]
        (pointer,) = (change for change in seen if change.pointer)
        assert pointer.width * pointer.height < 60 * 60


def test_what_changes_beneath_the_pointer_has_the_checksum_of_its_clean_pixels(quiet: Stage) -> None:
    with paper("Sheet", (100, 100, 300, 300), loose=True) as sheet, looking(Target(monitor=1)) as source:
        sums = []
        for place in (CORNER, "mousemove 155 155"):
            quiet.xdo(place)
            settled(source)
            sheet.fill(50, 50, 20, 20, 0xAA0000)
            sums += [change.checksum for change in changes(source) if not change.pointer]
            sheet.fill(50, 50, 20, 20, 0xFFFFFF)
            settled(source)
        assert len(sums) == 2
        assert sums[0] == sums[1]


def test_a_change_of_the_pointers_shape_is_drawn(quiet: Stage) -> None:
    with paper("Sheet", (100, 100, 300, 300), loose=True) as sheet, looking(Target(monitor=1)) as source:
        quiet.xdo("mousemove 250 250")
        shapes = []
        for shape in (Xcursorfont.watch, Xcursorfont.xterm, Xcursorfont.watch):
            sheet.pointer(shape)
            assert all(change.pointer for change in changes(source))
            settled(source)
            shapes.append(source.picture[220:280, 220:280].copy())
        assert (shapes[0] != shapes[1]).any()
        assert (shapes[0] == shapes[2]).all()


def test_a_click_ring_grows_in_stages_and_is_gone_after_its_time(quiet: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(standing.time, "monotonic", lambda: now[0])
    with looking(Target(monitor=1)) as source:
        settled(source)
        source.show_click(640, 360)
        widths = []
        for ms in range(0, RING_MS, 20):
            now[0] = 100.0 + ms / 1000
            widths += [change.width for change in source.poll() if change.pointer]
        now[0] = 100.0 + RING_MS / 1000 + 0.001
        assert len(widths) == RING_STAGES
        assert widths == sorted(widths)
        assert (gone := source.poll())
        assert all(change.pointer for change in gone)
        settled(source)
        bare = grab(source.region)
        assert (source.picture[:600, :, :3] == bare[:600, :, :3]).all()


def test_rings_can_be_left_out(quiet: Stage) -> None:
    with looking(Target(monitor=1), rings=False) as source:
        settled(source)
        source.show_click(640, 360)
        assert source.poll() == ()


def test_an_odd_region_becomes_an_even_picture_without_growing(quiet: Stage) -> None:
    with looking(Target(region=Region(101, 77, 301, 203))) as source:
        assert (source.width, source.height) == (300, 202)
        assert source.picture.shape == (202, 300, 4)
        assert source.region == Region(101, 77, 300, 202)
        assert same_as_screen(source)


def test_all_monitors_are_the_whole_desktop(quiet: Stage) -> None:
    with looking(Target(monitor=0)) as source:
        assert source.label == "all monitors"
        assert (source.width, source.height) == quiet.size


@pytest.mark.parametrize(
    ("target", "line"),
    [
        (Target(monitor=7), r"no monitor 7.*Choose one of 1"),
        (Target(region=Region(1000, 0, 500, 100)), r"not on the screen.*1280x720"),
        (Target(region=Region(10, 10, 8, 100)), r"too small.*16x16"),
        (Target(window="no such title"), r"No window has “no such title” in its title"),
    ],
)
def test_what_is_not_there_is_refused_in_one_line(quiet: Stage, target: Target, line: str) -> None:
    with pytest.raises(CaptureError, match=line) as caught:
        open_source(target)
    assert "\n" not in str(caught.value)


def test_now_and_then_it_looks_anyway_so_that_a_driver_that_forgets_damage_is_found_out(
    quiet: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with paper("Sheet", (100, 100, 300, 300), loose=True) as sheet, looking(Target(monitor=1)) as source:
        settled(source)
        monkeypatch.setattr("capture.backends.x11.damage_poll.DamagePoll.damaged", lambda _: [])
        sheet.fill(50, 50, 20, 20, 0xAA0000)
        assert source.poll() == ()
        monkeypatch.setattr(standing, "FULL_COMPARE_S", 0.0)
        assert [change.region for change in changes(source)] == [Region(150, 150, 20, 20)]


def test_an_x_server_that_is_held_for_a_while_does_not_hold_the_recorder(own_stage: Stage) -> None:
    with paper("Sheet", (100, 100, 300, 300), loose=True) as sheet, looking(Target(monitor=1)) as source:
        own_stage.xdo(CORNER)
        settled(source)
        assert own_stage.x_server is not None
        own_stage.x_server.send_signal(signal.SIGSTOP)
        try:
            assert [source.poll() for _ in range(3)] == [()] * 3
        finally:
            own_stage.x_server.send_signal(signal.SIGCONT)
        sheet.fill(50, 50, 20, 20, 0xAA0000)
        assert [change.region for change in changes(source)] == [Region(150, 150, 20, 20)]
        assert same_as_screen(source) or arrow_at(source, 1270, 710)


def test_an_x_server_that_dies_is_one_line_and_the_last_picture_stays(own_stage: Stage) -> None:
    sheet = Paper("Sheet", (100, 100, 300, 300), 0xCC2200, loose=True)
    with looking(Target(monitor=1)) as source:
        settled(source)
        last = source.picture.copy()
        assert own_stage.x_server is not None
        own_stage.end(own_stage.x_server)
        with pytest.raises(CaptureError, match="display went away"):
            source.poll()
        assert (source.picture == last).all()
    sheet.close()
