"""What macOS must allow: asked before a take, and told with where to allow it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from capture.backends import registry
from capture.backends.input import open_input_listener
from capture.backends.portable import permissions
from capture.backends.portable.backend import PortableBackend
from capture.backends.portable.permissions import MacPermissions
from capture.backends.screen import open_source
from capture.errors import CaptureError
from capture.model import Region, Target
from tui.config import Settings
from tui.doctor import _permissions

SCREEN, INPUT, KEYS = "CGPreflightScreenCaptureAccess", "AXIsProcessTrusted", "CGPreflightListenEventAccess"


class PlayedFunction:
    def __init__(self, answer: bool) -> None:
        self.answer, self.asked = answer, 0
        self.argtypes: list[Any] = []
        self.restype: Any = None

    def __call__(self) -> bool:
        self.asked += 1
        return self.answer


class PlayedLibrary:
    """macOS's ApplicationServices, with those functions only."""

    def __init__(self, **answers: bool) -> None:
        self.functions = {name: PlayedFunction(answer) for name, answer in answers.items()}

    def __getattr__(self, name: str) -> PlayedFunction:
        if name not in self.functions:
            raise AttributeError(name)  # as ctypes does
        return self.functions[name]


def library(*denied: str) -> PlayedLibrary:
    answers = {name: name not in denied for name in (SCREEN, INPUT, KEYS)}
    return PlayedLibrary(**answers, CGRequestScreenCaptureAccess=False)


def test_a_screen_that_may_not_be_recorded_is_one_line_and_macos_is_told_to_ask() -> None:
    asked = library(SCREEN)
    with pytest.raises(CaptureError, match="does not let this terminal record the screen") as refused:
        MacPermissions(asked).check_screen()
    assert "Screen Recording" in refused.value.remedy
    assert asked.functions["CGRequestScreenCaptureAccess"].asked == 1
    MacPermissions(library()).check_screen()


@pytest.mark.parametrize(("denied", "name"), [(INPUT, "Accessibility"), (KEYS, "Input Monitoring")])
def test_input_that_will_not_be_told_says_which_permission_it_needs(denied: str, name: str) -> None:
    assert f"Privacy & Security > {name}" in MacPermissions(library(denied)).why_no_input()


def test_with_all_permissions_or_on_an_older_mac_without_them_nothing_is_told() -> None:
    for one in (library(), PlayedLibrary(AXIsProcessTrusted=True)):
        asked = MacPermissions(one)
        asked.check_screen()
        assert asked.why_no_input() == ""
        assert [permission.lacking for permission in asked.all()] == [""] * 3


@pytest.fixture
def refusing_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    """This desktop is a Mac's that allows nothing."""
    monkeypatch.setattr(registry, "DESKTOPS", (PortableBackend(),))
    monkeypatch.setattr(permissions, "_of_this_system", lambda: MacPermissions(library(SCREEN, INPUT, KEYS)))


def test_a_take_does_not_begin_without_the_screen_and_begins_without_clicks(refusing_mac: None) -> None:
    with pytest.raises(CaptureError, match="record the screen"):
        open_source(Target(monitor=1))
    listener = open_input_listener(lambda: Region(0, 0, 9, 9), lambda: 0, lambda _event: None)
    assert listener.why_not.startswith("Clicks and keys are not noted: macOS does not allow it. Allow your terminal")


def test_the_doctor_names_what_is_not_given_and_where_to_give_it(refusing_mac: None, tmp_path: Path) -> None:
    found = _permissions(Settings(home=tmp_path, library_url=str(tmp_path)))
    assert found.state == "limited"
    assert "Screen Recording is not given: the screen cannot be recorded" in found.detail
    assert "Privacy & Security > Accessibility" in found.remedy
