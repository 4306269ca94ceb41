"""Transcript and events to Steps: one instruction each, with a short title and the moment whose picture tells most.

Pure. Owns what a step is called and shows; where steps part is ``openings.py``'s, wording is ``phrases.py``'s. Refuses
to look at pictures. All times in and out are on one clock, whichever the caller's is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from capture.model import Chord, Click, Event, Marker, Scroll, Typed, WindowChange
from capture.span import Span
from transcribe.model import Step, Transcript
from transcribe.openings import Opening, from_deeds, from_words, mark, sentences_of
from transcribe.phrases import Kind, task_of, title_of

SETTLE_MS = 500
"""What a click or a key does is on the screen after this."""
BEFORE_NEXT_MS = 200
"""Where nothing is known of clicks, a step's picture is the one it ends with, a little before the next begins."""

_DEEDS = (Click, Chord, Scroll, Typed, WindowChange, Marker)
_NAME = 36  # characters of a window's title within a step's


def make_steps(transcript: Transcript, events: Sequence[Event], duration_ms: int) -> tuple[Step, ...]:
    """Steps in order, disjoint, numbered from 1, inside ``[0, duration_ms)``; always at least one.

    From words a step is an instruction and the talk that follows it at once; markers part steps too. Without words they
    come from clicks, windows and markers, and without those there is one step, the whole.
    """
    deeds = sorted((e for e in events if isinstance(e, _DEEDS) and 0 <= e.at_ms < duration_ms), key=lambda e: e.at_ms)
    sentences = [s for s in sentences_of(transcript) if s.span.start_ms < duration_ms]
    openings = from_words(sentences) if sentences else from_deeds(deeds)
    for deed in deeds:
        if isinstance(deed, Marker):
            mark(openings, deed)
    openings = openings or [Opening(0, note="Watch it all")]
    edges = [*(opening.start_ms for opening in openings), max(duration_ms, openings[-1].start_ms)]
    return tuple(
        _step(number, opening, Span(start, end), deeds, transcript.language)
        for number, (opening, (start, end)) in enumerate(zip(openings, pairwise(edges), strict=True), 1)
    )


def propose_title(transcript: Transcript) -> str:
    """What the demo shows, from its opening sentences, else from its first instruction; empty when nobody spoke."""
    said = sentences_of(transcript)
    if transcript.language in {"", "en"}:
        for sentence in said[:4]:
            if (sentence.kind is Kind.OPENING or sentence is said[0]) and (task := task_of(sentence.text)):
                return task
    first = next((s for s in said if s.kind is Kind.INSTRUCTION), said[0] if said else None)
    return title_of(first.text, transcript.language) if first else ""


def _step(number: int, opening: Opening, span: Span, deeds: Sequence[Event], language: str) -> Step:
    inside = [deed for deed in deeds if span.contains(deed.at_ms)]
    clicks = [deed for deed in inside if isinstance(deed, Click)]
    return Step(
        span.start_ms,
        span.end_ms,
        number=number,
        title=_title(opening, inside, language) or f"Step {number}",
        text=" ".join(sentence.text for sentence in opening.said),
        at_ms=_moment(inside, span),
        clicked=clicks[-1].window if clicks else "",
        events=tuple(inside),
    )


def _moment(inside: Sequence[Event], span: Span) -> int:
    """When to take the still: when what was done last can be seen, else at the end of the step."""
    ends = [d.end_ms if isinstance(d, Typed) else d.at_ms for d in inside if not isinstance(d, Marker)]
    at = max(ends) + SETTLE_MS if ends else span.end_ms - BEFORE_NEXT_MS
    return max(span.start_ms, min(at, span.end_ms - 1))


def _title(opening: Opening, inside: Sequence[Event], language: str) -> str:
    if opening.note:
        return title_of(opening.note, "*")
    told = [s for s in opening.said if s.kind is Kind.INSTRUCTION] or [
        s for s in opening.said if s.kind is not Kind.CLOSING
    ]
    if not told:
        return title_of(opening.said[0].text, language) if opening.said else _deed_title(inside)
    if told[0].kind is Kind.OPENING:
        return "Introduction"
    return title_of(told[0].text, language)


def _deed_title(inside: Sequence[Event]) -> str:
    """“Click in Orders”, “Press Ctrl+S”: what was done first, where it says most."""
    for kind, wording in (
        (Click, "Click in “{}”"),
        (Typed, "Type"),
        (Chord, "Press {}"),
        (WindowChange, "Go to “{}”"),
        (Scroll, "Scroll"),
    ):
        deed = next((d for d in inside if isinstance(d, kind)), None)
        if deed is not None:
            name = deed.keys if isinstance(deed, Chord) else getattr(deed, "window", "")
            name = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
            return wording.format(name) if name or "{}" not in wording else "Click"
    return ""
