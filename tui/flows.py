"""What happens from screen to screen: replay, record, review, file, look after. Screens call these, never each other.

Owns the order of things and what is said when they are done. Refuses to draw, and keeps nothing that is not on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from capture.errors import Cancelled, ShowhowError, TakeError
from capture.model import Take
from capture.progress import Progress
from capture.span import Span, clock
from library.journal import Journal
from library.links import link_to, web_link_to
from library.model import Demo, Draft
from tui import keeping
from tui.background import begin
from tui.jobs import Job
from tui.screens.browse import BrowseScreen
from tui.screens.demo import DemoScreen
from tui.screens.dialogs import Choose, Sure
from tui.screens.library import LibraryScreen
from tui.screens.live import LiveScreen
from tui.screens.record import RecordScreen
from tui.screens.review import ReviewScreen
from tui.services import EXPORT_FORMS, Begun, RecordChoice, Unfiled
from tui.session import Session

if TYPE_CHECKING:
    from tui.app import Showhow

T = TypeVar("T")


class Flows:
    """The ways through the application."""

    def __init__(self, app: Showhow) -> None:
        self.app = app

    # Looking

    def replay(self, demo_id: str, start_ms: int, speed: float = 1.0, loop: Span | None = None) -> None:
        """Play from a moment; where nothing can be played, the demo screen shows the step instead."""
        self._begin(partial(self._replay, demo_id, start_ms, speed, loop))

    async def _replay(self, demo_id: str, start_ms: int, speed: float, loop: Span | None) -> None:
        shelf = self.app.services.shelf
        demo = await self.ask(shelf.demo, demo_id)
        if demo is None:
            return
        try:
            said = await asyncio.to_thread(shelf.play, demo, start_ms, speed, loop)
        except ShowhowError as error:
            self.say(str(error), "warning")
            if not isinstance(self.app.screen, DemoScreen):
                self.app.push_screen(DemoScreen(demo, start_ms))
            return
        self.say(said)

    def open_demo(self, demo_id: str, at_ms: int) -> None:
        """The demo screen, standing at a moment."""

        async def show() -> None:
            if demo := await self.ask(self.app.services.shelf.demo, demo_id):
                self.app.push_screen(DemoScreen(demo, at_ms))

        self._begin(show)

    def copy_link(self, demo_id: str, step: int) -> None:
        """The link that ``showhow play`` opens at a step goes to the clipboard (by OSC 52, so over SSH too)."""
        link = link_to(demo_id, step)
        self.app.copy_to_clipboard(link)
        self.say(f"Copied {link}   It opens with: showhow play {link}")

    def copy_web_link(self, demo_id: str, step: int) -> None:
        """The link for a browser, where the settings say at which address the library is read."""
        if not self.app.services.reader_url:
            self.say("Set reader_url in config.toml to the address of your “showhow serve”", "warning")
            return
        link = web_link_to(self.app.services.reader_url, demo_id, step)
        self.app.copy_to_clipboard(link)
        self.say(f"Copied {link}")

    # Looking after

    def edit(self, demo_id: str, done: Callable[[Demo], None] | None = None) -> None:
        """Ask for what people may change of it, then file that."""
        self._begin(partial(keeping.edit, self, demo_id, done))

    def edited(self, demo: Demo) -> None:
        """An edit was filed."""
        self.say(f"Kept “{demo.title}”")
        self.reload(demo.demo_id)

    def browse(self) -> None:
        """Every demo, sorted and narrowed."""
        self.app.push_screen(BrowseScreen())

    def remove(self, demo_id: str, title: str, done: Callable[[], None] | None = None) -> None:
        """Ask, then take a demo out of the library."""
        self._begin(partial(self._remove, demo_id, title, done))

    async def _remove(self, demo_id: str, title: str, done: Callable[[], None] | None) -> None:
        detail = "Nobody will find it any more. Its files go to the library’s trash folder."
        if not await self.app.push_screen_wait(Sure(f"Delete “{title}” from the library?", "delete", "keep", detail)):
            return
        shelf = self.app.services.shelf
        if (demo := await self.ask(shelf.demo, demo_id)) is None:
            return
        if await self.ask(_done, shelf.remove, demo):
            self.say(f"Deleted “{title}”")
            self.reload(None)
            if done is not None:
                done()

    def export(self, demo_id: str, step: int = 1) -> None:
        """Ask for a format, then write the file; ``step`` is for those that show one step."""
        self._begin(partial(self._export, demo_id, max(1, step)))

    async def _export(self, demo_id: str, step: int) -> None:
        options = list(EXPORT_FORMS.items())
        chosen = await self.app.push_screen_wait(Choose("Export as", options, "write the file"))
        shelf = self.app.services.shelf
        if chosen is None or (demo := await self.ask(shelf.demo, demo_id)) is None:
            return
        if path := await self.ask(shelf.export, demo, options[chosen][0], step):
            self.say(f"Written to {path}")

    def hear(self, demo_id: str, title: str) -> None:
        """Words and steps for a demo that waits for them."""

        def done(demo: Demo) -> None:
            self.say(f"“{demo.title}” has its words now")
            self.reload(demo.demo_id)
            if isinstance(self.app.screen, DemoScreen):
                self.app.screen.fill(demo)

        self._work(f"Adding words to “{title}”", partial(self.app.services.shelf.hear, demo_id), done)

    # Recording

    def set_up_recording(self, title: str = "") -> None:
        """The record screen; ``title`` is what somebody searched for in vain."""
        self.app.push_screen(RecordScreen(title))

    def start_recording(self, choice: RecordChoice, title: str, countdown_s: int) -> None:
        """From the setup to the countdown."""
        services = self.app.services
        session = Session(services.studio, choice, title=title, countdown_s=countdown_s)
        self.app.switch_screen(LiveScreen(session, services.hotkeys))

    def could_not_record(self, error: ShowhowError) -> None:
        """The recorder did not start, or its take could not be closed: say so, at home."""
        self.back_to_library()
        kept = f"{error.what}. What was shown is kept: Ctrl+D" if isinstance(error, TakeError) else str(error)
        self.say(kept, "error")

    def review_later(self, draft: Draft | None) -> None:
        """Leave a review; the draft waits on disk, what was rendered of it goes."""
        self.back_to_library()
        if draft is not None:
            begin(self.app, partial(asyncio.to_thread, self.app.services.studio.release, draft), "flows", alone=False)
            self.say(f"“{draft.title}” waits for you: Ctrl+D")

    def stopped(self, take: Take, title: str) -> None:
        """A take is done: the review opens at once and fills itself in."""
        review = ReviewScreen()
        self.app.switch_screen(review)
        work = partial(self.app.services.studio.propose, take, title)
        self._propose(review, f"Writing the steps of {clock(take.duration_ms)}", work)

    def show_unfiled(self) -> None:
        """Choose one of the recordings that were not filed, and review it."""
        self._begin(self._unfiled)

    async def _unfiled(self) -> None:
        found = await self.ask(self.app.services.studio.unfiled)
        if not found:
            self.say("Everything recorded is filed")
            return
        options = [(entry.title, _unfiled_words(entry)) for entry in found]
        chosen = await self.app.push_screen_wait(Choose("Not filed yet", options, "review"))
        if chosen is not None:
            review = ReviewScreen()
            await self.app.push_screen(review)
            work = partial(self.app.services.studio.resume, found[chosen])
            self._propose(review, f"Opening “{found[chosen].title}”", work)

    def _propose(self, review: ReviewScreen, title: str, work: Callable[[Progress, Begun], Draft]) -> None:
        studio = self.app.services.studio

        def opened(progress: Progress) -> tuple[Draft, Journal]:
            def begun(draft: Draft) -> None:  # in the thread of the work: the screen is told through the message loop
                self.app.call_later(review.begin, draft, studio.journal(draft))

            draft = work(progress, begun)
            return draft, studio.journal(draft)

        def done(found: tuple[Draft, Journal]) -> None:
            draft = review.fill(*found)
            if review.to_be_filed:
                self._begin(review.action_file)
            elif not review.is_attached:
                self.say(f"“{draft.title}” is ready for review: Ctrl+D")
                self.reload(None)

        self._work(title, opened, done, review.failed)

    def file_when_filled(self, review: ReviewScreen) -> None:
        """Enter came before the last word was heard: back to the library, and filed without another key."""
        review.to_be_filed = True
        self.back_to_library()
        self.say("It is filed as soon as its words and labels are there")

    def file(self, draft: Draft) -> None:
        """File a draft: back to the library at once, the new demo selected when it is there."""
        self.back_to_library()

        def done(demo: Demo) -> None:
            self._begin(partial(self.app.offer.filed, draft, demo))
            if isinstance(self.app.screen, LibraryScreen):
                self.app.screen.select_filed(demo.demo_id)
            self._read_screens()

        self._work(f"Filing “{draft.title}”", partial(self.app.services.studio.file, draft), done)

    def _read_screens(self) -> None:
        """What can be read on the new stills becomes findable; nobody waits for it."""
        if not any(job.beside for job in self.app.jobs.running):
            work = self.app.services.shelf.read_screens
            self.app.jobs.start(Job("Reading the screens", work, lambda _: None, beside=True))

    def let_go(self, draft: Draft) -> None:
        """Ask, then delete a recording that will not be filed, and go back."""

        async def ask() -> None:
            detail = "The recording and its draft are deleted for good. A video file you added is never touched."
            if await self.app.push_screen_wait(Sure(f"Let “{draft.title}” go?", "let it go", "keep", detail)):
                await self.ask(self.app.services.studio.let_go, draft)
                self.back_to_library()

        self._begin(ask)

    def leave(self) -> None:
        """Leave showhow. A recording is stopped and kept, work is cancelled; both only after asking."""
        begin(self.app, self._leave, "flows", alone=False)

    async def _leave(self) -> None:
        live = next((screen.session for screen in self.app.screen_stack if isinstance(screen, LiveScreen)), None)
        recording = live is not None and live.running
        what = "A recording is running" if recording else ""
        awaited = [job.title for job in self.app.jobs.running if not job.beside]
        what = what or (f"{awaited[0]} is not done yet" if awaited else "")
        detail = "Nothing is lost: it waits under “Not filed yet” the next time."
        yes = "stop it and leave" if recording else "leave now"
        if what and not await self.app.push_screen_wait(Sure(what, yes, "stay", detail)):
            return
        if live is not None and live.running:
            await self._ask_async(live.stop())
        self.app.jobs.cancel_all()
        self.app.exit(0)

    # Helpers

    def back_to_library(self) -> None:
        """Whatever lies above the library is left."""
        while len(self.app.screen_stack) > 1 and not isinstance(self.app.screen, LibraryScreen):
            self.app.pop_screen()

    def say(self, words: str, severity: Any = "information") -> None:
        """A toast. Never markup: it carries titles."""
        self.app.clear_notifications()  # the last word counts; a pile of them would cover a small screen
        self.app.notify(words, severity=severity, markup=False, timeout=5 if severity == "information" else 8)

    def reload(self, keep: str | None) -> None:
        """The library screen asks again for what it shows."""
        for screen in self.app.screen_stack:
            if isinstance(screen, LibraryScreen):
                screen.reload(keep)

    def _begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        begin(self.app, work, "flows", alone=False)

    def _work(
        self,
        title: str,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[ShowhowError], None] | None = None,
    ) -> None:
        def ended_badly(error: ShowhowError) -> None:
            if isinstance(error, Cancelled):
                self.say(str(error))
                self.reload(None)
            if failed is not None:
                failed(error)

        self.app.jobs.start(Job(title, work, done, ended_badly))

    async def _ask_async(self, work: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await work
        except ShowhowError as error:
            self.say(str(error), "error")
            return None

    async def ask(self, work: Callable[..., T], *arguments: Any) -> T | None:
        """Something short in a thread; a ShowhowError becomes one line and None."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except ShowhowError as error:
            self.say(str(error), "error")
            return None


def _done(work: Callable[..., None], *arguments: Any) -> bool:
    work(*arguments)
    return True


def _unfiled_words(entry: Unfiled) -> str:
    return f"{clock(entry.duration_ms)}{' · left by a crash, will be mended' if entry.damaged else ''}"
