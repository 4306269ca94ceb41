"""Where to part a stream of sound: after an utterance, somewhere in a long silence, else where it is quietest.

Pure: probabilities of speech and loudness in, Stretches out. A Stretch is decoded once, alone, so where it ends may
depend on nothing that is heard after it was told, and where the next one begins on nothing but that place and a Room.
That is what lets somebody who was killed go on from the last Stretch and come to the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from capture.span import Span

BLOCK_MS = 32
"""What Silero's detector hears at a time: 512 samples."""

_SPEECH, _SILENCE = 0.4, 0.25  # probability from which somebody speaks, and below which nobody does any more
_PAUSE = 10  # blocks: a shorter pause, 320 ms, lies within a span of speech
_UTTERED = 18  # blocks: so long a pause, 576 ms, ends an utterance
_KEPT = 9  # blocks of that pause that stay with it; the rest is the run-up of the next
_SHORTEST = 4  # blocks: what lasts less than 128 ms is a click
_BRIEF, _SURE = 8, 0.8  # what lasts less than 256 ms must be surely speech: “no” reaches 0.94, plucked strings 0.75
_MARGIN = 3  # blocks around a span of speech that belong to it: a soft beginning or end
_SILENT = 625  # blocks, 20 s, after which a silence is told as one, so that nobody has to hear it again
_FORCED, _EARLIEST = 469, 375  # blocks: who speaks for 15 s without a pause is parted between 12 and 15 s
_SOFT = 2.5e-4  # RMS, -72 dBFS
_OVER_ROOM = 1.6  # 4 dB
_ANY_ROOM = 3e-3  # -50 dBFS: what a room is taken for until it was heard; who begins at once is not the room


class NoiseFloor(msgspec.Struct, frozen=True):
    """What an ear has got used to: how loud it was of late, and how loud it is when nobody speaks (RMS)."""

    loud: float = 0.0
    quiet: float = 0.0

    def after(self, level: float) -> NoiseFloor:
        """Used to one block more: loudness fades by half in 4 s, the room's own noise may double in 10 s."""
        loud = max(level, self.loud * 0.99447)
        if level < 1e-6:  # a muted microphone, or sound that was lost, says nothing about the room
            return NoiseFloor(loud, self.quiet)
        return NoiseFloor(loud, min(level, self.quiet * 1.00222 if self.quiet else _ANY_ROOM))

    @property
    def gain(self) -> float:
        """What makes soft narration loud enough for the detector; 1 for what is loud, at most 36 dB."""
        return min(60.0, max(1.0, 0.1 / self.loud)) if self.loud > 1.5e-4 else 1.0

    def hides(self, level: float) -> bool:
        """Whether a sound of this loudness is no louder than the room, or than the last bits of a recording."""
        return level <= max(_SOFT, self.quiet * _OVER_ROOM)


class Utterance(Span, frozen=True, kw_only=True):
    """A part of the sound and the ``speech`` in it, in ms of the whole sound; without speech it is a silence."""

    speech: tuple[Span, ...] = ()


class Endpointer:
    """Parts one stream from ``start_ms`` on. Feed it block by block; after a Stretch a new one begins at its end."""

    def __init__(self, start_ms: int = 0) -> None:
        self.start_ms = start_ms
        self._spans: list[list[int]] = []  # first block and the one after the last
        self._surest = 0.0  # probability in the last span
        self._speaking = False
        self._levels: list[float] = []
        self._heard = 0

    def feed(self, probability: float, level: float, room: NoiseFloor) -> Utterance | None:
        """One block more; the Stretch that ended, if one did."""
        block, self._heard = self._heard, self._heard + 1
        self._levels.append(level)
        if probability >= _SPEECH and not room.hides(level):
            self._speak(block, probability)
        elif self._speaking and (probability >= _SILENCE):
            self._spans[-1][1] = block + 1
        self._forget_clicks()
        return self._ended()

    def _speak(self, block: int, probability: float) -> None:
        if not self._speaking:
            self._spans.append([block, block])
            self._surest = 0.0
        self._spans[-1][1] = block + 1
        self._speaking, self._surest = True, max(self._surest, probability)

    def _forget_clicks(self) -> None:
        """A span that has ended and was too short for how sure it is, is none."""
        if self._speaking and self._pause >= _PAUSE:
            if self._is_click():
                self._spans.pop()
            self._speaking = False

    def _is_click(self) -> bool:
        first, last = self._spans[-1]
        return last - first < (_SHORTEST if self._surest >= _SURE else _BRIEF)

    @property
    def _pause(self) -> int:
        return self._heard - self._spans[-1][1] if self._spans else self._heard

    def _ended(self) -> Utterance | None:
        if not self._spans:
            return self._stretch(self._heard - _UTTERED) if self._heard >= _SILENT else None
        if self._pause >= _UTTERED:
            return self._stretch(self._spans[-1][1] + _KEPT)
        spoken = self._heard - self._spans[0][0]
        return self._stretch(self._quietest()) if spoken >= _FORCED else None

    def _quietest(self) -> int:
        """The middle of the quietest 96 ms between the earliest and the last moment for a forced end."""
        first = self._spans[0][0] + _EARLIEST
        places = range(first, self._heard - 1)
        return min(places, key=lambda at: sum(self._levels[at - 1 : at + 2]))

    def rest(self, end_ms: int) -> Utterance | None:
        """What is left when the sound ends at ``end_ms``; None when nothing is."""
        if self._speaking and self._is_click():
            self._spans.pop()
        if end_ms <= self.start_ms:
            return None
        return Utterance(self.start_ms, end_ms, speech=self._speech(end_ms))

    def _stretch(self, blocks: int) -> Utterance:
        end_ms = self.start_ms + blocks * BLOCK_MS
        return Utterance(self.start_ms, end_ms, speech=self._speech(end_ms))

    def _speech(self, end_ms: int) -> tuple[Span, ...]:
        """The spans of speech with their margins, at most half way to their neighbours, inside the stretch."""
        spans: list[Span] = []
        for first, last in self._spans:
            start = max(self.start_ms, self.start_ms + (first - _MARGIN) * BLOCK_MS)
            start = max(start, spans[-1].end_ms if spans else 0)
            end = min(end_ms, self.start_ms + (last + _MARGIN) * BLOCK_MS)
            if end > start:
                spans.append(Span(start, end))
        return tuple(spans)


def speech_of(stretches: Iterable[Utterance]) -> list[Span]:
    """All speech, in order; what a forced end parted is one again."""
    spans: list[Span] = []
    for span in (span for stretch in stretches for span in stretch.speech):
        if spans and span.start_ms <= spans[-1].end_ms:
            spans[-1] = Span(spans[-1].start_ms, max(spans[-1].end_ms, span.end_ms))
        else:
            spans.append(span)
    return spans


def follows(stretches: Sequence[Utterance]) -> int:
    """How many stretches, from the first on, lie end to end from time zero; what comes after them is not to be used."""
    at = 0
    for count, stretch in enumerate(stretches):
        if stretch.start_ms != at or stretch.end_ms <= at:
            return count
        at = stretch.end_ms
    return len(stretches)
