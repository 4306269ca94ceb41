"""What the page shows of a draft: its steps and the stretches that are cut or kept, with their times as text. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from capture.model import CutReason
from capture.span import Span, clock
from library.model import Draft
from library.text import clean

_WHY = {
    CutReason.STILL: "nothing moves, nothing is said",
    CutReason.SILENT: "nothing is said",
    CutReason.HEAD: "before it begins",
    CutReason.TAIL: "after it ends",
    CutReason.WAITING: "only waiting",
    CutReason.BY_HAND: "cut by hand",
}
_SHORTEST_MS = 1_000
"""Cuts that are shorter are not listed one by one: pauses between words."""


@dataclass(frozen=True)
class StepFields:
    """A step to correct. ``start_ms`` is take time, as the video beside it; ``cut``: nothing of it is kept."""

    number: int
    title: str
    text: str
    at: str
    start_ms: int
    middle_ms: int
    cut: bool


@dataclass(frozen=True)
class CutRow:
    """A stretch that is left out, or was by decision and is kept now."""

    at_ms: int
    text: str
    why: str
    kept: bool


@dataclass(frozen=True)
class DraftView:
    """A draft as the page shows it."""

    title: str
    tags: str
    length: str
    steps: tuple[StepFields, ...]
    cuts: tuple[CutRow, ...]
    notes: tuple[str, ...]


def draft_view(draft: Draft) -> DraftView:
    """The draft as text."""
    clip = draft.clip
    whole, kept = clock(draft.take.duration_ms), clock(clip.duration_ms)
    no_words = (f"Its words are missing: {draft.no_words_because}",) if draft.no_words_because else ()
    return DraftView(
        title=draft.title,
        tags=", ".join(draft.tags),
        length=f"{kept} kept of {whole}" if kept != whole else whole,
        steps=tuple(
            StepFields(
                step.number,
                step.title,
                step.text,
                clock(step.start_ms),
                step.start_ms,
                (step.start_ms + step.end_ms) // 2,
                not clip.span_to_clip(step).duration_ms,
            )
            for step in draft.steps
        ),
        cuts=tuple(sorted((*_rows(draft.cuts, kept=False), *_rows(draft.dropped, kept=True)), key=lambda r: r.at_ms)),
        notes=tuple(clean(note) for note in (*no_words, *draft.notes)),
    )


def _rows(cuts: tuple[Span, ...], *, kept: bool) -> list[CutRow]:
    return [
        CutRow(
            (cut.start_ms + cut.end_ms) // 2,
            f"{clock(cut.start_ms)} to {clock(cut.end_ms)}",
            _WHY.get(getattr(cut, "reason", CutReason.BY_HAND), "cut"),
            kept,
        )
        for cut in cuts
        if cut.duration_ms >= _SHORTEST_MS
    ]
