"""ScriptedSource: a microphone into which was spoken beforehand, for tests that need no sound system."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capture.audio.block import NS_PER_S, Block
from capture.audio.voice_note import LONGEST_S, VoiceNote
from capture.model import Microphone

RATE = 48_000


class ScriptedSource:
    """Gives one of its blocks at each drain, one after the other."""

    def __init__(self, blocks: Sequence[NDArray[np.int16]], rate: int = RATE) -> None:
        self.name: str | None = "scripted"
        self.failure, self.live, self.closed = "", True, False
        self._blocks, self._rate, self._given = list(blocks), rate, 0

    def drain(self) -> list[Block]:
        if not self._blocks:
            return []
        samples = self._blocks.pop(0)
        block = Block(self._given * NS_PER_S // self._rate, samples, self._rate)
        self._given += len(samples)
        return [block]

    def wait(self, seconds: float) -> bool:  # noqa: ARG002  the protocol's
        return self.live

    def wait_next(self, seconds: float) -> None:
        """There is always more."""

    def close(self) -> None:
        self.closed = True


def tone(seconds: float, rate: int = RATE, *, hz: float = 440.0, loud: int = 8_000) -> NDArray[np.int16]:
    """A tone (n, 1)."""
    return (loud * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.int16)[:, None]


def spoken_note(seconds: float = 1.0, *, loud: int = 8_000, longest_s: float = LONGEST_S) -> VoiceNote:
    """A note into which a tone of that length is spoken, half a second at each look."""
    blocks = [tone(0.5, loud=loud) for _ in range(round(seconds * 2))]
    return VoiceNote(Microphone("scripted", "Scripted"), ScriptedSource(blocks), longest_s)
