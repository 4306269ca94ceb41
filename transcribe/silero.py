"""Silero's voice activity detector, as faster-whisper carries it: on a whole sound, and on a stream.

Owns the detector and its state. Refuses to decide where an utterance ends (``utterances.py`` does) and to know words.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from capture.span import Span
from transcribe.ear import Ear
from transcribe.model import Sound

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


def voice_activity(sound: Sound) -> list[Span]:
    """Where somebody speaks, in ms of ``sound`` (float32, mono, 16 kHz); sorted and disjoint. Nothing for silence.

    Just as the sound is parted while it is recorded: soft narration is raised first, what is no louder than the room is
    no speech, and who speaks for 15 s without a pause is parted.
    """
    return speech_in([sound])


def speech_in(blocks: Iterable[Sound]) -> list[Span]:
    """The same of a sound that comes in blocks and is never whole in memory."""
    ear = Ear(Detector())
    found = [span for block in blocks for part in ear.hear(block) for span in part.stretch.speech]
    return [*found, *(span for part in ear.end() for span in part.stretch.speech)]
