"""X11Connection: a connection to the X server with readable errors, atoms and window properties.

Each thread needs its own connection: python-xlib takes no locks.
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
"""Characters of a title that are kept: other programs set titles, and they may be of any length."""


def connect() -> Display:
    """Open a connection to the display. Raises CaptureError when there is none or it cannot be reached."""
    check_display()
    with connect_errors():
        display = Display()
    # Errors of requests without a reply arrive here, and by default go to standard error: a window that closes between
    # two requests is normal and no concern of the user.
    display.set_error_handler(lambda *_: None)
    return display


@contextmanager
def connect_errors() -> Iterator[None]:
    """Turns the errors of a display that cannot be reached into a CaptureError."""
    try:
        yield
    except (error.DisplayError, error.XauthError, error.ConnectionClosedError, OSError) as problem:
        raise CaptureError(
            f"The display {os.environ.get('DISPLAY', '')!r} cannot be reached",
            "Check that it runs and that this user may use it (DISPLAY, XAUTHORITY).",
        ) from problem


@contextmanager
def server_errors() -> Iterator[None]:
    """Turns the errors of a lost X server into ScreenGone."""
    try:
        yield
    except (error.ConnectionClosedError, OSError) as problem:
        raise ScreenGone from problem


def disconnect(display: Display) -> None:
    """Close a connection; harmless when the server is lost."""
    try:
        display.close()
    except (error.ConnectionClosedError, OSError):
        return  # it is closed already


class X11Connection:
    """A connection with its root window, atoms by name, and window properties as Python values."""

    def __init__(self, display: Display) -> None:
        self.display = display
        self.root: XWindow = display.screen().root
        self._atoms: dict[str, int] = {}

    def atom(self, name: str) -> int:
        """The number of an atom name; cached."""
        if name not in self._atoms:
            self._atoms[name] = self.display.intern_atom(name)
        return self._atoms[name]

    def window(self, window_id: int) -> XWindow:
        """A window by its number."""
        return self.display.create_resource_object("window", window_id)

    def numbers(self, window: XWindow, name: str) -> list[int]:
        """A property of numbers, at most 4,096; empty when it is missing or the window is closed."""
        found = self._property(window, self.atom(name), 4096)
        return [int(value) for value in found.value] if found is not None and found.format == 32 else []

    def text(self, window: XWindow, name: str) -> str:
        """A text property as one line without control characters; empty when it is missing."""
        found = self._property(window, self.atom(name), LONGEST_TEXT)
        return clean_text(_decode(found.value, self.is_utf8(found))) if found is not None and found.format == 8 else ""

    def parts(self, window: XWindow, name: str) -> list[str]:
        """A property of several NUL-separated texts; empty when it is missing."""
        found = self._property(window, self.atom(name), LONGEST_TEXT)
        if found is None or found.format != 8:
            return []
        return [clean_text(one) for one in _decode(found.value, self.is_utf8(found)).split("\0")]

    def is_utf8(self, found: Any) -> bool:
        """Whether a property's type is UTF8_STRING."""
        return bool(found.property_type == self.atom("UTF8_STRING"))

    def _property(self, window: XWindow, atom: int, length: int) -> Any | None:
        try:
            return window.get_property(atom, X.AnyPropertyType, 0, length)
        except error.XError:
            return None  # the window was closed between two requests


def _decode(value: bytes | str, utf8: bool) -> str:
    if isinstance(value, str):
        return value
    # COMPOUND_TEXT marks UTF-8 by an escape sequence; everything older is Latin-1.
    if utf8 or value.startswith(b"\x1b%G"):
        return value.removeprefix(b"\x1b%G").removesuffix(b"\x1b%@").decode("utf-8", "replace")
    return value.decode("latin-1")


def clean_text(text: str) -> str:
    """The text as one line without control characters, at most LONGEST_TEXT characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text.partition("\0")[0]).split())[:LONGEST_TEXT]


@contextmanager
def open_connection() -> Iterator[X11Connection]:
    """A connection as a context manager. Raises CaptureError when there is no display, or it is lost."""
    display = connect()
    try:
        with server_errors():
            yield X11Connection(display)
    finally:
        disconnect(display)
