"""Who listens to a microphone: the Feed protocol, and the choice between the sound server's own way and PortAudio's."""

from __future__ import annotations

from typing import Protocol

from capture.audio import libpulse as pulse
from capture.audio.block import Block
from capture.model import Microphone


class Feed(Protocol):
    """Blocks from one source for as long as it is wanted. ``failure`` says in one line why nothing comes."""

    failure: str

    @property
    def live(self) -> bool:
        """Whether sound is coming."""

    def drain(self) -> list[Block]:
        """What came since the last call; never blocks."""

    def wait(self, seconds: float) -> bool:
        """Until the first block has come or the sound has failed; whether sound is coming."""

    def wait_next(self, seconds: float) -> None:
        """Until another block has come."""

    def close(self) -> None:
        """Stop listening."""


def open_feed(source: Microphone, channels: int) -> Feed:
    """Listen to a source, at once and in the background."""
    if source.served and pulse.library() is not None:
        from capture.audio.pulse_source import PulseFeed

        return PulseFeed(source.name, channels)
    from capture.audio.portaudio_source import SoundFeed

    return SoundFeed(source.name, channels)
