"""Edits of a draft (title, tags, cuts, speed-ups, steps), and loading and saving of drafts.

Each edit takes a draft and returns a new one, so undo only has to keep the old one. Owns that steps stay in order, do
not overlap and are numbered 1 to n. Does not touch the recording or the library. All times are take time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from capture.analysis.focus import framed
from capture.files import write_bytes
from capture.model import Click, Cut, CutReason, Region
from capture.span import Span
from library.draft.rewording import with_said
from library.files import library_errors, read_bounded
from library.model import STEPS_BY_HAND, TITLE_BY_HAND, Draft, LibraryError
from library.records import decode_record
from library.text import TITLE_LENGTH, clean, clean_tags, folded, is_demo_id
from transcribe.model import Annotation, SecondStill, Step, Word
from transcribe.steps.focus import refocused
from transcribe.words import joined

DRAFT_FILE = "draft.json"
SHORTEST_STEP_MS = 300
"""Minimum length of a step: a viewer could not see a shorter one."""

LONGEST_TEXT = 5_000
"""Characters of a step's text: a page and a half, far more than one instruction."""

_LARGEST_FILE = 64 << 20


def with_title(draft: Draft, title: str) -> Draft:
    """Set the title, cleaned to one line. Raises LibraryError when nothing is left of it."""
    named = replace(draft, title=_named(title, "A demo needs a title"))
    return draft if named.title == draft.title else replace(named, by_hand=_with(draft, TITLE_BY_HAND))


def with_tags(draft: Draft, tags: Sequence[str]) -> Draft:
    """Replace all tags; an item may contain several, separated by commas."""
    return replace(draft, tags=clean_tags(tags))


def add_cut(draft: Draft, span: Span) -> Draft:
    """Add a manual cut. Raises LibraryError when the span is empty or nothing of the demo would be left."""
    end = draft.take.duration_ms
    span = Span(min(max(0, span.start_ms), end), min(max(0, span.end_ms), end))
    if not span.duration_ms:
        raise LibraryError("There is nothing to cut at that place", "Choose a moment inside the recording.")
    cut = Cut(span.start_ms, span.end_ms, reason=CutReason.BY_HAND)
    changed = replace(draft, cuts=in_order((*draft.cuts, cut)))
    if not changed.clip.duration_ms:
        raise LibraryError("That would cut everything away", "Leave at least one stretch.")
    return changed


def toggle_cut(draft: Draft, at_ms: int) -> Draft:
    """Cut or keep the span around a moment.

    Inside a cut: the cut is removed. Where an automatic cut was removed before: it is restored. In any other kept span:
    a manual cut is made of the kept part of the step at that moment (between steps: of the gap). Raises as add_cut.
    """
    at_ms = min(max(0, at_ms), max(0, draft.take.duration_ms - 1))
    if here := [cut for cut in draft.cuts if cut.contains(at_ms)]:
        decided = tuple(cut for cut in here if cut.reason != CutReason.BY_HAND)
        left = tuple(cut for cut in draft.cuts if cut not in here)
        return replace(draft, cuts=left, dropped=in_order((*draft.dropped, *decided)))
    if back := tuple(cut for cut in draft.dropped if cut.contains(at_ms)):
        changed = replace(draft, cuts=in_order((*draft.cuts, *back)))
        if changed.clip.duration_ms:
            return replace(changed, dropped=tuple(cut for cut in draft.dropped if cut not in back))
    return add_cut(draft, _stretch(draft, at_ms))


def toggle_wait(draft: Draft, at_ms: int) -> Draft:
    """Cycle the wait around a moment: normal speed, fast, cut, normal speed again.

    Raises LibraryError when there is no wait at that moment.
    """
    wait = next((wait for wait in draft.waits if wait.contains(at_ms)), None)
    if wait is None:
        raise LibraryError("Nothing was waited for at that moment", "Move to a stretch marked as waiting.")
    cut = Cut(wait.start_ms, wait.end_ms, reason=CutReason.WAITING)
    if wait in draft.fasts:
        without = replace(draft, fasts=tuple(fast for fast in draft.fasts if fast != wait))
        changed = replace(without, cuts=in_order((*draft.cuts, cut)))
        return changed if changed.clip.duration_ms else without
    if cut in draft.cuts:
        return replace(draft, cuts=tuple(other for other in draft.cuts if other != cut))
    return replace(draft, fasts=tuple(sorted((*draft.fasts, wait), key=lambda fast: fast.start_ms)))


def _stretch(draft: Draft, at_ms: int) -> Span:
    kept = next((span for span in draft.clip.kept if span.contains(at_ms)), Span(at_ms, at_ms))
    start, end = kept.start_ms, kept.end_ms
    for step in draft.steps:
        for edge in (step.start_ms, step.end_ms):
            start, end = (max(start, edge), end) if edge <= at_ms else (start, min(end, edge))
    return Span(start, end)


def in_order(cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """The cuts sorted by time, each once."""
    return tuple(sorted(set(cuts), key=lambda cut: (cut.start_ms, cut.end_ms)))


def split_step(draft: Draft, number: int, at_ms: int) -> Draft:
    """Split a step at the start of the word nearest to the moment; without words there, at the moment itself.

    Raises LibraryError when there is no such step or it is too short.
    """
    at, step = find_step(draft, number)
    inside = Span(
        step.start_ms + SHORTEST_STEP_MS, max(step.start_ms + SHORTEST_STEP_MS, step.end_ms - SHORTEST_STEP_MS + 1)
    )
    if not inside.duration_ms:
        raise LibraryError(f"Step {number} is too short to split", "Join it with the next one first.")
    words = [word for word in draft.transcript.words if inside.contains(word.start_ms)]
    place = min((word.start_ms for word in words), key=lambda ms: abs(ms - at_ms), default=at_ms)
    place = min(max(place, inside.start_ms), inside.end_ms - 1)
    first = _part(draft, step, Span(step.start_ms, place))
    second = _part(draft, step, Span(place, step.end_ms))
    second = replace(second, title=clean(second.text, 60).rstrip(".,;") or f"{step.title} (2)")
    return with_steps(draft, [*draft.steps[:at], first, second, *draft.steps[at + 1 :]])


def _part(draft: Draft, step: Step, span: Span) -> Step:
    # An event just outside of its step, which belongs to it all the same, stays in the part next to it.
    events = tuple(event for event in step.events if span.contains(inside(event.at_ms, step.span)))
    clicks = [event for event in step.events if isinstance(event, Click)]
    mine = clicks[0] in events if clicks else span.start_ms == step.start_ms
    text = said(draft.transcript.words, span) or (step.text if span.start_ms == step.start_ms else "")
    inferred = tuple(action for action in step.inferred if span.contains(inside(action.at_ms, step.span)))
    part = replace(step, start_ms=span.start_ms, end_ms=span.end_ms, text=text, events=events, inferred=inferred)
    part = replace(
        part, at_ms=inside(step.at_ms, span), clicked=step.clicked if mine else "", then=_then_in(step, span)
    )
    part = replace(part, annotations=step.annotations if span.contains(step.at_ms) else ())
    return part if events == step.events else refocused(part, (draft.width, draft.height))


def _then_in(step: Step, span: Span) -> SecondStill | None:
    """The second still of a step, if its moment lies in a span."""
    return step.then if step.then is not None and span.contains(step.then.at_ms) else None


def join_step(draft: Draft, number: int) -> Draft:
    """Join a step with the next one; keeps the title and still of the first. Raises LibraryError without a next one."""
    at, step = find_step(draft, number)
    if at + 1 == len(draft.steps):
        raise LibraryError(f"Step {number} is the last, there is none to join it with", "Choose the one before it.")
    after = draft.steps[at + 1]
    text = " ".join(part for part in (step.text.strip(), after.text.strip()) if part)
    whole = replace(step, end_ms=after.end_ms, text=text, events=(*step.events, *after.events))
    whole = replace(whole, clicked=step.clicked or after.clicked, inferred=(*step.inferred, *after.inferred))
    if step.focus is not None and after.focus is not None:
        whole = replace(whole, focus=framed(step.focus.unite(after.focus), (draft.width, draft.height)))
    whole = replace(whole, then=step.then or after.then)
    return with_steps(draft, [*draft.steps[:at], whole, *draft.steps[at + 2 :]])


def delete_step(draft: Draft, number: int) -> Draft:
    """Delete a step; its span stays in the clip. Raises LibraryError when there is no such step."""
    at, _ = find_step(draft, number)
    return with_steps(draft, [*draft.steps[:at], *draft.steps[at + 1 :]])


def rewrite_step(draft: Draft, number: int, title: str, text: str | None = None) -> Draft:
    """Set title and text (None: unchanged) of a step; the transcript follows a changed text.

    Raises LibraryError when there is no such step, or no title.
    """
    at, step = find_step(draft, number)
    words = step.text if text is None else clean(text, LONGEST_TEXT)
    written = replace(step, title=_named(title, "A step needs a title"), text=words)
    if written == step:
        return draft
    if words != step.text:
        draft = replace(draft, transcript=with_said(draft.transcript, step, words))
    return with_steps(draft, [*draft.steps[:at], written, *draft.steps[at + 1 :]])


def look_at(draft: Draft, number: int, focus: Region, annotations: Sequence[Annotation]) -> Draft:
    """Set what of a step's picture matters, and what is put on its still. Raises LibraryError without such a step."""
    at, step = find_step(draft, number)
    decided = replace(step, focus=focus, annotations=tuple(annotations))
    if decided == step or (step.focus is None and focus == Region(0, 0, draft.width, draft.height) and not annotations):
        return draft
    return with_steps(draft, [*draft.steps[:at], decided, *draft.steps[at + 1 :]])


def said(words: Sequence[Word], span: Span) -> str:
    """The words spoken in a span, as one line; a word belongs to the span that contains its middle."""
    return joined([word for word in words if span.contains((word.start_ms + word.end_ms) // 2)])


def moved(draft: Draft, step: Step, span: Span) -> Step:
    """Move a step to another span. Its text is updated if it was exactly the words spoken in the old span."""
    words = draft.transcript.words
    untouched = words and folded(step.text) == folded(said(words, step))
    text = said(words, span) if untouched else step.text
    at_ms, then = inside(step.at_ms, span), _then_in(step, span)
    return replace(step, start_ms=span.start_ms, end_ms=span.end_ms, text=text, at_ms=at_ms, then=then)


def inside(at_ms: int, span: Span) -> int:
    """The moment clamped to a span."""
    return min(max(at_ms, span.start_ms), max(span.start_ms, span.end_ms - 1))


def with_steps(draft: Draft, steps: Sequence[Step]) -> Draft:
    """Replace the steps, number them 1 to n, and mark them as edited by hand."""
    numbered = tuple(replace(step, number=i) for i, step in enumerate(steps, 1))
    return replace(draft, steps=numbered, by_hand=_with(draft, STEPS_BY_HAND))


def _with(draft: Draft, what: str) -> tuple[str, ...]:
    return tuple(sorted({*draft.by_hand, what}))


def find_step(draft: Draft, number: int) -> tuple[int, Step]:
    """Index and step of a step number. Raises LibraryError, which names the valid numbers."""
    if not 1 <= number <= len(draft.steps):
        has = f"Its steps are 1 to {len(draft.steps)}." if draft.steps else "It has no steps."
        raise LibraryError(f"There is no step {number}", has)
    return number - 1, draft.steps[number - 1]


def _named(text: str, what: str) -> str:
    if name := clean(text, TITLE_LENGTH):
        return name
    raise LibraryError(what, "Type at least one letter.")


def save_draft(draft: Draft, path: Path) -> Path:
    """Write a draft atomically to a file, or to ``draft.json`` in a folder. Returns the file. Raises LibraryError."""
    file = path / DRAFT_FILE if path.is_dir() else path
    with library_errors(f"save the draft {file}"):
        write_bytes(file, msgspec.json.encode(draft))
    return file


def load_draft(path: Path) -> Draft:
    """Read a draft from its file or folder. Raises LibraryError when it is missing, damaged or of a newer showhow."""
    file = path / DRAFT_FILE if path.is_dir() else path
    with library_errors(f"read the draft {file}"):
        data = read_bounded(file, _LARGEST_FILE)
    draft = decode_record(data, Draft, f"The draft {file}")
    if not is_demo_id(draft.draft_id):  # file names are made of it
        raise LibraryError(
            f"The draft {file} is damaged: its id is not one", "Remove it; the recording is still there."
        )
    return draft
