"""``VoiceDialog``: a remark is spoken into the microphone, with its level and time; Enter ends it, Escape lets it go.

Owns the open microphone until it returns it. Keeps no sound.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Literal

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from capture.errors import Cancelled, ShowhowError
from capture.span import clock
from tui.screens.dialogs import keys_line
from tui.screens.themes import DARK, LIGHT
from tui.services.practice.feedback_protocol import Listening
from tui.state.threads import acquired
from tui.widgets.meter import TICKS_A_SECOND, MeterBars
from tui.widgets.text import QUIET, STRONG, styled
from tui.workers import begin

TAKE_AWAY: Literal["take_away"] = "take_away"
"""The answer that takes the remark away that is there."""


Answer = Listening | Literal["take_away"] | None


class VoiceDialog(ModalScreen[Answer]):
    """Returns the open microphone with what was said, ``TAKE_AWAY``, or None when it was let go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Let go"),
        Binding("enter", "take", "Keep"),
        Binding("delete,d", "take_away", "Take away"),
    ]

    def __init__(self, question: str, listen: Callable[[], Listening], there_ms: int = 0) -> None:
        """``there_ms``: how long the remark is that is there already."""
        super().__init__()
        self.question, self._listen, self.there_ms = question, listen, there_ms
        self._listening: Listening | None = None

    def compose(self) -> ComposeResult:
        """The question, the level, the time and the keys."""
        keys = [("Enter", "keep it"), ("Esc", "let it go")]
        with Vertical(classes="sheet"):
            yield Static(styled(self.question, STRONG), markup=False)
            yield MeterBars("speak: it must move", id="voice-meter")
            yield Static("", id="voice-time", markup=False)
            if self.there_ms:
                keys.append(("d", f"take away yours of {clock(self.there_ms)}"))
            yield Static(keys_line(*keys), classes="keys", markup=False)

    def on_mount(self) -> None:
        """Open the microphone; what is said from then on is kept."""
        self.query_one(MeterBars).silence("opening the microphone …")
        self.set_interval(1 / TICKS_A_SECOND, self._tick)
        begin(self, self._open, "microphone")

    def on_unmount(self) -> None:
        """Release the microphone, unless it was returned."""
        self._release()

    async def _open(self) -> None:
        try:
            self._listening = await acquired(self._listen, lambda opened: opened.close())
        except Cancelled:
            return
        except ShowhowError as error:
            self.query_one(MeterBars).silence("")
            self.query_one("#voice-time", Static).update(styled(str(error), "$text-error"))

    def _tick(self) -> None:
        if (listening := self._listening) is None:
            return
        level = listening.level()
        if listening.failure:
            self.query_one(MeterBars).silence(listening.failure)
        else:
            self.query_one(MeterBars).add(level)
        seconds, most = listening.seconds, listening.longest_s
        time = f"{clock(round(seconds * 1000))} of {clock(round(most * 1000))}"
        self.query_one("#voice-time", Static).update(styled(time, QUIET))
        if seconds >= most:
            self.action_take()

    def action_take(self) -> None:
        """Return what was said; nothing while the microphone is not open."""
        listening, self._listening = self._listening, None
        if listening is not None:
            self.dismiss(listening)

    def action_take_away(self) -> None:
        """Take the remark away that is there."""
        if self.there_ms:
            self.dismiss(TAKE_AWAY)

    def action_leave(self) -> None:
        """Let it go."""
        self.dismiss(None)

    def _release(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.close()


class VoiceApp(App[Answer]):
    """The dialog alone, for a command; returns its answer."""

    CSS_PATH = Path(__file__).parents[2] / "showhow.tcss"

    def __init__(self, dialog: VoiceDialog, *, light: bool = False) -> None:
        super().__init__()
        self._dialog = dialog
        theme = LIGHT if light else DARK
        self.register_theme(theme)
        self.theme = theme.name

    def on_mount(self) -> None:
        """Ask, and end with the answer."""
        self.push_screen(self._dialog, self.exit)
