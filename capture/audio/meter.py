"""The level meter of a microphone before a recording: listens, keeps the newest level, stores nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capture.errors import CaptureError

if TYPE_CHECKING:
    from capture.model import Level
from capture.audio.devices import find_microphone


class Meter:
    """An open microphone, listened to but not recorded, for the level before a take. Use as a context manager.

    Raises CaptureError when there is no such microphone.
    """

    def __init__(self, name: str | None) -> None:
        from capture.audio.level import Loudness
        from capture.audio.source import open_feed

        microphone = find_microphone(name)
        if microphone is None:
            raise CaptureError("There is no microphone to listen to", "Plug one in.")
        self.microphone = microphone
        self._loudness = Loudness()
        self._feed = open_feed(microphone, channels=1)

    def level(self) -> Level:
        """How loud it is now; never blocks."""
        for block in self._feed.drain():
            self._loudness.hear(block.samples, block.end_ns)
        return self._loudness.level

    @property
    def failure(self) -> str:
        """Why nothing is heard, in one line; empty while all is well."""
        return self._feed.failure

    def close(self) -> None:
        """Let the microphone go."""
        self._feed.close()

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
