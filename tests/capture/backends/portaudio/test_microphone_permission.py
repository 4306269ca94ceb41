"""A microphone that the system does not let programs hear is told, with where to allow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from capture.backends.portaudio.microphone_permission import why_silent_on_mac, why_silent_on_windows


class PlayedFunction:
    """A function of a system library, whose types may be set."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self._answer = answer
        self.argtypes: list[Any] = []
        self.restype: Any = None

    def __call__(self, *arguments: Any) -> Any:
        assert len(arguments) == len(self.argtypes)
        return self._answer(*arguments)


class PlayedRuntime:
    """The runtime of Objective-C: objects are their names. ``status`` is what AVCaptureDevice answers."""

    def __init__(self, status: int, *, lacks: str = "") -> None:
        self.objc_getClass = PlayedFunction(lambda name: None if name.decode() == lacks else name.decode())
        self.sel_registerName = PlayedFunction(lambda name: name.decode())
        self.objc_msgSend = PlayedFunction(lambda *message: self._answer(status, *message))

    @staticmethod
    def _answer(status: int, receiver: str, selector: str, argument: Any) -> Any:
        if (receiver, selector) == ("NSString", "stringWithUTF8String:"):
            return f"@{argument.decode()}"
        assert (receiver, selector, argument) == ("AVCaptureDevice", "authorizationStatusForMediaType:", "@soun")
        return status


@pytest.mark.parametrize("status", [1, 2])
def test_a_microphone_denied_by_macos_is_told(status: int) -> None:
    assert "Privacy & Security > Microphone" in why_silent_on_mac(PlayedRuntime(status))


@pytest.mark.parametrize("status", [0, 3])
def test_one_that_is_allowed_or_not_yet_asked_for_is_not(status: int) -> None:
    assert why_silent_on_mac(PlayedRuntime(status)) == ""


def test_a_mac_without_the_question_allows_it() -> None:
    assert why_silent_on_mac(PlayedRuntime(2, lacks="AVCaptureDevice")) == ""


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"microphone": "Allow", r"microphone\NonPackaged": "Allow"}, False),
        ({}, False),
        ({"microphone": "Deny"}, True),
        ({"microphone": "Allow", r"microphone\NonPackaged": "Deny"}, True),
    ],
)
def test_a_microphone_denied_by_windows_is_told(values: dict[str, str], told: bool) -> None:
    why = why_silent_on_windows(lambda key: values.get(key[key.index("microphone") :], ""))
    assert bool(why) is told
    assert ("Privacy & security > Microphone" in why) is told
