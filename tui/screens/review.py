"""``ReviewScreen``: review a generated draft and file it with Enter; every edit is saved and can be undone.

Owns layout, late words and steps, playback and leaving. Edits are in ``review_actions.py``; the navigator files.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from capture.errors import Cancelled, ShowhowError
from capture.model import Region
from library.draft.journal import Journal
from library.model import Draft
from library.pictures import focus_of
from transcribe.asr.language import language_name
from transcribe.corrections import step_text
from transcribe.model import Step
from tui.model import ModelOffer, Picture
from tui.playback.inline import play
from tui.screens import review_actions as review_keys
from tui.screens.dialogs import ChoiceDialog
from tui.screens.review_actions import ReviewActions
from tui.state.review import ReviewModel
from tui.widgets.step_list import StepList, StepRow
from tui.widgets.still import Still
from tui.widgets.text import QUIET, styled
from tui.widgets.timeline import Here, Timeline, TimelineState, here_words
from tui.widgets.transcript_text import said_words
from tui.workers import begin, is_closing

_BINS = 480
"""Bins of the sound envelope: two for each cell of a wide terminal."""


class ReviewScreen(ReviewActions):
    """A draft before it is filed. ``filling``: words or steps are still being made; ``to_be_filed``: file it then."""

    TITLE = "Review"
    TITLE_LINE = "Review"
    BINDINGS: ClassVar[list[BindingType]] = review_keys.BINDINGS

    def __init__(self) -> None:
        super().__init__()
        self.filling = self.to_be_filed = False
        self._mounted = False
        self._envelope: tuple[float, ...] = ()
        self._offer: ModelOffer | None = None

    def body(self) -> ComposeResult:
        """Timeline; steps and still side by side."""
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
        """Show the draft if it came before the screen was mounted, else the waiting text."""
        self._mounted = True
        self._show()

    # Filling the draft

    def begin(self, draft: Draft, journal: Journal) -> None:
        """Show a partial draft; more follows. Ignored if the complete draft came first."""
        if self.model is None or self.filling:
            self.fill(draft, journal, filling=True)

    def fill(self, draft: Draft, journal: Journal | None = None, *, filling: bool = False) -> Draft:
        """Show or merge a draft; with ``filling`` more of it follows. Merging never undoes an edit.

        Returns the merged draft, which is saved soon, whether or not the screen is still open.
        """
        self.filling = filling
        if self.model is None:
            self.model = ReviewModel(draft, journal or Journal())
        else:
            self.model.fill(draft)
        self.save()
        if self._mounted and not is_closing(self):
            self._show()
        return self.model.draft

    @property
    def should_prerender(self) -> bool:
        """True once its words are there, while the screen is open or the draft is to be filed."""
        there = not self.filling or (self.model is not None and bool(self.model.draft.transcript.words))
        return there and (self.is_attached or self.to_be_filed)

    def failed(self, error: ShowhowError) -> None:
        """Show that making the steps failed, or that a shown draft gets no words."""
        self.filling = self.to_be_filed = False
        if not self._mounted or is_closing(self):
            return
        if self.model is not None:
            self._find_offer()
            self.draw(picture=False)
            return
        again = "" if isinstance(error, Cancelled) else "F5 tries again, "
        words = f"{error}\n\nThe recording is kept. {again}Esc leaves it for later (Ctrl+D in the library)."
        self.query_one("#review-waiting", Static).update(styled(words, "$foreground"))

    def _show(self) -> None:
        ready = self.model is not None
        self.query_one("#review-waiting").display = not ready
        self.query_one("#review-body").display = ready
        self.query_one(StepList).focus()
        if self.model is not None and not self._envelope and self.model.draft.has_sound:
            begin(self, partial(self._load_envelope, self.model.draft), "envelope")
        self._find_offer()
        self.draw()

    async def _load_envelope(self, draft: Draft) -> None:
        try:
            self._envelope = tuple(await asyncio.to_thread(self.app_context.services.review.envelope, draft, _BINS))
        except ShowhowError:
            return  # the timeline works without it
        self.draw(picture=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Edits need a draft, some of them a step; undo and redo need an edit."""
        model = self.model
        possible = {
            "undo": model is not None and model.can_undo,
            "redo": model is not None and model.can_redo,
            "fetch_model": self._offer is not None and not self.filling,
            "wait": model is not None and model.wait_here is not None,
            "language": model is not None and model.draft.has_sound and not self.filling,
        }
        if action in possible:
            return possible[action]
        if action in review_keys.NEED_STEP:
            return model is not None and model.step is not None
        if action in review_keys.NEED_DRAFT:
            return model is not None
        return super().check_action(action, parameters)

    # A speech model for a draft that waits for its words

    def _find_offer(self) -> None:
        if self.model is not None and self.model.draft.waiting_for_words and not self.filling:
            begin(self, self._load_offer, "offer")

    async def _load_offer(self) -> None:
        models = self.app_context.services.models
        self._offer = await self.ask(models.offer) if models is not None else None
        self.draw(picture=False)

    def action_fetch_model(self) -> None:
        """Fetch the suggested speech model; then the draft gets its words."""
        if self._offer is not None:
            self.app_context.navigator.fetch_model(self._offer, self._fetched)

    def _fetched(self) -> None:
        if not is_closing(self):
            begin(self, self._hear, "offer")

    async def _hear(self) -> None:
        await self._load_offer()
        model = self.model
        if self._offer is None and model is not None and model.draft.waiting_for_words and not self.filling:
            self.app_context.navigator.hear(model.draft)

    def await_words(self) -> None:
        """Show that the words are being heard; ``fill`` or ``failed`` follows."""
        self.filling = True
        self.draw(picture=False)

    # Drawing

    def draw(self, *, picture: bool = True) -> None:
        """Draw the model."""
        model = self.model
        if model is None:
            return
        draft = model.draft
        self.title_bar.say(draft.title, model.facts())
        self.query_one(Timeline).show(self._timeline(model))
        self.query_one("#review-here", Static).update(here_words(self._here(model)))
        rows = [
            StepRow(s.number, s.title, draft.clip.to_clip(s.start_ms), step_text(s, draft.transcript), model.gone(s))
            for s in draft.steps
        ]
        self.query_one(StepList).show(rows, model.index)
        self.query_one("#review-said", Static).update(said_words(model.step, draft.transcript))
        if picture:
            self.workers.cancel_group(self, "motion")
            begin(self, partial(self._picture, draft, model.shown_ms, model.shown_step), "picture")
        self.refresh_bindings()

    def _timeline(self, model: ReviewModel) -> TimelineState:
        draft = model.draft
        return TimelineState(
            duration_ms=max(1, draft.take.duration_ms),
            cuts=draft.cuts,
            steps=tuple(step.start_ms for step in draft.steps),
            selected=model.index if draft.steps else None,
            stretch=model.stretch(),
            fasts=draft.fasts,
            blurs=draft.blurs,
            at_ms=model.at_ms,
            mark_ms=model.mark_ms,
            envelope=self._envelope,
        )

    def _here(self, model: ReviewModel) -> Here:
        waits = "its words come later (no speech model yet)" if model.draft.waiting_for_words else model.doubts
        waits = f"no words: {self._offer.words}" if model.draft.waiting_for_words and self._offer else waits
        reading = "what was clicked is still being read …" if model.draft.transcript.words else ""
        note = (reading or "its words are still being heard …") if self.filling else waits
        blurred, marking = model.blur_here is not None, model.mark_ms is not None
        cuts, moving, waiting = model.cuts_here, model.moving, model.wait_words
        return Here(model.at_ms, cuts, model.marked, marking, moving, blurred, waiting, note)

    async def _picture(self, draft: Draft, at_ms: int, step: Step | None) -> None:
        try:
            picture = await asyncio.to_thread(self.app_context.services.review.frame, draft, at_ms)
        except ShowhowError as error:
            self.query_one(Still).show(None, str(error))
            return
        still = self.query_one(Still)
        still.show(self._framed(picture, draft, step, still.size.width) if step is not None else picture)

    def _framed(self, picture: Picture, draft: Draft, step: Step, columns: int) -> Picture:
        """What matters of a still, or the whole screen with a frame around it; with what was put on it."""
        from tui.widgets.half_blocks import annotated, outlined

        size = draft.width, draft.height
        focus, whole = focus_of(step, size), Region(0, 0, *size)
        if self.model is None or not self.model.whole:
            return annotated(picture, focus, size, step.annotations)
        shown = annotated(picture, whole, size, step.annotations)
        return shown if focus == whole else outlined(shown, focus, max(1, columns))

    def action_language(self) -> None:
        """Choose the language that is spoken, and hear the recording again in it."""
        if self.model is not None and not self.filling:
            begin(self, partial(self._choose_language, self.model.draft), "language")

    async def _choose_language(self, draft: Draft) -> None:
        codes = await asyncio.to_thread(self.app_context.services.review.languages, draft)
        heard = draft.transcript.language
        options = [(language_name(code), "as it was heard" if code == heard else "") for code in codes]

        def chosen(at: int | None) -> None:
            if at is not None and self.model is not None:
                self.filling = True
                self.draw(picture=False)
                self.app_context.navigator.hear_again(self.model.draft, codes[at], self._heard_again, self.failed)

        self.app.push_screen(ChoiceDialog("Which language is spoken?", options, "hear it again"), chosen)

    def _heard_again(self, draft: Draft) -> None:
        self.fill(draft)

    # Playback and leaving

    def action_play(self) -> None:
        """Play from the cursor in the terminal; again stops."""
        if self.model is None:
            return
        if any(worker.group == "motion" and not worker.is_finished for worker in self.workers):
            self.draw()
        else:
            begin(self, partial(self._play, self.model), "motion")

    async def _play(self, model: ReviewModel) -> None:
        def show(at_ms: int, picture: Picture) -> None:
            model.seek(at_ms)
            self.query_one(Still).show(picture, moving=True)
            self.draw(picture=False)

        still = self.query_one(Still)
        pictures = self.app_context.services.review.motion(model.draft, model.at_ms, max(16, still.cells[0]))
        try:
            await play(pictures, show)
        except ShowhowError as error:
            self.say_error(error)

    async def action_file(self) -> None:
        """File the draft, once its last edit is on disk: a draft saved later would reappear as not filed."""
        if self.filling:
            self.to_be_filed = True
            self.app_context.navigator.file_when_filled()
            return
        if self._autosave is not None:
            await self._autosave.wait_written()
        if self.model is not None:
            self.app_context.navigator.file(self.model.draft)

    def action_discard(self) -> None:
        """Delete the draft, after asking."""
        if self.model is not None:
            self.app_context.navigator.discard(self.model.draft)

    def action_back(self) -> None:
        """Drop a mark or a step being moved; else leave, and the draft waits on disk."""
        if self.model is not None and (self.model.mark_ms is not None or self.model.moving is not None):
            self.model.mark_ms = self.model.moving = None
            self.draw(picture=False)
            return
        model = self.model
        changed = model is not None and model.can_undo
        self.app_context.navigator.review_later(model.draft if model else None, changed=changed)
