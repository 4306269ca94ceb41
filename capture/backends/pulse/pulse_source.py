"""PulseSource: blocks from one microphone of a PulseAudio server; reconnects when the server dies.

Owns reconnecting, and following the server's default. Has no thread: it reads the stream when it is drained, which
suits a recorder that ticks anyway. Does not align or encode.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import numpy as np

from capture.audio.block import NS_PER_S, Block
from capture.backends.pulse.libpulse import FRAGMENT_MS, RATE, AudioChunk, PulseStream
from capture.backends.pulse.server import DefaultsWatch, is_monitor

_POLL_NS = FRAGMENT_MS * 1_000_000 * 9 // 10
"""Between reads of the stream; slightly less than a fragment, so that no fragment waits for two reads."""
_STALLED_NS, _FIRST_NS = 12 * NS_PER_S // 10, 4 * NS_PER_S
"""A source without sound for this long is lost; a suspended one takes up to two seconds to start."""
_RETRY_NS = NS_PER_S
_SLEEP_S = 0.01


class Stream(Protocol):
    """The interface of PulseStream."""

    failure: str
    channels: int

    def read(self) -> AudioChunk | None:
        """The sound since the last call; None when there is none."""

    def close(self) -> None:
        """Disconnect."""


class Followed(StrEnum):
    """What of the server's defaults a source follows."""

    NOTHING = ""
    MICROPHONE = "microphone"
    LOUDSPEAKERS = "loudspeakers"


class PulseSource:
    """Connects in the background, from construction on. ``name`` None is the server's default source. For one thread.

    ``channels`` None: as many as the source has. ``follow``: go over to the default when that changes, but from a
    microphone never to a monitor. ``opened`` (opens a stream) and ``now`` (monotonic ns) are for tests.
    """

    def __init__(
        self,
        name: str | None,
        channels: int | None = 1,
        *,
        follow: Followed = Followed.NOTHING,
        opened: Callable[[str | None, int | None], Stream] = PulseStream,
        now: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.name, self._channels = name, channels
        self._follow = follow
        self._watch = DefaultsWatch() if follow else None
        self.failure = ""
        self.live = False
        self._opened, self._now = opened, now
        self._blocks: list[Block] = []
        self._stream: Stream | None = None
        self._next_ns = self._retry_ns = 0
        self._open()

    def drain(self) -> list[Block]:
        """The blocks since the last call; never waits."""
        self._poll()
        blocks, self._blocks = self._blocks, []
        return blocks

    def wait(self, seconds: float) -> bool:
        """Wait for the first block or a failure; whether sound is arriving."""
        deadline_ns = self._now() + round(seconds * NS_PER_S)
        while not self.live and not self.failure and self._now() < deadline_ns:
            time.sleep(_SLEEP_S)
            self._poll()
        return self.live

    def wait_next(self, seconds: float) -> None:
        """Wait for another block, at most ``seconds``."""
        deadline_ns = self._now() + round(seconds * NS_PER_S)
        while not self._blocks and self._now() < deadline_ns:
            time.sleep(_SLEEP_S)
            self._poll()

    def close(self) -> None:
        """Close the stream."""
        self._disconnect()
        self.live = False
        if self._watch is not None:
            self._watch.close()

    def _disconnect(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = None

    def _open(self) -> None:
        self._stream = self._opened(self.name, self._channels)
        self._first, self._received_ns = True, self._now()

    def _poll(self) -> None:
        now_ns = self._now()
        if now_ns < self._next_ns:
            return
        self._next_ns = now_ns + _POLL_NS
        self._go_with_default()
        if self._stream is None:
            if now_ns >= self._retry_ns:
                self._open()
            return
        chunk = self._stream.read()
        if chunk is not None:
            self._take(chunk, self._stream.channels, now_ns)
        elif self._stream.failure:
            self._lose(f"The sound server says: {self._stream.failure}.", now_ns)
        elif now_ns - self._received_ns > (_FIRST_NS if self._first else _STALLED_NS):
            self._lose("No sound comes from it.", now_ns)

    def _go_with_default(self) -> None:
        """Open the server's default source if that is another one by now; also while this one is lost."""
        if self._watch is None:
            return
        defaults = self._watch.poll()
        wanted = defaults.monitor if self._follow is Followed.LOUDSPEAKERS else defaults.source
        loudspeakers = self._follow is Followed.MICROPHONE and is_monitor(wanted)
        if wanted and wanted != self.name and not loudspeakers:
            self._disconnect()
            self.name = wanted
            self._open()

    def _take(self, chunk: AudioChunk, channels: int, now_ns: int) -> None:
        samples = np.frombuffer(chunk.data, np.int16).reshape(-1, channels)
        self._blocks.append(Block(chunk.start_ns, samples, RATE, self._first or chunk.gap))
        self._first, self._received_ns = False, now_ns
        self.failure, self.live = "", True

    def _lose(self, why: str, now_ns: int) -> None:
        self._disconnect()
        self.live = False
        self.failure, self._retry_ns = why, now_ns + _RETRY_NS
