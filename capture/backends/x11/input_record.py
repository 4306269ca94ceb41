"""InputRecord: keys and button presses anywhere on the desktop, by the RECORD extension (recordproto.txt 1.13).

Uses a raw connection, so that one thread can wait for it and for other sockets at once, which python-xlib's version
does not allow. Motion is not recorded: a good mouse sends a thousand events a second.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from Xlib import X
from Xlib.display import Display

from capture.backends.x11.raw_connection import ERROR, PACKET, RawConnection
from capture.errors import CaptureError

_ALL_CLIENTS = 3
_FROM_SERVER = 0
# A RECORDRANGE of 24 bytes has the first and last type of device events at offset 18.
_RANGE = "=18xBB4x"
_EVENT = struct.Struct("=BBHIIIIhhhhHBx")


class Press(NamedTuple):
    """A key (its keycode) or a button that was pressed, or a key that was released (``pressed`` false).

    With the pointer's position, the modifiers before it and the server's time in ms.
    """

    is_key: bool
    detail: int
    x: int
    y: int
    state: int
    time: int
    pressed: bool


class InputRecord:
    """Listens from construction on. Raises CaptureError when this X server does not allow it."""

    def __init__(self, display: Display) -> None:
        extension = display.query_extension("RECORD")
        if extension is None:
            raise CaptureError("this X server has no RECORD extension")
        self._raw = RawConnection()
        opcode, context = extension.major_opcode, self._raw.new_id()
        self._raw.request(struct.pack("=BBHHH", opcode, 0, 2, 1, 13))  # QueryVersion 1.13
        wanted = struct.pack(_RANGE, X.KeyPress, X.ButtonPress)  # with KeyRelease between them
        length = (20 + 4 + len(wanted)) // 4
        self._raw.send(
            struct.pack("=BBHIB3xIII", opcode, 1, length, context, 0, 1, 1, _ALL_CLIENTS)
            + wanted
            + struct.pack("=BBHI", opcode, 5, 2, context)  # EnableContext
        )

    def fileno(self) -> int:
        """The socket's descriptor, to wait until there is something to read."""
        return self._raw.socket.fileno()

    def read(self) -> list[Press]:
        """Presses and releases in order; waits for the next packet when there is none. Raises CaptureError."""
        packet = self._raw.read()
        if packet is None:
            return []
        if packet[0] == ERROR:
            raise CaptureError(f"the X server does not allow it (error {packet[1]})")
        if packet[0] != 1 or packet[1] != _FROM_SERVER:
            return []
        events = packet[PACKET:]
        return [_press(events, offset) for offset in range(0, len(events) - PACKET + 1, PACKET)]

    def close(self) -> None:
        """Stop listening: the server drops the context with the connection."""
        self._raw.close()


def _press(events: bytes, offset: int) -> Press:
    kind, detail, _, time, *_, x, y, _event_x, _event_y, state, _same = _EVENT.unpack_from(events, offset)
    kind &= 0x7F
    return Press(kind != X.ButtonPress, detail, x, y, state, time, kind != X.KeyRelease)
