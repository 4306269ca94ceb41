"""``LiveScreen``: the countdown, then time, level and statistics while recording. Redraws at most five times a second.

Does not own the recording: it belongs to the application and outlives this screen.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Digits, Static

from capture.errors import ShowhowError
from capture.recorder.options import RecorderCommand
from capture.span import clock
from library.format import join, size
from tui.screens.base import BaseScreen
from tui.screens.dialogs import ConfirmDialog
from tui.state.recording_session import Phase, RecordingSession
from tui.widgets.meter import TICKS_A_SECOND, MeterBars
from tui.widgets.text import QUIET, STRONG, styled
from tui.workers import begin

_LITTLE_DISK = 1_000_000_000


class LiveScreen(BaseScreen):
    """A recording that is being made."""

    TITLE = "Recording"
    SHOWS_RECORDING = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "stop", "Stop", key_display="Enter", tooltip="Stop recording and review it"),
        Binding("p", "send('toggle')", "Pause", tooltip="Pause or go on"),
        Binding("k", "send('mark')", "Mark a step", tooltip="Mark that a step begins here"),
        Binding("z", "send('scrap')", "Scrap the last 10 s", tooltip="Take back the last ten seconds"),
        Binding("m", "send('toggle-mute')", "Mute", tooltip="Mute the microphone, or hear it again"),
        Binding("l", "library", "Library", show=False, tooltip="To the library; the recording goes on"),
        Binding("escape", "abandon", "Abandon", key_display="Esc", tooltip="Abandon this recording"),
        Binding("ctrl+c", "abandon", "Abandon", show=False, tooltip="Abandon this recording"),
    ]

    def __init__(self, session: RecordingSession, hotkeys: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__()
        self.session, self.hotkeys = session, hotkeys
        self._drawn: tuple[object, ...] = ()

    def body(self) -> ComposeResult:
        """Time, meter, statistics, words and messages."""
        with Vertical(id="live-body"):
            yield Digits("", id="live-time")
            yield MeterBars(id="live-meter")
            yield Static("", id="live-figures", markup=False)
            yield Static("", id="live-words", markup=False)
            yield Static("", id="live-said", markup=False)
            yield Static("", id="live-notices", markup=False)
            yield Static(self._hotkey_words(), id="live-hotkeys", markup=False)

    def on_mount(self) -> None:
        """Start the timer that polls the session."""
        if self.session.choice.microphone is None:
            self.query_one(MeterBars).silence("no microphone: a silent demo")
        self._ticker = self.set_interval(1 / TICKS_A_SECOND, self._poll)
        self._poll()

    def _poll(self) -> None:
        session, status = self.session, self.session.status
        if session.phase is Phase.LIVE and session.choice.microphone is not None and not status.muted:
            self.query_one(MeterBars).add(status.level)
        said = (session.said, status.muted, status.notices, session.words, session.words_note)
        seen = (session.phase, session.asking, session.left_s, status.elapsed_ms // 1000, said)
        if seen != self._drawn:
            self._drawn = seen
            self._draw()

    def _draw(self) -> None:
        session, status = self.session, self.session.status
        counting = session.phase in {Phase.COUNTING, Phase.STARTING}
        self.query_one(Digits).update(str(session.left_s) if counting else clock(status.elapsed_ms))
        self.title_bar.say("", styled(session.choice.label, QUIET))
        self.set_class(counting, "-counting")
        self.query_one("#live-figures", Static).update(Content() if counting else self._stats())
        self.query_one("#live-words", Static).update(Content() if counting else self._transcript())
        self.query_one("#live-said", Static).update(styled(self._message(), STRONG))
        self.query_one("#live-notices", Static).update(styled("\n".join(status.notices[-3:]), "$text-warning"))
        self.refresh_bindings()

    def _stats(self) -> Content:
        status = self.session.status
        free = f"free {size(status.free_bytes)}" if status.free_bytes else ""
        parts = [f"{status.fps:.0f} fps, {status.late_ticks} late", size(status.bytes_written), free]
        line = styled(join(parts, "    "), QUIET)
        if 0 < status.free_bytes < _LITTLE_DISK:
            line += styled("    the disk is nearly full", "$text-warning")
        return line

    def _transcript(self) -> Content:
        """The last words that fit into two lines, or why there are none."""
        words = self.session.words
        if not words:
            return styled(self.session.words_note, QUIET)
        fits = max(20, 2 * self.query_one("#live-words").size.width - 12)
        if len(words) > fits:
            words = "…" + words[-fits:].partition(" ")[2]
        return styled(f"“{words}”", "$foreground")

    def _message(self) -> str:
        if self.session.asking:
            return "The desktop asks what may be recorded: answer its dialogue"
        if self.session.phase is Phase.COUNTING:
            return "Get ready: show it the way you would to a colleague"
        if self.session.phase is Phase.PAUSED:
            return "Paused: nothing is recorded. p goes on"
        if self.session.status.muted:
            return "The microphone is muted: m hears it again"
        return self.session.said or "Kept safe as it goes"

    def _hotkey_words(self) -> Content:
        said = join((f"{keys.title().replace('+', '+')} {name}" for name, keys in self.hotkeys if keys), "   ")
        return styled(f"From any window:  {said}" if said else "", QUIET)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stopping and commands need a running recorder; abandoning works until the recording stops."""
        if action in {"stop", "send", "library"}:
            return self.session.running
        if action == "abandon":
            return self.session.phase not in {Phase.STOPPING, Phase.OVER}
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        """Stop and review."""
        self.app_context.recording.stop()

    def action_library(self) -> None:
        """Go to the library while it records."""
        self.app_context.navigator.back_to_library()

    def action_send(self, command: str) -> None:
        """Send pause, mute, mark or scrap to the recorder."""

        async def run() -> None:
            try:
                await self.session.send(RecorderCommand(command))
            except ShowhowError as error:
                self.say_error(error)
            self.app_context.recording.refresh()
            self._drawn = ()
            self._poll()

        begin(self, run, "control", exclusive=False)

    def action_abandon(self) -> None:
        """Abandon: in the countdown at once, later only after asking."""
        if self.session.running:
            detail = "What was recorded is deleted for good. It keeps recording while you decide."
            self.app.push_screen(
                ConfirmDialog("Abandon this recording?", "abandon it", "go on recording", detail), self._answered
            )
        else:
            self._answered(True)

    def _answered(self, sure: bool | None) -> None:
        if sure:
            self.app_context.navigator.abandon_recording()
