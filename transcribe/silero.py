"""Silero's voice activity detector, as faster-whisper carries it: on a whole sound, and on a stream.

Owns the detector and its state. Refuses to decide where an utterance ends (``utterances.py`` does) and to know words.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from capture.span import Span
from transcribe.model import SAMPLE_RATE, Sound, SoundLike
from transcribe.speech import audible, louder_than_room, quietest, stirring

BLOCK = 512
"""Samples it hears at a time, 32 ms."""
_PART_S = 300
"""Seconds looked at in one go: the detector copies its sound three times over, and there are recordings of hours."""
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


def voice_activity(sound: SoundLike) -> list[Span]:
    """Where somebody speaks, in ms of ``sound`` (float32, mono, 16 kHz); sorted and disjoint. Nothing for silence.

    Silero's detector, told to be generous: what it misses might be cut. Soft narration is raised first, and what is no
    louder than the room is no speech.
    """
    found: list[Span] = []
    for begins, part in _parts(sound):
        found += (Span(begins + span.start_ms, begins + span.end_ms) for span in _active(part))
    return found


def _parts(sound: SoundLike) -> Iterator[tuple[int, Sound]]:
    """What to look at in one go and the ms at which it begins; one ends in the quietest half second of its last ten."""
    at, per_ms, most = 0, SAMPLE_RATE // 1000, _PART_S * SAMPLE_RATE
    while len(part := sound[at : at + most + 1]) > most:
        late = most - min(10, _PART_S - 1) * SAMPLE_RATE
        end = (late + quietest(part[late:most], 500 * per_ms)) // per_ms * per_ms
        yield at // per_ms, part[:end]
        at += end
    yield at // per_ms, part


def _active(sound: Sound) -> list[Span]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if len(sound) < SAMPLE_RATE // 10:
        return []
    options = VadOptions(
        threshold=0.4,
        min_speech_duration_ms=120,
        min_silence_duration_ms=300,
        max_speech_duration_s=25.0,
        speech_pad_ms=90,
    )
    raised, per_ms = audible(sound), SAMPLE_RATE // 1000
    spans = [
        Span((start + found["start"]) // per_ms, (start + found["end"]) // per_ms)
        for start, end in stirring(sound)
        for found in get_speech_timestamps(raised[start:end], options)
    ]
    return louder_than_room(sound, spans)
