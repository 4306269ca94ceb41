"""Checks of what this desktop supports for a recording; each tries it and returns the problem in one line."""

from __future__ import annotations

from collections.abc import Iterable

from capture.backends.registry import desktop_backend


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


def hotkey_problems(hotkeys: Iterable[str]) -> list[str]:
    """Problems of hotkeys (``"ctrl+alt+p"``), one line each; empty when all of them work.

    Raises CaptureError, with what to do instead, on a desktop without hotkeys.
    """
    return desktop_backend().hotkey_problems(hotkeys)
