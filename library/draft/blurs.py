"""Blurs of a draft: add, change and remove rectangles that hide text, and hide the names of what they cover.

Owns that a blur lies inside the picture and the recording, and that no step names what is under a blur.
Does not touch pixels: ``capture/render`` draws blurs into the clip. Pure; take time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from capture.model import Blur, Click, InferredAction, Region
from capture.span import Span
from library.draft.edits import with_steps
from library.model import Draft, LibraryError
from library.text import folded
from transcribe.model import Step, Transcript
from transcribe.words import letters

SMALLEST = 8
"""Pixels; a smaller rectangle hides nothing and is invisible while it is drawn."""
HIDDEN_TITLE = "Click here"
LABEL_MS = 200
"""The label of an inferred action is read this long before it."""
FIELD_REACH = 450
"""Pixels left of a field within which its name is looked for."""
LABEL_REACH = 90
"""Pixels left and right of a click within which a short label lies, or begins; a third of it above and below."""


def add_blur(draft: Draft, blur: Blur) -> Draft:
    """Add a blur. Raises LibraryError when no part of it lies inside the recording or the picture."""
    return _with(draft, [*draft.blurs, fitted(draft, blur)])


def change_blur(draft: Draft, old: Blur, new: Blur) -> Draft:
    """Replace the blur ``old`` by ``new``; raises as ``add_blur``."""
    return _with(draft, [fitted(draft, new) if blur == old else blur for blur in draft.blurs])


def remove_blur(draft: Draft, blur: Blur) -> Draft:
    """Remove a blur. Names that it hid are not restored."""
    return replace(draft, blurs=tuple(other for other in draft.blurs if other != blur))


def blurs_at(draft: Draft, take_ms: int) -> list[Blur]:
    """The blurs active at a moment."""
    return [blur for blur in draft.blurs if blur.contains(take_ms)]


def fitted(draft: Draft, blur: Blur) -> Blur:
    """The blur clipped to recording and picture. Raises LibraryError when nothing of it is left."""
    end = draft.take.duration_ms
    span = Span(min(max(0, blur.start_ms), end), min(max(0, blur.end_ms), end))
    if not span.duration_ms:
        raise LibraryError("There is nothing to hide at that place", "Choose a moment inside the recording.")
    until = None if blur.until is None or blur.until == blur.region else _fitted(draft, blur.until)
    return Blur(span.start_ms, span.end_ms, region=_fitted(draft, blur.region), until=until)


def _fitted(draft: Draft, region: Region) -> Region:
    inside = region.intersect(Region(0, 0, draft.width, draft.height))
    if inside.width < SMALLEST or inside.height < SMALLEST:
        raise LibraryError("That rectangle is too small to hide anything", "Make it larger.")
    return inside


def _with(draft: Draft, blurs: Iterable[Blur]) -> Draft:
    hidden = replace(
        draft, blurs=tuple(sorted(set(blurs), key=lambda blur: (blur.start_ms, blur.end_ms, blur.region.y)))
    )
    steps = tuple(unnamed(hidden.blurs, step) for step in draft.steps)
    if steps == draft.steps:
        return hidden
    return with_steps(replace(hidden, transcript=unsaid(hidden.transcript, draft.steps, steps)), steps)


def unsaid(transcript: Transcript, before: Iterable[Step], after: Iterable[Step]) -> Transcript:
    """The transcript without corrections by labels that the steps had ``before`` and a blur hides ``after``."""
    hidden = set(_labels(before)) - set(_labels(after))
    segments = (
        replace(s, corrections=tuple(c for c in s.corrections if c.right not in hidden)) if s.corrections else s
        for s in transcript.segments
    )
    return replace(transcript, segments=tuple(segments)) if hidden else transcript


def unseen(transcript: Transcript, steps: Iterable[Step], seen: str) -> Transcript:
    """The transcript without corrections by text on the screen (``seen``), of which a blur may hide any.

    What a label of the ``steps`` says stays. The rest comes again when the blurred stills are read.
    """
    labels, shown = set(_labels(steps)), letters(seen)
    segments = (
        replace(s, corrections=tuple(c for c in s.corrections if c.right in labels or letters(c.right) not in shown))
        if s.corrections
        else s
        for s in transcript.segments
    )
    return replace(transcript, segments=tuple(segments))


def _labels(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        yield from (event.label for event in step.events if isinstance(event, Click))
        yield step.clicked


def unnamed(blurs: Iterable[Blur], step: Step) -> Step:
    """The step without the names of what a blur hides: neither as the clicked label nor in its title."""
    blurs = tuple(blurs)
    step = _unlabelled(blurs, step)
    hidden = [event for event in step.events if isinstance(event, Click) and covers(blurs, event)]
    if not hidden:
        return step
    events = tuple(replace(event, label="") if event in hidden else event for event in step.events)
    title = HIDDEN_TITLE if _names_one(step, hidden) else step.title
    return replace(step, clicked="", title=title, events=events)


def _unlabelled(blurs: Sequence[Blur], step: Step) -> Step:
    """The step without the labels of inferred actions that a blur hides."""
    hidden = [a for a in step.inferred if a.label and any(_hides(blur, a) for blur in blurs)]
    if not hidden:
        return step
    named = any(folded(action.label) in folded(step.title) for action in hidden)
    inferred = tuple(replace(action, label="") if action in hidden else action for action in step.inferred)
    return replace(step, title=f"Step {step.number}" if named else step.title, inferred=inferred)


def _hides(blur: Blur, action: InferredAction) -> bool:
    """Whether a blur hides where the label of an inferred action may stand, between the pointer's approach and its end.

    It was read before the action, perhaps left of it (the name of a field).
    """
    if blur.start_ms >= max(action.end_ms, action.at_ms + 1) or blur.end_ms <= action.start_ms - LABEL_MS:
        return False
    x, y = action.place or (action.region.x, action.region.y)
    reach = Region(x - FIELD_REACH, y - LABEL_REACH // 3, FIELD_REACH + LABEL_REACH, LABEL_REACH // 3 * 2 + 1)
    places = (blur.region, blur.until or blur.region)
    return any(not place.intersect(reach).empty for place in places)


def _names_one(step: Step, hidden: Sequence[Click]) -> bool:
    """Whether the title names a hidden label. Window names do not count: they are visible elsewhere."""
    names = {click.label for click in hidden}
    if step.clicked not in {click.window for click in hidden}:
        names.add(step.clicked)
    title = folded(step.title)
    return any(name in title for name in map(folded, names) if name.strip())


def covers(blurs: Iterable[Blur], click: Click) -> bool:
    """Whether a blur hides the position of a click, or its label, at the time of the click."""
    return any(blur.contains(click.at_ms) and _holds(blur.at(click.at_ms), click) for blur in blurs)


def _holds(region: Region, click: Click) -> bool:
    reach = LABEL_REACH if click.label else 0
    return not region.intersect(Region(click.x - reach, click.y - reach // 3, 2 * reach + 1, reach // 3 * 2 + 1)).empty
