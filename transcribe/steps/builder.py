"""Transcript and events to Steps: one instruction each, with a short title and the moment whose picture tells most.

Pure. Owns what a step shows and holds; where steps part is ``openings.py``'s, titles are ``naming.py``'s. Refuses to
look at pictures. All times in and out are on one clock, whichever the caller's is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from capture.model import Click, Event, Marker, Typed
from capture.span import Span
from transcribe.model import Step, Transcript
from transcribe.steps.actions import BEFORE_MS, DEEDS, actions_of
from transcribe.steps.boundaries import (
    StepStart,
    among_words,
    from_activity,
    from_deeds,
    from_words,
    mark,
    sentences_of,
)
from transcribe.steps.sentences import SentenceKind, task_of, title_of
from transcribe.steps.titles import clicked_in, key_click, title_for

SETTLE_MS = 500
"""What a key does is on the screen after this."""
BEFORE_NEXT_MS = 200
"""Where nothing is known of deeds, a step's picture is the one it ends with, a little before the next begins."""


def make_steps(
    transcript: Transcript, events: Sequence[Event], duration_ms: int, activity: Sequence[Span] = ()
) -> tuple[Step, ...]:
    """Steps in order, disjoint, numbered from 1, inside ``[0, duration_ms)``; always at least one.

    From words a step is an instruction and the talk that follows it at once; markers part steps, and so does what is
    done long after the last word. Without words they come from clicks, typing, windows and markers, without those from
    ``activity``, the stretches in which the screen changed, and without that there is one step, the whole.
    """
    events = sorted((e for e in events if 0 <= e.at_ms < duration_ms), key=lambda e: e.at_ms)
    doings, deeds = [e for e in events if isinstance(e, DEEDS)], actions_of(events)
    sentences = [s for s in sentences_of(transcript) if s.span.start_ms < duration_ms]
    openings = among_words(from_words(sentences), deeds) if sentences else from_deeds(deeds)
    for event in doings:
        if isinstance(event, Marker):
            mark(openings, event)
    openings = openings or from_activity(activity, duration_ms) or [StepStart(0, note="Watch it all")]
    edges = [*(opening.start_ms for opening in openings), max(duration_ms, openings[-1].start_ms)]
    return tuple(
        _step(number, opening, Span(start, end), doings, transcript.language)
        for number, (opening, (start, end)) in enumerate(zip(openings, pairwise(edges), strict=True), 1)
    )


def propose_title(transcript: Transcript) -> str:
    """What the demo shows, from its opening sentences, else from its first instruction; empty when nobody spoke."""
    said = [sentence for sentence in sentences_of(transcript) if sentence.kind is not SentenceKind.STUMBLE]
    if transcript.language in {"", "en"}:
        for sentence in said[:4]:
            if (sentence.kind is SentenceKind.OPENING or sentence is said[0]) and (task := task_of(sentence.text)):
                return task
    first = next((s for s in said if s.kind is SentenceKind.INSTRUCTION), said[0] if said else None)
    return title_of(first.text, transcript.language) if first else ""


def with_labels(events: Sequence[Event], labels: Mapping[int, str]) -> tuple[Event, ...]:
    """The events with the labels of their clicks, by the clicks' ``at_ms``; clicks that are not named stay."""
    return tuple(
        replace(event, label=labels[event.at_ms]) if isinstance(event, Click) and event.at_ms in labels else event
        for event in events
    )


def _step(number: int, opening: StepStart, span: Span, doings: Sequence[Event], language: str) -> Step:
    inside = [event for event in doings if span.contains(event.at_ms)]
    return Step(
        span.start_ms,
        span.end_ms,
        number=number,
        title=title_for(opening, inside, language, first=number == 1) or f"Step {number}",
        text=" ".join(sentence.text for sentence in opening.said),
        at_ms=_moment(inside, span),
        clicked=clicked_in(inside),
        events=tuple(inside),
    )


def _moment(inside: Sequence[Event], span: Span) -> int:
    """When to take the still: just before the click, so that it shows what to act on; of typing what was typed.

    Where nothing was done it is the picture the step ends with.
    """
    ends = [e.end_ms if isinstance(e, Typed) else e.at_ms for e in inside if not isinstance(e, Marker)]
    if click := key_click(inside):
        at = click.at_ms - BEFORE_MS
    else:
        at = max(ends) + SETTLE_MS if ends else span.end_ms - BEFORE_NEXT_MS
    return max(span.start_ms, min(at, span.end_ms - 1))
