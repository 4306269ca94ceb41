"""What is told of a microphone that gives nothing."""

from __future__ import annotations

from capture.recorder.silence_watch import NS_PER_S, SilenceWatch

VOICE, NOISE, NOTHING = -20.0, -65.0, -90.0


class Scene:
    """A watch, and blocks of a tenth of a second."""

    def __init__(self) -> None:
        self.watch, self.now = SilenceWatch("microphone USB"), 0

    def hears(self, peak_db: float, seconds: float, *, cancelling: bool = False) -> list[str]:
        told = []
        for _ in range(round(seconds * 10)):
            before, self.now = self.now, self.now + NS_PER_S // 10
            told += self.watch.update(peak_db, before, self.now, cancelling=cancelling)
        return told


def test_a_microphone_that_gives_nothing_from_the_start_is_told_once_and_its_sound_too() -> None:
    scene = Scene()
    assert scene.hears(NOTHING, 2.5) == []
    assert scene.hears(NOTHING, 60) == ["Nothing is heard from the microphone USB: it may be muted or turned down."]
    assert not scene.watch.heard
    assert scene.hears(VOICE, 1) == ["The microphone USB is heard now."]
    assert scene.watch.heard
    assert scene.watch.peak_db == VOICE


def test_a_quiet_room_is_no_news_and_neither_are_silent_pauses() -> None:
    scene = Scene()
    assert scene.hears(NOISE, 60) == []
    for _ in range(5):
        assert scene.hears(VOICE, 3) == []
        assert scene.hears(NOTHING, 15) == []


def test_a_microphone_that_falls_silent_for_long_is_told() -> None:
    scene = Scene()
    scene.hears(VOICE, 5)
    assert scene.hears(NOTHING, 25) == [
        "Nothing is heard any more from the microphone USB: it may be muted or turned down."
    ]


def test_channels_that_cancel_out_are_told_once() -> None:
    scene = Scene()
    told = scene.hears(VOICE, 5, cancelling=True)
    assert told == ["Channels of the microphone USB cancel each other out; the loudest one is recorded."]


def test_another_device_begins_anew() -> None:
    scene = Scene()
    scene.hears(VOICE, 5)
    scene.hears(NOTHING, 19)
    scene.watch.renamed("microphone Desk")
    assert scene.hears(NOTHING, 2) == []
    assert scene.hears(NOTHING, 2) == ["Nothing is heard from the microphone Desk: it may be muted or turned down."]
    assert scene.watch.peak_db == VOICE, "that of the take"


def test_channels_of_another_device_that_cancel_out_are_told_too() -> None:
    scene = Scene()
    scene.hears(VOICE, 5, cancelling=True)
    scene.watch.renamed("microphone Desk")
    told = scene.hears(VOICE, 5, cancelling=True)
    assert told == ["Channels of the microphone Desk cancel each other out; the loudest one is recorded."]


def test_a_device_that_went_away_is_not_called_silent_meanwhile() -> None:
    scene = Scene()
    scene.hears(VOICE, 5)
    scene.hears(NOTHING, 19)
    scene.watch.lost()
    assert scene.hears(NOTHING, 19) == []
