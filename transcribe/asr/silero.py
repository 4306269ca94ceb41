"""Silero's voice activity detector, as faster-whisper carries it: on a whole sound, and on a stream.

Owns the detector and its state. Refuses to decide where an utterance ends (``utterances.py`` does) and to know words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 512
"""Samples it hears at a time, 32 ms."""
_BEFORE = 64  # samples of the block before that it hears again


class Detector:
    """How probable it is that somebody speaks, block after block of one stream."""

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model

        self._session = get_vad_model().session
        self.restart()

    def restart(self) -> None:
        """Forget what was heard."""
        self._memory = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
        self._before = np.zeros(_BEFORE, np.float32)

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n] for blocks [n, BLOCK] of mono sound at 16 kHz."""
        before = np.concatenate((self._before[None], blocks[:-1, -_BEFORE:]))
        asked = {"input": np.concatenate((before, blocks), axis=1), "h": self._memory[0], "c": self._memory[1]}
        found, *memory = self._session.run(None, asked)
        self._memory, self._before = (memory[0], memory[1]), blocks[-1, -_BEFORE:]
        return np.asarray(found, np.float32).reshape(-1)
