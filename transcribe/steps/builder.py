"""Builds Steps from a transcript and events: one instruction each, with a short title and the time of its still.

Pure. Owns the content of a step; ``boundaries.py`` finds where steps begin, ``titles.py`` makes titles. Does not use
pictures. All times are on the clock of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from capture.model import Click, Event, Marker, Typed
from capture.span import Span
from transcribe.model import Step, Transcript
from transcribe.steps.actions import ACTION_EVENTS, BEFORE_MS, actions_of
from transcribe.steps.boundaries import (
    StepStart,
    among_words,
    from_actions,
    from_activity,
    from_words,
    mark,
    sentences_of,
)
from transcribe.steps.sentences import SentenceKind, task_of, title_of
from transcribe.steps.titles import clicked_in, key_click, title_for

SETTLE_MS = 500
"""Time until the effect of a key is on the screen."""
BEFORE_NEXT_MS = 200
"""Without actions, the still of a step is taken this long before its end."""


def make_steps(
    transcript: Transcript, events: Sequence[Event], duration_ms: int, activity: Sequence[Span] = ()
) -> tuple[Step, ...]:
    """Steps in order, disjoint, numbered from 1, inside ``[0, duration_ms)``; always at least one.

    With words, a step is an instruction and the talk directly after it; markers begin steps, and so do actions long
    after the last word. Without words, steps come from clicks, typing, windows and markers; without those from
    ``activity``, the spans in which the screen changed; without activity there is one step.
    """
    events = sorted((e for e in events if 0 <= e.at_ms < duration_ms), key=lambda e: e.at_ms)
    user_events, actions = [e for e in events if isinstance(e, ACTION_EVENTS)], actions_of(events)
    sentences = [s for s in sentences_of(transcript) if s.span.start_ms < duration_ms]
    begins = among_words(from_words(sentences), actions) if sentences else from_actions(actions)
    for event in user_events:
        if isinstance(event, Marker):
            mark(begins, event)
    begins = begins or from_activity(activity, duration_ms) or [StepStart(0, note="Watch it all")]
    edges = [*(begin.start_ms for begin in begins), max(duration_ms, begins[-1].start_ms)]
    return tuple(
        _step(number, begin, Span(start, end), user_events, transcript.language)
        for number, (begin, (start, end)) in enumerate(zip(begins, pairwise(edges), strict=True), 1)
    )


def propose_title(transcript: Transcript) -> str:
    """A title for the demo from its introduction, else from its first instruction; empty without speech."""
    said = [sentence for sentence in sentences_of(transcript) if sentence.kind is not SentenceKind.STUMBLE]
    if transcript.language in {"", "en"}:
        for sentence in said[:4]:
            if (sentence.kind is SentenceKind.OPENING or sentence is said[0]) and (task := task_of(sentence.text)):
                return task
    first = next((s for s in said if s.kind is SentenceKind.INSTRUCTION), said[0] if said else None)
    return title_of(first.text, transcript.language) if first else ""


def with_labels(events: Sequence[Event], labels: Mapping[int, str]) -> tuple[Event, ...]:
    """The events with labels added to their clicks; ``labels`` maps ``at_ms`` of a click to its label."""
    return tuple(
        replace(event, label=labels[event.at_ms]) if isinstance(event, Click) and event.at_ms in labels else event
        for event in events
    )


def _step(number: int, begin: StepStart, span: Span, user_events: Sequence[Event], language: str) -> Step:
    inside = [event for event in user_events if span.contains(event.at_ms)]
    return Step(
        span.start_ms,
        span.end_ms,
        number=number,
        title=title_for(begin, inside, language, first=number == 1) or f"Step {number}",
        text=" ".join(sentence.text for sentence in begin.said),
        at_ms=_still_ms(inside, span),
        clicked=clicked_in(inside),
        events=tuple(inside),
    )


def _still_ms(inside: Sequence[Event], span: Span) -> int:
    """Time of the still: just before the click, so that it shows the target; after typing, with the text.

    Without actions it is just before the end of the step.
    """
    ends = [e.end_ms if isinstance(e, Typed) else e.at_ms for e in inside if not isinstance(e, Marker)]
    if click := key_click(inside):
        at = click.at_ms - BEFORE_MS
    else:
        at = max(ends) + SETTLE_MS if ends else span.end_ms - BEFORE_NEXT_MS
    return max(span.start_ms, min(at, span.end_ms - 1))
