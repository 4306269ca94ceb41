"""The level meter of a microphone before a recording: listens, keeps the newest level, stores nothing."""

from __future__ import annotations

from capture.audio.level import LevelTracker
from capture.audio.source import AudioSource
from capture.model import Level, Microphone


class LevelMeter:
    """An open microphone, listened to but not recorded, for the level before a take. Use as a context manager.

    Owns the feed. ``capture.backends.audio.open_meter`` makes one by a microphone's name.
    """

    def __init__(self, microphone: Microphone, feed: AudioSource) -> None:
        self.microphone = microphone
        self._loudness = LevelTracker()
        self._feed = feed

    def level(self) -> Level:
        """How loud it is now; never blocks."""
        for block in self._feed.drain():
            self._loudness.update(block.samples, block.end_ns)
        return self._loudness.level

    @property
    def failure(self) -> str:
        """Why nothing is heard, in one line; empty while all is well."""
        return self._feed.failure

    def close(self) -> None:
        """Let the microphone go."""
        self._feed.close()

    def __enter__(self) -> LevelMeter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
