"""Silero's voice activity detector, from the model inside faster-whisper, on a stream of blocks.

Owns the detector and its state. Does not decide where an utterance ends (``transcribe/streaming/endpointing.py`` does).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 512
"""Samples per block, 32 ms."""
_CONTEXT = 64  # samples of the previous block in front of each input


class Detector:
    """Probability of speech for the consecutive blocks of one stream."""

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model

        self._session = get_vad_model().session
        self.restart()

    def restart(self) -> None:
        """Reset the state for a new stream."""
        self._state = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n] for blocks [n, BLOCK] of mono sound at 16 kHz."""
        previous = np.concatenate((self._context[None], blocks[:-1, -_CONTEXT:]))
        inputs = {"input": np.concatenate((previous, blocks), axis=1), "h": self._state[0], "c": self._state[1]}
        probabilities, *state = self._session.run(None, inputs)
        self._state, self._context = (state[0], state[1]), blocks[-1, -_CONTEXT:]
        return np.asarray(probabilities, np.float32).reshape(-1)
