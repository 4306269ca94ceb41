"""What becomes of keys: typing is counted, chords are named, hotkeys act and are not noted."""

from __future__ import annotations

import pytest

from capture.backends.portable.input_line import InputLine
from capture.backends.portable.key_names import ReportedKey, parse_hotkey
from capture.backends.portable.key_translator import KeyTranslator


class Keys:
    """Presses keys as pynput reports them."""

    def __init__(self, system: str = "Windows", *hotkeys: str) -> None:
        self.lines: list[InputLine] = []
        self.down, self.now_s = True, 0.0
        self.translator = KeyTranslator(hotkeys, system, self.lines.append, lambda _: self.down, lambda: self.now_s)

    def press(self, *keys: ReportedKey | str, times: int = 1) -> None:
        """Press all in order, release all; a letter is a character, a longer text a key's name."""
        made = [_key(key) for key in keys]
        for key in made[:-1]:
            self.translator.pressed(key)
        for _ in range(times):
            self.translator.pressed(made[-1])
        for key in reversed(made):
            self.translator.released(key)

    @property
    def told(self) -> list[str]:
        return [f"{line.kind} {line.text}".strip() for line in self.lines]


def _key(key: ReportedKey | str) -> ReportedKey:
    if isinstance(key, ReportedKey):
        return key
    return ReportedKey(char=key) if len(key) == 1 else ReportedKey(key)


def test_characters_are_only_counted_and_chords_are_named() -> None:
    keys = Keys()
    for one in ("S", "3", "space"):
        keys.press(one)
    keys.press("shift", "B")
    keys.press("backspace")
    keys.press("cmd", "page_down")
    keys.press("enter")
    keys.press("shift", "f5")
    keys.press("caps_lock")
    assert keys.told == ["typed"] * 4 + [
        *("corrected BackSpace", "chord Super+PageDown", "chord Return", "chord Shift+F5"),
    ]


def test_no_line_tells_what_was_typed() -> None:
    keys = Keys()
    for char in "Tr0ub4dor&3 Äß!":
        keys.press(char)
    assert set(keys.lines) == {InputLine("typed")}


@pytest.mark.parametrize(
    ("system", "letter"),
    [
        ("Windows", ReportedKey(char="\x13", vk=83)),  # a control character, as Windows and X11's terminals have it
        ("Windows", ReportedKey(char=None, vk=83)),
        ("Darwin", ReportedKey(char="\x13", vk=1)),
        ("Linux", ReportedKey(char="s", vk=0x73)),
    ],
)
def test_ctrl_with_a_letter_is_named_on_every_system(system: str, letter: ReportedKey) -> None:
    keys = Keys(system)
    keys.press("ctrl_l", letter)
    keys.press("ctrl_r", "shift", letter)
    assert keys.told == ["chord Ctrl+S", "chord Ctrl+Shift+S"]


def test_ctrl_with_digits_and_signs_is_named_on_windows() -> None:
    keys = Keys()
    for vk in (0x30, 0x61, 0xBB, 0xBD):
        keys.press("ctrl_l", ReportedKey(vk=vk))
    assert keys.told == ["chord Ctrl+0", "chord Ctrl+1", "chord Ctrl++", "chord Ctrl+-"]


def test_a_key_without_a_known_label_is_left_out() -> None:
    keys = Keys()
    keys.press("ctrl_l", ReportedKey(char="\x1f", vk=0xDF))
    keys.press(ReportedKey())  # what pynput gives for a key that it does not know
    assert keys.told == []


def test_altgr_and_the_option_key_of_a_mac_type_characters() -> None:
    windows, mac = Keys("Windows"), Keys("Darwin")
    windows.press("ctrl_l", "alt_gr", "@")  # how Windows reports AltGr
    mac.press("alt", "€")
    assert windows.told == mac.told == ["typed"]


@pytest.mark.parametrize(
    ("system", "p"),
    [
        ("Windows", ReportedKey(char="\x10", vk=80)),
        ("Windows", ReportedKey(char=None, vk=80)),
        ("Darwin", ReportedKey(char="π", vk=35)),
        ("Darwin", ReportedKey(char="\x10", vk=35)),
        ("Linux", ReportedKey(char="p", vk=0x70)),
    ],
)
def test_a_hotkey_acts_once_however_long_it_is_held_and_is_no_chord(system: str, p: ReportedKey) -> None:
    keys = Keys(system, "ctrl+alt+p")
    keys.press("ctrl_l", "alt_l", p, times=5)
    keys.press("alt_l", "ctrl_l", p)
    assert keys.told == ["hotkey ctrl+alt+p"] * 2


def test_a_hotkey_with_more_or_fewer_modifiers_is_another_chord() -> None:
    keys = Keys("Windows", "ctrl+alt+p")
    keys.press("ctrl_l", ReportedKey(vk=80))
    keys.press("ctrl_l", "alt_l", "shift", ReportedKey(vk=80))
    assert keys.told == ["chord Ctrl+P", "chord Ctrl+Alt+Shift+P"]


@pytest.mark.parametrize(
    "same", ["ctrl+alt+esc", "Control + Alt + Escape", "alt+ctrl+ESC"], ids=["short", "long", "turned"]
)
def test_hotkeys_are_spelled_in_many_ways(same: str) -> None:
    keys = Keys("Windows", same)
    keys.press("ctrl_l", "alt_l", "esc")
    assert keys.told == [f"hotkey {same}"]


@pytest.mark.parametrize("text", ["ctrl+nosuch", "hyper+p", "ctrl+", "", "+"])
def test_what_is_no_key_is_no_hotkey(text: str) -> None:
    assert parse_hotkey(text) is None


def test_what_is_typed_after_a_modifier_was_let_go_unseen_is_counted_only() -> None:
    keys = Keys("Windows", "cmd+p")
    keys.translator.pressed(ReportedKey("cmd"))
    keys.press("l")
    keys.now_s, keys.down = 9.0, False  # the screen was locked: its release was told to nobody
    for char in "Paß1":
        keys.press(char)
    assert keys.told == ["chord Super+L", *["typed"] * 4]


def test_a_modifier_that_is_held_long_still_makes_chords() -> None:
    keys = Keys()
    keys.translator.pressed(ReportedKey("ctrl_l"))
    keys.now_s = 9.0
    keys.press("c")
    keys.down = False
    keys.translator.pressed(ReportedKey("ctrl_l"))  # it repeats: down for sure
    keys.press("v")
    assert keys.told == ["chord Ctrl+C", "chord Ctrl+V"]
