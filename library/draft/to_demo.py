"""Converts a draft (take time) into the demo that is filed (clip time).

Owns the mapping of steps, events and words through the clip. Pure: no files, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from capture.model import Clip, Event, Scrap, Typed
from capture.span import Span
from library.draft.blurs import unnamed
from library.draft.stills import still_name, then_name
from library.model import Demo, Draft
from library.text import TITLE_LENGTH, clean, clean_tags
from transcribe.model import SecondStill, Step

_DAY_MS = 86_400_000


def make_demo(draft: Draft, demo_id: str, now_unix_ms: int, review_days: int = 0) -> Demo:
    """Version 1 of the demo of a draft: all but the cuts in clip time; ``clip`` is filled in after rendering.

    Its author owns it and reviews it after ``review_days`` (0: never).
    """
    clip, author = draft.clip, clean(draft.author, TITLE_LENGTH)
    return Demo(
        demo_id=demo_id,
        title=clean(draft.title, TITLE_LENGTH),
        author=author,
        owner=author,
        filed_by=author,
        review_unix_ms=now_unix_ms + review_days * _DAY_MS if review_days else None,
        tags=clean_tags(draft.tags),
        created_unix_ms=now_unix_ms,
        updated_unix_ms=now_unix_ms,
        take=replace(draft.take, path=""),  # the library is shared; the author's folders are private
        cuts=draft.cuts,
        fasts=draft.fasts,
        blurs=len(draft.blurs),
        transcript=draft.transcript.through(clip),
        steps=with_stills(steps_through((unnamed(draft.blurs, step) for step in draft.steps), clip)),
        waiting_for_words=draft.waiting_for_words,
        by_hand=draft.by_hand,
        timings=dict(draft.timings),
    )


def steps_through(steps: Iterable[Step], clip: Clip) -> Iterator[Step]:
    """The steps in clip time, without those that are cut entirely."""
    for step in steps:
        span = clip.span_to_clip(step)
        if span.duration_ms:
            at_ms = min(max(clip.to_clip(step.at_ms), span.start_ms), span.end_ms - 1)
            events = tuple(events_through(step.events, clip))
            inferred = tuple(action.on_clock(clip.to_clip) for action in step.inferred)
            then = _then_through(step.then, span, clip)
            yield replace(
                step, start_ms=span.start_ms, end_ms=span.end_ms, at_ms=at_ms, events=events, inferred=inferred,
                then=then,
            )  # fmt: skip


def _then_through(then: SecondStill | None, span: Span, clip: Clip) -> SecondStill | None:
    """A second still in clip time; None when its moment is cut."""
    if then is None or not clip.keeps(then.at_ms):
        return None
    return replace(then, at_ms=min(max(clip.to_clip(then.at_ms), span.start_ms), span.end_ms - 1))


def events_through(events: Iterable[Event], clip: Clip) -> Iterator[Event]:
    """The events in clip time, without those inside a cut."""
    for event in events:
        if not any(kept.start_ms <= event.at_ms < kept.end_ms for kept in clip.kept):
            continue
        moved: Event = replace(event, at_ms=clip.to_clip(event.at_ms))
        if isinstance(moved, Typed):
            moved = replace(moved, end_ms=clip.to_clip(moved.end_ms))
        elif isinstance(moved, Scrap):
            moved = replace(moved, start_ms=clip.to_clip(moved.start_ms))
        yield moved


def with_stills(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Number the steps 1 to n and set the paths of their stills."""
    return tuple(
        replace(
            step,
            number=n,
            still=still_name(n),
            then=None if step.then is None else replace(step.then, still=then_name(n)),
        )
        for n, step in enumerate(steps, 1)
    )
