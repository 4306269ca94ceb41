"""Endpointer: splits a stream of sound after an utterance, in a long silence, or else at the quietest moment.

Pure: takes probabilities of speech and levels, returns Utterances. Each Utterance is decoded once, alone. Its end
depends only on audio already seen, and the next one depends only on that end and the NoiseFloor. So a restarted process
resumes after the last Utterance with identical output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from capture.span import Span

BLOCK_MS = 32
"""Block length of Silero's detector: 512 samples."""

_SPEECH, _SILENCE = 0.4, 0.25  # probability at which speech starts, and below which it stops
_PAUSE = 10  # blocks: a pause below 320 ms belongs to a span of speech
_END_PAUSE = 18  # blocks: a pause of 576 ms ends an utterance
_TRAILING = 9  # blocks of that pause that belong to it; the others begin the next
_SHORTEST = 4  # blocks: a sound below 128 ms is a click
_BRIEF, _CONFIDENT = 8, 0.8  # a sound below 256 ms needs a high probability: “no” reaches 0.94, plucked strings 0.75
_MARGIN = 3  # blocks added around a span of speech for a soft beginning or end
_SILENT = 625  # blocks, 20 s, after which a silence is returned, so that it need not be processed again
_FORCED, _EARLIEST = 469, 375  # blocks: 15 s of speech without a pause is split between 12 and 15 s
_SOFT = 2.5e-4  # RMS, -72 dBFS
_ABOVE_NOISE = 1.6  # 4 dB
_INITIAL_NOISE = 3e-3  # -50 dBFS: upper limit at the start, where speech may begin at once


class NoiseFloor(msgspec.Struct, frozen=True):
    """Adaptive levels (RMS): recent loudness, and background noise without speech."""

    loud: float = 0.0
    quiet: float = 0.0

    def after(self, level: float) -> NoiseFloor:
        """State after one more block: loudness decays by half in 4 s, the noise level can double in 10 s."""
        loud = max(level, self.loud * 0.99447)
        if level < 1e-6:  # a muted microphone or lost sound is no measure of the noise
            return NoiseFloor(loud, self.quiet)
        return NoiseFloor(loud, min(level, self.quiet * 1.00222 if self.quiet else _INITIAL_NOISE))

    @property
    def gain(self) -> float:
        """Factor that makes soft narration loud enough for the detector; 1 for loud sound, at most 60 (36 dB)."""
        return min(60.0, max(1.0, 0.1 / self.loud)) if self.loud > 1.5e-4 else 1.0

    def masks(self, level: float) -> bool:
        """Whether this level is no louder than the noise, or than the lowest bits of a recording."""
        return level <= max(_SOFT, self.quiet * _ABOVE_NOISE)


class Utterance(Span, frozen=True, kw_only=True):
    """A part of the sound and the spans of ``speech`` in it, in ms of the whole sound; a silence without speech."""

    speech: tuple[Span, ...] = ()


class Endpointer:
    """Finds the end of one Utterance that starts at ``start_ms``. Feed it block by block; the next needs a new one."""

    def __init__(self, start_ms: int = 0) -> None:
        self.start_ms = start_ms
        self._spans: list[list[int]] = []  # first block and the one after the last
        self._peak = 0.0  # highest probability in the last span
        self._speaking = False
        self._levels: list[float] = []
        self._count = 0

    def feed(self, probability: float, level: float, noise: NoiseFloor) -> Utterance | None:
        """Process one block. Returns the Utterance when it ended."""
        block, self._count = self._count, self._count + 1
        self._levels.append(level)
        if probability >= _SPEECH and not noise.masks(level):
            self._add_speech(block, probability)
        elif self._speaking and (probability >= _SILENCE):
            self._spans[-1][1] = block + 1
        self._drop_clicks()
        return self._ended()

    def _add_speech(self, block: int, probability: float) -> None:
        if not self._speaking:
            self._spans.append([block, block])
            self._peak = 0.0
        self._spans[-1][1] = block + 1
        self._speaking, self._peak = True, max(self._peak, probability)

    def _drop_clicks(self) -> None:
        """Drop the last span once it has ended if it is too short for its probability."""
        if self._speaking and self._pause >= _PAUSE:
            if self._is_click():
                self._spans.pop()
            self._speaking = False

    def _is_click(self) -> bool:
        first, last = self._spans[-1]
        return last - first < (_SHORTEST if self._peak >= _CONFIDENT else _BRIEF)

    @property
    def _pause(self) -> int:
        return self._count - self._spans[-1][1] if self._spans else self._count

    def _ended(self) -> Utterance | None:
        if not self._spans:
            return self._utterance(self._count - _END_PAUSE) if self._count >= _SILENT else None
        if self._pause >= _END_PAUSE:
            return self._utterance(self._spans[-1][1] + _TRAILING)
        spoken = self._count - self._spans[0][0]
        return self._utterance(self._quietest()) if spoken >= _FORCED else None

    def _quietest(self) -> int:
        """Block in the middle of the quietest 96 ms between the earliest and the last moment for a forced end."""
        first = self._spans[0][0] + _EARLIEST
        places = range(first, self._count - 1)
        return min(places, key=lambda at: sum(self._levels[at - 1 : at + 2]))

    def rest(self, end_ms: int) -> Utterance | None:
        """The last Utterance when the sound ends at ``end_ms``; None when nothing is left."""
        if self._speaking and self._is_click():
            self._spans.pop()
        if end_ms <= self.start_ms:
            return None
        return Utterance(self.start_ms, end_ms, speech=self._speech(end_ms))

    def _utterance(self, blocks: int) -> Utterance:
        end_ms = self.start_ms + blocks * BLOCK_MS
        return Utterance(self.start_ms, end_ms, speech=self._speech(end_ms))

    def _speech(self, end_ms: int) -> tuple[Span, ...]:
        """The spans of speech with their margins, without overlaps, inside the Utterance."""
        spans: list[Span] = []
        for first, last in self._spans:
            start = max(self.start_ms, self.start_ms + (first - _MARGIN) * BLOCK_MS)
            start = max(start, spans[-1].end_ms if spans else 0)
            end = min(end_ms, self.start_ms + (last + _MARGIN) * BLOCK_MS)
            if end > start:
                spans.append(Span(start, end))
        return tuple(spans)


def speech_of(utterances: Iterable[Utterance]) -> list[Span]:
    """All speech, in order; spans that were split by a forced end are joined."""
    spans: list[Span] = []
    for span in (span for utterance in utterances for span in utterance.speech):
        if spans and span.start_ms <= spans[-1].end_ms:
            spans[-1] = Span(spans[-1].start_ms, max(spans[-1].end_ms, span.end_ms))
        else:
            spans.append(span)
    return spans


def count_contiguous(utterances: Sequence[Utterance]) -> int:
    """How many utterances, from the first, are contiguous from time zero; later ones must not be used."""
    at = 0
    for count, utterance in enumerate(utterances):
        if utterance.start_ms != at or utterance.end_ms <= at:
            return count
        at = utterance.end_ms
    return len(utterances)
