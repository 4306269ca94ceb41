"""WaylandConnection: requests to a compositor and its events, in Wayland's wire format. Pure Python.

Owns the socket, object numbers and the list of globals. Does not know any interface but wl_display, wl_registry and
wl_callback. A library was rejected: pywayland carries no wlroots protocols, and a tick needs four requests.

Format: wayland.freedesktop.org/docs/html/ch04.html, "Wire Format": words in the machine's byte order.
"""

from __future__ import annotations

import os
import select
import struct
import time
from collections.abc import Callable
from typing import NamedTuple

from capture.backends.wayland.descriptors import connect, receive, send
from capture.desktop.display_server import wayland_socket
from capture.desktop.screen_grabber import ScreenGone
from capture.errors import CaptureError

Handler = Callable[[int, bytes], None]
"""Receives an object's events: their number in its interface, and their arguments."""

_DISPLAY, _SYNC, _GET_REGISTRY, _BIND = 1, 0, 1, 0
_ERROR, _DELETE_ID = 0, 1
_GLOBAL, _GLOBAL_REMOVE = 0, 1
_ANSWER_S = 5.0


class WaylandGlobal(NamedTuple):
    """Something that the compositor offers."""

    name: int
    interface: str
    version: int


class WaylandConnection:
    """A connection to the compositor that WAYLAND_DISPLAY names; for one thread.

    ``globals`` is kept up to date by ``dispatch``. Raises CaptureError when the compositor cannot be reached; later
    ScreenGone when it is lost.
    """

    def __init__(self) -> None:
        try:
            self._socket = connect(wayland_socket())
        except OSError as error:
            raise _unreachable(error) from error
        self._unread = b""
        self._last, self._free = _DISPLAY, list[int]()
        self.globals: dict[int, WaylandGlobal] = {}
        self._handlers: dict[int, Handler] = {_DISPLAY: self._on_display}
        try:
            self._registry = self.new(self._on_registry)
            self.request(_DISPLAY, _GET_REGISTRY, uint(self._registry))
            self.roundtrip()
        except ScreenGone as error:
            self._socket.close()
            raise _unreachable(error) from error

    def new(self, handler: Handler | None = None) -> int:
        """A number for a new object, whose events go to ``handler``."""
        if self._free:
            number = self._free.pop()
        else:
            self._last = number = self._last + 1
        if handler is not None:
            self._handlers[number] = handler
        return number

    def bind(self, what: WaylandGlobal, version: int, handler: Handler | None = None) -> int:
        """An object of a global. ``version`` is at most what it offers."""
        number = self.new(handler)
        arguments = uint(what.name) + string(what.interface) + uint(version, number)
        self.request(self._registry, _BIND, arguments)
        return number

    def find(self, interface: str, version: int = 1) -> WaylandGlobal | None:
        """A global of at least that version; None when the compositor offers none."""
        offered = (one for one in self.globals.values() if one.interface == interface and one.version >= version)
        return next(offered, None)

    def request(self, target: int, opcode: int, arguments: bytes = b"", descriptor: int | None = None) -> None:
        """Send a request, with a file descriptor if it has one. Raises ScreenGone."""
        message = struct.pack("=II", target, (len(arguments) + 8) << 16 | opcode) + arguments
        try:
            send(self._socket, message, descriptor)
        except OSError as error:
            raise ScreenGone from error

    def dispatch(self, timeout_s: float = 0.0) -> bool:
        """Handle the events that have arrived, or that arrive first within ``timeout_s``; whether there were any.

        Raises ScreenGone.
        """
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return False
        try:
            data = receive(self._socket)  # no event that is used here carries a descriptor
        except OSError as error:
            raise ScreenGone from error
        if not data:
            raise ScreenGone
        self._unread += data
        self._handle_messages()
        return True

    def _handle_messages(self) -> None:
        at = 0
        while at + 8 <= len(self._unread):
            target, word = struct.unpack_from("=II", self._unread, at)
            size = word >> 16
            if at + size > len(self._unread):
                break
            arguments = self._unread[at + 8 : at + size]
            at += size
            if (handler := self._handlers.get(target)) is not None:
                handler(word & 0xFFFF, arguments)
        self._unread = self._unread[at:]

    def roundtrip(self) -> None:
        """Handle every event that answers the requests so far. Raises ScreenGone."""
        done: list[int] = []
        callback = self.new(lambda *_: done.append(1))
        self.request(_DISPLAY, _SYNC, uint(callback))
        deadline = time.monotonic() + _ANSWER_S
        while not done:
            if not self.dispatch(max(0.0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                raise ScreenGone

    def _on_display(self, opcode: int, arguments: bytes) -> None:
        if opcode == _ERROR:
            raise ScreenGone  # the compositor closes the connection after a protocol error
        if opcode == _DELETE_ID:
            (number,) = struct.unpack("=I", arguments)
            self._handlers.pop(number, None)
            self._free.append(number)

    def _on_registry(self, opcode: int, arguments: bytes) -> None:
        (name,) = struct.unpack_from("=I", arguments)
        if opcode == _GLOBAL:
            interface, rest = read_string(arguments[4:])
            self.globals[name] = WaylandGlobal(name, interface, *struct.unpack("=I", rest))
        elif opcode == _GLOBAL_REMOVE:
            self.globals.pop(name, None)

    def close(self) -> None:
        """Close the connection; the compositor then removes its objects."""
        self._socket.close()


def _unreachable(error: Exception) -> CaptureError:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    why = error.strerror if isinstance(error, OSError) else "it does not answer"
    return CaptureError(
        f"The Wayland display {name!r} cannot be reached ({why})",
        "Check that it runs and that this user may use it (WAYLAND_DISPLAY, XDG_RUNTIME_DIR).",
    )


def uint(*values: int) -> bytes:
    """Unsigned arguments: numbers, objects, new objects."""
    return struct.pack(f"={len(values)}I", *values)


def sint(*values: int) -> bytes:
    """Signed arguments."""
    return struct.pack(f"={len(values)}i", *values)


def string(text: str) -> bytes:
    """A text argument: its length with a final zero, padded to whole words."""
    data = text.encode() + b"\0"
    return uint(len(data)) + data + bytes(-len(data) % 4)


def read_string(arguments: bytes) -> tuple[str, bytes]:
    """The text argument at the start of ``arguments``, and the arguments after it."""
    (length,) = struct.unpack_from("=I", arguments)
    end = 4 + length + -length % 4
    return arguments[4 : 3 + length].decode("utf-8", "replace"), arguments[end:]
