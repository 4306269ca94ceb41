"""VoiceNote: what somebody says into an open microphone, at most a minute, as one channel.

Owns the audio source and the sound, which is in memory only: what is let go was never on disk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from capture.audio.downmix import Downmix
from capture.audio.level import DEAD_DB, LevelTracker
from capture.audio.source import AudioSource
from capture.errors import CaptureError
from capture.model import Level, Microphone

LONGEST_S = 60.0


class VoiceNote:
    """A microphone that is being listened to. Use as a context manager.

    The source must stay at one rate: one that does not follow the system's default.
    ``capture.backends.audio.open_voice_note`` opens one by a microphone's name.
    """

    def __init__(self, microphone: Microphone, source: AudioSource, longest_s: float = LONGEST_S) -> None:
        self.microphone, self.longest_s = microphone, longest_s
        self._tracker, self._downmix, self._source = LevelTracker(), Downmix(), source
        self._parts: list[NDArray[np.int16]] = []
        self._rate, self._count, self._peak_db = 0, 0, float("-inf")

    def level(self) -> Level:
        """Take what was said since the last call; the current level. Never blocks."""
        for block in self._source.drain():
            mono = self._downmix.mix(block.samples)
            level = self._tracker.update(mono, block.end_ns)
            self._rate = block.rate
            left = round(self.longest_s * block.rate) - self._count
            if left > 0:
                self._parts.append(mono[:left, 0])
                self._count += min(left, len(mono))
                self._peak_db = max(self._peak_db, level.peak_db)
        return self._tracker.level

    @property
    def seconds(self) -> float:
        """How much was taken so far."""
        return self._count / self._rate if self._rate else 0.0

    @property
    def full(self) -> bool:
        """Whether it is as long as it may be."""
        return self.seconds >= self.longest_s

    @property
    def failure(self) -> str:
        """Why no sound arrives, in one line; empty while it does."""
        return self._source.failure

    def wait_next(self, seconds: float) -> None:
        """Wait for more sound, at most ``seconds``."""
        self._source.wait_next(seconds)

    def taken(self) -> tuple[NDArray[np.int16], int]:
        """The samples [n] with what came last, and their rate in Hz. Raises CaptureError when nothing was heard."""
        self.level()
        if self._peak_db <= DEAD_DB:
            raise CaptureError(
                f"Nothing was heard from {self.microphone.label}", self.failure or "Is it muted or turned down?"
            )
        return np.concatenate(self._parts), self._rate

    def close(self) -> None:
        """Release the microphone."""
        self._source.close()

    def __enter__(self) -> VoiceNote:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
