"""The recorder on a made-up screen: what it writes, what commands do, and how it ends when something breaks."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import NullListener
from capture.errors import CaptureError, TakeError
from capture.model import Marker, Notice, Pause, Pointer, Scrap, TakeState, Target
from capture.recorder.disk_space import Space
from capture.recorder.options import RecordOptions
from capture.recorder.recorder import Recorder
from capture.takes import is_live, list_takes, load_take, read_changes, read_events
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from capture.video.repair import check
from tests.capture.recorder.fakes import FakeScreen, InThread, goes_away, wait_until

PLENTY = Space(500 << 30, 100 << 30)


@pytest.fixture(autouse=True)
def own_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks of these tests are nobody else's."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":fake")


def test_a_take_holds_what_changed_when_it_changed(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(300)
    running.screen.paint(90)
    running.until(700)
    running.screen.paint(180)
    running.until(900)
    take = running.end()
    changes = list(read_changes(take))
    assert [change.checksum for change in changes] == [90, 180]
    assert changes[0].at_ms == pytest.approx(300, abs=150)
    assert changes[1].at_ms - changes[0].at_ms == pytest.approx(400, abs=150)
    shown = [int(grab_frame(take.video, ms)[4, 4, 0]) for c in changes for ms in (c.at_ms - 50, c.at_ms + 50)]
    assert shown == pytest.approx([0, 90, 90, 180], abs=4)
    assert check(take.video) == pytest.approx(take.duration_ms, abs=2)
    assert take.state is TakeState.FINISHED
    assert load_take(take.path) == take
    assert take.recording_of == "a fake"
    assert running.screen.closed
    assert sorted(p.name for p in take.path.iterdir()) == ["changes.jsonl", "events.jsonl", "take.json", "take.mp4"]


def test_a_still_screen_costs_few_pictures(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(1500)
    take = running.end()
    assert take.figures.ticks > 20
    assert take.figures.frames <= 6


def test_a_take_is_live_until_it_ends(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(50)
    folder = running.recorder.folder
    assert is_live(folder)
    assert load_take(folder).state is TakeState.RECORDING
    running.end()
    assert not is_live(folder)


def test_pauses_are_left_out_of_take_time_and_noted(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(200)
    running.recorder.pause()
    assert running.recorder.status.paused
    stood = running.recorder.status.elapsed_ms
    running.screen.paint(90)  # not seen: nobody records
    since = time.monotonic()
    wait_until(lambda: time.monotonic() - since > 0.3)
    assert running.recorder.status.elapsed_ms == stood
    running.recorder.resume()
    running.until(stood + 200)
    take = running.end()
    [pause] = [event for event in read_events(take) if isinstance(event, Pause)]
    assert pause.at_ms == stood
    assert 290 <= pause.paused_ms < 3000
    assert check(take.video) == pytest.approx(take.duration_ms, abs=2)


def test_marks_and_scraps_are_noted_at_their_moment(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(400)
    running.recorder.mark("here")
    running.until(600)
    running.recorder.scrap(300)
    running.recorder.scrap(60_000)
    take = running.end()
    marker, scrap, all_of_it = (event for event in read_events(take) if isinstance(event, Marker | Scrap))
    assert isinstance(marker, Marker)
    assert (marker.note, marker.at_ms) == ("here", pytest.approx(400, abs=150))
    assert isinstance(scrap, Scrap)
    assert scrap.at_ms - scrap.start_ms == 300
    assert isinstance(all_of_it, Scrap)
    assert all_of_it.start_ms == 0


def test_it_stops_by_itself_when_told_how_long(tmp_path: Path) -> None:
    take = InThread(tmp_path / "takes", max_ms=300).ended()
    assert take.duration_ms == pytest.approx(300, abs=200)


def test_abandoning_is_marked(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(50)
    running.recorder.abandon()
    assert running.ended().state is TakeState.ABANDONED
    assert running.recorder.status.ended


@pytest.mark.parametrize("end", [Recorder.stop, Recorder.abandon, Recorder.finish_orphaned])
def test_ended_before_its_first_picture_it_leaves_nothing(tmp_path: Path, end: Callable[[Recorder], None]) -> None:
    screen = FakeScreen()
    options = RecordOptions(target=Target(monitor=1), takes_folder=tmp_path / "takes", microphone="none", events=False)
    recorder = Recorder(options, open_screen=lambda _target: screen)
    end(recorder)
    with pytest.raises(CaptureError, match="nothing was recorded"):
        recorder.run()
    assert screen.closed
    assert not list((tmp_path / "takes").iterdir())
    running = InThread(tmp_path / "takes")  # the display is free again
    running.until(50)
    running.end()


def test_a_screen_that_goes_away_ends_the_take_with_what_was_shown(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(400)
    running.screen.gone = goes_away()
    take = running.ended()
    assert take.state is TakeState.FINISHED
    assert "The display went away" in take.notices[-1]
    assert any(isinstance(event, Notice) for event in read_events(take))
    assert check(take.video) >= 400


def test_a_screen_that_goes_away_in_a_pause_ends_the_take_too(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(100)
    running.recorder.pause()
    running.screen.gone = goes_away()
    assert "The display went away" in running.ended().notices[-1]


def test_a_fault_of_our_own_keeps_the_take_and_is_not_hidden(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(300)
    running.screen.gone = ZeroDivisionError("a bug")
    with pytest.raises(ZeroDivisionError):
        running.ended()
    [take] = list_takes(tmp_path / "takes")
    assert take.state is TakeState.FINISHED
    assert "The recorder failed (ZeroDivisionError: a bug)" in take.notices[-1]
    assert check(take.video) >= 300


def test_a_wall_clock_set_back_an_hour_moves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = InThread(tmp_path / "takes")
    running.until(200)
    real = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: real - 3_600_000_000_000)
    monkeypatch.setattr(time, "time", lambda: real / 1e9 - 3600)
    running.screen.paint(90)
    running.until(400)
    take = running.end()
    assert 400 <= take.duration_ms < 5000
    [change] = read_changes(take)
    assert 150 <= change.at_ms < 5000
    assert check(take.video) == pytest.approx(take.duration_ms, abs=2)


def test_the_user_is_warned_once_and_the_take_ends_before_the_disk_is_full(tmp_path: Path) -> None:
    room = [PLENTY]
    running = InThread(tmp_path / "takes", space=lambda _folder: room[0])
    running.until(100)
    for free in (900, 800):
        room[0] = Space(500 << 30, free << 20)
        running.recorder.watch_disk()
    assert running.recorder.status.notices == ("Only 900 MB of disk are left.",)
    room[0] = Space(500 << 30, 100 << 20)
    running.recorder.watch_disk()
    take = running.ended()
    assert take.state is TakeState.FINISHED
    assert take.notices[-1] == "The disk is nearly full (100 MB left); the take was ended."


def test_a_small_disk_lowers_the_limits(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes", space=lambda _folder: Space(20 << 20, 10 << 20))
    running.recorder.watch_disk()
    assert running.recorder.status.notices == ()
    running.end()


def test_nothing_is_begun_on_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match="Only 5 MB are free"):
        InThread(tmp_path / "takes", space=lambda _folder: Space(500 << 30, 5 << 20))
    assert list((tmp_path / "takes").iterdir()) == []


def test_a_second_recorder_on_the_same_display_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    first = InThread(tmp_path / "takes")
    first.until(50)
    with pytest.raises(CaptureError, match="being recorded already") as caught:
        InThread(tmp_path / "takes")
    assert first.recorder.folder.name in str(caught.value)
    assert len(list((tmp_path / "takes").iterdir())) == 1
    first.end()
    InThread(tmp_path / "takes").end()


def test_a_screen_that_cannot_be_opened_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CaptureError("There is no screen")

    monkeypatch.setattr("tests.capture.recorder.fakes.FakeScreen.__init__", refuse)
    with pytest.raises(CaptureError):
        InThread(tmp_path / "takes")
    from capture.model import Target
    from capture.recorder.options import RecordOptions
    from capture.recorder.recorder import Recorder

    options = RecordOptions(target=Target(monitor=1), takes_folder=tmp_path / "takes", microphone="none", events=False)
    with pytest.raises(CaptureError):
        Recorder(options, open_screen=refuse)  # type: ignore[arg-type]  # it never returns
    assert list((tmp_path / "takes").iterdir()) == []


def test_what_the_screen_has_to_say_reaches_the_user(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.screen.told.append("Another window covers it.")
    wait_until(lambda: running.recorder.status.notices)
    assert running.end().notices == ("Another window covers it.",)


def test_the_record_on_disk_is_plain_json(tmp_path: Path) -> None:
    running = InThread(tmp_path / "takes")
    running.until(50)
    take = running.end()
    document = json.loads((take.path / "take.json").read_text())
    assert document["state"] == "finished"
    assert "path" not in document
    assert probe(take.video).has_sound is False
    assert document["figures"]["cpu_ms"] > 0


def test_a_disk_that_takes_not_even_the_first_picture_leaves_no_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: object, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("capture.video.take_writer.write_what_fits", full)
    running = InThread(tmp_path / "takes")
    wait_until(lambda: running.screen.paint(90) or running.screen.closed)
    with pytest.raises(TakeError, match="not even the first picture"):
        running.ended()
    assert list((tmp_path / "takes").iterdir()) == []


def test_a_take_that_failed_is_told_apart_from_one_that_was_stopped(tmp_path: Path) -> None:
    stopped = InThread(tmp_path / "takes")
    stopped.until(100)
    stopped.end()
    assert not stopped.recorder.status.cut_short
    lost = InThread(tmp_path / "takes")
    lost.until(100)
    lost.screen.gone = goes_away()
    lost.ended()
    assert lost.recorder.status.cut_short


def test_where_the_pointer_rests_after_a_pause_is_logged_though_it_came_there_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[EventAggregator] = []

    class Desktop:
        """Tells the pointer with its pictures only."""

        def open_listener(self, inputs: EventAggregator, _hotkeys: object) -> NullListener:
            opened.append(inputs)
            return NullListener("")

    monkeypatch.setattr("capture.backends.input.desktop_backend", Desktop)
    running = InThread(tmp_path / "takes", events=True)
    running.until(100)
    running.screen.pointer = (10, 10)
    opened[0].sample_pointer()
    running.recorder.pause()
    running.screen.pointer = (20, 20)
    opened[0].sample_pointer()
    running.recorder.resume()
    opened[0].sample_pointer()
    path = [(event.x, event.y) for event in read_events(running.end()) if isinstance(event, Pointer)]
    assert path == [(10, 10), (20, 20)]


@pytest.mark.parametrize("name", ["unix:fake", ":fake.0"])
def test_one_display_under_another_name_is_recorded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    running = InThread(tmp_path / "takes")
    monkeypatch.setenv("DISPLAY", name)
    with pytest.raises(CaptureError, match="recorded already"):
        InThread(tmp_path / "takes")
    running.end()
