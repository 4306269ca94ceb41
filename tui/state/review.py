"""``ReviewModel``: state of the review screen: a draft, selected step, cursor, mark, undo and redo. Pure.

Owns selection, cursor and mark. Does not implement edits (``library/draft/``) or undo (``library/draft/journal.py``).
All times are take time.
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
from transcribe.asr.language import language_name
from transcribe.model import Step


@dataclass
class ReviewModel:
    """A draft under review. ``at_ms`` is the cursor; ``mark_ms`` the start of a cut or blur being marked, or None.

    ``moving`` is the number of the step being moved. ``whole``: stills are shown as whole screens.
    """

    draft: Draft
    journal: Journal = field(default_factory=Journal)
    index: int = 0
    at_ms: int = 0
    mark_ms: int | None = None
    moving: int | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        self.select(0)

    @property
    def step(self) -> Step | None:
        """The selected step."""
        return self.draft.steps[self.index] if self.draft.steps else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo."""
        return bool(self.journal.done)

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever edited."""
        return not (self.journal.done or self.journal.undone or self.journal.unwritten)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to redo."""
        return bool(self.journal.undone)

    # Selection and cursor

    def select(self, index: int) -> None:
        """Select a step; ``index`` is clamped. The cursor goes to the first moment of it that is kept."""
        self.index = max(0, min(index, len(self.draft.steps) - 1))
        if self.step is not None:
            self.at_ms = self.begin_of(self.step)

    def begin_of(self, step: Step) -> int:
        """When a step begins to be seen: its start, or the end of the cut in which that lies. ms of the take."""
        kept = (span for span in self.draft.clip.kept if span.end_ms > step.start_ms)
        first = next(kept, None)
        return step.start_ms if first is None or first.start_ms >= step.end_ms else max(step.start_ms, first.start_ms)

    def seek(self, at_ms: int) -> None:
        """Move the cursor to ``at_ms``, clamped; selects the step there."""
        self.at_ms = max(0, min(at_ms, self.draft.take.duration_ms - 1))
        begun = [i for i, step in enumerate(self.draft.steps) if step.start_ms <= self.at_ms]
        self.index = begun[-1] if begun else 0

    def stretches(self) -> list[Span]:
        """Kept and cut parts in order, without gaps."""
        kept = list(self.draft.clip.kept)
        ends = sorted({0, self.draft.take.duration_ms, *(ms for s in kept for ms in (s.start_ms, s.end_ms))})
        return [Span(a, b) for a, b in pairwise(ends)]

    def move_stretch(self, by: int) -> None:
        """Move the cursor to the start of the next (1) or previous (-1) kept or cut part."""
        starts = [span.start_ms for span in self.stretches()]
        here = max((i for i, ms in enumerate(starts) if ms <= self.at_ms), default=0)
        self.seek(starts[max(0, min(here + by, len(starts) - 1))])

    @property
    def shown_ms(self) -> int:
        """Time of the picture to show: the step's own still while the cursor is at its begin, else the cursor."""
        step = self.step
        return step.at_ms if step is not None and self.at_ms == self.begin_of(step) else self.at_ms

    @property
    def shown_step(self) -> Step | None:
        """The step whose own still is shown; None while another moment is."""
        return self.step if self.step is not None and self.shown_ms == self.step.at_ms else None

    @property
    def cuts_here(self) -> list[Cut]:
        """The cuts at the cursor."""
        return [cut for cut in self.draft.cuts if cut.contains(self.at_ms)]

    @property
    def blur_here(self) -> Blur | None:
        """The blur at the cursor, the one that began last."""
        return next(reversed(blurs.blurs_at(self.draft, self.at_ms)), None)

    def stretch(self) -> Span | None:
        """The span that ``c`` would cut or keep; None if it would change nothing."""
        if self.marked is not None:
            return self.marked
        try:
            after = edits.toggle_cut(self.draft, self.at_ms)
        except LibraryError:
            return None
        changed = [cut.span for cut in {*after.cuts} ^ {*self.draft.cuts}]
        return Span(min(s.start_ms for s in changed), max(s.end_ms for s in changed)) if changed else None

    def gone(self, step: Step) -> bool:
        """Whether a step lies entirely in cuts."""
        return not self.draft.clip.span_to_clip(step).duration_ms

    def facts(self) -> str:
        """``1:04 kept of 1:31 · 2 blurred · finance, orders``; for a filed demo also the version it becomes."""
        version = f"version {self.draft.base + 1}" if self.draft.revises else ""
        kept = f"{clock(self.draft.clip.duration_ms)} kept of {clock(self.draft.take.duration_ms)}"
        hidden = f"{len(self.draft.blurs)} blurred" if self.draft.blurs else ""
        return " · ".join(part for part in (version, kept, hidden, ", ".join(self.draft.tags)) if part)

    @property
    def doubts(self) -> str:
        """What is in doubt of the words, in one line: their language, and the sound."""
        transcript = self.draft.transcript
        language = f"{language_name(transcript.language)}? l to choose" if transcript.languages else ""
        return " ".join(part for part in (language, *self.draft.notes) if part)

    # The mark

    @property
    def marked(self) -> Span | None:
        """The span between mark and cursor; None without a mark, or if they are equal."""
        if self.mark_ms is None or self.mark_ms == self.at_ms:
            return None
        return Span(min(self.mark_ms, self.at_ms), max(self.mark_ms, self.at_ms))

    def toggle_mark(self) -> None:
        """Set the mark at the cursor, or remove it."""
        self.mark_ms = self.at_ms if self.mark_ms is None else None

    @property
    def blur_span(self) -> Span:
        """The span of a new blur: from mark to cursor, else the step at the cursor, else two seconds."""
        if self.marked is not None:
            return self.marked
        if self.step is not None and self.step.contains(self.at_ms):
            return self.step.span
        return Span(self.at_ms, min(self.at_ms + 2_000, self.draft.take.duration_ms))

    # Editing

    def edit(self, change: Callable[[Draft], Draft]) -> bool:
        """Make an edit that can be undone; returns whether it changed. Raises LibraryError, changing nothing."""
        after = change(self.draft)
        if after == self.draft:
            return False
        self.journal.edited(self.draft, after, self.index, self.at_ms)
        self.draft, self.moving = after, None
        self.index = max(0, min(self.index, len(after.steps) - 1))
        return True

    def undo(self) -> bool:
        """Undo the last edit and restore the selection; returns whether there was one."""
        return self._restore(self.journal.undo(self.draft))

    def redo(self) -> bool:
        """Redo the last undone edit; returns whether there was one."""
        return self._restore(self.journal.redo(self.draft))

    def _restore(self, found: tuple[Draft, Edit] | None) -> bool:
        if found is None:
            return False
        self.draft, edit = found
        self.index, self.at_ms = max(0, min(edit.index, len(self.draft.steps) - 1)), edit.at_ms
        return True

    def fill(self, draft: Draft) -> None:
        """Merge late words and steps, except into what was edited by hand. Keeps a moved cursor."""
        moved = self.step is None or self.at_ms != self.begin_of(self.step)
        self.draft = merge_transcript(self.draft, draft)
        self.seek(self.at_ms)
        if not moved:
            self.select(self.index)

    def toggle_cut(self) -> bool:
        """Cut or keep the part at the cursor; with a mark, cut from it to the cursor."""
        if (span := self.marked) is not None:
            self.mark_ms = None
            return self.edit(lambda draft: edits.add_cut(draft, span))
        return self.edit(lambda draft: edits.toggle_cut(draft, self.at_ms))

    def toggle_wait(self) -> bool:
        """Switch the wait at the cursor: fast, cut, unchanged."""
        return self.edit(lambda draft: edits.toggle_wait(draft, self.at_ms))

    @property
    def wait_here(self) -> SpeedUp | None:
        """The wait at the cursor."""
        return next((wait for wait in self.draft.waits if wait.contains(self.at_ms)), None)

    @property
    def wait_words(self) -> str:
        """What ``f`` would do with the wait at the cursor; empty without one."""
        if (wait := self.wait_here) is None:
            return ""
        if wait in self.draft.fasts:
            return "cuts it"
        cut = any(cut.span == wait.span for cut in self.cuts_here)
        return "shows it as it was" if cut else f"shows it {wait.factor} times as fast"

    def put_blur(self, old: Blur | None, new: Blur | None) -> bool:
        """Add (no ``old``), replace, or remove (no ``new``) a blur; clears the mark. Returns whether it changed."""
        self.mark_ms = None
        if old is None:
            return new is not None and self.edit(lambda draft: blurs.add_blur(draft, new))
        if new is None:
            return self.edit(lambda draft: blurs.remove_blur(draft, old))
        return self.edit(lambda draft: blurs.change_blur(draft, old, new))

    def nudge_word(self, by: int, edge: Edge = Edge.START) -> bool:
        """Move the start (or end) of the selected step by ``by`` words; the cursor follows."""
        return self._nudge(lambda draft: edges.nudge_to_word(draft, self.index + 1, by, edge), edge)

    def nudge_frame(self, by: int, edge: Edge = Edge.START) -> bool:
        """As ``nudge_word``, by frames."""
        return self._nudge(lambda draft: edges.nudge_step(draft, self.index + 1, by * FRAME_MS, edge), edge)

    def _nudge(self, change: Callable[[Draft], Draft], edge: Edge) -> bool:
        if self.step is None or not self.edit(change):
            return False
        step = self.draft.steps[self.index]
        self.at_ms = step.start_ms if edge is Edge.START else max(step.start_ms, step.end_ms - 1)
        return True

    def move(self) -> bool:
        """First call: start moving the selected step. Second call: it then begins at the cursor; whether it moved."""
        if self.moving is None:
            self.moving = self.index + 1 if self.step is not None else None
            return False
        number, at_ms = self.moving, self.at_ms
        self.moving = None
        if changed := self.edit(lambda draft: edges.move_step(draft, number, at_ms)):
            self.seek(at_ms)
        return changed

    def split(self) -> bool:
        """Split the selected step at the cursor if that is inside it, else in its middle."""
        step = self.step
        if step is None:
            return False
        inside = step.start_ms < self.at_ms < step.end_ms
        at_ms = self.at_ms if inside else (step.start_ms + step.end_ms) // 2
        return self.edit(lambda draft: edits.split_step(draft, self.index + 1, at_ms))

    def join(self) -> bool:
        """Join the selected step with the next."""
        return self.edit(lambda draft: edits.join_step(draft, self.index + 1))

    def delete(self) -> bool:
        """Delete the selected step; its pictures and words stay."""
        changed = self.edit(lambda draft: edits.delete_step(draft, self.index + 1))
        self.select(self.index)
        return changed
