"""What is asked thirty times a second: where is the pointer, and what was drawn to (XDamage).

Written by hand on a socket of its own, because this is most of what an idle tick costs: 70 us where python-xlib's
machinery takes 240 once other programs have pushed it out of the caches. Refuses every other question.

The server sends one event when damage begins; it comes along with the pointer's place. The boxes are then fetched as a
region, which takes them off the server's list. A grab made after that shows at least what was fetched; what is drawn
later is news for the next tick. (An event per box was rejected: a redrawn page sends hundreds. Motion events too: a
good mouse sends a thousand a second.) Layouts: damageproto.txt 1.1, fixesproto.txt 2, x11protocol.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from Xlib import error
from Xlib.display import Display
from Xlib.protocol import display as wire

from capture.errors import CaptureError
from capture.model import Region
from capture.screen import ScreenGone
from capture.x11.connection import reaching

MOST_BOXES = 128
"""More boxes than these are taken as the one around them: a region of thousands is a pattern, not places."""

_PACKET = 32  # every event and error has this size, and every answer at least
_ERROR, _REPLY = 0, 1
_QUERY_POINTER = 38
_NON_EMPTY = 3  # DamageReportNonEmpty
_STUCK_S = 5.0


class Place(NamedTuple):
    """The pointer in desktop pixels; ``here`` is false while it is on another X screen."""

    here: bool
    x: int
    y: int


class _Bare(wire.Display):
    """python-xlib's way to a display, its name and its authority, without the extensions it would ask for."""

    def get_resource_class(self, class_name: str, default: Any = None) -> Any:  # noqa: ARG002  plain numbers will do
        """No classes: windows stay numbers."""
        return default


class Glance:
    """The two questions. ``display`` tells the extensions' numbers; ``has_damage``: whether the second can be asked."""

    def __init__(self, display: Display) -> None:
        with reaching():
            self._connection = _Bare()
        self._socket = self._connection.socket
        self._socket.setblocking(True)
        self._socket.settimeout(_STUCK_S)
        self._root: int = self._connection.info.roots[self._connection.default_screen].root
        # ``=`` is this machine's byte order, which is what the connection was set up with.
        self._where = struct.pack("=BBHI", _QUERY_POINTER, 0, 2, self._root)
        self._pending = False
        self._damage_event = -1
        damage, fixes = display.query_extension("DAMAGE"), display.query_extension("XFIXES")
        self.has_damage = damage is not None and fixes is not None
        if damage is not None and fixes is not None:
            self._watch_damage(damage, fixes)

    def _watch_damage(self, damage: Any, fixes: Any) -> None:
        self._damage_event = damage.first_event
        self._ask(struct.pack("=BBHII", fixes.major_opcode, 0, 3, 2, 0))  # QueryVersion 2.0: regions
        self._ask(struct.pack("=BBHII", damage.major_opcode, 0, 3, 1, 1))  # QueryVersion 1.1
        watch, parts = self._connection.allocate_resource_id(), self._connection.allocate_resource_id()
        self._send(
            struct.pack("=BBHI", fixes.major_opcode, 5, 2, parts)  # CreateRegion, empty
            + struct.pack("=BBHIIB3x", damage.major_opcode, 1, 4, watch, self._root, _NON_EMPTY)
        )
        subtract = struct.pack("=BBHIII", damage.major_opcode, 3, 4, watch, 0, parts)
        self._fetch = subtract + struct.pack("=BBHI", fixes.major_opcode, 19, 2, parts)

    def place(self) -> Place:
        """Where the pointer is now. Raises ScreenGone when the server has gone or is stuck."""
        answer = self._ask(self._where)
        x, y = struct.unpack_from("=hh", answer, 16)
        return Place(bool(answer[1]), x, y)

    def drawn(self) -> list[Region] | None:
        """The boxes drawn to since the last call, in desktop pixels, as of the last ``place``; None: cannot be told."""
        if not self.has_damage:
            return None
        if not self._pending:
            return []
        self._pending = False
        answer = self._ask(self._fetch)
        boxes = [Region(*box) for box in struct.iter_unpack("=hhHH", answer[_PACKET:])]
        return boxes if len(boxes) <= MOST_BOXES else [Region(*struct.unpack_from("=hhHH", answer, 8))]

    def _ask(self, request: bytes) -> bytes:
        """The answer to a request; events that come before it are noted."""
        self._send(request)
        while True:
            packet = self._read(_PACKET)
            if packet[0] == _REPLY:
                return packet + self._read(4 * int(struct.unpack_from("=I", packet, 4)[0]))
            if packet[0] == _ERROR:
                raise CaptureError(f"The X server refused request {packet[10]} with error {packet[1]}")
            # Anything else than damage is news for everyone, such as another keyboard.
            self._pending = self._pending or packet[0] & 0x7F == self._damage_event

    def _send(self, request: bytes) -> None:
        try:
            self._socket.sendall(request)
        except OSError as problem:
            raise ScreenGone from problem

    def _read(self, size: int) -> bytes:
        data = b""
        try:
            while len(data) < size:
                more = self._socket.recv(size - len(data))
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
