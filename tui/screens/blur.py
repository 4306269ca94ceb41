"""``BlurScreen``: draw a blur rectangle over the picture by keys or mouse, at the start and the end of its span.

Owns keys, mouse and layout. Does not store the blur: it is passed to a callback.
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

from capture.analysis.focus import framed
from capture.errors import ShowhowError
from capture.model import Blur, Region
from capture.span import clock
from library.model import Draft
from tui.model import Picture
from tui.screens.base import BaseScreen
from tui.state.blur import BlurModel
from tui.widgets.half_blocks import outlined
from tui.widgets.still import Still
from tui.widgets.text import ACCENT, QUIET, styled
from tui.workers import begin

Done = Callable[[Blur | None], None]


class BlurScreen(BaseScreen):
    """Draw one blur. ``done`` gets the blur, or None to remove the existing one; ``known``: there is one."""

    TITLE = "Blur"
    TITLE_LINE = "Blur"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Blur it", key_display="Enter", tooltip="Keep this rectangle"),
        Binding("left", "move(-1,0)", "Move", key_display="←→↑↓", tooltip="Move the rectangle"),
        Binding("right", "move(1,0)", "", show=False),
        Binding("up", "move(0,-1)", "", show=False),
        Binding("down", "move(0,1)", "", show=False),
        Binding("shift+right", "resize(1,0)", "Size", key_display="⇧→↓", tooltip="Make it wider"),
        Binding("shift+left", "resize(-1,0)", "", show=False, key_display="⇧←", tooltip="Make it narrower"),
        Binding("shift+down", "resize(0,1)", "", show=False, key_display="⇧↓", tooltip="Make it higher"),
        Binding("shift+up", "resize(0,-1)", "", show=False, key_display="⇧↑", tooltip="Make it lower"),
        Binding("tab", "other_end", "Begin/end", key_display="Tab", tooltip="To the last picture: move it to follow"),
        Binding("z", "near", "Closer", tooltip="Closer to the rectangle, or the whole picture again"),
        Binding("f", "fine", "Fine", tooltip="Small steps, or large ones again"),
        Binding("delete,d", "remove", "Remove", key_display="d", tooltip="Take this blur away"),
        Binding("escape", "leave", "Leave", key_display="Esc", tooltip="Back to the review, nothing changed"),
    ]

    def __init__(self, draft: Draft, model: BlurModel, done: Done, *, known: bool) -> None:
        super().__init__()
        self.draft, self.model, self._done, self.known = draft, model, done, known
        self._pictures: dict[int, Picture] = {}
        self._corner: tuple[int, int] | None = None
        self._near: Region | None = None

    def body(self) -> ComposeResult:
        """Facts and picture."""
        with Vertical(id="blur-body"):
            yield Static("", id="blur-about", markup=False)
            yield Still("", id="blur-still")

    def on_mount(self) -> None:
        """Show the first picture."""
        span = self.model.span
        self.title_bar.say("Blur", f"{clock(span.start_ms)} to {clock(span.end_ms)} of the recording")
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only an existing blur can be removed."""
        return self.known if action == "remove" else super().check_action(action, parameters)

    def _draw(self) -> None:
        model, region = self.model, self.model.region
        where = "at its end" if model.at_end else "at its beginning"
        how = "follows to its end" if model.follows else "stays; Tab shows the end, move it there to follow"
        facts = f"{where} · {region.width}×{region.height} at {region.x}, {region.y} · {how}"
        self.query_one("#blur-about", Static).update(styled("▚ ", ACCENT) + styled(facts, QUIET))
        begin(self, partial(self._picture, model.at_ms, region), "picture")

    async def _picture(self, at_ms: int, region: Region) -> None:
        reviews = self.app_context.services.review
        try:
            if at_ms not in self._pictures:
                self._pictures[at_ms] = await asyncio.to_thread(reviews.frame, self.draft, at_ms)
            hidden = await asyncio.to_thread(reviews.hide, self._pictures[at_ms], [region])
        except ShowhowError as error:
            self.query_one(Still).show(None, str(error))
            return
        still, view = self.query_one(Still), self.view
        place = Region(region.x - view.x, region.y - view.y, region.width, region.height)
        shown = hidden[view.y : view.bottom, view.x : view.right]
        still.show(outlined(shown, place, max(1, still.size.width)))

    @property
    def view(self) -> Region:
        """What of the picture is shown: all of it, or the part around the rectangle, in which letters can be seen."""
        size = self.model.width, self.model.height
        return self._near if self._near is not None else Region(0, 0, *size)

    def action_near(self) -> None:
        """Show the part around the rectangle, or the whole picture again."""
        size = self.model.width, self.model.height
        self._near = framed(self.model.region, size) if self._near is None else None
        self._draw()

    def action_move(self, dx: int, dy: int) -> None:
        """Move the rectangle."""
        self.model.move(dx, dy)
        self._draw()

    def action_resize(self, dx: int, dy: int) -> None:
        """Resize the rectangle."""
        self.model.resize(dx, dy)
        self._draw()

    def action_other_end(self) -> None:
        """Switch between the first and the last picture of the span."""
        self.model.at_end = not self.model.at_end
        self._draw()

    def action_fine(self) -> None:
        """Switch between small and large steps."""
        self.model.fine = not self.model.fine

    # The mouse draws from corner to corner

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Set the first corner."""
        self._corner = self._pixel(event)
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
        if self._corner is not None and (here := self._pixel(event, held=True)) is not None:
            self.model.draw(self._corner, here)
            self._draw()

    def _pixel(self, event: events.MouseEvent, *, held: bool = False) -> tuple[int, int] | None:
        """Position in picture pixels; outside the picture None, or the nearest position inside if ``held``."""
        return self.query_one(Still).pixel_at(event.screen_x, event.screen_y, self.view, held=held)

    # Leaving

    def action_keep(self) -> None:
        """Keep the blur as drawn."""
        self.app.pop_screen()
        self._done(self.model.blur)

    def action_remove(self) -> None:
        """Remove the existing blur."""
        self.app.pop_screen()
        self._done(None)

    def action_leave(self) -> None:
        """Leave without changes."""
        self.app.pop_screen()
