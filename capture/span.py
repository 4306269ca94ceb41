"""Span: half-open ``[start, end)`` in whole milliseconds, the only time type of the project.

Owns the arithmetic of spans (merge, invert, pad) and the text form of times.
Does not know its clock: callers say "take time" or "clip time" in their own names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """Half-open ``[start_ms, end_ms)``; an empty span (start == end) is allowed, a reversed one is not.

    Records with a duration (Cut, Word, Segment, Step) are subclasses, so that on disk their times are at the same level
    as their other fields.
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if self.end_ms < self.start_ms:
            raise ValueError(f"a span cannot end ({self.end_ms} ms) before it starts ({self.start_ms} ms)")

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds."""
        return self.end_ms - self.start_ms

    @property
    def span(self) -> Span:
        """The plain span of a subclass."""
        return Span(self.start_ms, self.end_ms)

    def contains(self, at_ms: int) -> bool:
        """Whether the time is inside; the end is not."""
        return self.start_ms <= at_ms < self.end_ms

    def overlap_ms(self, other: Span) -> int:
        """Milliseconds shared with another span; 0 when they only touch."""
        return max(0, min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms))


class TitledSpan(Span, frozen=True, kw_only=True):
    """A span with a title, such as a chapter of a clip."""

    title: str


def merge(spans: Iterable[Span], gap_ms: int = 0) -> list[Span]:
    """Sorted, disjoint spans covering the same time; spans at most ``gap_ms`` apart are joined, empty ones dropped."""
    merged: list[Span] = []
    for span in sorted((s.span for s in spans if s.duration_ms), key=lambda s: s.start_ms):
        if merged and span.start_ms - merged[-1].end_ms <= gap_ms:
            merged[-1] = Span(merged[-1].start_ms, max(merged[-1].end_ms, span.end_ms))
        else:
            merged.append(span)
    return merged


def invert(spans: Iterable[Span], whole: Span) -> list[Span]:
    """The parts of ``whole`` that ``spans`` do not cover."""
    gaps: list[Span] = []
    at = whole.start_ms
    for span in merge(spans):
        if span.start_ms > at:
            gaps.append(Span(at, min(span.start_ms, whole.end_ms)))
        at = max(at, span.end_ms)
        if at >= whole.end_ms:
            return [g for g in gaps if g.duration_ms]
    return [g for g in [*gaps, Span(at, max(at, whole.end_ms))] if g.duration_ms]


def pad(spans: Iterable[Span], before_ms: int, after_ms: int, whole: Span) -> Iterator[Span]:
    """Each span grown on both sides, clipped to ``whole``."""
    for span in spans:
        start = max(whole.start_ms, span.start_ms - before_ms)
        yield Span(start, max(start, min(whole.end_ms, span.end_ms + after_ms)))


def clock(ms: int) -> str:
    """A time as text: ``0:07``, ``12:30``, ``1:02:03``; milliseconds are dropped, never rounded up."""
    seconds = max(0, ms) // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def parse_clock(text: str) -> int:
    """Milliseconds from ``7``, ``7.5``, ``0:07``, ``1:02:03`` or ``0:07.250``. Raises ValueError on anything else."""
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(p.replace(".", "", 1).isdigit() for p in parts):
        raise ValueError(f"not a moment: {text!r} (write 0:07, 1:02:03 or 7.5)")
    total = 0.0
    for part in parts:
        total = total * 60 + float(part)
    return round(total * 1000)
