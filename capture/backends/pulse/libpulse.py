"""libpulse: its functions, and PulseStream, one recording stream of a PulseAudio (or PipeWire) server.

The only module that loads libpulse.

PortAudio reaches the same server through ALSA's plugin, which needs its own process (it hangs when the server dies),
0.15 s of CPU to start, and spins while a source starts: 0.5 to 1.5 s in all over a minute. libpulse reports a lost
server, and a minute costs 0.2 s. Its own thread reads the socket; the methods here only fetch what has arrived and
never wait for the server. Does not reconnect.

The API used here has not changed since 2007 (pulse/context.h, pulse/stream.h, pulse/thread-mainloop.h).
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import time
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from functools import cache
from typing import NamedTuple

RATE = 48_000
FRAGMENT_MS = 100
"""Requested fragment length; the server sends shorter ones when another client requests lower latency."""

_LIBRARY = "libpulse.so.0"
_S16 = 3 if sys.byteorder == "little" else 4  # PA_SAMPLE_S16LE, PA_SAMPLE_S16BE
NO_AUTOSPAWN = 1
CONTEXT_READY, CONTEXT_FAILED = 4, 5
_STREAM_READY, _STREAM_FAILED = 2, 3
# INTERPOLATE_TIMING, AUTO_TIMING_UPDATE, ADJUST_LATENCY; DONT_MOVE, because an unplugged headset must be reported
# and not silently replaced by the laptop's microphone.
_FLAGS = 0x2 | 0x8 | 0x2000 | 0x200
_OWN_CHANNELS = 0x100  # FIX_CHANNELS: those of the source, unmixed
_DEFAULT = 0xFFFFFFFF
_ADDRESS, _NUMBER = c_void_p, c_uint32

# Each function's result and parameters.
_FUNCTIONS = {
    "pa_threaded_mainloop_new": (_ADDRESS, []),
    "pa_threaded_mainloop_get_api": (_ADDRESS, [_ADDRESS]),
    "pa_threaded_mainloop_start": (c_int, [_ADDRESS]),
    "pa_threaded_mainloop_lock": (None, [_ADDRESS]),
    "pa_threaded_mainloop_unlock": (None, [_ADDRESS]),
    "pa_threaded_mainloop_stop": (None, [_ADDRESS]),
    "pa_threaded_mainloop_free": (None, [_ADDRESS]),
    "pa_context_new": (_ADDRESS, [_ADDRESS, c_char_p]),
    "pa_context_connect": (c_int, [_ADDRESS, c_char_p, c_int, _ADDRESS]),
    "pa_context_get_state": (c_int, [_ADDRESS]),
    "pa_context_errno": (c_int, [_ADDRESS]),
    "pa_context_disconnect": (None, [_ADDRESS]),
    "pa_context_unref": (None, [_ADDRESS]),
    "pa_strerror": (c_char_p, [c_int]),
    "pa_stream_new": (_ADDRESS, [_ADDRESS, c_char_p, _ADDRESS, _ADDRESS]),
    "pa_stream_connect_record": (c_int, [_ADDRESS, c_char_p, _ADDRESS, c_int]),
    "pa_stream_get_state": (c_int, [_ADDRESS]),
    "pa_stream_readable_size": (c_size_t, [_ADDRESS]),
    "pa_stream_peek": (c_int, [_ADDRESS, POINTER(_ADDRESS), POINTER(c_size_t)]),
    "pa_stream_drop": (c_int, [_ADDRESS]),
    "pa_stream_get_latency": (c_int, [_ADDRESS, POINTER(c_uint64), POINTER(c_int)]),
    "pa_stream_disconnect": (c_int, [_ADDRESS]),
    "pa_stream_unref": (None, [_ADDRESS]),
    "pa_stream_get_sample_spec": (_ADDRESS, [_ADDRESS]),
    "pa_mainloop_new": (_ADDRESS, []),
    "pa_mainloop_get_api": (_ADDRESS, [_ADDRESS]),
    "pa_mainloop_prepare": (c_int, [_ADDRESS, c_int]),
    "pa_mainloop_poll": (c_int, [_ADDRESS]),
    "pa_mainloop_dispatch": (c_int, [_ADDRESS]),
    "pa_mainloop_free": (None, [_ADDRESS]),
    "pa_context_get_server_info": (_ADDRESS, [_ADDRESS, _ADDRESS, _ADDRESS]),
    "pa_context_get_source_info_list": (_ADDRESS, [_ADDRESS, _ADDRESS, _ADDRESS]),
    "pa_operation_unref": (None, [_ADDRESS]),
}


class SampleSpec(ctypes.Structure):
    """``pa_sample_spec``."""

    _fields_ = (("format", c_int), ("rate", _NUMBER), ("channels", c_uint8))


class _BufferAttr(ctypes.Structure):
    _fields_ = tuple((name, _NUMBER) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


class AudioChunk(NamedTuple):
    """Samples int16 as bytes, channels interleaved; the first was captured at ``start_ns`` of the monotonic clock."""

    start_ns: int
    data: bytes
    gap: bool


@cache
def library() -> ctypes.CDLL | None:
    """The loaded libpulse; None where it is not installed."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            pulse = ctypes.CDLL(_LIBRARY)
            for name, (result, parameters) in _FUNCTIONS.items():
                function = getattr(pulse, name)
                function.restype, function.argtypes = result, parameters
            return pulse
    return None


class PulseStream:
    """Begins to connect on construction. ``source`` None is the server's default one. For one thread at a time.

    ``channels`` None: those that the source has; it then holds their number once the stream is ready. Raises OSError
    where libpulse is not installed. A later failure is final; ``failure`` describes it.
    """

    def __init__(self, source: str | None, channels: int | None) -> None:
        pulse = library()
        if pulse is None:
            raise OSError(f"{_LIBRARY} is not installed")
        self._pulse, self._source = pulse, source
        self.channels = channels or 1
        self._flags = _FLAGS if channels is not None else _FLAGS | _OWN_CHANNELS
        self._spec = SampleSpec(_S16, RATE, self.channels)
        fragment = RATE * FRAGMENT_MS // 1000 * 2 * self.channels
        self._attr = _BufferAttr(_DEFAULT, _DEFAULT, _DEFAULT, _DEFAULT, fragment)
        self.failure = ""
        self._stream: int | None = None
        self._loop = pulse.pa_threaded_mainloop_new()
        self._context = pulse.pa_context_new(pulse.pa_threaded_mainloop_get_api(self._loop), b"showhow")
        if pulse.pa_context_connect(self._context, None, NO_AUTOSPAWN, None) < 0:
            self._fail()
        pulse.pa_threaded_mainloop_start(self._loop)

    def read(self) -> AudioChunk | None:
        """The sound since the last call; None when there is none. Never waits."""
        if self.failure:
            return None
        self._pulse.pa_threaded_mainloop_lock(self._loop)
        try:
            return self._read_fragments() if self._ready() else None
        finally:
            self._pulse.pa_threaded_mainloop_unlock(self._loop)

    def _ready(self) -> bool:
        """Whether the stream is ready; continues connecting while it is not."""
        pulse = self._pulse
        state = pulse.pa_context_get_state(self._context)
        if state >= CONTEXT_FAILED:
            self._fail()
        if state != CONTEXT_READY:
            return False
        if self._stream is None:
            self._stream = pulse.pa_stream_new(self._context, b"narration", byref(self._spec), None)
            name = self._source.encode() if self._source is not None else None
            if pulse.pa_stream_connect_record(self._stream, name, byref(self._attr), self._flags) < 0:
                self._fail()
            return False
        state = pulse.pa_stream_get_state(self._stream)
        if state >= _STREAM_FAILED:
            self._fail()
        if state != _STREAM_READY:
            return False
        spec = ctypes.cast(pulse.pa_stream_get_sample_spec(self._stream), POINTER(SampleSpec))
        self.channels = spec.contents.channels
        return True

    def _read_fragments(self) -> AudioChunk | None:
        pulse, stream = self._pulse, self._stream
        if not pulse.pa_stream_readable_size(stream):
            return None
        latency, negative = c_uint64(), c_int()
        # Until the server has sent its timing, the first sound counts as one fragment old.
        known = pulse.pa_stream_get_latency(stream, byref(latency), byref(negative)) == 0
        now_ns = time.monotonic_ns()
        age_ns = latency.value * (-1000 if negative.value else 1000) if known else FRAGMENT_MS * 1_000_000
        pieces, gap = [], False
        data, size = c_void_p(), c_size_t()
        while pulse.pa_stream_peek(stream, byref(data), byref(size)) == 0 and size.value:
            # A hole in the stream has a size and no data.
            gap = gap or not data.value
            pieces.append(ctypes.string_at(data.value, size.value) if data.value else bytes(size.value))
            pulse.pa_stream_drop(stream)
        whole = b"".join(pieces)
        return AudioChunk(now_ns - age_ns, whole, gap) if whole else None

    def _fail(self) -> None:
        self.failure = self._pulse.pa_strerror(self._pulse.pa_context_errno(self._context)).decode("utf-8", "replace")

    def close(self) -> None:
        """Disconnect from the server; harmless when it is lost."""
        if not self._loop:
            return
        self.failure = self.failure or "closed"
        pulse = self._pulse
        pulse.pa_threaded_mainloop_stop(self._loop)
        if self._stream:
            pulse.pa_stream_disconnect(self._stream)
            pulse.pa_stream_unref(self._stream)
        pulse.pa_context_disconnect(self._context)
        pulse.pa_context_unref(self._context)
        pulse.pa_threaded_mainloop_free(self._loop)
        self._loop = None
