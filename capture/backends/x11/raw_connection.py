"""An X connection without machinery: requests as bytes, answers as bytes, for what is asked many times a second.

python-xlib finds the display, its name and its authority; the rest is a socket. Refuses to know any request but the
one that everybody needs: where the pointer is. What xcffib would cost: docs/decisions/0008.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from Xlib.protocol import display as protocol

from capture.backends.x11.connection import reaching
from capture.desktop.screen_grabber import ScreenGone
from capture.errors import CaptureError

PACKET = 32
"""Bytes: every event and error has this size, and every answer at least."""
ERROR, REPLY = 0, 1
_QUERY_POINTER = 38
_BUSY_S = 0.5
_PATIENCE = 60


class PointerPosition(NamedTuple):
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

    Raises CaptureError when there is no display, ScreenGone when it goes away.
    """

    def __init__(self) -> None:
        with reaching():
            self._connection = _Bare()
        self.socket = self._connection.socket
        self.socket.setblocking(True)
        self.socket.settimeout(_BUSY_S)
        self.root: int = self._connection.info.roots[self._connection.default_screen].root
        # ``=`` is this machine's byte order, which is what the connection was set up with.
        self._where = struct.pack("=BBHI", _QUERY_POINTER, 0, 2, self.root)
        self._waiting = False
        self._read = b""

    def new_id(self) -> int:
        """A number for a resource of ours."""
        return int(self._connection.allocate_resource_id())

    def ask(self, request: bytes, on_event: Callable[[bytes], None] | None = None) -> bytes:
        """The answer to a request; the events that come before it go to ``on_event``. Waits half a minute for it."""
        self.send(request)
        for _ in range(_PATIENCE):
            if (answer := self._answer(on_event)) is not None:
                return answer
        raise ScreenGone

    def place(self, on_event: Callable[[bytes], None] | None = None) -> PointerPosition | None:
        """Where the pointer is now; None when the server does not answer within half a second.

        It may be held by one program (some window managers do, while a window is moved): the answer is taken next time.
        """
        if not self._waiting:
            self.send(self._where)
        answer = self._answer(on_event)
        self._waiting = answer is None
        if answer is None:
            return None
        x, y = struct.unpack_from("=hh", answer, 16)
        return PointerPosition(bool(answer[1]), x, y)

    def _answer(self, on_event: Callable[[bytes], None] | None) -> bytes | None:
        """The next answer; None when it does not come in time."""
        while (packet := self.read()) is not None:
            if packet[0] == REPLY:
                return packet
            if packet[0] == ERROR:
                raise CaptureError(f"The X server refused request {packet[10]} with error {packet[1]}")
            if on_event is not None:
                on_event(packet)
        return None

    def send(self, request: bytes) -> None:
        """Send a request that has no answer."""
        try:
            self.socket.sendall(request)
        except OSError as problem:
            raise ScreenGone from problem

    def read(self) -> bytes | None:
        """The next packet: an event, an error, or an answer whole; None when none comes in time."""
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
        """Let go of the socket; Xlib's own close would first read what is left, and not know our requests."""
        self.socket.close()
