"""InputLine: one input on the pipe from the process that listens, as a line of JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

MOUSE = "mouse"
"""Argument of the process that makes it listen to the mouse alone."""
InputKind = Literal[
    "ready", "problem", "tick", "moved", "rested", "click", "scroll", "typed", "corrected", "chord", "hotkey"
]
"""``ready``: it listens. ``problem``: it does not, or no longer, and ``text`` says why. ``tick``: nothing happened.
``rested``: the last place of a movement."""


class InputLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """``x, y``: place in the units of the desktop; ``dx, dy``: notches; ``button``: 1 is the left one.

    ``text``: the name of a chord, the hotkey as it was given, or a problem, never what was typed. ``at_ns``: when the
    system told it, of the monotonic clock, which all processes share.
    """

    kind: InputKind
    x: int = 0
    y: int = 0
    dx: int = 0
    dy: int = 0
    button: int = 0
    text: str = ""
    at_ns: int = 0
