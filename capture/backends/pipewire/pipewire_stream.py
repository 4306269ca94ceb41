"""PipeWireStream: the pictures of a screen that the desktop's portal granted, in shared memory.

Nothing is copied but the boxes that are grabbed. The newest buffer is held until a newer one comes; it is fetched once
a tick, so no Python runs for a picture. Does not take DMA-BUF, which cannot be read without the graphics card: where
the offer names no modifier, desktops fall back to shared memory.
"""

from __future__ import annotations

import atexit
import ctypes
import itertools
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_uint8, c_uint32, c_void_p, create_string_buffer, string_at
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capture.backends.pipewire import spa_pod as pod
from capture.backends.pipewire.libpipewire import (
    PARAM_CHANGED,
    REMOVE_BUFFER,
    STATE_CHANGED,
    SpaBuffer,
    SpaData,
    StreamBuffer,
    StreamEvents,
    load_pipewire,
)
from capture.desktop.cursor_overlay import Sprite
from capture.desktop.frame_diff import Pixels
from capture.desktop.picture_stream import Shot, StreamPointer, copy_box
from capture.desktop.screen_grabber import ScreenGone
from capture.errors import CaptureError
from capture.model import Region

_FORMAT_S = 10.0
_ENUM_FORMAT, _FORMAT, _BUFFERS, _META = 3, 4, 5, 6
_FORMAT_OBJECT, _BUFFERS_OBJECT, _META_OBJECT = 0x40003, 0x40004, 0x40005
_MEDIA_TYPE, _MEDIA_SUBTYPE, _VIDEO, _RAW = 1, 2, 2, 1
_PIXEL_FORMAT, _SIZE, _RATE, _MOST_RATE = 0x20001, 0x20003, 0x20004, 0x20005
_RGBX, _BGRX, _RGBA, _BGRA = 7, 8, 11, 12
_HEADER, _CROP, _DAMAGE, _CURSOR = 1, 2, 3, 5
_HEADER_BYTES, _REGION_BYTES, _MOST_BOXES = 32, 16, 64
_CURSOR_HEAD, _BITMAP_HEAD = 28, 20
_CURSOR_SIDE = 1024  # pixels: GNOME wants room for 384, and leaves the pointer out where the offer is smaller
_MEMFD, _MEMFD_BIT = 2, 1 << 2
_CORRUPTED_HEADER, _CORRUPTED_CHUNK = 2, 1
_CONNECT = 1 << 0 | 1 << 2 | 1 << 7  # by itself, buffers mapped, never to another source
_INPUT, _UNCONNECTED = 0, 0


class PipeWireStream:
    """A PictureStream of a node. The size is known when the constructor returns; a first picture may come much later.

    ``remote`` is the descriptor of a PipeWire connection, which is closed with the stream. ``tells_pointer``: the
    desktop describes the pointer beside the pictures. Raises CaptureError.
    """

    def __init__(self, remote: int, node: int, *, fps: int, tells_pointer: bool) -> None:
        self.size, self.shows = (0, 0), True
        self.pointer = StreamPointer() if tells_pointer else None
        self._library = load_pipewire()
        self._format, self._frame_size = 0, (0, 0)
        self._state, self._complaint = 1, ""
        self._ready = threading.Event()
        self._held: int | None = None
        self._pixels: NDArray[np.uint32] | None = None
        self._fresh = True  # the next picture may differ anywhere
        self._loop: int | None = None
        self._context: int | None = None
        self._core: int | None = None
        self._stream: int | None = None
        try:
            self._connect(remote, node, fps)
            self._await_format()
        except BaseException:
            self.close()
            raise
        atexit.register(self.close)  # PipeWire's thread must not call into an interpreter that has ended

    def _connect(self, remote: int, node: int, fps: int) -> None:
        pw = self._library
        self._loop = pw.pw_thread_loop_new(b"showhow", None)
        self._context = pw.pw_context_new(pw.pw_thread_loop_get_loop(self._loop), None, 0)
        pw.pw_thread_loop_start(self._loop)
        with self._locked():
            self._core = pw.pw_context_connect_fd(self._context, remote, None, 0)
            if not self._core:
                raise CaptureError("PipeWire does not answer", "Check that it runs: systemctl --user status pipewire")
            about = b"media.type=Video media.category=Capture media.role=Screen"
            self._stream = pw.pw_stream_new(self._core, b"showhow", pw.pw_properties_new_string(about))
            self._events = StreamEvents(
                version=0,
                state_changed=STATE_CHANGED(self._on_state),
                param_changed=PARAM_CHANGED(self._on_param),
                remove_buffer=REMOVE_BUFFER(self._on_remove),
            )
            self._hook = create_string_buffer(64)
            pw.pw_stream_add_listener(self._stream, self._hook, ctypes.addressof(self._events), None)
            offers = (c_char_p * 1)(_offered_formats(fps))
            if pw.pw_stream_connect(self._stream, _INPUT, node, _CONNECT, offers, 1) < 0:
                raise CaptureError("PipeWire does not give the screen's pictures")

    def _await_format(self) -> None:
        # Not for a picture: xdg-desktop-portal-wlr sends none until something changes on the screen.
        if not self._ready.wait(_FORMAT_S) or self._lost:
            why = self._complaint or "the desktop does not answer"
            raise CaptureError(f"No pictures come from the desktop ({why})", "Try again; showhow doctor may tell why.")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._library.pw_thread_loop_lock(self._loop)
        try:
            yield
        finally:
            self._library.pw_thread_loop_unlock(self._loop)

    @property
    def ready(self) -> bool:
        """Whether there is a picture to grab."""
        return self._pixels is not None

    @property
    def _lost(self) -> bool:
        return self._state <= _UNCONNECTED

    # These three run in PipeWire's thread, while it holds its lock.

    def _on_state(self, _data: Any, _old: int, new: int, error: bytes | None) -> None:
        self._state = new
        self._complaint = (error or b"").decode("utf-8", "replace") or self._complaint
        if self._lost:
            self._ready.set()

    def _on_param(self, _data: Any, number: int, address: int | None) -> None:
        if number != _FORMAT or not address:
            return
        found = pod.properties_of(string_at(address, c_uint32.from_address(address).value + 8))
        width, height = struct.unpack_from("<II", found[_SIZE])
        self._format, self._frame_size = struct.unpack_from("<I", found[_PIXEL_FORMAT])[0], (width, height)
        if self.size == (0, 0):
            self.size = width, height
        params = [create_string_buffer(param, len(param)) for param in _requested_params()]
        addresses = (c_void_p * len(params))(*map(ctypes.addressof, params))
        self._library.pw_stream_update_params(self._stream, addresses, len(params))
        self._ready.set()

    def _on_remove(self, _data: Any, buffer: int) -> None:
        if buffer == self._held:  # its memory goes with it, as when a screen gets another size
            self._held = self._pixels = None
            self._fresh = True

    def poll(self) -> Shot | None:
        """What changed by all pictures since the last call; the newest one is held."""
        if self._lost:
            raise ScreenGone
        shot: Shot | None = None
        with self._locked():
            while address := self._library.pw_stream_dequeue_buffer(self._stream):
                buffer = ctypes.cast(address, ctypes.POINTER(StreamBuffer)).contents.buffer.contents
                metadata = _Metadata(buffer)
                self._point(metadata.cursor)
                pixels = self._view(buffer, metadata)
                if pixels is None:  # the pointer alone, in a buffer of old pixels
                    self._library.pw_stream_queue_buffer(self._stream, address)
                    continue
                self._release()
                self._held, self._pixels, self.size = address, pixels, (pixels.shape[1], pixels.shape[0])
                later = Shot(None if self._fresh else metadata.damage)
                self._fresh = False
                shot = later if shot is None else shot.then(later)
        return shot

    def _view(self, buffer: SpaBuffer, metadata: _Metadata) -> NDArray[np.uint32] | None:
        """The pixels of a buffer, without a copy; None when they are none or not new."""
        if not buffer.n_datas or metadata.corrupted:
            return None
        data: SpaData = buffer.datas[0]
        chunk, (width, height) = data.chunk.contents, self._frame_size
        stride = chunk.stride or width * 4
        empty = not data.data or not chunk.size or chunk.flags & _CORRUPTED_CHUNK
        if data.type != _MEMFD or empty or chunk.offset + stride * height > data.maxsize:
            return None
        memory = (c_uint8 * (stride * height)).from_address(data.data + chunk.offset)
        rows: NDArray[np.uint32] = np.frombuffer(memoryview(memory), np.uint32).reshape(height, stride // 4)
        crop = metadata.crop or Region(0, 0, width, height)
        return rows[crop.y : crop.bottom, crop.x : crop.right]

    def _point(self, cursor: bytes | None) -> None:
        """Take in where the pointer is, and its shape if that is new."""
        if cursor is None or self.pointer is None:
            return
        number, _, x, y, hot_x, hot_y, offset = struct.unpack_from("<IIiiiiI", cursor)
        self.pointer.visible = bool(number)
        if not number:
            return
        self.pointer.x, self.pointer.y = x, y
        if offset >= _CURSOR_HEAD:
            self.pointer.sprite = _sprite(cursor[offset:], hot_x, hot_y)

    def grab(self, box: Region) -> Pixels | None:
        """A copy of a box of the held picture."""
        with self._locked():  # the buffer may be taken away meanwhile
            if self._pixels is None:
                return None
            return copy_box(self._pixels, box, swap=self._format in {_RGBX, _RGBA})

    def _release(self) -> None:
        if self._held is not None:
            self._library.pw_stream_queue_buffer(self._stream, self._held)
            self._held = self._pixels = None

    def close(self) -> None:
        """Stop the pictures."""
        if self._loop is None:
            return
        atexit.unregister(self.close)
        pw = self._library
        pw.pw_thread_loop_stop(self._loop)
        self._held = self._pixels = None
        if self._stream:
            pw.pw_stream_destroy(self._stream)
        if self._core:
            pw.pw_core_disconnect(self._core)
        if self._context:
            pw.pw_context_destroy(self._context)
        pw.pw_thread_loop_destroy(self._loop)
        self._loop = None


class _Metadata:
    """What a buffer tells beside its pixels. ``damage`` None: anything may have changed."""

    def __init__(self, buffer: SpaBuffer) -> None:
        self.damage: list[Region] | None = None
        self.crop: Region | None = None
        self.cursor: bytes | None = None
        self.corrupted = False
        for meta in buffer.metas[: buffer.n_metas]:
            if meta.type == _HEADER:
                self.corrupted = bool(c_uint32.from_address(meta.data).value & _CORRUPTED_HEADER)
            elif meta.type == _DAMAGE:
                self.damage = list(_regions(string_at(meta.data, meta.size))) or None  # an empty list tells nothing
            elif meta.type == _CROP:
                self.crop = next(_regions(string_at(meta.data, meta.size)), None)
            elif meta.type == _CURSOR:
                self.cursor = string_at(meta.data, meta.size)


def _regions(data: bytes) -> Iterator[Region]:
    """Boxes up to the first empty one."""
    boxes = struct.iter_unpack("<iiII", data[: len(data) // _REGION_BYTES * _REGION_BYTES])
    return (Region(*box) for box in itertools.takewhile(lambda box: box[2] and box[3], boxes))


def _sprite(bitmap: bytes, hot_x: int, hot_y: int) -> Sprite | None:
    """The pointer's shape; None when it has none."""
    kind, width, height, stride, offset = struct.unpack_from("<IIIiI", bitmap)
    if not kind or not width or not height or not offset:
        return None
    rows = np.frombuffer(bitmap, np.uint8, stride * height, offset).reshape(height, stride)
    pixels = rows[:, : width * 4].reshape(height, width, 4)
    order = [2, 1, 0, 3] if kind in {_RGBX, _RGBA} else [0, 1, 2, 3]
    return Sprite(np.ascontiguousarray(pixels[..., order]), hot_x, hot_y)


def _offered_formats(fps: int) -> bytes:
    return pod.parameter(
        _FORMAT_OBJECT,
        _ENUM_FORMAT,
        {
            _MEDIA_TYPE: pod.plain(pod.ID, _VIDEO),
            _MEDIA_SUBTYPE: pod.plain(pod.ID, _RAW),
            _PIXEL_FORMAT: pod.one_of(pod.ID, _BGRX, _BGRA, _RGBX, _RGBA),
            _SIZE: pod.between(pod.RECTANGLE, (1920, 1080), (1, 1), (16384, 16384)),
            _RATE: pod.between(pod.FRACTION, (0, 1), (0, 1), (fps, 1)),  # 0: whenever something changed
            _MOST_RATE: pod.between(pod.FRACTION, (fps, 1), (1, 1), (fps, 1)),
        },
    )


def _requested_params() -> list[bytes]:
    """Buffers in shared memory, and what is to be told beside the pixels."""
    largest = _CURSOR_HEAD + _BITMAP_HEAD + _CURSOR_SIDE**2 * 4
    usual, least = _CURSOR_HEAD + _BITMAP_HEAD + 64**2 * 4, _CURSOR_HEAD + _BITMAP_HEAD + 4
    boxes = pod.between(pod.INT, 16 * _REGION_BYTES, _REGION_BYTES, _MOST_BOXES * _REGION_BYTES)
    metas = {
        _HEADER: pod.plain(pod.INT, _HEADER_BYTES),
        _CROP: pod.plain(pod.INT, _REGION_BYTES),
        _DAMAGE: boxes,
        _CURSOR: pod.between(pod.INT, usual, least, largest),
    }
    memory = pod.parameter(_BUFFERS_OBJECT, _BUFFERS, {1: pod.between(pod.INT, 4, 2, 8), 6: pod.bits(_MEMFD_BIT)})
    return [
        memory,
        *(pod.parameter(_META_OBJECT, _META, {1: pod.plain(pod.ID, kind), 2: n}) for kind, n in metas.items()),
    ]
