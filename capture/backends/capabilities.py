"""Checks of what this desktop supports for a recording; each tries it and returns the problem in one line."""

from __future__ import annotations

import time
from collections.abc import Iterable

from capture.audio.level import DEAD_DB
from capture.backends.audio import open_meter, why_silent
from capture.backends.registry import desktop_backend
from capture.desktop.backend import Permission
from capture.errors import CaptureError
from capture.model import Microphone

_LISTEN_S, _ENOUGH_S, _LOOK_S = 4.0, 0.5, 0.05
"""How long to listen for anything, and after the first sound for channels that cancel out; between two looks."""


def check_screen() -> str:
    """Try whether the screen can be recorded; says how, in one line. Raises CaptureError when it cannot."""
    return desktop_backend().check_screen()


def why_slow() -> str:
    """Why whole pictures must be compared on this screen, which costs more CPU; empty when damage events are available.

    Raises CaptureError when there is no screen.
    """
    return desktop_backend().why_slow()


def changes_from() -> str:
    """What tells where the screen changed, where ``why_slow`` is empty."""
    return desktop_backend().changes_from()


def why_no_events() -> str:
    """Why clicks and keys are not recorded; empty when they are."""
    return desktop_backend().why_no_events()


def permissions() -> list[Permission]:
    """What this system's user must have allowed before anything is recorded; empty where nothing must be."""
    return desktop_backend().permissions()


def hotkey_problems(hotkeys: Iterable[str]) -> list[str]:
    """Problems of hotkeys (``"ctrl+alt+p"``), one line each; empty when all of them work.

    Raises CaptureError, with what to do instead, on a desktop without hotkeys.
    """
    return desktop_backend().hotkey_problems(hotkeys)


def hotkey_warnings(hotkeys: Iterable[str]) -> list[str]:
    """What to say of hotkeys before a recording, one line each: their problems, or that this desktop has none."""
    try:
        return hotkey_problems(hotkeys)
    except CaptureError as none_here:
        return [str(none_here)]


def microphone_problem(microphone: Microphone) -> str:
    """What is wrong with the sound of a microphone, after listening to it for a while; empty when it is heard."""
    if why := why_silent(microphone):
        return why.rstrip(".")
    if microphone.muted:
        return "it is muted, or its volume is zero, in the sound settings"
    with open_meter(microphone.name) as meter:
        ends_s, heard = time.monotonic() + _LISTEN_S, False
        while time.monotonic() < ends_s:
            if meter.level().peak_db > DEAD_DB and not heard:
                heard, ends_s = True, min(ends_s, time.monotonic() + _ENOUGH_S)
            if meter.cancelling:
                return "its channels are in opposite phase and would cancel out; the loudest one is recorded"
            time.sleep(_LOOK_S)
        if heard:
            return ""
        return meter.failure.rstrip(".") or "it gives nothing but silence: muted by a switch, or turned down?"
