"""``RecordingWorkflow`` from the setup to the filed demo (record, stop, review, file, discard), and ``GlossaryOffer``.

Its screens are imported on first use, so that a start that only searches does not wait for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from capture.errors import ShowhowError, TakeError
from capture.model import Take, TakeState
from capture.progress import Progress
from capture.span import clock
from capture.takes import load_take
from library.draft.journal import Journal
from library.intake.replacing.step_wanted import StepWanted, check_size, note_wanted
from library.learning.answers import note_answers
from library.maintenance.edit import EditClash
from library.model import Demo, Draft, LibraryError
from transcribe.asr.language import language_name
from tui.model import RecordChoice, Unfiled
from tui.screens.base import BaseScreen
from tui.screens.dialogs import ChoiceDialog, ConfirmDialog
from tui.screens.library import LibraryScreen
from tui.services.protocols import Begun
from tui.workflows.background import BackgroundWork
from tui.workflows.base import Workflow

if TYPE_CHECKING:
    from textual.app import App

    from tui.screens.review import ReviewScreen
    from tui.state.app_context import AppContext

_NAMED = 3
"""Number of names in a toast; the dialog lists all of them."""


class GlossaryOffer(Workflow):
    """Corrected names of the last filed demo, offered for the glossary until they are added or another demo is filed.

    Never adds terms without asking: the glossary affects the transcription of all users' recordings.
    """

    def __init__(self, app: App[int], context: AppContext) -> None:
        super().__init__(app, context)
        self.terms: tuple[str, ...] = ()

    async def filed(self, draft: Draft, demo: Demo) -> None:
        """Report that a demo is filed, and offer the names corrected in it."""
        glossary = self.context.services.glossary
        self.terms = (await self.ask(glossary.offered, draft) or ()) if glossary is not None else ()
        more = ", ".join(self.terms[:_NAMED]) + (" …" if len(self.terms) > _NAMED else "")
        offer = f". Ctrl+G tells the speech model: {more}" if more else ""
        number = f" as version {demo.version}" if demo.version > 1 else ""
        hides = demo.oldest == demo.version > 1
        gone = ". Its older versions are deleted: they showed what is blurred now" if hides else ""
        self.say(f"Filed “{demo.title}”{number}{gone}. Enter replays it, y copies its link{offer}")
        self.app.screen.refresh_bindings()

    async def take(self) -> None:
        """Ask, then add the names."""
        glossary = self.context.services.glossary
        if not self.terms or glossary is None:
            return
        question = "Tell the speech model these names from now on?"
        if await self.app.push_screen_wait(ConfirmDialog(question, "add them", "leave them", ", ".join(self.terms))):
            added = await self.ask(glossary.keep, self.terms)
            if added is None:
                return
            self.say(f"In the glossary now: {', '.join(added)}" if added else "They are there already")
        self.terms = ()
        self.app.screen.refresh_bindings()


class RecordingWorkflow(Workflow):
    """Workflows of a recording."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        super().__init__(app, context)
        self.offer, self.background = GlossaryOffer(app, context), BackgroundWork(app, context)
        self._to_answer = self._answered = ""
        self._to_replace: StepWanted | None = None

    def set_up_recording(self, title: str = "", purpose: str = "") -> None:
        """Open the record screen, or the live screen while recording. ``title``: a search without hits."""
        self._to_answer, self._to_replace = "", None
        from tui.screens.live import LiveScreen
        from tui.screens.record import RecordScreen

        session = self.context.recording.session
        if session is not None and session.running:
            self.app.push_screen(LiveScreen(session, self.context.services.hotkeys))
        else:
            self.app.push_screen(RecordScreen(title, purpose))

    def record_answer(self, title: str, answers: str) -> None:
        """Set up a recording that answers a need or a note; filing it gives the answer."""
        self.set_up_recording(title)
        self._to_answer = answers

    def replace_step(self, demo_id: str, step: int) -> None:
        """Set up a recording that takes the place of one step of a filed demo."""

        async def set_up() -> None:
            if wanted := await self.ask(self.context.services.review.step_wanted, demo_id, step):
                self.set_up_recording("", f"step {step} anew; the rest stays")
                self._to_replace = wanted

        self.begin(set_up)

    def start_recording(self, choice: RecordChoice, title: str, countdown_s: int) -> None:
        """Start the countdown and show the live screen."""
        from tui.screens.live import LiveScreen
        from tui.state.recording_session import RecordingSession

        services, self._answered = self.context.services, self._to_answer
        begun = partial(_replaces, self._to_replace)
        session = RecordingSession(services.recording, choice, title=title, countdown_s=countdown_s, begun=begun)
        self.context.recording.begin(session)
        self.app.switch_screen(LiveScreen(session, services.hotkeys))

    def abandon_recording(self) -> None:
        """Delete the recording and go back to the library. Ask the user first, once it runs."""
        self.context.recording.abandon()
        self.back_to_library()

    def _leave_live_screen(self) -> None:
        """Go back to the library if the live screen is open, also under a dialog; other screens stay."""
        if any(isinstance(screen, BaseScreen) and screen.SHOWS_RECORDING for screen in self.app.screen_stack):
            self.back_to_library()

    def could_not_record(self, error: ShowhowError) -> None:
        """Report that the recorder did not start, or that its take could not be closed."""
        self._leave_live_screen()
        kept = f"{error.what}. What was shown is kept: Ctrl+D" if isinstance(error, TakeError) else str(error)
        self.say(kept, "error")

    def review_later(self, draft: Draft | None, *, changed: bool = True) -> None:
        """Leave a review. The draft stays on disk, but not that of a filed demo in which nothing was ``changed``.

        Its prerendered files are deleted.
        """
        self.back_to_library()
        if draft is None:
            return
        review = self.context.services.review
        if draft.revises and draft.look and not changed:  # one with a step recorded anew has no look of before
            self.begin(partial(asyncio.to_thread, review.discard, draft))
            return
        self.begin(partial(asyncio.to_thread, review.release, draft))
        self.say(f"“{draft.title}” waits for you: Ctrl+D")

    def stopped(self, take: Take, title: str) -> None:
        """Open the review of a finished take, filled in as it is made; not over a dialog or another review."""
        from tui.screens.review import ReviewScreen

        self._leave_live_screen()
        with suppress(LibraryError):  # a full disk: it can still be said later that it answers
            note_answers(take.path, self._answered)
        if take.state is TakeState.ABANDONED:  # by its hotkey, which cannot ask: the take is kept for a while
            self.say("Abandoned. It is kept for a while: showhow takes")
            return
        if self.app.screen.is_modal or isinstance(self.app.screen, ReviewScreen):
            self.say(f"Recorded {clock(take.duration_ms)}. Ctrl+D in the library reviews it")
            self.reload(None)
            return
        review = ReviewScreen()
        self.app.push_screen(review)
        work = partial(self.context.services.review.propose, take, title)
        self._propose(review, f"Writing the steps of {clock(take.duration_ms)}", work)

    def revise(self, demo_id: str, title: str) -> None:
        """Review a filed demo again, from its take or its clip."""
        reviews = self.context.services.review

        def opened(progress: Progress) -> tuple[Draft, Journal]:
            draft = reviews.reopen(demo_id, progress)
            return draft, reviews.journal(draft)

        def done(found: tuple[Draft, Journal]) -> None:
            from tui.screens.review import ReviewScreen

            if self.app.screen.is_modal or isinstance(self.app.screen, ReviewScreen):
                return  # something else was begun meanwhile
            review = ReviewScreen()
            self.app.push_screen(review)
            review.fill(*found)

        self.work(f"Opening “{title}”", opened, done)

    def show_unfiled(self) -> None:
        """Choose an unfiled recording, and review it."""
        self.begin(self._unfiled)

    async def _unfiled(self) -> None:
        found = await self.ask(self.context.services.review.unfiled)
        if not found:
            self.say("Everything recorded is filed")
            return
        options = [(entry.title, _unfiled_words(entry)) for entry in found]
        chosen = await self.app.push_screen_wait(ChoiceDialog("Not filed yet", options, "review"))
        if chosen is not None:
            from tui.screens.review import ReviewScreen

            review = ReviewScreen()
            await self.app.push_screen(review)
            work = partial(self.context.services.review.resume, found[chosen])
            self._propose(review, f"Opening “{found[chosen].title}”", work)

    def _propose(self, review: ReviewScreen, title: str, work: Callable[[Progress, Begun], Draft]) -> None:
        reviews = self.context.services.review

        def opened(progress: Progress) -> tuple[Draft, Journal]:
            def begun(draft: Draft) -> None:  # runs in the worker thread
                self.app.call_later(review.begin, draft, reviews.journal(draft))

            draft = work(progress, begun)
            return draft, reviews.journal(draft)

        def done(found: tuple[Draft, Journal]) -> None:
            draft = review.fill(*found)
            if review.to_be_filed:
                self.begin(review.action_file)
            elif review not in self.app.screen_stack:  # left; it may still be attached while it closes
                self.say(f"“{draft.title}” is ready for review: Ctrl+D")
                self.reload(None)

        self.work(title, opened, done, review.failed)

    def hear(self, draft: Draft) -> None:
        """Transcribe a draft that waits for its words, if its review is still open."""
        from tui.screens.review import ReviewScreen

        review = next((screen for screen in self.app.screen_stack if isinstance(screen, ReviewScreen)), None)
        if review is None or review.model is None or review.model.draft.draft_id != draft.draft_id:
            return
        review.await_words()
        hear = self.context.services.review.hear_again
        self._propose(review, f"Hearing “{draft.title}”", lambda progress, _begun: hear(draft, None, progress))

    def hear_again(
        self, draft: Draft, language: str, done: Callable[[Draft], None], failed: Callable[[ShowhowError], None]
    ) -> None:
        """Transcribe the recording of a draft again in a language; ``done`` gets the draft with its new words."""
        work = partial(self.context.services.review.hear_again, draft, language)
        self.work(f"Hearing “{draft.title}” in {language_name(language)}", work, done, failed)

    def file_when_filled(self) -> None:
        """Enter was pressed before the draft was complete: go back to the library, and file it when it is."""
        self.back_to_library()
        self.say("It is filed as soon as its words and labels are there")

    def file(self, draft: Draft, over: int = 0) -> None:
        """Go back to the library and file a draft in the background; the new demo is then selected.

        ``over``: a version that others made meanwhile, and that it replaces.
        """
        self.back_to_library()

        def filed(progress: Progress) -> Demo | EditClash:
            try:
                return self.context.services.review.file(draft, progress, over)
            except EditClash as clash:
                return clash

        def done(found: Demo | EditClash) -> None:
            if isinstance(found, EditClash):
                self.begin(partial(self._settle, draft, found))
                return
            self.begin(partial(self._tell_filed, draft, found))
            if isinstance(self.app.screen, LibraryScreen):
                self.app.screen.select_filed(found.demo_id)
            self.background.take_up()

        self.work(f"Filing “{draft.title}”", filed, done)

    async def _tell_filed(self, draft: Draft, demo: Demo) -> None:
        if draft.revises and demo.version == draft.base:
            self.say(f"Nothing was changed in “{demo.title}”")
        else:
            await self.offer.filed(draft, demo)

    async def _settle(self, draft: Draft, clash: EditClash) -> None:
        """Ask which of two changes of a demo to keep."""
        theirs = clash.theirs.version
        options = [
            ("Decide later", "your changes wait under “Not filed yet”"),
            ("File mine", f"as the next version; theirs stays as version {theirs}, unless you blur what it shows"),
            ("Keep theirs", "what you changed is let go"),
        ]
        chosen = await self.app.push_screen_wait(ChoiceDialog(clash.what, options, "do that"))
        if chosen == 1:
            self.file(draft, theirs)
        elif chosen == 2:
            await self.ask(self.context.services.review.discard, draft)
        self.reload(draft.revises)

    def discard(self, draft: Draft) -> None:
        """Ask, then delete a recording that will not be filed, and go back to the library."""

        async def ask() -> None:
            detail = "The recording and its draft are deleted for good. A video file you added is never touched."
            detail = "What you changed is lost; the filed demo stays as it is." if draft.revises else detail
            if await self.app.push_screen_wait(ConfirmDialog(f"Let “{draft.title}” go?", "let it go", "keep", detail)):
                await self.ask(self.context.services.review.discard, draft)
                self.back_to_library()

        self.begin(ask)


def _replaces(wanted: StepWanted | None, take: Path) -> None:
    """Write down what a take replaces, as soon as it records. Raises ShowhowError for a picture of another size."""
    if wanted is not None:
        begun = load_take(take)
        check_size(wanted, begun.width, begun.height)
        note_wanted(take, wanted)


def _unfiled_words(entry: Unfiled) -> str:
    return f"{clock(entry.duration_ms)}{' · left by a crash, will be mended' if entry.damaged else ''}"
