"""A sound track through the comings and goings of its device."""

from __future__ import annotations

import numpy as np
import pytest

import capture.recorder.audio_tracks as room
from capture.audio.block import Block
from capture.model import Microphone
from capture.recorder.audio_tracks import RecordingTrack
from capture.recorder.clock import ActivePeriods, Clock

S = 1_000_000_000
RATE = 48_000


class FakeFeed:
    """A Feed whose blocks a test puts."""

    def __init__(self, source: Microphone, channels: int | None, *, follow: bool) -> None:
        self.name, self.follow, self.channels = source.name, follow, channels
        self.blocks, self.live, self.failure, self.closed = list[Block](), False, "", False

    def wait(self, _seconds: float) -> bool:
        return self.live

    def wait_next(self, _seconds: float) -> None:
        """Blocks are there or not."""

    def drain(self) -> list[Block]:
        found, self.blocks = self.blocks, []
        return found

    def close(self) -> None:
        self.closed = True


class Scene:
    """A track, its feed, and a clock moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(room, "open_audio_source", FakeFeed)
        self.now = 100 * S
        self.clock = Clock(lambda: self.now)
        self.track = RecordingTrack(Microphone("usb", "USB headset"), "microphone", self.clock, ActivePeriods(), 1)
        self.feed: FakeFeed = self.track._audio_source  # type: ignore[assignment]  # put there above

    def hear(self, seconds: float, *, gap: bool = False) -> int:
        """So much sound comes; how many samples are to be written."""
        written = 0
        for number in range(round(seconds * 10)):
            self.feed.blocks.append(Block(self.now, np.full((4800, 1), 500, np.int16), RATE, gap and not number))
            self.now += S // 10
            written += self.write()
        return written

    def write(self) -> int:
        return sum(len(samples) for samples in self.track.read(self.clock.take_ns()))


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


def test_a_device_without_sound_at_the_start_is_told_with_its_reason(scene: Scene) -> None:
    scene.feed.failure = "It is busy."
    scene.track.wake()
    assert scene.track.notices() == ["The microphone USB headset gives no sound yet (It is busy)."]


def test_a_device_that_is_there_is_no_news(scene: Scene) -> None:
    scene.feed.live = True
    begun = scene.now
    scene.feed.blocks = [Block(begun - n * S // 10, np.zeros((4800, 1), np.int16), RATE) for n in range(6, 0, -1)]
    scene.track.wake()
    assert scene.track.notices() == []


def test_old_sound_of_a_device_that_just_woke_up_is_waited_out(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.feed.live = True
    stamps = [-500, -400, -300, -200, 380, 480, 580, 680, 780]  # ms: old at first, then a leap

    def another(_seconds: float) -> None:
        scene.now += S // 10
        start = 100 * S + stamps.pop(0) * S // 1000
        scene.feed.blocks.append(Block(start, np.zeros((4800, 1), np.int16), RATE))

    monkeypatch.setattr(scene.feed, "wait_next", another)
    scene.track.wake()
    assert len(stamps) == 1, "three in a row that are fresh and steady"


def test_a_device_that_goes_away_is_silence_a_second_behind_and_told_once(scene: Scene) -> None:
    scene.feed.live = True
    scene.clock.start()
    scene.write()
    assert scene.track.notices() == ["The microphone is back."]
    assert scene.hear(2) == 2 * RATE
    scene.feed.live = False
    scene.now += S
    assert scene.write() == 0, "it may only be late"
    scene.now += S
    assert scene.write() == RATE, "silence up to a second ago"
    assert scene.track.notices() == ["The microphone USB headset went away; silence until it returns."]
    assert scene.track.level.silent
    scene.now += S
    scene.write()
    assert scene.track.notices() == []
    assert scene.track.lost_ms == 2000


def test_a_device_that_returns_is_told_and_stands_in_its_place(scene: Scene) -> None:
    scene.feed.live = True
    scene.clock.start()
    scene.hear(1)
    scene.feed.live = False
    scene.now += 3 * S
    scene.write()
    scene.track.notices()
    scene.feed.live = True
    scene.hear(1, gap=True)
    assert scene.track.notices() == ["The microphone is back."]
    assert scene.track.lost_ms == 3000
    assert len(scene.track.end(scene.clock.take_ns())) == 0, "nothing is missing at the end"
    assert scene.feed.closed


def test_the_end_is_reached_when_its_sound_has_come_or_never_will(scene: Scene) -> None:
    scene.feed.live = True
    scene.clock.start()
    scene.hear(1)
    assert scene.track.caught_up(scene.now)
    assert not scene.track.caught_up(scene.now + S)
    scene.feed.live = False
    assert scene.track.caught_up(scene.now + S)
    assert len(scene.track.end(2 * S)) == RATE, "the rest is silence"


def test_a_system_sound_that_begins_later_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.track = RecordingTrack(Microphone("out", "Speakers"), "system sound", scene.clock, ActivePeriods(), 2)
    scene.feed = scene.track._audio_source  # type: ignore[assignment]  # put there by Scene
    scene.track.wake()
    assert scene.track.notices() == []
    scene.clock.start()
    scene.feed.live = True
    scene.write()
    assert scene.track.notices() == []
    scene.feed.live = False
    scene.write()
    assert scene.track.notices() == ["The system sound Speakers went away; silence until it returns."]
