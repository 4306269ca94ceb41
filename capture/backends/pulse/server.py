"""Sources and defaults of a PulseAudio or PipeWire server, asked by libpulse; no program such as ``pactl`` is needed.

A query connects, asks and disconnects, in the caller's thread; 5 ms where the server runs, at once where none does.
The structures are the beginnings of those in pulse/introspect.h, which has only ever grown at their ends.
"""

from __future__ import annotations

import ctypes
import time
from ctypes import POINTER, c_char_p, c_int, c_uint8, c_uint32, c_void_p
from typing import Any, NamedTuple

from capture.backends.pulse.libpulse import CONTEXT_FAILED, CONTEXT_READY, NO_AUTOSPAWN, SampleSpec, library

_PATIENCE_S, _STEP_US = 4.0, 100_000
_ASK_S = 1.0
_MONITOR = ".monitor"
_NO_MONITOR = 0xFFFFFFFF


class _ServerInfo(ctypes.Structure):
    _fields_ = (
        *((name, c_char_p) for name in ("user", "host", "version", "name")),
        ("sample_spec", SampleSpec),
        ("default_sink", c_char_p),
        ("default_source", c_char_p),
    )


class _SourceInfo(ctypes.Structure):
    _fields_ = (
        ("name", c_char_p),
        ("index", c_uint32),
        ("description", c_char_p),
        ("sample_spec", SampleSpec),
        ("map_channels", c_uint8),
        ("map", c_int * 32),
        ("owner_module", c_uint32),
        ("volume_channels", c_uint8),
        ("volumes", c_uint32 * 32),
        ("mute", c_int),
        ("monitor_of_sink", c_uint32),
    )


SERVER_CALLBACK = ctypes.CFUNCTYPE(None, c_void_p, POINTER(_ServerInfo), c_void_p)
SOURCE_CALLBACK = ctypes.CFUNCTYPE(None, c_void_p, POINTER(_SourceInfo), c_int, c_void_p)


class Defaults(NamedTuple):
    """Names of the server's default source and of the monitor of its default sink; empty when there is none."""

    source: str = ""
    monitor: str = ""


class PulseSourceInfo(NamedTuple):
    """A source of the server. ``muted``: by its switch, or at volume zero."""

    name: str
    label: str
    channels: int
    monitor: bool
    muted: bool


def is_monitor(name: str) -> bool:
    """Whether a source of that name is what a sink plays; PulseAudio and PipeWire name them so."""
    return name.endswith(_MONITOR)


def defaults_of(info: Any) -> Defaults:
    """The defaults in a ``pa_server_info``, as SERVER_CALLBACK gets it."""
    source, sink = _text(info.contents.default_source), _text(info.contents.default_sink)
    return Defaults(source, f"{sink}{_MONITOR}" if sink else "")


class DefaultsWatch:
    """Keeps the server's defaults up to date over a connection of its own, which comes back after the server did.

    ``latest`` is the last answer. Never waits for the server. For one thread.
    """

    def __init__(self) -> None:
        self.latest = Defaults()
        self._pulse = library()
        self._on_server = SERVER_CALLBACK(self._server)  # kept: ctypes frees a callback with its last reference
        self._context: int | None = None
        self._next_s = 0.0
        if self._pulse is not None:
            self._loop = self._pulse.pa_threaded_mainloop_new()
            self._pulse.pa_threaded_mainloop_start(self._loop)

    def poll(self) -> Defaults:
        """The defaults as of a second ago at most, while the server answers; asks again when that time is over."""
        pulse, now_s = self._pulse, time.monotonic()
        if pulse is None or not self._loop or now_s < self._next_s:
            return self.latest
        self._next_s = now_s + _ASK_S
        pulse.pa_threaded_mainloop_lock(self._loop)
        try:
            self._ask(pulse)
        finally:
            pulse.pa_threaded_mainloop_unlock(self._loop)
        return self.latest

    def _ask(self, pulse: ctypes.CDLL) -> None:
        state = CONTEXT_FAILED if self._context is None else pulse.pa_context_get_state(self._context)
        if state == CONTEXT_READY:
            operation = pulse.pa_context_get_server_info(self._context, self._on_server, None)
            if operation:
                pulse.pa_operation_unref(operation)
        elif state >= CONTEXT_FAILED:
            self._disconnect(pulse)
            self._context = pulse.pa_context_new(pulse.pa_threaded_mainloop_get_api(self._loop), b"showhow")
            pulse.pa_context_connect(self._context, None, NO_AUTOSPAWN, None)

    def _disconnect(self, pulse: ctypes.CDLL) -> None:
        if self._context is not None:
            pulse.pa_context_disconnect(self._context)
            pulse.pa_context_unref(self._context)
            self._context = None

    def _server(self, _context: int, info: Any, _data: int) -> None:
        if info:
            self.latest = defaults_of(info)

    def close(self) -> None:
        """Disconnect; harmless when the server is lost."""
        if self._pulse is None or not self._loop:
            return
        self._pulse.pa_threaded_mainloop_stop(self._loop)
        self._disconnect(self._pulse)
        self._pulse.pa_threaded_mainloop_free(self._loop)
        self._loop = None


def query() -> tuple[Defaults, list[PulseSourceInfo]] | None:
    """The defaults and all sources; None without libpulse or a server that answers within 4 s."""
    pulse = library()
    return _Query(pulse).run() if pulse is not None else None


class _Query:
    """One connection with its own loop, run in the calling thread."""

    def __init__(self, pulse: ctypes.CDLL) -> None:
        self._pulse = pulse
        self._defaults: Defaults | None = None
        self._sources: list[PulseSourceInfo] = []
        self._complete = False
        self._deadline_s = time.monotonic() + _PATIENCE_S
        # Kept: ctypes frees a callback with its last reference.
        self._on_server, self._on_source = SERVER_CALLBACK(self._server), SOURCE_CALLBACK(self._source)

    def run(self) -> tuple[Defaults, list[PulseSourceInfo]] | None:
        pulse = self._pulse
        loop = pulse.pa_mainloop_new()
        context = pulse.pa_context_new(pulse.pa_mainloop_get_api(loop), b"showhow")
        try:
            if pulse.pa_context_connect(context, None, NO_AUTOSPAWN, None) < 0 or not self._connected(loop, context):
                return None
            pulse.pa_operation_unref(pulse.pa_context_get_server_info(context, self._on_server, None))
            pulse.pa_operation_unref(pulse.pa_context_get_source_info_list(context, self._on_source, None))
            while not self._complete and self._step(loop):
                pass
            return (self._defaults, self._sources) if self._complete and self._defaults is not None else None
        finally:
            pulse.pa_context_disconnect(context)
            pulse.pa_context_unref(context)
            pulse.pa_mainloop_free(loop)

    def _connected(self, loop: int, context: int) -> bool:
        while (state := self._pulse.pa_context_get_state(context)) < CONTEXT_FAILED:
            if state == CONTEXT_READY:
                return True
            if not self._step(loop):
                return False
        return False

    def _step(self, loop: int) -> bool:
        """One round of the loop; False when it failed or the time is over."""
        pulse = self._pulse
        done = pulse.pa_mainloop_prepare(loop, _STEP_US) >= 0
        done = done and pulse.pa_mainloop_poll(loop) >= 0 and pulse.pa_mainloop_dispatch(loop) >= 0
        return done and time.monotonic() < self._deadline_s

    def _server(self, _context: int, info: Any, _data: int) -> None:
        self._defaults = defaults_of(info) if info else Defaults()

    def _source(self, _context: int, info: Any, last: int, _data: int) -> None:
        if last or not info:
            self._complete = True
            return
        found, name = info.contents, _text(info.contents.name)
        volumes = found.volumes[: found.volume_channels]
        self._sources.append(
            PulseSourceInfo(
                name=name,
                label=_text(found.description) or name,
                channels=found.sample_spec.channels,
                monitor=found.monitor_of_sink != _NO_MONITOR,
                muted=bool(found.mute) or not any(volumes),
            )
        )


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
