"""``HandOverScreen``: before an attempt is handed over: leave out its beginning or end, blur, then name the person.

Owns keys and layout. Sealing is the workflow's. The recording itself is never changed.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from capture.errors import ShowhowError
from capture.model import Blur
from capture.span import clock
from library.model import Draft
from library.practice.model import Attempt
from tui.screens.base import BaseScreen
from tui.screens.blur import BlurScreen
from tui.state.blur import BlurModel
from tui.state.practice.hand_over import HandOverModel
from tui.widgets.still import Still
from tui.widgets.text import ACCENT, QUIET, styled
from tui.workers import begin

_PACE_MS = 1_000


class HandOverScreen(BaseScreen):
    """One attempt that is about to be handed over."""

    TITLE = "Hand over"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "hand", "Hand to …", key_display="Enter", tooltip="Name the person and hand it over"),
        Binding("left", "go(-1)", "Look", key_display="←→", tooltip="Look at an earlier moment"),
        Binding("right", "go(1)", "", show=False, tooltip="Look at a later moment"),
        Binding("pageup", "go(-10)", "", show=False),
        Binding("pagedown", "go(10)", "", show=False),
        Binding("left_square_bracket", "edge(True)", "Begin here", key_display="[", tooltip="Leave out what is before"),
        Binding("right_square_bracket", "edge(False)", "End here", key_display="]", tooltip="Leave out what is after"),
        Binding("b", "blur", "Blur", tooltip="Make a place of the picture unreadable, from beginning to end"),
        Binding("u", "undo", "Undo", tooltip="Take the last change back"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back; nothing is handed over"),
    ]

    def __init__(self, attempt: Attempt, draft: Draft) -> None:
        super().__init__()
        self.attempt, self.model = attempt, HandOverModel(draft)

    def body(self) -> ComposeResult:
        """What is said of it, the picture, and the line of time."""
        yield Static("", id="hand-about", markup=False)
        yield Still("", id="hand-still")
        yield Static("", id="hand-bar", markup=False)

    def on_mount(self) -> None:
        """Draw."""
        self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        """Draw the line of time at its new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        self.title_bar.say(f"Hand over · {self.attempt.title}", self.model.facts())
        about = "Leave out and blur what nobody else should see. Your own recording stays as it is."
        self.query_one("#hand-about", Static).update(styled(about, QUIET))
        bar = self.query_one("#hand-bar", Static)
        at = f" {clock(self.model.at_ms)}"
        width = max(10, bar.size.width - len(at))
        bar.update(styled(self.model.bar(width), ACCENT) + styled(at, QUIET))
        begin(self, partial(self._picture, self.model.at_ms), "picture")

    async def _picture(self, at_ms: int) -> None:
        picture = await self.ask(self.app_context.services.review.frame, self.model.whole, at_ms)
        self.query_one(Still).show(picture, "no picture")

    def action_go(self, seconds: int) -> None:
        """Look at another moment."""
        self.model.go(seconds * _PACE_MS)
        self._draw()

    def action_edge(self, first: bool) -> None:
        """Begin or end here."""
        if not (self.model.begin_here() if first else self.model.end_here()):
            self.notify("Nothing would be left", severity="warning", markup=False)
        self._draw()

    def action_blur(self) -> None:
        """Draw a blur, or change the one at this moment."""
        draft, old = self.model.whole, self.model.blur_here
        model = BlurModel.of(draft, old) if old is not None else BlurModel.new(draft, self.model.blur_span)
        self.app.push_screen(BlurScreen(draft, model, partial(self._blurred, old), known=old is not None))

    def _blurred(self, old: Blur | None, new: Blur | None) -> None:
        try:
            self.model.put_blur(old, new)
        except ShowhowError as error:
            self.say_error(error)
        self._draw()

    def action_undo(self) -> None:
        """Take the last change back."""
        if self.model.undo():
            self._draw()

    def action_hand(self) -> None:
        """Ask for the person, then hand it over."""
        try:
            draft = self.model.draft
        except ShowhowError as error:
            self.say_error(error)
            return
        self.app_context.navigator.hand_to(self.attempt, draft)

    def action_back(self) -> None:
        """Go back."""
        self.app.pop_screen()
