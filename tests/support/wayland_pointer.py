"""A virtual mouse for a Wayland desktop without devices (zwlr_virtual_pointer_v1)."""

from __future__ import annotations

import time

from capture.backends.wayland.connection import WaylandConnection, uint

_LEFT = 0x110
_CREATE = 0
_ABSOLUTE, _BUTTON, _FRAME = 1, 2, 4


class VirtualPointer:
    """A mouse on the desktop that WAYLAND_DISPLAY names. Places are in a desktop of ``size``."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._connection, self._size = WaylandConnection(), size
        manager = self._connection.find("zwlr_virtual_pointer_manager_v1")
        seat = self._connection.find("wl_seat")
        assert manager is not None
        assert seat is not None
        bound, owner = self._connection.bind(manager, 1), self._connection.bind(seat, 1)
        self._pointer = self._connection.new()
        self._connection.request(bound, _CREATE, uint(owner, self._pointer))
        self._connection.roundtrip()

    def _now(self) -> int:
        return int(time.monotonic() * 1000) & 0xFFFFFFFF

    def move(self, x: int, y: int) -> None:
        """Put the pointer somewhere."""
        self._connection.request(self._pointer, _ABSOLUTE, uint(self._now(), x, y, *self._size))
        self._finish()

    def click(self) -> None:
        """Press and release the left button."""
        for state in (1, 0):
            self._connection.request(self._pointer, _BUTTON, uint(self._now(), _LEFT, state))
            self._finish()

    def _finish(self) -> None:
        self._connection.request(self._pointer, _FRAME)
        self._connection.roundtrip()

    def close(self) -> None:
        """Unplug it."""
        self._connection.close()
