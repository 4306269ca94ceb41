"""``ReviewActions``: key actions of the review screen (edit, undo, navigate); every edit is saved at once.

An impossible edit shows one line and changes nothing. Layout is in ``review.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from textual.binding import Binding, BindingType

from capture.errors import ShowhowError
from capture.model import Blur
from library.draft import edits
from library.draft.journal import Entry
from library.draft.step_edges import Edge
from library.model import Draft
from tui.screens.base import BaseScreen
from tui.screens.blur import BlurScreen
from tui.screens.dialogs import Field, FormDialog
from tui.screens.draft_autosave import DraftAutosave
from tui.screens.focus import FocusScreen
from tui.state.blur import BlurModel
from tui.state.focus import FocusModel
from tui.state.review import ReviewModel
from tui.widgets.rows import Rows
from tui.widgets.timeline import Timeline
from tui.widgets.transcript_text import next_unsure


class ReviewActions(BaseScreen):
    """Base of ReviewScreen with its edits; ``model`` is None until there is a draft."""

    def __init__(self) -> None:
        super().__init__()
        self.model: ReviewModel | None = None
        self._autosave: DraftAutosave | None = None

    def draw(self, *, picture: bool = True) -> None:
        """Draw the model; with ``picture`` also the picture at its cursor."""
        raise NotImplementedError

    def edit(self, change: Callable[[ReviewModel], bool]) -> None:
        """Make an edit, save and draw it."""
        if self.model is None:
            return
        try:
            changed = change(self.model)
        except ShowhowError as error:
            self.say_error(error)
            return
        if changed:
            self.save()
        self.draw(picture=changed)

    def save(self) -> None:
        """Save the draft and its new edits, then prerender it if ``should_prerender``."""
        if self.model is not None:
            if self.model.draft.revises and self.model.untouched:
                return  # a filed demo that was only looked at leaves nothing behind
            if self._autosave is None:
                self._autosave = DraftAutosave(self.app, self._save_draft, self.say_error)
            self._autosave.save(self.model.draft, self.model.journal.take_unwritten())

    def _save_draft(self, draft: Draft, entries: Sequence[Entry]) -> None:
        """Runs in a thread, one draft at a time, so that the last one saved is the one prerendered."""
        reviews = self.app_context.services.review
        reviews.keep(draft, entries)
        if self.should_prerender:
            reviews.prepare(draft)

    @property
    def should_prerender(self) -> bool:
        """Whether to render the draft before it is filed."""
        raise NotImplementedError

    def go(self, move: Callable[[ReviewModel], object]) -> None:
        """Move the cursor, the selection or the mark, and draw."""
        if self.model is not None:
            move(self.model)
            self.draw()

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects a step."""
        event.stop()
        self.go(lambda model: model.select(event.item))

    def on_timeline_moment_picked(self, event: Timeline.MomentPicked) -> None:
        """A click on the timeline moves the cursor there."""
        event.stop()
        self.go(lambda model: model.seek(event.at_ms))

    def action_step(self, by: int) -> None:
        """Select the next or previous step."""
        self.go(lambda model: model.select(model.index + by))

    def action_stretch(self, by: int) -> None:
        """Go to the next or previous kept or cut part."""
        self.go(lambda model: model.move_stretch(by))

    def action_seek(self, by_ms: int) -> None:
        """Move the cursor by ``by_ms``."""
        self.go(lambda model: model.seek(model.at_ms + by_ms))

    def action_unsure(self, by: int) -> None:
        """Go to the next or previous low-confidence word."""
        if self.model is not None:
            word = next_unsure(self.model.draft.transcript.words, self.model.at_ms, by)
            if word is None:
                self.app_context.navigator.say("No word here is in doubt")
            else:
                self.go(lambda model: model.seek(word.start_ms))

    def action_mark(self) -> None:
        """Set the mark at the cursor, or remove it."""
        self.go(ReviewModel.toggle_mark)

    def action_nudge_word(self, by: int, edge: str = "start") -> None:
        """Move the step's start or end by a word."""
        self.edit(lambda model: model.nudge_word(by, Edge(edge)))

    def action_nudge_frame(self, by: int, edge: str = "start") -> None:
        """Move the step's start or end by a frame."""
        self.edit(lambda model: model.nudge_frame(by, Edge(edge)))

    def action_toggle_cut(self) -> None:
        """Cut or keep the part at the cursor, or cut what is marked."""
        self.edit(ReviewModel.toggle_cut)

    def action_move(self) -> None:
        """Start moving the step, or put it at the cursor."""
        self.edit(ReviewModel.move)

    def action_blur(self) -> None:
        """Draw a blur over the marked span, else over the step; edit a blur at the cursor."""
        model = self.model
        if model is None:
            return
        old = model.blur_here if model.marked is None else None
        drawn = BlurModel.of(model.draft, old) if old else BlurModel.new(model.draft, model.blur_span)

        def done(blur: Blur | None) -> None:
            self.edit(lambda model: model.put_blur(old, blur))
            if blur is not None and self.model is not None and self.model.draft.revises:
                self.app_context.navigator.say("Filing it deletes its older versions: they show what you blur")

        unblurred = replace(model.draft, blurs=tuple(blur for blur in model.draft.blurs if blur != old))
        self.app.push_screen(BlurScreen(unblurred, drawn, done, known=old is not None))

    def action_look(self) -> None:
        """Move the focus of the step, and put numbers, arrows and frames on its still."""
        model = self.model
        if model is None or (step := model.step) is None:
            return

        def done(decided: FocusModel) -> None:
            number, focus, put = step.number, decided.focus, decided.annotations
            self.edit(lambda model: model.edit(lambda draft: edits.look_at(draft, number, focus, put)))

        self.app.push_screen(FocusScreen(model.draft, step, done))

    def action_whole(self) -> None:
        """Show whole screens, or what matters in each step."""
        if self.model is not None:
            self.model.whole = not self.model.whole
            self.draw()

    def action_wait(self) -> None:
        """Switch the wait at the cursor: fast, cut, unchanged."""
        self.edit(ReviewModel.toggle_wait)

    def action_split(self) -> None:
        """Split the step."""
        self.edit(ReviewModel.split)

    def action_join(self) -> None:
        """Join the step with the next."""
        self.edit(ReviewModel.join)

    def action_delete(self) -> None:
        """Delete the step."""
        self.edit(ReviewModel.delete)

    def action_undo(self) -> None:
        """Undo the last edit."""
        self.edit(ReviewModel.undo)

    def action_redo(self) -> None:
        """Redo the last undone edit."""
        self.edit(ReviewModel.redo)

    def action_title(self) -> None:
        """Ask for the title."""
        if self.model is not None:
            field = Field("Title", self.model.draft.title)
            self._ask_text("Title of the demo", field, change=lambda draft, said: edits.with_title(draft, said[0]))

    def action_tags(self) -> None:
        """Ask for the tags."""
        if self.model is not None:
            field = Field("Tags", ", ".join(self.model.draft.tags))
            self._ask_text("Tags, by commas", field, change=edits.with_tags)

    def action_rewrite(self) -> None:
        """Ask for the step's title and words."""
        if self.model is not None and (step := self.model.step) is not None:
            fields = Field("Title", step.title), Field("Words", step.text)
            self._ask_text(
                f"Step {step.number}", *fields, change=lambda d, said: edits.rewrite_step(d, step.number, *said)
            )

    def _ask_text(self, question: str, *fields: Field, change: Callable[[Draft, tuple[str, ...]], Draft]) -> None:
        def written(answer: tuple[str, ...] | None) -> None:
            if answer is not None:
                self.edit(lambda model: model.edit(lambda draft: change(draft, answer)))

        self.app.push_screen(FormDialog(question, *fields), written)


NEED_STEP = {"look", "rewrite", "nudge_word", "nudge_frame", "split", "join", "delete"}
NEED_DRAFT = {
    *("file", "play", "step", "stretch", "seek", "discard", "title", "tags", "toggle_cut", "mark", "blur", "move"),
    *("unsure", "whole"),
}

BINDINGS: list[BindingType] = [
    Binding("enter", "file", "File it", key_display="Enter", tooltip="File this demo"),
    Binding("space", "play", "Play", key_display="Space", tooltip="Play from here, without the cuts"),
    Binding("e", "rewrite", "Step", tooltip="Change the title and the words of this step"),
    Binding("b", "blur", "Blur", tooltip="Blur part of the picture over this step, or over what is marked"),
    Binding("u,ctrl+z", "undo", "Undo", key_display="u", tooltip="Undo the last edit"),
    Binding("c", "toggle_cut", "Cut/keep", tooltip="Cut or keep this stretch, or what is marked"),
    Binding("o", "look", "Focus", tooltip="Move the frame around what matters; put numbers and arrows on it"),
    Binding("t", "title", "Title", tooltip="Change the title"),
    Binding("g", "tags", "Tags", tooltip="Change the tags"),
    Binding("s", "split", "Split", tooltip="Split this step in two"),
    Binding("j", "join", "Join", tooltip="Join this step with the next"),
    Binding("d", "delete", "Delete", tooltip="Delete this step (its pictures and words stay)"),
    Binding("left", "nudge_word(-1)", "Nudge", key_display="←→", tooltip="Begin the step a word earlier; → later"),
    Binding("right", "nudge_word(1)", "", show=False, tooltip="Begin the step a word later"),
    Binding("r,ctrl+y", "redo", "Redo", key_display="r", tooltip="Redo what was undone"),
    Binding("m", "mark", "Mark", tooltip="Mark: from here to there, for c and b"),
    Binding("f", "wait", "Fast", tooltip="Show this wait fast; again: cut it; again: as it was"),
    Binding("v", "move", "Move", tooltip="Take this step up; again: it begins where the cursor is"),
    Binding("w", "unsure(1)", "Unsure", tooltip="To the next word that may be misheard"),
    Binding("z", "whole", "", show=False, tooltip="The whole screen with its frame, or what matters"),
    Binding("comma", "nudge_frame(-1)", "", show=False, tooltip="Begin the step a frame earlier"),
    Binding("full_stop", "nudge_frame(1)", "", show=False, tooltip="Begin the step a frame later"),
    Binding("left_parenthesis", "nudge_word(-1,'end')", "", show=False, tooltip="End the step a word earlier"),
    Binding("right_parenthesis", "nudge_word(1,'end')", "", show=False, tooltip="End the step a word later"),
    Binding("less_than_sign", "nudge_frame(-1,'end')", "", show=False, tooltip="End the step a frame earlier"),
    Binding("greater_than_sign", "nudge_frame(1,'end')", "", show=False, tooltip="End the step a frame later"),
    Binding("down", "step(1)", "", show=False, tooltip="To the next step"),
    Binding("up", "step(-1)", "", show=False, tooltip="To the step before"),
    Binding("right_square_bracket", "stretch(1)", "", show=False, tooltip="To the next kept or cut stretch"),
    Binding("left_square_bracket", "stretch(-1)", "", show=False, tooltip="To the stretch before"),
    Binding("shift+right", "seek(1000)", "", show=False, tooltip="The cursor a second on"),
    Binding("shift+left", "seek(-1000)", "", show=False, tooltip="The cursor a second back"),
    Binding("ctrl+right", "seek(33)", "", show=False, tooltip="The cursor a frame on"),
    Binding("ctrl+left", "seek(-33)", "", show=False, tooltip="The cursor a frame back"),
    Binding("M", "fetch_model", "Get words", tooltip="Fetch the suggested speech model, and write the words"),
    Binding(
        "l", "language", "", show=False, tooltip="Choose the language that is spoken, and hear the recording again"
    ),
    Binding("X", "discard", "", show=False, tooltip="Let this draft go without filing it"),
    Binding("escape", "back", "Later", key_display="Esc", tooltip="Review it later"),
]
