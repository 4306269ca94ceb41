"""Who listens to a microphone: the Feed protocol."""

from __future__ import annotations

from typing import Protocol

from capture.audio.block import Block


class AudioSource(Protocol):
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
