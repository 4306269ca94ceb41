"""LevelMeter: the current level of a microphone before a recording. Stores no sound."""

from __future__ import annotations

from capture.audio.downmix import Downmix
from capture.audio.level import LevelTracker
from capture.audio.source import AudioSource
from capture.model import Level, Microphone


class LevelMeter:
    """An open microphone that is metered but not recorded. Use as a context manager.

    Owns the audio source. ``capture.backends.audio.open_meter`` opens one by a microphone's name.
    """

    def __init__(self, microphone: Microphone, source: AudioSource) -> None:
        self.microphone = microphone
        self._tracker, self._downmix = LevelTracker(), Downmix()
        self._source = source

    def level(self) -> Level:
        """The current level; never blocks."""
        for block in self._source.drain():
            self._tracker.update(self._downmix.mix(block.samples), block.end_ns)
        return self._tracker.level

    @property
    def cancelling(self) -> bool:
        """Whether channels are in opposite phase, so that a mix of them would be silent."""
        return self._downmix.cancelling

    @property
    def failure(self) -> str:
        """Why no sound arrives, in one line; empty while it does."""
        return self._source.failure

    def close(self) -> None:
        """Close the microphone."""
        self._source.close()

    def __enter__(self) -> LevelMeter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
