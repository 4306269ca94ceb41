"""Sound from a PulseAudio server: what is told of its failures, and how it is taken up again."""

from __future__ import annotations

import numpy as np
import pytest

from capture.backends.pulse.libpulse import AudioChunk
from capture.backends.pulse.pulse_source import PulseSource
from tests.capture.recorder.fakes import wait_until
from tests.support.desktop import Stage

S = 1_000_000_000


class FakeStream:
    """A stream whose sound and failure a test puts."""

    def __init__(self, channels: int | None) -> None:
        self.channels = channels or 1
        self.failure, self.coming, self.closed = "", list[AudioChunk](), False

    def read(self) -> AudioChunk | None:
        return self.coming.pop(0) if self.coming else None

    def close(self) -> None:
        self.closed = True


class Scene:
    """A feed over fake streams, and a clock moved by hand."""

    def __init__(self, channels: int = 1) -> None:
        self.now, self.streams = 100 * S, list[FakeStream]()
        self.feed = PulseSource("usb", channels, opened=self._opened, now=lambda: self.now)

    def _opened(self, _name: str | None, channels: int | None) -> FakeStream:
        self.streams.append(FakeStream(channels))
        return self.streams[-1]

    def pass_by(self, seconds: float) -> list[bool]:
        """Time passes, with a look every tenth of a second; the gaps of the blocks that came."""
        gaps = []
        for _ in range(round(seconds * 10)):
            self.now += S // 10
            gaps += [block.gap for block in self.feed.drain()]
        return gaps

    def sound(self, *, gap: bool = False) -> None:
        """A block arrives."""
        self.streams[-1].coming.append(AudioChunk(self.now, bytes(200), gap))


def test_a_source_that_sleeps_is_waited_for_and_then_taken_up_anew() -> None:
    scene = Scene()
    scene.pass_by(3)
    assert len(scene.streams) == 1
    assert scene.feed.failure == ""
    scene.pass_by(4)
    assert [stream.closed for stream in scene.streams] == [True, False]
    assert scene.feed.failure == "No sound comes from it."


def test_a_source_that_falls_silent_in_mid_stream_is_missed_sooner() -> None:
    scene = Scene()
    scene.sound()
    assert scene.pass_by(0.1) == [True], "what was before the first block is not known"
    assert scene.feed.live
    scene.pass_by(1)
    assert scene.feed.live
    scene.pass_by(0.5)
    assert not scene.feed.live


def test_what_comes_after_a_failure_is_known_to_follow_a_gap() -> None:
    scene = Scene()
    scene.sound()
    scene.sound()
    assert scene.pass_by(0.2) == [True, False]
    scene.streams[0].failure = "Connection terminated"
    scene.pass_by(0.2)
    assert not scene.feed.live
    assert scene.feed.failure == "The sound server says: Connection terminated."
    scene.pass_by(1.1)
    scene.sound()
    assert scene.pass_by(0.2) == [True]
    assert scene.feed.live
    assert scene.feed.failure == ""


def test_a_hole_in_the_stream_is_a_gap() -> None:
    scene = Scene()
    scene.sound()
    scene.sound(gap=True)
    assert scene.pass_by(0.2) == [True, True]


def test_samples_are_shaped_by_their_channels() -> None:
    scene = Scene(channels=2)
    scene.sound()
    scene.now += S
    [block] = scene.feed.drain()
    assert block.samples.shape == (50, 2)
    assert block.samples.dtype == np.int16


@pytest.mark.sound
def test_a_source_that_is_not_there_is_one_line(stage: Stage) -> None:
    feed = PulseSource("laptop")
    try:
        assert not feed.wait(10)
        assert feed.failure == "The sound server says: No such entity."
    finally:
        feed.close()


@pytest.mark.sound
def test_a_source_that_is_pulled_out_is_missed_and_not_replaced_by_another(own_stage: Stage) -> None:
    load = ["pactl", "load-module", "module-null-sink", "sink_name=headset", "norewinds=1"]
    number = own_stage.run(load).stdout.strip()
    feed = PulseSource("headset.monitor")
    try:
        assert feed.wait(10)
        own_stage.run(["pactl", "unload-module", number])
        wait_until(lambda: feed.drain() is not None and not feed.live)
        own_stage.run(load)
        wait_until(lambda: feed.drain() is not None and feed.live)
    finally:
        feed.close()


@pytest.mark.sound
def test_no_server_is_one_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    feed = PulseSource(None)
    try:
        assert not feed.wait(10)
        assert "Connection refused" in feed.failure
    finally:
        feed.close()
