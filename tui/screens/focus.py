"""``FocusScreen``: move the focus of a step over its still, and put numbers, arrows and frames on it.

Owns keys, mouse and layout. Does not store anything: what is decided is passed to a callback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from capture.errors import ShowhowError
from capture.model import Region
from library.format import count
from library.model import Draft
from transcribe.model import AnnotationKind, Step
from tui.model import Picture
from tui.screens.base import BaseScreen
from tui.state.focus import FocusModel
from tui.widgets.still import Still
from tui.widgets.text import ACCENT, QUIET, styled
from tui.workers import begin

Decided = Callable[[FocusModel], None]


class FocusScreen(BaseScreen):
    """Decide what of a step's still matters. ``done`` gets the model when it is kept."""

    TITLE = "What matters"
    TITLE_LINE = "What matters"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Keep it", key_display="Enter", tooltip="Keep this frame and what is on it"),
        Binding("left", "move(-1,0)", "Move", key_display="←→↑↓", tooltip="Move the frame, or the pen"),
        Binding("right", "move(1,0)", "", show=False),
        Binding("up", "move(0,-1)", "", show=False),
        Binding("down", "move(0,1)", "", show=False),
        Binding("shift+right", "resize(1,0)", "Size", key_display="⇧→", tooltip="Make it larger"),
        Binding("shift+left", "resize(-1,0)", "", show=False, key_display="⇧←", tooltip="Make it smaller"),
        Binding("shift+down", "resize(0,1)", "", show=False, key_display="⇧↓", tooltip="Make it higher"),
        Binding("shift+up", "resize(0,-1)", "", show=False, key_display="⇧↑", tooltip="Make it lower"),
        Binding("z", "show_all", "Whole screen", tooltip="The whole screen matters"),
        Binding("tab", "pen", "Frame/pen", key_display="Tab", tooltip="Between the frame and the pen"),
        Binding("n", "put('number')", "Number", tooltip="Put the next number at the pen"),
        Binding("a", "put('arrow')", "Arrow", tooltip="Put an arrow at the pen"),
        Binding("f", "put('frame')", "Frame", tooltip="Put a frame around the pen"),
        Binding("d,delete", "take_back", "Remove", key_display="d", tooltip="Remove what was put last"),
        Binding("full_stop", "fine", "Fine", key_display=".", tooltip="Small steps, or large ones again"),
        Binding("escape", "leave", "Leave", key_display="Esc", tooltip="Back to the review, nothing changed"),
    ]

    def __init__(self, draft: Draft, step: Step, done: Decided) -> None:
        super().__init__()
        self.draft, self.step, self.model, self._done = draft, step, FocusModel.of(draft, step), done
        self._whole: Picture | None = None
        self._corner: tuple[int, int] | None = None

    def body(self) -> ComposeResult:
        """Facts and picture."""
        with Vertical(id="focus-body"):
            yield Static("", id="focus-about", markup=False)
            yield Still("", id="focus-still")

    def on_mount(self) -> None:
        """Show the picture."""
        self.title_bar.say("What matters", f"{self.step.number} {self.step.title}")
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is there can be removed."""
        return bool(self.model.annotations) if action == "take_back" else super().check_action(action, parameters)

    def _draw(self) -> None:
        model, region = self.model, self.model.region
        share = round(100 * model.focus.width * model.focus.height / max(1, model.size[0] * model.size[1]))
        on_it = f" · {count(len(model.annotations), 'mark')} on it" if model.annotations else ""
        what = (
            f"the pen at {region.x}, {region.y}: n number, a arrow, f frame"
            if model.drawing
            else (f"the frame holds {share} % of the screen; Tab takes up the pen")
        )
        self.query_one("#focus-about", Static).update(styled("▣ ", ACCENT) + styled(what + on_it, QUIET))
        self.refresh_bindings()
        begin(self, self._picture, "picture")

    async def _picture(self) -> None:
        from tui.widgets.half_blocks import annotated, outlined

        still, model = self.query_one(Still), self.model
        try:
            if self._whole is None:
                frame = self.app_context.services.review.frame
                self._whole = await asyncio.to_thread(frame, self.draft, self.step.at_ms)
        except ShowhowError as error:
            still.show(None, str(error))
            return
        shown = annotated(self._whole, model.view, model.size, model.annotations)
        place = Region(
            model.region.x - model.view.x, model.region.y - model.view.y, model.region.width, model.region.height
        )
        still.show(outlined(shown, place, max(1, still.size.width)))

    def _change(self, change: Callable[[], object]) -> None:
        change()
        self._draw()

    def action_move(self, dx: int, dy: int) -> None:
        """Move the frame, or the pen."""
        self._change(partial(self.model.move, dx, dy))

    def action_resize(self, dx: int, dy: int) -> None:
        """Make the frame, or the pen, larger or smaller."""
        self._change(partial(self.model.resize, dx, dy))

    def action_show_all(self) -> None:
        """Show the whole screen."""
        self._change(self.model.show_all)

    def action_pen(self) -> None:
        """Switch between frame and pen."""
        self.model.drawing = not self.model.drawing
        self._draw()

    def action_put(self, kind: str) -> None:
        """Put an annotation at the pen."""
        self._change(partial(self.model.put, AnnotationKind(kind)))

    def action_take_back(self) -> None:
        """Remove the annotation that was put last."""
        self._change(self.model.take_back)

    def action_fine(self) -> None:
        """Switch between small and large steps."""
        self.model.fine = not self.model.fine

    # The mouse draws from corner to corner

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Set the first corner."""
        self._corner = self._pixel(event, held=False)
        if self._corner is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw the rectangle to the pointer."""
        self._drag(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Set the opposite corner."""
        self._drag(event)
        self._corner = None
        self.release_mouse()

    def _drag(self, event: events.MouseEvent) -> None:
        here = self._pixel(event, held=True)
        if self._corner is not None and here is not None and here != self._corner:
            self._change(partial(self.model.draw, self._corner, here))

    def _pixel(self, event: events.MouseEvent, *, held: bool) -> tuple[int, int] | None:
        return self.query_one(Still).pixel_at(event.screen_x, event.screen_y, self.model.view, held=held)

    # Leaving

    def action_keep(self) -> None:
        """Keep what was decided."""
        self.app.pop_screen()
        self._done(self.model)

    def action_leave(self) -> None:
        """Leave without changes."""
        self.app.pop_screen()
