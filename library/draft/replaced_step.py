"""A filed demo with one step recorded anew, as the draft of its next version.

The draft is of a splice: the demo's clip up to the step, the new recording, the clip from the step's end on. Owns that
all other steps, words and stills stay what they are, and come as much later or earlier as the new step is longer or
shorter. Pure: no files; ``library/intake/replacing/`` makes the splice. Times are those of the splice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from capture.model import Clip, Cut, CutReason, Event, Scrap, SpeedUp, Typed
from capture.span import Span
from library.draft.edits import SHORTEST_STEP_MS, in_order, join_step
from library.model import STEPS_BY_HAND, TITLE_BY_HAND, Demo, Draft, TakeFacts
from transcribe.model import Segment, Step, Transcript, Word
from transcribe.words import joined, with_times

Clock = Callable[[int], int]


class StepSplice(NamedTuple):
    """Where a step of a clip is replaced: its ``span`` in the clip, and how much of the new recording comes there.

    What follows it moves by whole frames of sound, each ``frame_ms`` long, so that they can stay as they are.
    """

    span: Span
    new_ms: int
    frame_ms: int

    @classmethod
    def of(cls, step: Step, recorded_ms: int, frame_ms: int) -> StepSplice:
        """The splice at a step; of the recording less than a frame of sound is left out at its end."""
        return cls(step.span, recorded_ms - (recorded_ms - step.duration_ms) % frame_ms, frame_ms)

    @property
    def new(self) -> Span:
        """The span of the new recording in the splice."""
        return Span(self.span.start_ms, self.span.start_ms + self.new_ms)

    def from_new(self, at_ms: int) -> int:
        """A moment of the new recording in the splice; what is after its end is its end."""
        return min(self.new.start_ms + at_ms, self.new.end_ms)

    def from_clip(self, at_ms: int) -> int:
        """A moment of the clip in the splice; one inside the replaced step is the step's end."""
        if at_ms < self.span.start_ms:
            return at_ms
        return max(at_ms, self.span.end_ms) - self.span.end_ms + self.new.end_ms


def with_step_replaced(base: Demo, number: int, new: Draft, splice: StepSplice, take: TakeFacts) -> Draft:
    """The draft of a demo whose step ``number`` is the recording ``new``, as proposed; ``take`` is the splice.

    The whole recording is one step. Raises DemoNotFound when there is no such step.
    """
    old = base.step(number)
    before = [_moved(step, lambda at_ms: at_ms) for step in base.steps if step.number < number]
    after = [_moved(step, splice.from_clip) for step in base.steps if step.number > number]
    steps = [*before, _new_step(old, new, splice), *after]
    numbered = tuple(replace(step, number=n) for n, step in enumerate(steps, 1))
    cuts, fasts = _cuts_of(new, splice)
    return Draft(
        draft_id=base.demo_id, source=take.path, take=take, width=base.clip.width, height=base.clip.height,
        has_sound=base.clip.has_sound or new.has_sound, title=base.title, author=base.author, tags=base.tags,
        cuts=cuts, fasts=fasts,
        dropped=tuple(_cut(cut, splice.from_new) for cut in new.dropped),
        waits=tuple(replace(wait, **_times(wait, splice.from_new)) for wait in new.waits),
        activity=tuple(Span(**_times(span, splice.from_new)) for span in new.activity),
        events=tuple(_events(new.events, splice.from_new)),
        transcript=_transcript(base.transcript, new.transcript, splice), steps=numbered,
        waiting_for_words=base.waiting_for_words, no_words_because=new.no_words_because, notes=new.notes,
        by_hand=tuple(sorted({*base.by_hand, TITLE_BY_HAND, STEPS_BY_HAND})), timings=dict(base.timings),
        revises=base.demo_id, base=base.version,
    )  # fmt: skip


def _new_step(old: Step, new: Draft, splice: StepSplice) -> Step:
    """The recording as one step in the place of ``old``, whose title stays when the recording tells none."""
    while len(new.steps) > 1:
        new = join_step(new, 1)
    step = new.steps[0] if new.steps else Step(0, splice.new_ms, number=1, title=old.title)
    tells = bool(new.transcript.words or step.events or step.inferred)
    moved, span = _moved(step, splice.from_new), splice.new
    title = step.title if tells else old.title
    at_ms = min(moved.at_ms, span.end_ms - 1)
    return replace(moved, start_ms=span.start_ms, end_ms=span.end_ms, at_ms=at_ms, title=title)


def _cuts_of(new: Draft, splice: StepSplice) -> tuple[tuple[Cut, ...], tuple[SpeedUp, ...]]:
    """The cuts and speed-ups of the new recording; none when they would leave too little to see."""
    cuts = [cut for cut in (_cut(cut, splice.from_new) for cut in new.cuts) if cut.duration_ms]
    fasts = tuple(replace(fast, **_times(fast, splice.from_new)) for fast in new.fasts)
    kept_ms = _kept_ms(cuts, fasts, splice)
    if kept_ms < SHORTEST_STEP_MS + splice.frame_ms:
        return (), ()
    if more_ms := -(splice.new_ms - kept_ms) % splice.frame_ms:
        end = splice.new.end_ms
        last = next((cut for cut in cuts if cut.end_ms == end), Cut(end, end, reason=CutReason.TAIL))
        longer = Cut(last.start_ms - more_ms, end, reason=last.reason)
        cuts = [*(cut for cut in cuts if cut != last), longer]
    return in_order(cuts), fasts


def _kept_ms(cuts: Sequence[Cut], fasts: tuple[SpeedUp, ...], splice: StepSplice) -> int:
    """How long the new step is in the clip."""
    before = Cut(0, splice.new.start_ms, reason=CutReason.BY_HAND)
    return Clip(splice.new.end_ms, (before, *cuts), fasts).duration_ms


def _cut(cut: Cut, to: Clock) -> Cut:
    return Cut(**_times(cut, to), reason=cut.reason)


def _times(span: Span, to: Clock) -> dict[str, int]:
    return {"start_ms": to(span.start_ms), "end_ms": to(span.end_ms)}


def _moved(step: Step, to: Clock) -> Step:
    """A step on another clock, with all that happens in it."""
    return replace(
        step, **_times(step, to), at_ms=to(step.at_ms), events=tuple(_events(step.events, to)),
        inferred=tuple(action.on_clock(to) for action in step.inferred),
        then=step.then and replace(step.then, at_ms=to(step.then.at_ms)),
    )  # fmt: skip


def _events(events: Iterable[Event], to: Clock) -> Iterable[Event]:
    for event in events:
        moved: Event = replace(event, at_ms=to(event.at_ms))
        if isinstance(moved, Typed):
            moved = replace(moved, end_ms=to(moved.end_ms))
        elif isinstance(moved, Scrap):
            moved = replace(moved, start_ms=to(moved.start_ms))
        yield moved


def _transcript(base: Transcript, new: Transcript, splice: StepSplice) -> Transcript:
    """What was said before and after the step, and in the new recording between them."""
    first, last = Span(0, splice.span.start_ms), splice.span.end_ms
    parts = [part for segment in base.segments if (part := _part(segment, first)) is not None]
    before = [_said(part, lambda at_ms: min(at_ms, first.end_ms)) for part in parts]
    rest = Span(last, max(last, *(segment.end_ms for segment in base.segments), 0))
    after = [part for segment in base.segments if (part := _part(segment, rest)) is not None]
    segments = [
        *before, *(_said(segment, splice.from_new) for segment in new.segments),
        *(_said(segment, splice.from_clip) for segment in after),
    ]  # fmt: skip
    heard = base if base.model or base.segments else new
    return replace(heard, segments=tuple(segments))


def _part(segment: Segment, span: Span) -> Segment | None:
    """What of a segment was said in a span: the words whose middle is there; None when there is nothing."""
    if not segment.words:
        return segment if _inside(segment, span) else None
    words = [word for word in segment.words if _inside(word, span)]
    if len(words) == len(segment.words):
        return segment
    return _of_words(segment, words) if words else None


def _inside(said: Span, span: Span) -> bool:
    middle = (said.start_ms + said.end_ms) // 2
    return span.start_ms <= middle < span.end_ms or middle == said.end_ms == span.end_ms


def _of_words(segment: Segment, words: Sequence[Word]) -> Segment:
    return replace(
        segment, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, text=joined(words), words=tuple(words)
    )  # fmt: skip


def _said(segment: Segment, to: Clock) -> Segment:
    words = tuple(with_times(word, to(word.start_ms), to(word.end_ms)) for word in segment.words)
    return replace(segment, **_times(segment, to), words=words)
