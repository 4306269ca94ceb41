"""A filed demo as a draft again, and the draft as the demo's next version.

Owns that what a blur hides stays hidden: a demo whose blurs are not known any more opens from its clip, in which they
are burnt in. Pure: no clock, no files; ``library/intake/refile.py`` reads and writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from capture.model import Clip, Cut, Event, Scrap, Typed
from capture.span import Span
from library.draft.edits import in_order
from library.draft.to_demo import make_demo
from library.model import SCREEN_MS, Demo, Draft, TakeFacts
from transcribe.model import Segment, Step, Transcript, Word

_NEAR_MS = 100
"""A clip whose length differs more from that of its cuts was made otherwise."""


def look_of(draft: Draft) -> str:
    """Hash of what determines the pictures of the clip: what is kept, how fast, and what is hidden."""
    return hashlib.sha256(msgspec.json.encode((draft.clip.pieces, draft.blurs))).hexdigest()[:32]


def cuts_known(demo: Demo) -> bool:
    """Whether the demo's cuts say which moment of the take each moment of its clip is."""
    return bool(demo.take.duration_ms) and abs(_clip(demo).duration_ms - demo.clip.duration_ms) <= _NEAR_MS


def from_clip(demo: Demo, source: str) -> Draft:
    """The draft of a demo whose take is gone; ``source`` is its clip, and times are those of the clip."""
    length = TakeFacts(started_unix_ms=demo.take.started_unix_ms, duration_ms=demo.clip.duration_ms)
    return _opened(demo, source, length, demo.transcript, demo.steps)


def from_take(demo: Demo, source: str, known: Draft) -> Draft:
    """The draft of a demo from its take; times are those of the take.

    ``known`` has what the take's own draft knows besides: waits, removed cuts, blurs, where is speech, and everything
    that was said, for the words of cuts, which a demo does not keep.
    """
    clip = _clip(demo)
    steps = tuple(_step_to_take(step, clip) for step in demo.steps)
    transcript = _in_take_time(demo.transcript, known.transcript, clip)
    draft = _opened(demo, source, replace(demo.take, path=source), transcript, steps)
    waits = tuple(sorted({*demo.fasts, *known.waits}, key=lambda wait: wait.start_ms))
    draft = replace(draft, cuts=demo.cuts, fasts=demo.fasts, waits=waits, blurs=known.blurs, events=known.events)
    dropped = tuple(cut for cut in known.dropped if cut not in demo.cuts)
    speech = known.speech or tuple(Span(said.start_ms, said.end_ms) for said in transcript.segments)
    draft = replace(draft, dropped=dropped, speech=speech)
    return replace(draft, look=look_of(draft))


def _opened(demo: Demo, source: str, take: TakeFacts, transcript: Transcript, steps: tuple[Step, ...]) -> Draft:
    draft = Draft(
        draft_id=demo.demo_id, source=source, take=take, width=demo.clip.width, height=demo.clip.height,
        has_sound=demo.clip.has_sound, title=demo.title, author=demo.author, tags=demo.tags, transcript=transcript,
        steps=steps, waiting_for_words=demo.waiting_for_words, by_hand=demo.by_hand, timings=dict(demo.timings),
        revises=demo.demo_id, base=demo.version,
    )  # fmt: skip
    return replace(draft, look=look_of(draft))


def _clip(demo: Demo) -> Clip:
    return Clip(demo.take.duration_ms, demo.cuts, demo.fasts)


def _in_take_time(transcript: Transcript, said: Transcript, clip: Clip) -> Transcript:
    """A transcript in clip time, in take time; with the words in cuts where nobody changed what was ``said``."""
    whole: dict[Segment, Segment] = {}
    lost: list[Segment] = []
    for segment in said.segments:
        shown = replace(said, segments=(segment,)).through(clip).segments
        whole.update(dict.fromkeys(shown, segment))
        lost += [] if shown else [segment]
    segments = [_whole(segment, whole) or _segment_to_take(segment, clip) for segment in transcript.segments]
    in_order = sorted([*segments, *lost], key=lambda segment: segment.start_ms)
    return replace(transcript, segments=tuple(in_order))


def _whole(segment: Segment, whole: Mapping[Segment, Segment]) -> Segment | None:
    """The segment with the words in cuts, and with its corrections; None when its words were changed."""
    found = whole.get(replace(segment, corrections=()))
    return replace(found, corrections=segment.corrections) if found is not None else None


def _segment_to_take(segment: Segment, clip: Clip) -> Segment:
    span = clip.span_to_take(segment)
    words = tuple(
        Word(at.start_ms, at.end_ms, text=word.text, confidence=word.confidence)
        for word in segment.words
        for at in [clip.span_to_take(word)]
    )
    return replace(segment, start_ms=span.start_ms, end_ms=span.end_ms, words=words)


def _step_to_take(step: Step, clip: Clip) -> Step:
    span = clip.span_to_take(step)
    at_ms = max(span.start_ms, min(clip.to_take(step.at_ms), span.end_ms - 1))
    events = tuple(_events_to_take(step.events, clip))
    inferred = tuple(action.on_clock(clip.to_take) for action in step.inferred)
    then = step.then and replace(step.then, at_ms=max(at_ms, min(clip.to_take(step.then.at_ms), span.end_ms - 1)))
    return replace(
        step, start_ms=span.start_ms, end_ms=span.end_ms, at_ms=at_ms, events=events, inferred=inferred, then=then
    )


def _events_to_take(events: Iterable[Event], clip: Clip) -> Iterator[Event]:
    for event in events:
        moved: Event = replace(event, at_ms=clip.to_take(event.at_ms))
        if isinstance(moved, Typed):
            moved = replace(moved, end_ms=max(moved.at_ms, clip.to_take(moved.end_ms)))
        elif isinstance(moved, Scrap):
            moved = replace(moved, start_ms=min(moved.at_ms, clip.to_take(moved.start_ms)))
        yield moved


class Revision(msgspec.Struct, frozen=True):
    """What a draft changes in the demo it was opened from. ``looks``: its pictures, so that the clip is made anew."""

    demo: Demo
    fields: tuple[str, ...]
    looks: bool


_WORDS = ("transcript", "steps", "waiting_for_words")
_PICTURES = ("cuts", "fasts", "blurs")
_CONFLICTS = {"title": ("title",), "tags": ("tags",), "list of steps": (*_WORDS, *_PICTURES, "clip")}
"""What people call the fields that cannot be changed by two at once."""


def revision_of(draft: Draft, base: Demo, *, whole_take: bool, anew: bool = False) -> Revision:
    """The demo as edited, and the fields in which it differs from ``base``, the version the draft was opened from.

    ``whole_take``: the draft is of the take, else of the base's clip. ``anew``: its words, steps and pictures count as
    changed, so that they replace those of any version.
    """
    looks = anew or look_of(draft) != draft.look
    made = make_demo(draft, base.demo_id, base.updated_unix_ms)
    made = made if whole_take else _with_cuts_of(made, base)
    steps = tuple(_seen(step, base, looks=looks) for step in made.steps)
    timings = dict(base.timings)
    if looks or {step.at_ms for step in steps} - {step.at_ms for step in base.steps}:
        timings.pop(SCREEN_MS, None)  # there are new stills to read
    made = replace(made, steps=steps, timings=timings)
    names = ("title", "tags", *_WORDS, *(_PICTURES if looks else ()))
    changed = [name for name in names if _told(made, name) != _told(base, name)]
    changed += ["clip"] if looks else []
    changed += [name for name in (*_WORDS, *_PICTURES) if anew and name not in changed]
    return Revision(made, tuple(changed), looks)


def _with_cuts_of(made: Demo, base: Demo) -> Demo:
    """A demo made of the clip of ``base``, with the cuts of both, as far as those of the base are known."""
    blurs = base.blurs + made.blurs
    if not cuts_known(base):
        return replace(made, take=base.take, cuts=base.cuts, fasts=base.fasts, blurs=blurs)
    clip = _clip(base)
    spans = [(clip.span_to_take(cut), cut.reason) for cut in made.cuts]
    cuts = [*base.cuts, *(Cut(span.start_ms, span.end_ms, reason=reason) for span, reason in spans)]
    return replace(made, take=base.take, cuts=in_order(cuts), fasts=base.fasts, blurs=blurs)


def _seen(step: Step, base: Demo, *, looks: bool) -> Step:
    """The step with the text on its still, as far as that is the still of before."""
    same = next((old.screen_text for old in base.steps if old.at_ms == step.at_ms), "")
    return replace(step, screen_text="" if looks else same)


def _told(demo: Demo, name: str) -> object:
    if name != "steps":
        return getattr(demo, name)
    return [
        replace(step, screen_text="", still="", then=step.then and replace(step.then, still="")) for step in demo.steps
    ]


def clashes(revision: Revision, base: Demo, now: Demo) -> list[str]:
    """What the draft changed, and others changed to something else since ``base``, in the words of people."""
    mine, found = set(revision.fields), []
    for label, names in _CONFLICTS.items():
        theirs = [name for name in names if mine & set(names) and _told(now, name) != _told(base, name)]
        if any(_told(now, name) != _told(revision.demo, name) for name in theirs):
            found.append(label)
    return found


def next_version(revision: Revision, now: Demo) -> Demo:
    """The newest version with the draft's changes; everything else in it stays, also what others changed."""
    made, fields = revision.demo, set(revision.fields)
    if not fields:
        return now
    given = {name: getattr(made, name) for name in fields - {"steps"}}
    steps = _with_screen_text(made.steps, now, looks=revision.looks) if "steps" in fields else now.steps
    if revision.looks:
        given |= {"take": made.take, "cuts": made.cuts, "fasts": made.fasts, "blurs": made.blurs}
        steps = _with_screen_text(made.steps, now, looks=True)
    by_hand = tuple(sorted({*made.by_hand, *now.by_hand}))
    timings = {**now.timings}
    if SCREEN_MS not in made.timings:
        timings.pop(SCREEN_MS, None)
    return replace(now, **given, steps=steps, by_hand=by_hand, timings=timings)


def _with_screen_text(steps: Sequence[Step], now: Demo, *, looks: bool) -> tuple[Step, ...]:
    read = {} if looks else {step.at_ms: step.screen_text for step in now.steps}
    return tuple(replace(step, screen_text=read.get(step.at_ms, step.screen_text)) for step in steps)
