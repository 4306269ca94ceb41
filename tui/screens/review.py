"""The review screen: already filled in, so that Enter alone files a good demo; every edit is saved and can be undone.

Owns keys and layout. Refuses to edit (the model does) and to file (the flows do).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from textual.worker import Worker

from capture.errors import Cancelled, ShowhowError
from library import draft as edits
from library.model import Draft
from tui.background import begin
from tui.screens.base import HouseScreen
from tui.screens.dialogs import Field, Write
from tui.screens.review_model import NUDGE_MS, ReviewModel
from tui.services import Picture
from tui.widgets.motion import play
from tui.widgets.rows import Rows
from tui.widgets.step_list import StepList, StepRow
from tui.widgets.still import Still
from tui.widgets.timeline import Timeline, here_words
from tui.widgets.words import QUIET, styled

_EDITS = {"title", "tags", "retitle", "nudge", "toggle_cut", "split", "join", "delete"}
_NEEDS_STEP = {"retitle", "nudge", "split", "join", "delete"}


class ReviewScreen(HouseScreen):
    """A draft before it is filed."""

    TITLE = "Review"
    TITLE_LINE = "Review"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "file", "File it", key_display="Enter", tooltip="File this demo"),
        Binding("space", "play", "Play", key_display="Space", tooltip="Play from here, without the cuts"),
        Binding("left", f"nudge(-{NUDGE_MS})", "Nudge", key_display="←→", tooltip="Begin the step earlier"),
        Binding("right", f"nudge({NUDGE_MS})", "Nudge", show=False, tooltip="Begin the step later"),
        Binding("c", "toggle_cut", "Cut/keep", tooltip="Cut or keep this stretch"),
        Binding("t", "title", "Title", tooltip="Change the title"),
        Binding("g", "tags", "Tags", tooltip="Change the tags"),
        Binding("u", "undo", "Undo", tooltip="Undo the last edit"),
        Binding("e", "retitle", "Step", tooltip="Change the words of this step"),
        Binding("s", "split", "Split", tooltip="Split this step in two"),
        Binding("j", "join", "Join", tooltip="Join this step with the next"),
        Binding("d", "delete", "Delete", tooltip="Delete this step (its pictures and words stay)"),
        Binding("down", "step(1)", "", show=False),
        Binding("up", "step(-1)", "", show=False),
        Binding("right_square_bracket", "stretch(1)", "", show=False, tooltip="To the next kept or cut stretch"),
        Binding("left_square_bracket", "stretch(-1)", "", show=False, tooltip="To the stretch before"),
        Binding("shift+right", "seek(1000)", "", show=False, tooltip="One second on"),
        Binding("shift+left", "seek(-1000)", "", show=False, tooltip="One second back"),
        Binding("X", "let_go", "Let go", show=False, tooltip="Let this draft go without filing it"),
        Binding("escape", "back", "Later", key_display="Esc", tooltip="Review it later"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.model: ReviewModel | None = None
        self._unsaved: Draft | None = None
        self._writer: Worker[None] | None = None
        self._mounted = False

    def body(self) -> ComposeResult:
        """Timeline; steps and still beside each other."""
        words = "The recording is kept. Its steps are being written …\n\nEsc goes on without waiting."
        yield Static(styled(words, QUIET), id="review-waiting", markup=False)
        with Vertical(id="review-body"):
            yield Timeline(id="timeline")
            yield Static("", id="review-here", markup=False)
            with Horizontal(id="review-steps-line"):
                yield StepList(with_said=True, id="review-steps")
                with Vertical(id="review-look"):
                    yield Still("", id="review-still")
                    yield Static("", id="review-said", markup=False)

    def on_mount(self) -> None:
        """Nothing to see until the draft is there; short work may have it ready before the screen is."""
        self._mounted = True
        self._show()

    def fill(self, draft: Draft) -> None:
        """The draft is ready."""
        self.model = ReviewModel(draft)
        if self._mounted:
            self._show()

    def _show(self) -> None:
        ready = self.model is not None
        self.query_one("#review-waiting").display = not ready
        self.query_one("#review-body").display = ready
        self.query_one(StepList).focus()
        self._draw()

    def failed(self, error: ShowhowError) -> None:
        """The steps could not be written."""
        if self._mounted:
            again = "" if isinstance(error, Cancelled) else "R tries again, "
            words = f"{error}\n\nThe recording is kept. {again}Esc leaves it for later (Ctrl+D in the library)."
            self.query_one("#review-waiting", Static).update(styled(words, "$foreground"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Edits need a draft, some of them a step; undo needs an edit."""
        if action == "undo":
            return self.model is not None and self.model.can_undo
        if action in _NEEDS_STEP:
            return self.model is not None and self.model.step is not None
        if action in {*_EDITS, "file", "play", "step", "stretch", "seek", "let_go"}:
            return self.model is not None
        return super().check_action(action, parameters)

    def _draw(self, *, picture: bool = True) -> None:
        model = self.model
        if model is None:
            return
        draft = model.draft
        self.title_bar.say(draft.title, model.facts())
        steps = [step.start_ms for step in draft.steps]
        selected = model.index if draft.steps else None
        self.query_one(Timeline).show(draft.take.duration_ms, draft.cuts, steps, selected, model.stretch())
        self.query_one("#review-here", Static).update(
            here_words(model.at_ms, model.cuts_here, waiting_for_words=draft.waiting_for_words)
        )
        rows = [StepRow(s.number, s.title, draft.clip.to_clip(s.start_ms), s.text, model.gone(s)) for s in draft.steps]
        self.query_one(StepList).show(rows, model.index)
        said = model.step.text if model.step else ""
        self.query_one("#review-said", Static).update(styled(f"“{said}”" if said else "", QUIET))
        if picture:
            self.workers.cancel_group(self, "motion")
            begin(self, partial(self._picture, draft, self._moment(model)), "picture")
        self.refresh_bindings()

    def _moment(self, model: ReviewModel) -> int:
        """Which picture to show: the step's own still while the cursor stands at its beginning, else the cursor's."""
        step = model.step
        return step.at_ms if step is not None and model.at_ms == step.start_ms else model.at_ms

    async def _picture(self, draft: Draft, at_ms: int) -> None:
        try:
            picture = await asyncio.to_thread(self.house.services.studio.frame, draft, at_ms)
        except ShowhowError as error:
            self.query_one(Still).show(None, str(error))
            return
        self.query_one(Still).show(picture)

    def _edit(self, change: Callable[[ReviewModel], bool]) -> None:
        if self.model is None:
            return
        try:
            changed = change(self.model)
        except ShowhowError as error:
            self.say_error(error)
            return
        if changed:
            self._save()
            self._draw()

    def _save(self) -> None:
        """Keep the draft on disk. One writer at a time, and the last state always gets there."""
        if self.model is not None:
            self._unsaved = self.model.draft
            if self._writer is None or self._writer.is_finished:
                self._writer = begin(self.app, self._write, "drafts", alone=False)

    async def _write(self) -> None:
        while self._unsaved is not None:
            draft, self._unsaved = self._unsaved, None
            await self.ask(self.house.services.studio.keep, draft)

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects a step."""
        event.stop()
        self._select(event.item)

    def on_timeline_moment_picked(self, event: Timeline.MomentPicked) -> None:
        """A click on the timeline puts the cursor there."""
        event.stop()
        if self.model is not None:
            self.model.seek(event.at_ms)
            self._draw()

    def _select(self, index: int) -> None:
        if self.model is not None:
            self.model.select(index)
            self._draw()

    def action_step(self, by: int) -> None:
        """The next or previous step."""
        if self.model is not None:
            self._select(self.model.index + by)

    def action_stretch(self, by: int) -> None:
        """The next kept or cut stretch."""
        if self.model is not None:
            self.model.move_stretch(by)
            self._draw()

    def action_seek(self, by_ms: int) -> None:
        """The cursor on or back."""
        if self.model is not None:
            self.model.seek(self.model.at_ms + by_ms)
            self._draw()

    def action_nudge(self, by_ms: int) -> None:
        """Begin the step earlier or later."""
        self._edit(lambda model: model.nudge(by_ms))

    def action_toggle_cut(self) -> None:
        """Cut or keep."""
        self._edit(ReviewModel.toggle_cut)

    def action_split(self) -> None:
        """Two steps of one."""
        self._edit(ReviewModel.split)

    def action_join(self) -> None:
        """One step of two."""
        self._edit(ReviewModel.join)

    def action_delete(self) -> None:
        """The step away."""
        self._edit(ReviewModel.delete)

    def action_undo(self) -> None:
        """The last edit back."""
        if self.model is not None:
            self.model.undo()
            self._save()
            self._draw()

    def action_title(self) -> None:
        """Ask for the title."""
        if self.model is not None:
            self._write_line("Title of the demo", "Title", self.model.draft.title, edits.with_title)

    def action_tags(self) -> None:
        """Ask for the tags."""
        if self.model is not None:
            tags = ", ".join(self.model.draft.tags)
            self._write_line("Tags, by commas", "Tags", tags, lambda draft, text: edits.with_tags(draft, [text]))

    def action_retitle(self) -> None:
        """Ask for the step's words."""
        if self.model is not None and (step := self.model.step) is not None:
            number = step.number
            self._write_line(f"Step {number}", "Step", step.title, lambda d, text: edits.retitle_step(d, number, text))

    def _write_line(self, question: str, label: str, value: str, change: Callable[[Draft, str], Draft]) -> None:
        def written(answer: tuple[str, ...] | None) -> None:
            if answer is not None:
                self._edit(lambda model: model.edit(lambda draft: change(draft, answer[0])))

        self.app.push_screen(Write(question, Field(label, value)), written)

    def action_play(self) -> None:
        """Play here from the cursor; again stops."""
        if self.model is None:
            return
        if any(worker.group == "motion" and not worker.is_finished for worker in self.workers):
            self._draw()
        else:
            begin(self, partial(self._play, self.model), "motion")

    async def _play(self, model: ReviewModel) -> None:
        def show(at_ms: int, picture: Picture) -> None:
            model.seek(at_ms)
            self.query_one(Still).show(picture, moving=True)
            self._draw(picture=False)

        still = self.query_one(Still)
        pictures = self.house.services.studio.motion(model.draft, model.at_ms, max(80, still.size.width * 2))
        try:
            await play(pictures, show)
        except ShowhowError as error:
            self.say_error(error)

    async def action_file(self) -> None:
        """File it, once its last edit is on disk: a draft saved later would come back as not filed."""
        if self._writer is not None:
            await self._writer.wait()
        if self.model is not None:
            self.house.flows.file(self.model.draft)

    def action_let_go(self) -> None:
        """Forget the draft, after asking."""
        if self.model is not None:
            self.house.flows.let_go(self.model.draft)

    def action_back(self) -> None:
        """Later: the draft waits."""
        self.house.flows.review_later(self.model.draft if self.model else None)
