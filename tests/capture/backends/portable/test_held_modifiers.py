"""Which modifiers are down, as each system's library tells it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from capture.backends.portable.held_modifiers import held_modifiers


class Function:
    """A function of a library, which takes types."""

    def __init__(self, answers: dict[int, int]) -> None:
        self._answers = answers

    def __call__(self, asked: int) -> int:
        return self._answers.get(asked, 0)


def test_windows_tells_it_of_each_key_and_super_has_two() -> None:
    library: Any = SimpleNamespace(GetAsyncKeyState=Function({0x5C: -0x8000, 0x11: 1}))
    is_down = held_modifiers("Windows", lambda _name: library)
    assert is_down("Super")
    assert not is_down("Ctrl")  # it was pressed since the last question, and is up


def test_a_mac_tells_it_of_all_at_once() -> None:
    library: Any = SimpleNamespace(CGEventSourceFlagsState=Function({0: 1 << 20 | 1 << 17}))
    is_down = held_modifiers("Darwin", lambda _name: library)
    assert [name for name in ("Ctrl", "Alt", "Shift", "Super") if is_down(name)] == ["Shift", "Super"]


def test_another_system_is_not_asked() -> None:
    assert held_modifiers("Linux")("Ctrl")
