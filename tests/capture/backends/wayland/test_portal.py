"""Recording a Wayland desktop through its portal: the user is asked, the pictures come from PipeWire."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from capture.backends.capabilities import check_screen
from capture.backends.pipewire import libpipewire
from capture.backends.screen import grab, open_source
from capture.desktop.consent import Consent
from capture.errors import CaptureError
from capture.model import Region, Target
from capture.recorder.handle import Recording, Status
from tests.capture.backends.wayland.conftest import Watch
from tests.support.desktop import wait_for
from tests.support.recorder_on_desktop import clear_up, gone, options
from tests.support.wayland_pointer import VirtualPointer
from tests.support.wayland_stage import OUTPUT, WaylandStage

BLUE, RED, GREEN = (143, 110, 59), (32, 32, 192), (32, 160, 32)


@pytest.fixture(autouse=True)
def plain_desk(portal: WaylandStage) -> Iterator[None]:
    """The terminal empty and blue, the monitor as it was."""
    portal.write("\x1b[H\x1b[2J")
    portal.paint("#3b6e8f")
    yield
    clear_up()
    width, height = portal.size
    portal.sway(f"output {OUTPUT} mode {width}x{height}@60Hz")


def test_typing_is_seen_in_small_boxes(portal: WaylandStage, watch: Watch) -> None:
    seen = watch()
    assert (seen.source.label, seen.source.width, seen.source.height) == ("monitor 1 (640x360)", 640, 360)
    portal.paint("#20a020")
    seen.until_shows(GREEN, 300, 300)
    seen.changes.clear()
    for letter in "hello":
        before = len(seen.changes)
        portal.write(letter)
        seen.until_changed(before + 1)
    assert max(change.width for change in seen.changes) < 60


@pytest.mark.parametrize("mode", ["800x600", "320x200"])
def test_a_screen_of_another_size_is_told_and_the_picture_keeps_its_own(
    portal: WaylandStage, watch: Watch, mode: str
) -> None:
    seen = watch()
    portal.paint("#20a020")
    seen.until_shows(GREEN, 300, 300)
    portal.sway(f"output {OUTPUT} mode {mode}@60Hz")
    told = seen.until_told("now", lambda: portal.write("."))  # this portal sends nothing while nothing changes
    assert told.endswith(f"is now {mode}; the video keeps its size.")
    portal.paint("#c02020")
    seen.until_shows(RED, 200, 150)
    assert seen.source.picture.shape == (360, 640, 4)


def test_a_still_screen_stays_as_it_is_also_when_it_is_compared_as_a_whole(
    portal: WaylandStage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watch()
    portal.paint("#20a020")
    seen.until_shows(GREEN, 300, 300)
    monkeypatch.setattr("capture.desktop.frame_buffer.FULL_COMPARE_S", 0.0)
    seen.changes.clear()
    for _ in range(100):
        seen.look()
    assert seen.changes == []
    assert seen.colour(300, 300) == GREEN


def test_a_region_is_cropped_from_what_is_granted(portal: WaylandStage, watch: Watch) -> None:
    seen = watch(Target(region=Region(100, 100, 200, 100)))
    assert seen.source.region == Region(100, 100, 200, 100)
    portal.paint("#c02020")
    seen.until_shows(RED, 199, 99)
    with pytest.raises(CaptureError, match="not on the screen"):
        open_source(Target(region=Region(600, 100, 200, 100)))


def test_a_region_that_is_not_on_the_remembered_monitor_lets_the_user_choose_another(
    portal: WaylandStage, watch: Watch
) -> None:
    watch(Target(region=Region(100, 100, 200, 100))).close()
    asked = portal.times_asked
    with pytest.raises(CaptureError, match="not on the screen"):
        open_source(Target(region=Region(900, 100, 200, 100)))
    assert portal.times_asked == asked, "remembered"
    watch(Target(region=Region(100, 100, 200, 100))).close()
    assert portal.times_asked == asked + 1


def test_the_pointer_is_seen_where_it_is_put(portal: WaylandStage, watch: Watch) -> None:
    mouse = VirtualPointer(portal.size)
    try:
        mouse.move(40, 200)
        seen = watch()
        portal.paint("#20a020")
        seen.until_shows(GREEN, 300, 100)
        seen.changes.clear()
        mouse.move(500, 300)
        near = Region(480, 280, 60, 60)
        wait_for(
            lambda: any(c.width < 60 and not c.region.intersect(near).empty for c in seen.look().changes), "the pointer"
        )
    finally:
        mouse.close()


def test_the_user_is_asked_once_and_what_was_granted_is_the_owners_alone(portal: WaylandStage, watch: Watch) -> None:
    asked = portal.times_asked
    assert check_screen().endswith("the desktop asks first")
    watch().close()
    watch().close()
    assert portal.times_asked == asked + 1
    (token,) = portal.tokens.iterdir()
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert f"delete {token}" in check_screen()


@pytest.mark.parametrize("token", ["nonsense", "123e4567-e89b-42d3-a456-426614174000"])
def test_a_token_that_does_not_hold_any_more_costs_a_question(portal: WaylandStage, watch: Watch, token: str) -> None:
    watch().close()
    asked = portal.times_asked
    (kept,) = portal.tokens.iterdir()
    kept.write_text(token)
    watch().close()
    assert portal.times_asked == asked + 1
    assert kept.read_text() != token


def test_another_monitor_is_asked_for_on_its_own(portal: WaylandStage, watch: Watch) -> None:
    watch(Target(monitor=1)).close()
    asked = portal.times_asked
    watch(Target(monitor=2)).close()
    assert portal.times_asked == asked + 1


def test_a_refusal_is_one_line_and_leaves_nothing(portal: WaylandStage, tmp_path: Path) -> None:
    portal.refuse()
    with pytest.raises(CaptureError, match=r"^It was refused in the desktop's dialogue\. Try again"):
        Recording.start(options(tmp_path, microphone="none"))
    assert not list((tmp_path / "takes").glob("*"))


def test_a_question_has_no_time_limit_and_a_late_yes_records(
    portal: WaylandStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = "capture.recorder.handle.START_S"
    monkeypatch.setattr(limit, 0.1)
    portal.keep_waiting()
    recording = Recording.launch(options(tmp_path, microphone="none"))
    wait_for(lambda: recording.status.state == "asking", "the question", 60)
    looks: list[str] = []

    def meanwhile(status: Status) -> None:
        looks.append(status.state)
        if len(looks) == 4:  # many times as long as any other start might take
            monkeypatch.setattr(limit, 60.0)
        if len(looks) == 6:
            portal.allow()

    recording.wait_started(meanwhile)
    assert looks[:6] == ["asking"] * 6
    take = recording.stop()
    assert (take.width, take.height) == portal.size


@pytest.mark.parametrize("leave", ["abandon", "terminate"])
def test_a_question_that_is_not_waited_for_leaves_nothing(portal: WaylandStage, tmp_path: Path, leave: str) -> None:
    portal.keep_waiting()
    recording = Recording.launch(options(tmp_path, microphone="none"))
    wait_for(lambda: recording.status.state == "asking", "the question", 60)
    if leave == "abandon":
        recording.abandon()
    else:
        os.kill(recording.pid, signal.SIGTERM)
    gone(recording.pid)
    assert not list((tmp_path / "takes").glob("*"))


@pytest.mark.parametrize("target", [Target(window="Orders"), Target(window_id=7)])
def test_windows_are_left_to_the_desktops_own_chooser(portal: WaylandStage, target: Target) -> None:
    """This desktop has none."""
    with pytest.raises(CaptureError, match="no program record a single window"):
        open_source(target)


def test_nothing_is_shown_before_it_is_recorded(portal: WaylandStage) -> None:
    asked = portal.times_asked
    with pytest.raises(CaptureError, match="only while they record it"):
        grab(Region(0, 0, 16, 16))
    assert portal.times_asked == asked


@pytest.mark.parametrize(
    ("address", "told"),
    [("unix:path=/nowhere", "there is no session bus"), ("nonsense", "there is no session bus"), ("", "session bus")],
)
def test_without_a_session_bus_the_line_says_so(
    portal: WaylandStage, monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    if not address:
        monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
        monkeypatch.setenv("WAYLAND_DISPLAY", os.environ["WAYLAND_DISPLAY"])
    for look in (lambda: open_source(Target(monitor=1)), check_screen):
        with pytest.raises(CaptureError, match=told):
            look()


def test_without_a_portal_the_line_says_what_to_install(
    portal: WaylandStage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", portal.bare_bus(tmp_path / "bus"))
    for look in (lambda: open_source(Target(monitor=1)), check_screen):
        with pytest.raises(CaptureError, match=r"no portal that gives its screen.*apt-get install xdg-desktop-portal"):
            look()


def test_without_pipewires_library_the_line_says_what_to_install(
    portal: WaylandStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libpipewire, "_LIBRARY", "libpipewire-0.9.so.0")
    libpipewire._loaded.cache_clear()
    try:
        for look in (lambda: open_source(Target(monitor=1)), check_screen):
            with pytest.raises(CaptureError, match=r"libpipewire-0\.9\.so\.0.*apt-get install libpipewire-0\.3-0"):
                look()
    finally:
        libpipewire._loaded.cache_clear()


def test_a_source_that_is_given_up_while_it_opens_is_closed(portal: WaylandStage) -> None:
    consent = Consent()
    consent.withdraw()
    portal.keep_waiting()
    with pytest.raises(CaptureError, match="given up"):
        open_source(Target(monitor=1), consent=consent)
    assert not consent.asking


def test_pictures_are_copied_and_stay_when_the_screen_goes_on(portal: WaylandStage, watch: Watch) -> None:
    seen = watch()
    portal.paint("#c02020")
    seen.until_shows(RED, 300, 300)
    kept = seen.source.picture.copy()
    portal.write("x" * 400)
    seen.until_changed(len(seen.changes) + 1)
    assert not np.array_equal(kept, seen.source.picture)
    assert tuple(kept[300, 300, :3]) == RED
