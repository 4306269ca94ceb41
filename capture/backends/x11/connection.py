"""A connection to the X server that fails in words, and the few properties everybody reads.

Each thread needs a connection of its own: python-xlib takes no locks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from Xlib import X, error
from Xlib.display import Display
from Xlib.xobject.drawable import Window as XWindow

from capture.desktop.display_server import check_display
from capture.desktop.screen_grabber import ScreenGone
from capture.errors import CaptureError

LONGEST_TEXT = 200
"""Characters of a title that are kept: titles are other people's data and may be of any length."""


def connect() -> Display:
    """A fresh connection to the display. Raises CaptureError when there is none or it cannot be reached."""
    check_display()
    with reaching():
        display = Display()
    # Requests without an answer report their errors here, by default on standard error: a window that went away between
    # two requests is everyday life and none of the user's business.
    display.set_error_handler(lambda *_: None)
    return display


@contextmanager
def reaching() -> Iterator[None]:
    """Turns a display that does not answer into one line for people."""
    try:
        yield
    except (error.DisplayError, error.XauthError, error.ConnectionClosedError, OSError) as problem:
        raise CaptureError(
            f"The display {os.environ.get('DISPLAY', '')!r} cannot be reached",
            "Check that it runs and that this user may use it (DISPLAY, XAUTHORITY).",
        ) from problem


@contextmanager
def living() -> Iterator[None]:
    """Turns the end of the X server into one line for people."""
    try:
        yield
    except (error.ConnectionClosedError, OSError) as problem:
        raise ScreenGone from problem


def disconnect(display: Display) -> None:
    """Close a connection; harmless when the server has gone."""
    try:
        display.close()
    except (error.ConnectionClosedError, OSError):
        return  # it is closed, which is what was wanted


class X11Connection:
    """A connection with what most callers need of it: the root window, atoms by name, properties as Python values."""

    def __init__(self, display: Display) -> None:
        self.display = display
        self.root: XWindow = display.screen().root
        self._atoms: dict[str, int] = {}

    def atom(self, name: str) -> int:
        """The number of a name; asked once."""
        if name not in self._atoms:
            self._atoms[name] = self.display.intern_atom(name)
        return self._atoms[name]

    def window(self, window_id: int) -> XWindow:
        """A window by its number."""
        return self.display.create_resource_object("window", window_id)

    def numbers(self, window: XWindow, name: str) -> list[int]:
        """A property of numbers, at most 4,096 of them; empty when it is not there or the window has gone."""
        found = self._property(window, self.atom(name), 4096)
        return [int(value) for value in found.value] if found is not None and found.format == 32 else []

    def text(self, window: XWindow, name: str) -> str:
        """A property of text on one line, without control characters; empty when it is not there."""
        found = self._property(window, self.atom(name), LONGEST_TEXT)
        return clean_text(_decode(found.value, self.is_utf8(found))) if found is not None and found.format == 8 else ""

    def parts(self, window: XWindow, name: str) -> list[str]:
        """A property of several texts, one after the other; empty when it is not there."""
        found = self._property(window, self.atom(name), LONGEST_TEXT)
        if found is None or found.format != 8:
            return []
        return [clean_text(one) for one in _decode(found.value, self.is_utf8(found)).split("\0")]

    def is_utf8(self, found: Any) -> bool:
        """Whether a property says that it is UTF-8."""
        return bool(found.property_type == self.atom("UTF8_STRING"))

    def _property(self, window: XWindow, atom: int, length: int) -> Any | None:
        try:
            return window.get_property(atom, X.AnyPropertyType, 0, length)
        except error.XError:
            return None  # the window has gone between two questions


def _decode(value: bytes | str, utf8: bool) -> str:
    if isinstance(value, str):
        return value
    # COMPOUND_TEXT announces UTF-8 by an escape; everything older is Latin-1.
    if utf8 or value.startswith(b"\x1b%G"):
        return value.removeprefix(b"\x1b%G").removesuffix(b"\x1b%@").decode("utf-8", "replace")
    return value.decode("latin-1")


def clean_text(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text.partition("\0")[0]).split())[:LONGEST_TEXT]


@contextmanager
def opened_desk() -> Iterator[X11Connection]:
    """A desk for one errand. Raises CaptureError when there is no display, or it goes away meanwhile."""
    display = connect()
    try:
        with living():
            yield X11Connection(display)
    finally:
        disconnect(display)
