"""An X connection without machinery: requests as bytes, answers as bytes, for what is asked many times a second.

python-xlib finds the display, its name and its authority; the rest is a socket. Refuses to know any request but the
one that everybody needs: where the pointer is.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from Xlib import error
from Xlib.protocol import display as protocol

from capture.errors import CaptureError
from capture.screen import ScreenGone
from capture.x11.connection import reaching

PACKET = 32
"""Bytes: every event and error has this size, and every answer at least."""
ERROR, REPLY = 0, 1
_QUERY_POINTER = 38
_STUCK_S = 5.0


class Place(NamedTuple):
    """The pointer in desktop pixels; ``here`` is false while it is on another X screen."""

    here: bool
    x: int
    y: int


class _Bare(protocol.Display):
    """python-xlib's connection without the extensions it would ask for."""

    def get_resource_class(self, class_name: str, default: Any = None) -> Any:  # noqa: ARG002  plain numbers will do
        """No classes: windows stay numbers."""
        return default


class Wire:
    """A bare connection, for one thread. ``root`` is the number of the root window.

    Raises CaptureError when there is no display, ScreenGone when it goes away or does not answer for five seconds.
    """

    def __init__(self) -> None:
        with reaching():
            self._connection = _Bare()
        self.socket = self._connection.socket
        self.socket.setblocking(True)
        self.socket.settimeout(_STUCK_S)
        self.root: int = self._connection.info.roots[self._connection.default_screen].root
        # ``=`` is this machine's byte order, which is what the connection was set up with.
        self._where = struct.pack("=BBHI", _QUERY_POINTER, 0, 2, self.root)

    def new_id(self) -> int:
        """A number for a resource of ours."""
        return int(self._connection.allocate_resource_id())

    def ask(self, request: bytes, on_event: Callable[[bytes], None] | None = None) -> bytes:
        """The answer to a request; the events that come before it go to ``on_event``."""
        self.send(request)
        while True:
            packet = self.read()
            if packet[0] == REPLY:
                return packet
            if packet[0] == ERROR:
                raise CaptureError(f"The X server refused request {packet[10]} with error {packet[1]}")
            if on_event is not None:
                on_event(packet)

    def place(self, on_event: Callable[[bytes], None] | None = None) -> Place:
        """Where the pointer is now."""
        answer = self.ask(self._where, on_event)
        x, y = struct.unpack_from("=hh", answer, 16)
        return Place(bool(answer[1]), x, y)

    def send(self, request: bytes) -> None:
        """Send a request that has no answer."""
        try:
            self.socket.sendall(request)
        except OSError as problem:
            raise ScreenGone from problem

    def read(self) -> bytes:
        """The next packet: an event, an error, or an answer with all that belongs to it."""
        packet = self._bytes(PACKET)
        if packet[0] == REPLY and (more := int(struct.unpack_from("=I", packet, 4)[0])):
            packet += self._bytes(4 * more)
        return packet

    def _bytes(self, size: int) -> bytes:
        data = b""
        try:
            while len(data) < size:
                more = self.socket.recv(size - len(data))
                if not more:
                    raise ScreenGone
                data += more
        except OSError as problem:
            raise ScreenGone from problem
        return data

    def close(self) -> None:
        """Let go of the socket."""
        try:
            self._connection.close()
        except (error.ConnectionClosedError, OSError):
            return  # it is closed, which is what was wanted
