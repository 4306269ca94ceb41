"""The setup of a recording: what is preselected, and what is recorded."""

from __future__ import annotations

from capture.model import Microphone, Monitor, Region
from tui.state.record import RecordModel

SCREEN = Monitor(1, "eDP-1", Region(0, 0, 1920, 1080), primary=True)
HEADSET = Microphone("headset", "Headset", default=True)
DESK = Microphone("desk", "Desk")
SPEAKERS = Microphone("speakers.monitor", "Monitor of Speakers", monitor=True)


def test_what_the_loudspeakers_play_is_offered_but_not_preselected() -> None:
    model = RecordModel()
    model.offer([SCREEN], [], [SPEAKERS], None)
    assert SPEAKERS in model.microphones
    assert model.microphone is None


def test_the_default_microphone_is_recorded_as_such_so_that_it_is_followed() -> None:
    model = RecordModel()
    model.offer([SCREEN], [], [HEADSET, DESK], "headset")
    choice = model.choice()
    assert choice is not None
    assert (choice.microphone, choice.default_microphone) == ("headset", True)
    model.choose_microphone(1)
    choice = model.choice()
    assert choice is not None
    assert (choice.microphone, choice.default_microphone) == ("desk", False)
