"""Merges a finished transcript into a draft that is already being reviewed, without losing an edit.

Owns the rule that manual edits win. Does not transcribe. Pure; take time.
"""

from __future__ import annotations

from msgspec.structs import replace

from capture.model import Click, CutReason, SpeedUp
from library.draft.blurs import unnamed, unsaid
from library.draft.edits import in_order, said
from library.model import STEPS_BY_HAND, TITLE_BY_HAND, Draft
from transcribe.model import Step
from transcribe.steps.builder import with_labels
from transcribe.steps.titles import clicked_in

_MANUAL = {CutReason.BY_HAND, CutReason.WAITING}
"""Reasons of cuts that only the user makes."""


def merge_transcript(edited: Draft, filled: Draft) -> Draft:
    """``filled`` (with transcript) plus all manual changes of ``edited``: title, tags, steps, words, blurs, and cuts.

    A new automatic cut that overlaps one the user removed is removed as well. Steps that were edited before the
    transcript existed get the words spoken in them if their text is empty, and the labels of their clicks.
    """
    decided = tuple(cut for cut in filled.cuts if not any(cut.overlap_ms(back) for back in edited.dropped))
    by_hand = tuple(cut for cut in edited.cuts if cut.reason in _MANUAL)
    steps = filled.steps
    if STEPS_BY_HAND in edited.by_hand:
        steps = tuple(_with_labels(filled, _with_words(filled, step)) for step in edited.steps)
    shown = tuple(unnamed(edited.blurs, step) for step in steps)
    transcript = edited.transcript if edited.transcript.by_hand else filled.transcript
    return replace(
        filled,
        title=edited.title if TITLE_BY_HAND in edited.by_hand else filled.title,
        tags=edited.tags or filled.tags,
        cuts=in_order((*decided, *by_hand)),
        dropped=edited.dropped,
        fasts=_fasts(edited, filled),
        blurs=edited.blurs,
        transcript=unsaid(transcript, steps, shown),
        steps=shown,
        by_hand=edited.by_hand,
    )


def _fasts(edited: Draft, filled: Draft) -> tuple[SpeedUp, ...]:
    """Speed-ups: waits the user could already see keep their state; new waits get their default."""
    found = [fast for fast in filled.fasts if fast not in edited.waits]
    seen = [fast for fast in edited.fasts if fast in filled.waits]
    return tuple(sorted([*found, *seen], key=lambda fast: fast.start_ms))


def _with_words(filled: Draft, step: Step) -> Step:
    return step if step.text else replace(step, text=said(filled.transcript.words, step))


def _with_labels(filled: Draft, step: Step) -> Step:
    """The step with the labels that were read since; its title is kept."""
    labels = {event.at_ms: event.label for event in filled.events if isinstance(event, Click) and event.label}
    events = with_labels(step.events, labels)
    return step if events == step.events else replace(step, events=events, clicked=clicked_in(events))
