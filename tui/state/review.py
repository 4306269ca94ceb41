"""What the review screen edits: a draft, the selected step, the cursor and a mark; edits are undone and redone. Pure.

Owns selection, cursor and mark. Refuses to know how an edit is made (``library/draft/``) and how
undo works (``library/draft/journal.py``). All times are take time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from capture.model import Blur, Cut, SpeedUp
from capture.span import Span, clock
from library.draft import blurs, edits
from library.draft import step_edges as edges
from library.draft.journal import Edit, Journal
from library.draft.merge import merge_transcript
from library.draft.step_edges import FRAME_MS, Edge
from library.model import Draft, LibraryError
from transcribe.model import Step


@dataclass
class ReviewModel:
    """A draft under review. ``at_ms`` is the cursor; ``mark_ms`` the "from here" of a cut or a blur, None without.

    ``moving`` is the number of the step that was taken up to be put down elsewhere.
    """

    draft: Draft
    journal: Journal = field(default_factory=Journal)
    index: int = 0
    at_ms: int = 0
    mark_ms: int | None = None
    moving: int | None = None

    def __post_init__(self) -> None:
        self.select(0)

    @property
    def step(self) -> Step | None:
        """The selected step."""
        return self.draft.steps[self.index] if self.draft.steps else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self.journal.done)

    @property
    def can_redo(self) -> bool:
        """Whether there is one to make again."""
        return bool(self.journal.undone)

    # Looking around

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
        ends = sorted({0, self.draft.take.duration_ms, *(ms for s in kept for ms in (s.start_ms, s.end_ms))})
        return [Span(a, b) for a, b in pairwise(ends)]

    def move_stretch(self, by: int) -> None:
        """The cursor to the beginning of the next (1) or an earlier (-1) stretch."""
        starts = [span.start_ms for span in self.stretches()]
        here = max((i for i, ms in enumerate(starts) if ms <= self.at_ms), default=0)
        self.seek(starts[max(0, min(here + by, len(starts) - 1))])

    @property
    def shown_ms(self) -> int:
        """Which picture to show: the step's own still while the cursor stands at its beginning, else the cursor's."""
        step = self.step
        return step.at_ms if step is not None and self.at_ms == step.start_ms else self.at_ms

    @property
    def cuts_here(self) -> list[Cut]:
        """The cuts the cursor stands in."""
        return [cut for cut in self.draft.cuts if cut.contains(self.at_ms)]

    @property
    def blur_here(self) -> Blur | None:
        """The blur the cursor stands in, the one that began last."""
        return next(reversed(blurs.blurs_at(self.draft, self.at_ms)), None)

    def stretch(self) -> Span | None:
        """What ``c`` would change, to be shown before it is pressed; None when it can change nothing."""
        if self.marked is not None:
            return self.marked
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
        """``1:04 kept of 1:31 · 2 blurred · finance, orders``."""
        kept = f"{clock(self.draft.clip.duration_ms)} kept of {clock(self.draft.take.duration_ms)}"
        hidden = f"{len(self.draft.blurs)} blurred" if self.draft.blurs else ""
        return " · ".join(part for part in (kept, hidden, ", ".join(self.draft.tags)) if part)

    # The mark: from here to there

    @property
    def marked(self) -> Span | None:
        """From the mark to the cursor, whichever comes first; None without a mark, or while both are one moment."""
        if self.mark_ms is None or self.mark_ms == self.at_ms:
            return None
        return Span(min(self.mark_ms, self.at_ms), max(self.mark_ms, self.at_ms))

    def toggle_mark(self) -> None:
        """Set the mark at the cursor; take it away when there is one."""
        self.mark_ms = self.at_ms if self.mark_ms is None else None

    @property
    def blur_span(self) -> Span:
        """What a new blur would cover: from mark to cursor, else the step, else two seconds."""
        if self.marked is not None:
            return self.marked
        if self.step is not None and self.step.contains(self.at_ms):
            return self.step.span
        return Span(self.at_ms, min(self.at_ms + 2_000, self.draft.take.duration_ms))

    # Editing

    def edit(self, change: Callable[[Draft], Draft]) -> bool:
        """Make an edit that can be undone; whether it changed anything. Raises LibraryError; then nothing changed."""
        after = change(self.draft)
        if after == self.draft:
            return False
        self.journal.edited(self.draft, after, self.index, self.at_ms)
        self.draft, self.moving = after, None
        self.index = max(0, min(self.index, len(after.steps) - 1))
        return True

    def undo(self) -> bool:
        """Take the last edit back, with the selection as it was; whether there was one."""
        return self._turn(self.journal.undo(self.draft))

    def redo(self) -> bool:
        """Make the edit taken back last again; whether there was one."""
        return self._turn(self.journal.redo(self.draft))

    def _turn(self, found: tuple[Draft, Edit] | None) -> bool:
        if found is None:
            return False
        self.draft, edit = found
        self.index, self.at_ms = max(0, min(edit.index, len(self.draft.steps) - 1)), edit.at_ms
        return True

    def fill(self, draft: Draft) -> None:
        """Words and steps came in: take them over, but for what was done by hand. The cursor stays where it was put."""
        put = self.step is None or self.at_ms != self.step.start_ms
        self.draft = merge_transcript(self.draft, draft)
        self.seek(self.at_ms)
        if not put:
            self.select(self.index)

    def toggle_cut(self) -> bool:
        """Cut or keep the stretch at the cursor; with a mark, cut from it to the cursor."""
        if (span := self.marked) is not None:
            self.mark_ms = None
            return self.edit(lambda draft: edits.add_cut(draft, span))
        return self.edit(lambda draft: edits.toggle_cut(draft, self.at_ms))

    def toggle_wait(self) -> bool:
        """What is only waited for at the cursor: fast, cut, and as it was again."""
        return self.edit(lambda draft: edits.toggle_wait(draft, self.at_ms))

    @property
    def wait_here(self) -> SpeedUp | None:
        """The wait the cursor stands in."""
        return next((wait for wait in self.draft.waits if wait.contains(self.at_ms)), None)

    @property
    def wait_words(self) -> str:
        """What ``f`` would do with it; empty without one."""
        if (wait := self.wait_here) is None:
            return ""
        if wait in self.draft.fasts:
            return "cuts it"
        cut = any(cut.span == wait.span for cut in self.cuts_here)
        return "shows it as it was" if cut else f"shows it {wait.factor} times as fast"

    def put_blur(self, old: Blur | None, new: Blur | None) -> bool:
        """A new blur, another in the place of an old one, or none there any more; a mark is used up."""
        self.mark_ms = None
        if old is None:
            return new is not None and self.edit(lambda draft: blurs.add_blur(draft, new))
        if new is None:
            return self.edit(lambda draft: blurs.remove_blur(draft, old))
        return self.edit(lambda draft: blurs.change_blur(draft, old, new))

    def nudge_word(self, by: int, edge: Edge = Edge.START) -> bool:
        """Move the beginning (or end) of the selected step by a word; the cursor goes along."""
        return self._nudge(lambda draft: edges.nudge_to_word(draft, self.index + 1, by, edge), edge)

    def nudge_frame(self, by: int, edge: Edge = Edge.START) -> bool:
        """The same by a frame."""
        return self._nudge(lambda draft: edges.nudge_step(draft, self.index + 1, by * FRAME_MS, edge), edge)

    def _nudge(self, change: Callable[[Draft], Draft], edge: Edge) -> bool:
        if self.step is None or not self.edit(change):
            return False
        step = self.draft.steps[self.index]
        self.at_ms = step.start_ms if edge is Edge.START else max(step.start_ms, step.end_ms - 1)
        return True

    def move(self) -> bool:
        """Take the selected step up; the second time put it down: it begins at the cursor, wherever that is by then."""
        if self.moving is None:
            self.moving = self.index + 1 if self.step is not None else None
            return False
        number, at_ms = self.moving, self.at_ms
        self.moving = None
        if changed := self.edit(lambda draft: edges.move_step(draft, number, at_ms)):
            self.seek(at_ms)
        return changed

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
