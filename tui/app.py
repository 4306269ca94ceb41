"""``Showhow``, the Textual application: themes, global keys, jobs and the active recording.

Sequences of screens are in ``tui/workflows/``, the state of screens in ``tui/state/``. Opening the library and
importing the workflows take longer than Textual itself: a thread does both once the first screen is drawn.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from capture.errors import Cancelled, ShowhowError
from tui.palette import ActionsProvider, actions
from tui.screens.base import BaseScreen
from tui.screens.library import LibraryScreen
from tui.screens.themes import DARK, LIGHT
from tui.services.remembered import Remembered
from tui.state.active_recording import ActiveRecording
from tui.state.jobs import Jobs
from tui.state.threads import run_in_daemon_thread
from tui.terminal import TerminalAnswers
from tui.widgets.bars import JobLine, TitleBar
from tui.widgets.meter import TICKS_A_SECOND
from tui.widgets.still import Still
from tui.widgets.terminal_graphics import sharp_widget
from tui.workers import begin

if TYPE_CHECKING:
    from capture.progress import Progress
    from tui.config import Settings
    from tui.services.protocols import Services
    from tui.workflows.navigator import AppNavigator

_KEYS = {"escape": "Esc", "enter": "Enter", "space": "Space", "delete": "Del", "pageup": "PgUp", "pagedown": "PgDn"}
_KEYS |= {"shift+right": "⇧→", "shift+left": "⇧←", "f5": "F5", "tab": "Tab"}
TAKE_UP_S = 5.0
"""Seconds after the library is open until work left over from before is looked for: the first search comes first."""
_MUCH = 200
"""Demos to read from which opening says how far it is; fewer take under half a second."""
_NOTICES, _NOTICE_S = 3, 12.0
"""Notices shown for an opened library (doctor and check show all), and the seconds they are shown."""


_NO_ANSWERS = TerminalAnswers()


class Showhow(App[int]):
    """showhow in a terminal."""

    TITLE = "showhow"
    CSS_PATH = "showhow.tcss"
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS = App.COMMANDS | {ActionsProvider}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "keys", "Keys", key_display="?", priority=True, tooltip="Show the keys"),
        Binding("ctrl+p", "command_palette", "Palette", show=False, priority=True, tooltip="Open the command palette"),
        Binding("ctrl+k", "cancel_work", "Cancel", show=False, priority=True, tooltip="Cancel the work going on"),
        Binding("f5", "try_again", "Try again", show=False, priority=True, tooltip="Try the failed work again"),
        Binding("escape", "dismiss_failure", "Dismiss", show=False, priority=True, tooltip="Dismiss the failed work"),
        Binding("ctrl+s", "stop_recording", "Stop recording", priority=True, tooltip="Stop recording and review it"),
        Binding("ctrl+g", "keep_terms", "Names", show=False, priority=True, tooltip="Tell the speech model new names"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, tooltip="Leave showhow"),
    ]

    services: Services
    navigator: AppNavigator

    def __init__(
        self,
        open_services: Callable[[Progress], Services],
        start: str | None = None,
        remembered: Remembered | None = None,
        answers: TerminalAnswers = _NO_ANSWERS,
        on_open: Callable[[AppNavigator], None] | None = None,
    ) -> None:
        super().__init__()
        self._on_open = on_open
        self._open_services, self.starts_at, self._remembered = open_services, start, remembered
        self._typed = answers.typed
        self.is_open = False
        """Whether ``services`` and ``navigator`` are set."""
        self.failure: ShowhowError | None = None
        """Why the library could not be opened; the application then ends."""
        spawn_recording = partial(begin, self, group="recording", exclusive=False)
        self.recording = ActiveRecording(spawn_recording, self._recording_changed, lambda: self.navigator)
        self.jobs = Jobs(lambda work: begin(self, work, "jobs", exclusive=False), self._jobs_changed)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        chosen = remembered.theme if remembered is not None else ""
        default = LIGHT.name if answers.light else DARK.name
        self.theme = chosen if chosen in self.available_themes else default

    def on_mount(self) -> None:
        """Show the library screen; open the library once its search line is drawn."""
        if sys.platform != "win32":  # its event loops take no signals
            # Ends as any other exit does: an exception raised from a handler may be lost in whatever runs just then.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit, 143)
        self._recording_ticker = self.set_interval(1 / TICKS_A_SECOND, self.recording.refresh, pause=True)
        if self._remembered is not None:
            keep = self._remembered.keep_theme
            self.theme_changed_signal.subscribe(self, lambda theme: keep(theme.name))
        library = LibraryScreen()
        self.push_screen(library)
        self.call_after_refresh(self._type_again)
        self.call_after_refresh(begin, self, lambda: self._open(library), "open")

    def _type_again(self) -> None:
        """Pass on the keys that came while the terminal was asked."""
        for letter in self._typed:
            name = {" ": "space", "\r": "enter"}.get(letter, letter)
            self.post_message(events.Key(name, letter))

    async def _open(self, library: LibraryScreen) -> None:
        try:
            progress = partial(_tell_opening, asyncio.get_running_loop(), library)
            self.services, navigator = await run_in_daemon_thread(partial(self._opened, progress))
        except ShowhowError as error:
            self.failure = error
            self.exit(1)
            return
        self.navigator = navigator(self, self)
        self.is_open = True
        for notice in self.services.notices[:_NOTICES]:
            self.notify(notice, severity="warning", markup=False, timeout=_NOTICE_S)
        library.reload()
        self.navigator.read_meanings()
        self.navigator.tell_answers()
        self.navigator.tell_feedback()
        self.navigator.tell_today()
        self.screen.refresh_bindings()
        self.set_timer(TAKE_UP_S, partial(self.navigator.background.take_up, read=False))
        if self.starts_at == "record":
            self.navigator.set_up_recording()
        if self._on_open is not None:
            self._on_open(self.navigator)

    def _opened(self, progress: Progress) -> tuple[Services, type[AppNavigator]]:
        """Runs in a thread: the imports take as long as opening the library."""
        from tui.workflows.navigator import AppNavigator

        return self._open_services(progress), AppNavigator

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The useful system commands of Textual; keys have a help screen of their own."""
        for command in super().get_system_commands(screen):
            if command.title in {"Theme", "Screenshot"}:
                yield command

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Variables missing from Textual's ANSI themes."""
        return {"foreground-disabled": "ansi_bright_black"}

    def get_key_display(self, binding: Binding) -> str:
        """Key names as printed on a keyboard."""
        return binding.key_display or _KEYS.get(binding.key) or super().get_key_display(binding)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for work are shown only while there is work to cancel or to try again."""
        if action == "cancel_work":
            return bool(self.jobs.running)
        if action == "stop_recording":  # on the live screen Enter stops
            shown = isinstance(self.screen, BaseScreen) and self.screen.SHOWS_RECORDING
            return self.recording.running and not shown
        if action == "keep_terms":
            return self.is_open and bool(self.navigator.offer.terms) and not self.screen.is_modal
        if action in {"try_again", "dismiss_failure"}:
            return bool(self.jobs.failed) and not self.screen.is_modal
        return super().check_action(action, parameters)

    def action_keys(self) -> None:
        """Show all keys of this screen, and the global ones."""
        from tui.screens.dialogs import Help

        found = list(actions(self, self.screen))
        here = [(action.key, action.words) for action in found if action.node is self.screen]
        everywhere = [(action.key, action.words) for action in found if action.node is self]
        self.push_screen(Help(f"Keys · {self.screen.title or 'showhow'}", here, everywhere))

    def action_cancel_work(self) -> None:
        """Cancel the job on the bottom line."""
        self.jobs.cancel()

    def action_stop_recording(self) -> None:
        """Stop the recording that runs behind this screen."""
        self.recording.stop()

    def action_keep_terms(self) -> None:
        """Add the names corrected in the last filed demo to the glossary, after asking."""
        begin(self, self.navigator.offer.take, "offer", exclusive=False)

    def action_try_again(self) -> None:
        """Try failed work again."""
        self.jobs.retry()

    def action_dismiss_failure(self) -> None:
        """Dismiss a failed job; its files are kept."""
        self.jobs.dismiss()

    async def action_quit(self) -> None:
        """Leave; ask first while a recording or a job runs."""
        if self.is_open:
            self.navigator.leave()
        else:
            self.exit(0)

    def _jobs_changed(self) -> None:
        for screen in self.screen_stack:
            for line in screen.query(JobLine):
                line.refresh_jobs()
        self.screen.refresh_bindings()

    def _recording_changed(self) -> None:
        """Update the title and key bars at once."""
        if self.recording.session is None:
            self._recording_ticker.pause()
        else:
            self._recording_ticker.resume()
        for screen in self.screen_stack:
            for bar in screen.query("#title-bar").results(TitleBar):
                bar.refresh()
        self.screen.refresh_bindings()

    def on_unmount(self) -> None:
        """Cancel all jobs: their threads end at the next progress report, so that leaving does not wait."""
        self.jobs.cancel_all()
        if self.is_open:
            self.services.review.close()


def run(
    settings: Settings,
    answers: TerminalAnswers | None,
    start: str | None = None,
    on_open: Callable[[AppNavigator], None] | None = None,
) -> int:
    """Run the application until the user leaves; returns the exit code. ``start`` may be ``record``.

    ``on_open`` is called once the library is open, with the workflows: it may open a screen.

    ``answers`` are those of the terminal, if it was asked.

    Raises LibraryError when the library cannot be opened, and ShowhowError without a terminal.
    """
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()):
        raise ShowhowError("The application needs a terminal", "Without one there are commands: showhow --help")
    answers = answers or TerminalAnswers()
    Still.sharp = sharp_widget(answers, os.environ)
    app = Showhow(partial(_services, settings), start, Remembered(settings.home), answers, on_open)
    try:
        code = app.run()
    finally:
        if app.is_open:
            app.services.close()
    if app.failure is not None:
        raise app.failure
    return 1 if code is None else code


def _services(settings: Settings, progress: Progress) -> Services:
    from tui.services.factory import open_services

    return open_services(settings, progress)


def _tell_opening(loop: asyncio.AbstractEventLoop, library: LibraryScreen, done: int, total: int, what: str) -> None:
    """Report the progress of opening, from its thread, on the library screen, where there is much to read."""
    if total < _MUCH:
        return
    try:
        loop.call_soon_threadsafe(library.show_opening, f"{what} · {done:,} of {total:,}")
    except RuntimeError as error:  # the loop has ended: the user has left
        raise Cancelled("showhow was left") from error
