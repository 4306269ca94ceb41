"""Chapters: the steps of a demo as the chapters of its clip, for players, and as a WebVTT track for web pages.

Pure. Owns that chapters begin at 0, follow each other without a gap and never overlap, as players expect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from capture.span import TitledSpan
from transcribe.captions import escaped, vtt_time
from transcribe.model import Step

_OPENING_MS = 1_000
"""What is before the first step gets a chapter of its own if it is as long as that."""


def titled_spans(steps: Sequence[Step], duration_ms: int, opening: str) -> tuple[TitledSpan, ...]:
    """A span for each step, numbered, until the next one begins. ``opening``: title of what is before the first one.

    Steps that begin at the same time, or after the end of the clip, share the last chapter that has a duration.
    """
    starts = [*_starts(steps, duration_ms, opening), (duration_ms, "")]
    return tuple(TitledSpan(start, after[0], title=title) for (start, title), after in pairwise(starts))


def _starts(steps: Sequence[Step], duration_ms: int, opening: str) -> Iterator[tuple[int, str]]:
    found = [
        (min(max(0, step.start_ms), duration_ms), " ".join(f"{step.number}. {step.title}".split())) for step in steps
    ]
    found.sort(key=lambda one: one[0])
    if found and found[0][0] >= _OPENING_MS:
        yield 0, opening
    elif found:
        found[0] = (0, found[0][1])
    for (start, title), following in pairwise([*found, (duration_ms, "")]):
        if following[0] > start:
            yield start, title


def steps_to_vtt(steps: Sequence[Step], duration_ms: int, opening: str) -> str:
    """The chapters as WebVTT, LF, UTF-8, escaped like captions; a track without cues where there are no steps."""
    blocks = [
        f"{number}\n{vtt_time(one.start_ms)} --> {vtt_time(one.end_ms)}\n{escaped(one.title)}\n"
        for number, one in enumerate(titled_spans(steps, duration_ms, opening), 1)
    ]
    return "\n".join(["WEBVTT\n", *blocks])
