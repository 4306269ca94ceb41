"""AudioSource protocol: blocks from an open microphone or monitor."""

from __future__ import annotations

from typing import Protocol

from capture.audio.block import Block


class AudioSource(Protocol):
    """Blocks from one source until it is closed. ``failure`` says in one line why no sound arrives.

    ``name`` is the source that is open now: one that follows the system's default changes it.
    """

    @property
    def name(self) -> str | None:
        """The source's name; None: the system's choice."""

    failure: str

    @property
    def live(self) -> bool:
        """Whether sound is arriving."""

    def drain(self) -> list[Block]:
        """The blocks since the last call; never blocks."""

    def wait(self, seconds: float) -> bool:
        """Wait for the first block or a failure, at most ``seconds``; whether sound is arriving."""

    def wait_next(self, seconds: float) -> None:
        """Wait for another block, at most ``seconds``."""

    def close(self) -> None:
        """Close the source."""
