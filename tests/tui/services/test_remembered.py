"""What was chosen last stands ready, as far as it is still there, and until the settings say something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.model import Microphone, Monitor, Region, Window
from tui.services.remembered import FILE, LastSetup, Remembered
from tui.state.record import Keys, RecordModel

MONITORS = [
    Monitor(1, "eDP-1", Region(0, 0, 1920, 1080), primary=True),
    Monitor(2, "HDMI-1", Region(1920, 0, 800, 600)),
]
WINDOWS = [Window(7, "Purchase orders", "Orders", Region(0, 0, 900, 700))]
MICROPHONES = [Microphone("built-in", "Built-in"), Microphone("usb", "Headset")]


def set_up(last: LastSetup | None, *, countdown: int = 3, microphone: str | None = None) -> RecordModel:
    """A record screen's model on this machine, with these settings."""
    model = RecordModel()
    model.set_up(countdown, words=True, last=last)
    model.offer(MONITORS, WINDOWS, MICROPHONES, microphone or "built-in", microphone)
    return model


def chosen(model: RecordModel) -> tuple[str, str, int]:
    assert model.source is not None
    return model.source.label, model.microphone.name if model.microphone else "", model.countdown_s


def test_source_microphone_countdown_and_options_are_as_in_the_last_recording(tmp_path: Path) -> None:
    first = set_up(None)
    assert chosen(first) == ("Monitor 1", "built-in", 3)
    first.choose_source([source.label for source in first.sources].index("Purchase orders"))
    first.choose_microphone(1)
    first.choose_countdown()
    first.machine_sound, first.words, first.keys = True, False, Keys.SHOWN
    Remembered(tmp_path).keep_setup(first.setup(3, None))
    again = set_up(Remembered(tmp_path).setup)
    assert chosen(again) == ("Purchase orders", "usb", 5)
    assert (again.machine_sound, again.words, again.keys) == (True, False, Keys.SHOWN)
    assert again.choice() == first.choice()


def test_a_region_is_remembered_while_a_screen_holds_it(tmp_path: Path) -> None:
    first = set_up(None)
    first.give_region(Region(100, 80, 640, 480))
    last = first.setup(3, None)
    assert set_up(last).choice() == first.choice()
    assert chosen(set_up(LastSetup(region=(5_000, 0, 10, 10))))[0] == "Monitor 1"


def test_no_microphone_is_a_choice_but_not_where_there_was_none() -> None:
    first = set_up(None)
    first.choose_microphone(2)
    assert set_up(first.setup(3, None)).microphone is None
    bare = RecordModel()
    bare.offer(MONITORS, WINDOWS, [], None)
    assert chosen(set_up(bare.setup(3, None)))[1] == "built-in"


def test_settings_changed_since_then_count() -> None:
    first = set_up(None)
    first.choose_microphone(1)
    first.choose_countdown()
    last = first.setup(3, None)
    assert chosen(set_up(last, countdown=0, microphone="built-in"))[1:] == ("built-in", 0)


def test_what_is_gone_is_passed_over() -> None:
    last = LastSetup(source="A window that was closed", microphone="unplugged", keys="of another version")
    assert chosen(set_up(last)) == ("Monitor 1", "built-in", 3)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"theme": 3}', b'{"setup": {"region": [1]}}', b"\xff\xfe"])
def test_a_damaged_file_is_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    remembered = Remembered(tmp_path)
    assert (remembered.theme, remembered.setup) == ("", None)
    remembered.keep_theme("nord")
    assert Remembered(tmp_path).theme == "nord"


def test_theme_and_setup_leave_each_other_alone(tmp_path: Path) -> None:
    remembered = Remembered(tmp_path / "new")
    remembered.keep_theme("nord")
    remembered.keep_setup(LastSetup(source="Monitor 2"))
    assert (remembered.theme, remembered.setup) == ("nord", LastSetup(source="Monitor 2"))


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    Remembered(tmp_path / "file").keep_theme("nord")
