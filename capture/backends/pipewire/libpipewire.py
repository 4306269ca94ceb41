"""libpipewire by ctypes: its functions and the structures of a buffer. The only module that loads it.

Every Wayland desktop with portals has the library. A binding that is compiled was rejected: those there are copy whole
pictures at every frame, and know neither damage nor the pointer.

Layouts: pipewire/stream.h, spa/buffer/buffer.h, spa/buffer/meta.h; unchanged since 0.3.0.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from ctypes import POINTER, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_void_p
from functools import cache

from capture.errors import CaptureError

_LIBRARY = "libpipewire-0.3.so.0"
_ADDRESS = c_void_p

_FUNCTIONS = {
    "pw_init": (None, [_ADDRESS, _ADDRESS]),
    "pw_thread_loop_new": (_ADDRESS, [c_char_p, _ADDRESS]),
    "pw_thread_loop_get_loop": (_ADDRESS, [_ADDRESS]),
    "pw_thread_loop_start": (c_int, [_ADDRESS]),
    "pw_thread_loop_stop": (None, [_ADDRESS]),
    "pw_thread_loop_lock": (None, [_ADDRESS]),
    "pw_thread_loop_unlock": (None, [_ADDRESS]),
    "pw_thread_loop_destroy": (None, [_ADDRESS]),
    "pw_context_new": (_ADDRESS, [_ADDRESS, _ADDRESS, c_size_t]),
    "pw_context_connect_fd": (_ADDRESS, [_ADDRESS, c_int, _ADDRESS, c_size_t]),
    "pw_context_destroy": (None, [_ADDRESS]),
    "pw_core_disconnect": (c_int, [_ADDRESS]),
    "pw_properties_new_string": (_ADDRESS, [c_char_p]),
    "pw_stream_new": (_ADDRESS, [_ADDRESS, c_char_p, _ADDRESS]),
    "pw_stream_add_listener": (None, [_ADDRESS] * 4),
    "pw_stream_connect": (c_int, [_ADDRESS, c_int, c_uint32, c_int, _ADDRESS, c_uint32]),
    "pw_stream_update_params": (c_int, [_ADDRESS, _ADDRESS, c_uint32]),
    "pw_stream_dequeue_buffer": (_ADDRESS, [_ADDRESS]),
    "pw_stream_queue_buffer": (c_int, [_ADDRESS, _ADDRESS]),
    "pw_stream_destroy": (None, [_ADDRESS]),
}


class SpaChunk(ctypes.Structure):
    """The valid part of a block of memory."""

    _fields_ = (("offset", c_uint32), ("size", c_uint32), ("stride", c_int32), ("flags", c_int32))


class SpaData(ctypes.Structure):
    """A block of memory of a buffer."""

    _fields_ = (
        ("type", c_uint32), ("flags", c_uint32), ("fd", c_int64), ("mapoffset", c_uint32), ("maxsize", c_uint32),
        ("data", _ADDRESS), ("chunk", POINTER(SpaChunk)),
    )  # fmt: skip


class SpaMeta(ctypes.Structure):
    """Something told beside the pixels."""

    _fields_ = (("type", c_uint32), ("size", c_uint32), ("data", _ADDRESS))


class SpaBuffer(ctypes.Structure):
    """Pixels and what is told beside them."""

    _fields_ = (
        ("n_metas", c_uint32), ("n_datas", c_uint32), ("metas", POINTER(SpaMeta)), ("datas", POINTER(SpaData)),
    )  # fmt: skip


class StreamBuffer(ctypes.Structure):
    """The beginning of a pw_buffer."""

    _fields_ = (("buffer", POINTER(SpaBuffer)),)


STATE_CHANGED = ctypes.CFUNCTYPE(None, _ADDRESS, c_int, c_int, c_char_p)
PARAM_CHANGED = ctypes.CFUNCTYPE(None, _ADDRESS, c_uint32, _ADDRESS)
REMOVE_BUFFER = ctypes.CFUNCTYPE(None, _ADDRESS, _ADDRESS)


class StreamEvents(ctypes.Structure):
    """The callbacks of a stream. ``process`` stays empty, so that Python runs for changes of format only."""

    _fields_ = (
        ("version", c_uint32), ("destroy", _ADDRESS), ("state_changed", STATE_CHANGED), ("control_info", _ADDRESS),
        ("io_changed", _ADDRESS), ("param_changed", PARAM_CHANGED), ("add_buffer", _ADDRESS),
        ("remove_buffer", REMOVE_BUFFER), ("process", _ADDRESS), ("drained", _ADDRESS), ("command", _ADDRESS),
        ("trigger_done", _ADDRESS),
    )  # fmt: skip


@cache
def _loaded() -> ctypes.CDLL | None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(_LIBRARY)
            for name, (result, parameters) in _FUNCTIONS.items():
                function = getattr(library, name)
                function.restype, function.argtypes = result, parameters
            library.pw_init(None, None)
            return library
    return None


def load_pipewire() -> ctypes.CDLL:
    """The loaded library. Raises CaptureError where it is not installed."""
    if (library := _loaded()) is None:
        raise CaptureError(
            f"PipeWire's library ({_LIBRARY}) is missing, through which this desktop gives its pictures",
            "On Debian or Ubuntu: apt-get install libpipewire-0.3-0.",
        )
    return library
