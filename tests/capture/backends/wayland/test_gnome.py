"""Recording GNOME: its real dialogue is answered by a mouse; the pointer comes beside the pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from capture.backends.capabilities import check_screen
from capture.backends.screen import open_source
from capture.backends.windows import list_windows
from capture.desktop.consent import Consent
from capture.errors import CaptureError
from capture.model import Pointer, Region, Target
from capture.recorder.handle import Recording
from capture.takes import read_changes, read_events
from tests.support.desktop import wait_for
from tests.support.gnome_stage import GnomeStage
from tests.support.recorder_on_desktop import clear_up, options, until
from tests.support.wayland_source import WatchedSource
from tests.support.wayland_stage import live_on

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

MONITOR, SHARE, CANCEL = (640, 386), (852, 233), (430, 233)  # in the dialogue, on a screen of 1280x720


@pytest.fixture(scope="module")
def shared_gnome() -> Iterator[GnomeStage]:
    """One desktop for all."""
    with GnomeStage() as stage:
        yield stage


@pytest.fixture
def gnome(shared_gnome: GnomeStage, monkeypatch: pytest.MonkeyPatch) -> Iterator[GnomeStage]:
    """It, with this process's environment pointed at it; nothing is remembered."""
    live_on(shared_gnome, monkeypatch)
    shared_gnome.forget()
    yield shared_gnome
    clear_up()


def click(stage: GnomeStage, *places: tuple[int, int]) -> None:
    for place in places:
        stage.hand.move(*place)
        stage.hand.click()


def answered(stage: GnomeStage, asked: Callable[[], bool], *places: tuple[int, int]) -> None:
    """Click in the dialogue, which takes a moment to appear, until nobody is asked any more."""
    wait_for(asked, "the question", 60)
    pause = threading.Event()
    while asked():
        click(stage, *places)
        pause.wait(1.0)


def opened(stage: GnomeStage, *places: tuple[int, int]) -> WatchedSource:
    """A source of the monitor, granted by a click."""
    consent = Consent()
    with ThreadPoolExecutor(1) as other:
        found: Future[object] = other.submit(open_source, Target(monitor=1), consent=consent)
        answered(stage, lambda: consent.asking and not found.done(), *places)
        return WatchedSource(found.result(30))  # type: ignore[arg-type]  # a ScreenSource


def test_what_the_user_grants_is_recorded_and_remembered(gnome: GnomeStage) -> None:
    assert check_screen().endswith("the desktop asks first")
    seen = opened(gnome, MONITOR, SHARE)
    assert (seen.source.width, seen.source.height) == gnome.size
    gnome.paint("#c02020")
    seen.until_shows((32, 32, 192), 640, 400)
    seen.close()
    again = WatchedSource(open_source(Target(monitor=1)))  # nobody is there to click
    gnome.paint("#20a020")
    again.until_shows((32, 160, 32), 640, 400)
    again.close()


def test_the_pointer_is_told_beside_the_pictures(gnome: GnomeStage) -> None:
    seen = opened(gnome, MONITOR, SHARE)
    gnome.paint("#2040d0")
    seen.until_shows((208, 64, 32), 640, 400)
    gnome.hand.move(500, 300)
    wait_for(lambda: seen.look().source.pointer == (500, 300), "the pointer")
    seen.changes.clear()
    gnome.hand.move(700, 450)
    wait_for(lambda: seen.look().source.pointer == (700, 450), "the pointer")
    moved = [change.region for change in seen.changes if change.pointer]
    assert any(not box.intersect(Region(500, 300, 8, 8)).empty for box in moved)
    assert any(not box.intersect(Region(700, 450, 8, 8)).empty for box in moved)
    assert seen.colour(500, 300) == (208, 64, 32), "where it was, the picture is clean"
    seen.close()


def test_cancel_is_one_line(gnome: GnomeStage) -> None:
    with pytest.raises(CaptureError, match=r"^It was refused in the desktop's dialogue\."):
        opened(gnome, CANCEL)


def test_the_desktop_offers_its_own_chooser_for_windows(gnome: GnomeStage) -> None:
    assert [window.title for window in list_windows()] == ["A window, chosen in the desktop's dialogue"]


def test_a_take_has_the_pointers_path(gnome: GnomeStage, tmp_path: Path) -> None:
    recording = Recording.launch(options(tmp_path, microphone="none", events=True))
    answered(gnome, lambda: recording.status.state == "asking", MONITOR, SHARE)
    recording.wait_started()
    until(recording, 500)
    for step in range(20):
        gnome.hand.move(300 + 20 * step, 200 + 10 * step)
    until(recording, recording.status.elapsed_ms + 500)
    take = recording.stop()
    path = [(event.x, event.y) for event in read_events(take) if isinstance(event, Pointer)]
    assert path[-1] == (680, 390)
    assert any(change.pointer for change in read_changes(take))
    assert any("Clicks and keys are not noted" in notice for notice in take.notices)
