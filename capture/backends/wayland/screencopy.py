"""Screencopy: pictures of a monitor by zwlr_screencopy_manager_v1, which wlroots compositors offer to every program.

No dialogue, no PipeWire, and the first picture comes at once. The compositor draws the pointer into the picture and
does not say where it is. A request with damage is answered when something changed, so a still screen costs nothing.
Protocol: wlr-screencopy-unstable-v1 version 3.
"""

from __future__ import annotations

import mmap
import os
import struct
import time

import numpy as np
from numpy.typing import NDArray

from capture.backends.wayland.connection import WaylandConnection, sint, uint
from capture.backends.wayland.descriptors import shared_memory
from capture.backends.wayland.outputs import Output, Outputs
from capture.desktop.frame_diff import Pixels
from capture.desktop.picture_stream import Shot, StreamPointer, copy_box
from capture.errors import CaptureError
from capture.model import Region

INTERFACE, VERSION = "zwlr_screencopy_manager_v1", 3
_CAPTURE_OUTPUT = 0
_COPY, _DESTROY, _COPY_WITH_DAMAGE = 0, 1, 2
_BUFFER, _FLAGS, _READY, _FAILED, _DAMAGE, _BUFFER_DONE = 0, 1, 2, 3, 4, 6
_CREATE_POOL, _CREATE_BUFFER, _POOL_DESTROY, _BUFFER_DESTROY = 0, 0, 1, 0
_Y_INVERT = 1
# wl_shm's formats; names give the most significant byte first, so XRGB is BGRX in memory.
_SWAPPED = {0: False, 1: False, 0x34324241: True, 0x34324258: True}  # ARGB, XRGB, ABGR, XBGR
_LOOK_S, _FIRST_S = 0.05, 5.0


class UnknownFormat(CaptureError):
    """The compositor offers no format that is read here."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The compositor gives pictures in the format {number:#x}, which showhow does not read")


class Screencopy:
    """Opens captures of a connection's outputs. ``connection`` must offer INTERFACE in VERSION."""

    def __init__(self, connection: WaylandConnection) -> None:
        self.connection = connection
        manager, memory = connection.find(INTERFACE, VERSION), connection.find("wl_shm")
        if manager is None or memory is None:
            raise CaptureError("This compositor does not offer screencopy")
        self.manager, self.memory = connection.bind(manager, VERSION), connection.bind(memory, 1)
        self.outputs = Outputs(connection)

    @staticmethod
    def offered(connection: WaylandConnection) -> bool:
        """Whether the compositor offers it."""
        return connection.find(INTERFACE, VERSION) is not None and connection.find("wl_shm") is not None

    def find(self, name: str) -> Output | None:
        """The output of that name as it is now; None while it is off or unplugged. Raises ScreenGone."""
        if self.outputs.changed:
            self.outputs.update()
        return next((output for output in self.outputs.all() if output.name == name), None)


class _Frame:
    """A request for a picture. ``offer``: format, width, height and stride that its buffer must have, once told."""

    def __init__(self, transform: int) -> None:
        self.number = 0
        self.transform = transform
        self.offer: tuple[int, int, int, int] | None = None
        self.offered = self.inverted = False
        self.damage: list[Region] = []


class OutputCapture:
    """A PictureStream of one monitor, found again by its name when it comes back. The first picture is there when the
    constructor returns; raises CaptureError when none comes, UnknownFormat when it cannot be read."""

    pointer: StreamPointer | None = None

    def __init__(self, screencopy: Screencopy, name: str) -> None:
        self._screencopy, self._connection, self._name = screencopy, screencopy.connection, name
        self.size = (0, 0)
        self.shows = self.ready = True
        self._copied: _Frame | None = None  # waits for a change
        self._spare: _Frame | None = None  # waits for its turn
        self._buffers = _Buffers(self._connection, screencopy.memory)
        self._fresh = True  # the next picture may differ anywhere
        self._shot: Shot | None = None
        self._pixels: NDArray[np.uint32] | None = None
        self._swap = False
        self._await_first()

    def _await_first(self) -> None:
        deadline = time.monotonic() + _FIRST_S
        while self._shot is None:
            if time.monotonic() > deadline:
                raise CaptureError(f"No picture comes from the monitor {self._name}", "Check that it is on.")
            self._request()
            self._connection.dispatch(_LOOK_S)

    def poll(self) -> Shot | None:
        """The picture that has arrived since the last call. Waits for nothing: the next picture is requested while this
        one is awaited, and copied when this one has come."""
        self._connection.dispatch()
        if self._screencopy.outputs.changed:
            self._drop_all()
        self._request()
        shot, self._shot = self._shot, None
        return shot

    def _request(self) -> None:
        """Have a request for the next picture, and copy it if no other one is awaited."""
        if self._spare is None:
            output = self._screencopy.find(self._name)
            self.shows = output is not None
            if output is None:
                return
            self._spare = frame = _Frame(output.transform)
            frame.number = self._connection.new(lambda *event: self._on_frame(frame, *event))
            arguments = uint(frame.number, 1, output.number)
            self._connection.request(self._screencopy.manager, _CAPTURE_OUTPUT, arguments)
        if self._copied is None and self._spare.offered:
            self._copy(self._spare)

    def _on_frame(self, frame: _Frame, opcode: int, arguments: bytes) -> None:
        if frame not in {self._copied, self._spare}:
            return
        if opcode == _BUFFER:
            frame.offer = struct.unpack("=IIII", arguments)
        elif opcode == _BUFFER_DONE:
            frame.offered = True
            self._request()
        elif opcode == _FLAGS:
            frame.inverted = bool(struct.unpack("=I", arguments)[0] & _Y_INVERT)
        elif opcode == _DAMAGE:
            frame.damage.append(Region(*struct.unpack("=IIII", arguments)))
        elif opcode == _READY:
            self._take(frame)
        elif opcode == _FAILED:  # the monitor changed its size or was switched off
            self._drop(frame)

    def _copy(self, frame: _Frame) -> None:
        if frame.offer is None or frame.offer[0] not in _SWAPPED:
            raise UnknownFormat(frame.offer[0] if frame.offer is not None else 0)
        if self._buffers.fit(frame.offer):
            self._fresh = True
        self._copied, self._spare = frame, None
        opcode = _COPY if self._fresh else _COPY_WITH_DAMAGE
        self._connection.request(frame.number, opcode, uint(self._buffers.next))

    def _take(self, frame: _Frame) -> None:
        upright = _upright(self._buffers.turn(), frame)
        self._swap = self._buffers.swapped
        self.size = (upright.shape[1], upright.shape[0])
        # Boxes are told before turning; a turned monitor is compared as a whole, which costs more and cannot be wrong.
        anywhere = self._fresh or frame.inverted or frame.transform
        shot = Shot(None if anywhere else frame.damage)
        self._pixels, self._shot = upright, shot if self._shot is None else self._shot.then(shot)
        self._fresh = False
        self._finish(frame)

    def _drop_all(self) -> None:
        """Forget the requests under way: monitors came or went, and some compositors leave them without an answer."""
        for frame in (self._copied, self._spare):
            if frame is not None:
                self._drop(frame)

    def _drop(self, frame: _Frame) -> None:
        self._fresh = True
        self._finish(frame)

    def _finish(self, frame: _Frame) -> None:
        self._connection.request(frame.number, _DESTROY)
        if frame is self._copied:
            self._copied = None
        else:
            self._spare = None

    def grab(self, box: Region) -> Pixels | None:
        """A copy of a box of the newest picture."""
        return None if self._pixels is None else copy_box(self._pixels, box, swap=self._swap)

    def close(self) -> None:
        """Close the connection, which it shares with the captures of the other monitors."""
        self._connection.close()


def _upright(pixels: NDArray[np.uint32], frame: _Frame) -> NDArray[np.uint32]:
    """A view of a monitor's pixels as its user sees them."""
    if frame.inverted:
        pixels = pixels[::-1]
    turned = np.rot90(pixels, -(frame.transform & 3))
    return turned[:, ::-1] if frame.transform & 4 else turned


class _Buffers:
    """Two buffers in turn in memory shared with the compositor: one is read while it writes to the other."""

    def __init__(self, connection: WaylandConnection, memory: int) -> None:
        self._connection, self._memory = connection, memory
        self._shape: tuple[int, int, int, int] | None = None
        self._each: list[tuple[int, NDArray[np.uint32]]] = []
        self._turn = 0

    @property
    def swapped(self) -> bool:
        """Whether the pixels are RGBA."""
        return self._shape is not None and _SWAPPED[self._shape[0]]

    @property
    def next(self) -> int:
        """The buffer to write to."""
        return self._each[self._turn][0]

    def turn(self) -> NDArray[np.uint32]:
        """The pixels just written; the other buffer is next."""
        pixels = self._each[self._turn][1]
        self._turn = 1 - self._turn
        return pixels

    def fit(self, offer: tuple[int, int, int, int]) -> bool:
        """Make buffers of a format, width, height and stride; False when they are so already."""
        if offer == self._shape:
            return False
        number, width, height, stride = offer
        for buffer, _ in self._each:
            self._connection.request(buffer, _BUFFER_DESTROY)
        size = stride * height
        descriptor = shared_memory(2 * size)
        try:
            memory = mmap.mmap(descriptor, 2 * size)
            pool = self._connection.new()
            self._connection.request(self._memory, _CREATE_POOL, uint(pool) + sint(2 * size), descriptor)
        finally:
            os.close(descriptor)
        self._each = []
        for at in (0, size):
            buffer = self._connection.new()
            arguments = uint(buffer) + sint(at, width, height, stride) + uint(number)
            self._connection.request(pool, _CREATE_BUFFER, arguments)
            rows = np.frombuffer(memory, np.uint32, size // 4, at).reshape(height, stride // 4)
            self._each.append((buffer, rows[:, :width]))
        self._connection.request(pool, _POOL_DESTROY)
        self._shape, self._turn = offer, 0
        return True
