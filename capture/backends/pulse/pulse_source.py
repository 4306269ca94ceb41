"""PulseSource: blocks from one microphone of a PulseAudio server, however often that server dies.

Owns reconnecting. Has no thread: who drains it makes it look, which suits a recorder that ticks anyway. Refuses to
align or encode.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from capture.audio.block import NS_PER_S, Block
from capture.backends.pulse.libpulse import FRAGMENT_MS, RATE, AudioChunk, PulseStream

_LOOK_NS = FRAGMENT_MS * 1_000_000 * 9 // 10
"""Between looks; a little less than a fragment, so that none is seen only by the look after the next."""
_STALLED_NS, _FIRST_NS = 12 * NS_PER_S // 10, 4 * NS_PER_S
"""Without sound for so long a source has gone; one that sleeps takes up to two seconds to wake up."""
_AGAIN_NS = NS_PER_S
_NAP_S = 0.01


class Stream(Protocol):
    """What a PulseStream offers."""

    failure: str

    def read(self) -> AudioChunk | None:
        """What has come since the last call."""

    def close(self) -> None:
        """Let go."""


class PulseSource:
    """Connects at once, in the background. ``name`` None is the server's default source. For one thread.

    ``opened`` and ``now`` (monotonic ns) are for tests.
    """

    def __init__(
        self,
        name: str | None,
        channels: int = 1,
        *,
        opened: Callable[[str | None, int], Stream] = PulseStream,
        now: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.name, self.channels = name, channels
        self.failure = ""
        self.live = False
        self._opened, self._now = opened, now
        self._waiting: list[Block] = []
        self._stream: Stream | None = None
        self._next_ns = self._again_ns = 0
        self._open()

    def drain(self) -> list[Block]:
        """What came since the last call; never waits."""
        self._look()
        blocks, self._waiting = self._waiting, []
        return blocks

    def wait(self, seconds: float) -> bool:
        """Until the first block has come or the sound has failed; whether sound is coming."""
        deadline_ns = self._now() + round(seconds * NS_PER_S)
        while not self.live and not self.failure and self._now() < deadline_ns:
            time.sleep(_NAP_S)
            self._look()
        return self.live

    def wait_next(self, seconds: float) -> None:
        """Until another block has come."""
        deadline_ns = self._now() + round(seconds * NS_PER_S)
        while not self._waiting and self._now() < deadline_ns:
            time.sleep(_NAP_S)
            self._look()

    def close(self) -> None:
        """Stop listening."""
        if self._stream is not None:
            self._stream.close()
        self._stream, self.live = None, False

    def _open(self) -> None:
        self._stream = self._opened(self.name, self.channels)
        self._fresh, self._heard_ns = True, self._now()

    def _look(self) -> None:
        now_ns = self._now()
        if now_ns < self._next_ns:
            return
        self._next_ns = now_ns + _LOOK_NS
        if self._stream is None:
            if now_ns >= self._again_ns:
                self._open()
            return
        heard = self._stream.read()
        if heard is not None:
            self._take(heard, now_ns)
        elif self._stream.failure:
            self._lose(f"The sound server says: {self._stream.failure}.", now_ns)
        elif now_ns - self._heard_ns > (_FIRST_NS if self._fresh else _STALLED_NS):
            self._lose("No sound comes from it.", now_ns)

    def _take(self, heard: AudioChunk, now_ns: int) -> None:
        samples = np.frombuffer(heard.data, np.int16).reshape(-1, self.channels)
        self._waiting.append(Block(heard.start_ns, samples, RATE, self._fresh or heard.gap))
        self._fresh, self._heard_ns = False, now_ns
        self.failure, self.live = "", True

    def _lose(self, why: str, now_ns: int) -> None:
        self.close()
        self.failure, self._again_ns = why, now_ns + _AGAIN_NS
