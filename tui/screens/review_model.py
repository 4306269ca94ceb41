"""What the review screen edits: a draft, the selected step, the cursor; every edit can be undone. Pure.

Owns selection and undo. Refuses to know how an edit is made: ``library/draft.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from capture.model import Cut
from capture.span import Span, clock
from library import draft as edits
from library.model import Draft, LibraryError
from transcribe.model import Step

NUDGE_MS = 200


@dataclass(frozen=True)
class _Before:
    draft: Draft
    index: int
    at_ms: int


@dataclass
class ReviewModel:
    """A draft under review. ``at_ms`` is the cursor, in take time like everything here."""

    draft: Draft
    index: int = 0
    at_ms: int = 0
    _undo: list[_Before] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.select(0)

    @property
    def step(self) -> Step | None:
        """The selected step."""
        return self.draft.steps[self.index] if self.draft.steps else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._undo)

    def select(self, index: int) -> None:
        """Select a step, held inside the list; the cursor goes to its beginning."""
        self.index = max(0, min(index, len(self.draft.steps) - 1))
        if self.step is not None:
            self.at_ms = self.step.start_ms

    def seek(self, at_ms: int) -> None:
        """The cursor to a moment; the step there becomes the selected one."""
        self.at_ms = max(0, min(at_ms, self.draft.take.duration_ms - 1))
        begun = [i for i, step in enumerate(self.draft.steps) if step.start_ms <= self.at_ms]
        self.index = begun[-1] if begun else 0

    def stretches(self) -> list[Span]:
        """Kept and cut stretches in order, end to end."""
        kept = list(self.draft.clip.kept)
        edges = sorted({0, self.draft.take.duration_ms, *(ms for s in kept for ms in (s.start_ms, s.end_ms))})
        return [Span(a, b) for a, b in pairwise(edges)]

    def move_stretch(self, by: int) -> None:
        """The cursor to the beginning of the next (1) or an earlier (-1) stretch."""
        starts = [span.start_ms for span in self.stretches()]
        here = max((i for i, ms in enumerate(starts) if ms <= self.at_ms), default=0)
        self.seek(starts[max(0, min(here + by, len(starts) - 1))])

    @property
    def cuts_here(self) -> list[Cut]:
        """The cuts the cursor stands in."""
        return [cut for cut in self.draft.cuts if cut.contains(self.at_ms)]

    def stretch(self) -> Span | None:
        """What ``c`` would change, to be shown before it is pressed; None when it can change nothing."""
        try:
            after = edits.toggle_cut(self.draft, self.at_ms)
        except LibraryError:
            return None
        changed = [cut.span for cut in {*after.cuts} ^ {*self.draft.cuts}]
        return Span(min(s.start_ms for s in changed), max(s.end_ms for s in changed)) if changed else None

    def gone(self, step: Step) -> bool:
        """Whether all of a step lies in cuts."""
        return not self.draft.clip.span_to_clip(step).duration_ms

    def facts(self) -> str:
        """``1:04 kept of 1:31 · finance, orders``."""
        kept = f"{clock(self.draft.clip.duration_ms)} kept of {clock(self.draft.take.duration_ms)}"
        return f"{kept} · {', '.join(self.draft.tags)}" if self.draft.tags else kept

    def edit(self, change: Callable[[Draft], Draft]) -> bool:
        """Make an edit that can be undone; whether it changed anything. Raises LibraryError; then nothing changed."""
        after = change(self.draft)
        if after == self.draft:
            return False
        self._undo.append(_Before(self.draft, self.index, self.at_ms))
        self.draft = after
        self.index = max(0, min(self.index, len(after.steps) - 1))
        return True

    def undo(self) -> None:
        """Take the last edit back, with the selection as it was."""
        if self._undo:
            before = self._undo.pop()
            self.draft, self.index, self.at_ms = before.draft, before.index, before.at_ms

    def toggle_cut(self) -> bool:
        """Cut or keep the stretch at the cursor."""
        return self.edit(lambda draft: edits.toggle_cut(draft, self.at_ms))

    def nudge(self, by_ms: int) -> bool:
        """Move the beginning of the selected step; the cursor goes along."""
        if self.step is None or not self.edit(lambda draft: edits.nudge_step(draft, self.index + 1, by_ms)):
            return False
        self.at_ms = self.draft.steps[self.index].start_ms
        return True

    def split(self) -> bool:
        """Two steps of one: at the cursor when it stands inside the step, else in its middle."""
        step = self.step
        if step is None:
            return False
        inside = step.start_ms < self.at_ms < step.end_ms
        at_ms = self.at_ms if inside else (step.start_ms + step.end_ms) // 2
        return self.edit(lambda draft: edits.split_step(draft, self.index + 1, at_ms))

    def join(self) -> bool:
        """One step of this and the next."""
        return self.edit(lambda draft: edits.join_step(draft, self.index + 1))

    def delete(self) -> bool:
        """The selected step away; pictures and words stay."""
        changed = self.edit(lambda draft: edits.delete_step(draft, self.index + 1))
        self.select(self.index)
        return changed
