"""Clip and its edits: Cut, SpeedUp and Blur are edits of a take; Clip maps take time to clip time and back. And Region.

Frozen; arithmetic only. Part of ``capture/model.py``, from which other packages import them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property

import msgspec

from capture.span import Span, invert


class Region(msgspec.Struct, frozen=True):
    """A rectangle in pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column outside."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row outside."""
        return self.y + self.height

    @property
    def empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def intersect(self, other: Region) -> Region:
        """The part shared with another region; empty when they are apart."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Region(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def unite(self, other: Region) -> Region:
        """The smallest region that holds both."""
        if self.empty or other.empty:
            return other if self.empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Region(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def even(self, within: Region) -> Region:
        """Grown to even edges (4:2:0 colour needs them), clipped to ``within``, whose own size must be even."""
        x, y = self.x & ~1, self.y & ~1
        return Region(x, y, (self.right + 1 & ~1) - x, (self.bottom + 1 & ~1) - y).intersect(within)


class CutReason(StrEnum):
    """Why a span is left out: nothing moved, no speech, the lead-in, the tail, a wait, or scrapped by the expert."""

    STILL = "still"
    SILENT = "silent"
    HEAD = "head"
    TAIL = "tail"
    WAITING = "waiting"
    BY_HAND = "by hand"


class Cut(Span, frozen=True, kw_only=True):
    """A span of take time to leave out, and the reason."""

    reason: CutReason


class Blur(Span, frozen=True, kw_only=True):
    """A rectangle of the picture made unreadable over a span of take time.

    ``region`` is in pixels of the recorded picture; with ``until`` it changes linearly to that over the span.
    """

    region: Region
    until: Region | None = None

    def at(self, take_ms: int) -> Region:
        """The rectangle at a time; outside the span that of its nearer end."""
        if self.until is None or not self.duration_ms:
            return self.region
        share = min(1.0, max(0.0, (take_ms - self.start_ms) / self.duration_ms))
        one, two = self.region, self.until
        pairs = (one.x, two.x), (one.y, two.y), (one.width, two.width), (one.height, two.height)
        return Region(*(round(a + (b - a) * share) for a, b in pairs))


class SpeedUp(Span, frozen=True, kw_only=True):
    """A span of take time shown ``factor`` times as fast and without its sound: a wait."""

    factor: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.factor < 1:
            raise ValueError(f"a span cannot run {self.factor} times as fast")


class Piece(Span, frozen=True, kw_only=True):
    """A span of take time that the clip shows continuously, from ``clip_ms`` on, ``factor`` times as fast.

    Millisecond ``n`` of it in the clip is its millisecond ``n * factor`` in the take.
    """

    clip_ms: int
    factor: int = 1

    @property
    def clip_end_ms(self) -> int:
        """Its end in clip time."""
        return self.clip_ms - -self.duration_ms // self.factor


class Clip(msgspec.Struct, frozen=True, dict=True):
    """A take without its cuts. Maps take time to clip time and back; cuts may be in any order and overlap.

    ``fasts`` run faster; of two that overlap the earlier counts. Clip time to take time and back is exact. Take time to
    clip time and back gives the time shown, which in a SpeedUp is up to its factor earlier.
    """

    take_duration_ms: int
    cuts: tuple[Cut, ...] = ()
    fasts: tuple[SpeedUp, ...] = ()

    @cached_property
    def kept(self) -> tuple[Span, ...]:
        """The spans of take time that remain, in order."""
        return tuple(invert(self.cuts, Span(0, self.take_duration_ms)))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces of the clip in order: the kept spans, split where the speed changes."""
        pieces: list[Piece] = []
        for span in self.kept:
            for part, factor in _split_by_speed(span, self.fasts):
                at = pieces[-1].clip_end_ms if pieces else 0
                pieces.append(Piece(part.start_ms, part.end_ms, clip_ms=at, factor=factor))
        return tuple(pieces)

    @property
    def duration_ms(self) -> int:
        """Length of the clip."""
        return self.pieces[-1].clip_end_ms if self.pieces else 0

    def keeps(self, take_ms: int) -> bool:
        """Whether the time is shown."""
        return any(span.contains(take_ms) for span in self.kept)

    def to_clip(self, take_ms: int) -> int:
        """The clip time that shows ``take_ms``; a time inside a cut becomes the cut's position in the clip."""
        index = bisect_right(self.pieces, take_ms, key=lambda piece: piece.end_ms)
        if index == len(self.pieces):
            return self.duration_ms
        piece = self.pieces[index]
        return piece.clip_ms + max(0, take_ms - piece.start_ms) // piece.factor

    def to_take(self, clip_ms: int) -> int:
        """The take time shown at ``clip_ms``; at a cut, the later side."""
        index = bisect_right(self.pieces, clip_ms, key=lambda piece: piece.clip_end_ms)
        if index == len(self.pieces):
            return self.pieces[-1].end_ms if self.pieces else 0
        piece = self.pieces[index]
        return piece.start_ms + max(0, clip_ms - piece.clip_ms) * piece.factor

    def span_to_clip(self, span: Span) -> Span:
        """A span of take time in clip time; empty when all of it is cut."""
        return Span(self.to_clip(span.start_ms), self.to_clip(span.end_ms))

    def span_to_take(self, span: Span) -> Span:
        """The span of take time shown in a span of clip time; ``span_to_clip`` turns it back exactly.

        It begins at the later side of a cut and ends at the earlier one.
        """
        start = self.to_take(span.start_ms)
        index = bisect_left(self.pieces, span.end_ms, key=lambda piece: piece.clip_end_ms)
        if not span.duration_ms or index == len(self.pieces):
            return Span(start, start if not span.duration_ms else max(start, self.to_take(span.end_ms)))
        piece = self.pieces[index]
        end = piece.start_ms + (span.end_ms - piece.clip_ms) * piece.factor
        return Span(start, max(start, min(end, piece.end_ms)))


def _split_by_speed(span: Span, fasts: Iterable[SpeedUp]) -> Iterator[tuple[Span, int]]:
    """A span split where the speed changes, each part with its factor."""
    at = span.start_ms
    for speed_up in sorted(fasts, key=lambda speed_up: speed_up.start_ms):
        start, end = max(at, speed_up.start_ms), min(span.end_ms, speed_up.end_ms)
        if start < end:
            yield from [(Span(at, start), 1)] if at < start else []
            yield Span(start, end), speed_up.factor
            at = end
    if at < span.end_ms:
        yield Span(at, span.end_ms), 1
