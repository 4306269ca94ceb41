"""RawConnection: an X connection with requests and replies as bytes, for requests made many times a second.

python-xlib finds the display, its name and its authority; the rest is a socket. Knows only QueryPointer; callers pack
all other requests. What xcffib would cost: docs/decisions/0008.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from Xlib.protocol import display as protocol

from capture.backends.x11.connection import connect_errors
from capture.desktop.screen_grabber import ScreenGone
from capture.errors import CaptureError

PACKET = 32
"""Bytes: the size of every event and error, and the minimum of a reply."""
ERROR, REPLY = 0, 1
_QUERY_POINTER = 38
_BUSY_S = 0.5
_PATIENCE = 60


class PointerPosition(NamedTuple):
    """The pointer's position in desktop pixels; ``here`` is false while it is on another X screen."""

    here: bool
    x: int
    y: int


class _Bare(protocol.Display):
    """python-xlib's connection without its queries for extensions."""

    def get_resource_class(self, class_name: str, default: Any = None) -> Any:  # noqa: ARG002  plain numbers will do
        """No resource classes: windows stay numbers."""
        return default


class RawConnection:
    """A connection for one thread. ``root`` is the number of the root window.

    Raises CaptureError when there is no display, ScreenGone when it is lost.
    """

    def __init__(self) -> None:
        with connect_errors():
            self._connection = _Bare()
        self.socket = self._connection.socket
        self.socket.setblocking(True)
        self.socket.settimeout(_BUSY_S)
        self.root: int = self._connection.info.roots[self._connection.default_screen].root
        # ``=`` is this machine's byte order, which the connection was set up with.
        self._query_pointer = struct.pack("=BBHI", _QUERY_POINTER, 0, 2, self.root)
        self._waiting = False
        self._read = b""

    def new_id(self) -> int:
        """Allocate a resource number."""
        return int(self._connection.allocate_resource_id())

    def request(self, request: bytes, on_event: Callable[[bytes], None] | None = None) -> bytes:
        """Send a request and return its reply; events before it go to ``on_event``. Raises ScreenGone after 30 s."""
        self.send(request)
        for _ in range(_PATIENCE):
            if (reply := self._reply(on_event)) is not None:
                return reply
        raise ScreenGone

    def query_pointer(self, on_event: Callable[[bytes], None] | None = None) -> PointerPosition | None:
        """Current pointer position; None when the server does not reply within half a second.

        One program may have grabbed the server (some window managers do while a window is moved): the next call takes
        the reply.
        """
        if not self._waiting:
            self.send(self._query_pointer)
        reply = self._reply(on_event)
        self._waiting = reply is None
        if reply is None:
            return None
        x, y = struct.unpack_from("=hh", reply, 16)
        return PointerPosition(bool(reply[1]), x, y)

    def _reply(self, on_event: Callable[[bytes], None] | None) -> bytes | None:
        """The next reply; None after half a second."""
        while (packet := self.read()) is not None:
            if packet[0] == REPLY:
                return packet
            if packet[0] == ERROR:
                raise CaptureError(f"The X server refused request {packet[10]} with error {packet[1]}")
            if on_event is not None:
                on_event(packet)
        return None

    def send(self, request: bytes) -> None:
        """Send a request that has no reply."""
        try:
            self.socket.sendall(request)
        except OSError as problem:
            raise ScreenGone from problem

    def read(self) -> bytes | None:
        """The next packet: an event, an error, or a whole reply; None after half a second."""
        size = PACKET
        while len(self._read) < size:
            if not self._receive(size - len(self._read)):
                return None
            if len(self._read) >= PACKET and self._read[0] == REPLY:
                size = PACKET + 4 * int(struct.unpack_from("=I", self._read, 4)[0])
        packet, self._read = self._read[:size], self._read[size:]
        return packet

    def _receive(self, size: int) -> bool:
        try:
            data = self.socket.recv(size)
        except TimeoutError:
            return False
        except OSError as problem:
            raise ScreenGone from problem
        if not data:
            raise ScreenGone
        self._read += data
        return True

    def close(self) -> None:
        """Close the socket. Xlib's own close would read the remaining replies first, without knowing their requests."""
        self.socket.close()
