"""Before the hand-over: what of an attempt is left out and what is blurred, and the copy of it that is sealed.

The recording is edited as a Draft, by the edits of a demo under review; it is never changed itself. Owns that the copy
says nothing of what was left out or blurred: no events, no titles of windows, no label that a blur hides.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from capture.model import Blur, Clip
from capture.progress import Progress, silent
from capture.span import Span
from library.draft.blurs import add_blur
from library.draft.edits import add_cut
from library.model import Draft, LibraryError, TakeFacts
from library.practice.feedback.package import plain_step
from library.practice.model import Attempt, Comparison, HintUsed, Verdict

VIDEO = "take.mp4"


def draft_of(attempt: Attempt) -> Draft:
    """The recording of an attempt as a draft, nothing left out. Raises LibraryError, VideoError: it cannot be read."""
    from library.draft.prerender import clip_facts

    if attempt.comparison is None:
        raise LibraryError("This try was not compared yet", f"Do it first: showhow mine show {attempt.attempt_id}")
    folder = Path(attempt.take.path)
    if not (folder / VIDEO).is_file():
        raise LibraryError("The recording of this try is gone", "Try it once more.")
    facts = clip_facts(folder / VIDEO)
    return Draft(
        draft_id=attempt.attempt_id, source=str(folder), take=replace(attempt.take, duration_ms=facts.duration_ms),
        width=facts.width, height=facts.height, has_sound=False, title=attempt.title, events=attempt.events,
    )  # fmt: skip


def kept_between(draft: Draft, start_ms: int | None, end_ms: int | None) -> Draft:
    """The draft without what is before and after these take times. Raises LibraryError when nothing is left."""
    whole = draft.take.duration_ms
    start, end = start_ms or 0, whole if end_ms is None else min(end_ms, whole)
    if not 0 <= start < end:
        raise LibraryError("Nothing of the recording would be left", f"It is {whole / 1000:.1f} seconds long.")
    if start:
        draft = add_cut(draft, Span(0, start))
    return add_cut(draft, Span(end, whole)) if end < whole else draft


def edited(
    draft: Draft, *, start_ms: int | None = None, end_ms: int | None = None, cuts: Sequence[Span] = (),
    blurs: Sequence[Blur] = (),
) -> Draft:  # fmt: skip
    """The draft with all that is to be left out and blurred. Raises LibraryError."""
    draft = kept_between(draft, start_ms, end_ms)
    for span in cuts:
        draft = add_cut(draft, span)
    for blur in blurs:
        draft = add_blur(draft, blur)
    return draft


def render_for_hand_over(draft: Draft, target: Path, progress: Progress = silent) -> None:
    """Write the clip of a draft, with its blurs. Raises VideoError, Cancelled."""
    from capture.render.clip_renderer import render_clip

    render_clip(Path(draft.source) / VIDEO, draft.clip, target, (), progress, tracks=(), blurs=draft.blurs)


def attempt_for_hand_over(attempt: Attempt, draft: Draft) -> Attempt:
    """The attempt as it is sealed: in the time of the draft's clip, and without what others need not see."""
    clip, comparison = draft.clip, attempt.comparison or Comparison()
    detours = (clip.span_to_clip(span) for span in comparison.detours)
    shown = replace(
        comparison,
        verdicts=tuple(_shown(verdict, draft) for verdict in comparison.verdicts),
        detours=tuple(span for span in detours if span.duration_ms),
    )
    return Attempt(
        attempt_id=attempt.attempt_id, demo_id=attempt.demo_id, title=attempt.title, version=attempt.version,
        level=attempt.level, take=TakeFacts(duration_ms=clip.duration_ms), comparison=shown, state=attempt.state,
        steps=tuple(map(plain_step, attempt.steps)), hints=tuple(_in_clip(hint, clip) for hint in attempt.hints),
        disputed=attempt.disputed,
    )  # fmt: skip


def _shown(verdict: Verdict, draft: Draft) -> Verdict:
    """A verdict in clip time. Its label is left out where the place of the click was left out or blurred."""
    span = Span(verdict.at_ms, verdict.at_ms + max(1, verdict.took_ms))
    there = draft.clip.span_to_clip(span)
    whole = all(not cut.overlap_ms(span) for cut in draft.cuts)
    hidden = any(blur.overlap_ms(span) for blur in draft.blurs)
    took = verdict.took_ms if whole else there.duration_ms
    return replace(
        verdict, at_ms=there.start_ms, took_ms=took, seen=verdict.seen if whole and not hidden else ""
    )  # fmt: skip


def _in_clip(hint: HintUsed, clip: Clip) -> HintUsed:
    return replace(hint, at_ms=clip.to_clip(hint.at_ms))
