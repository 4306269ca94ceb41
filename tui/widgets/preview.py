"""``Preview``: picture, steps and text of the selected hit's demo, beside the results.

Owns loading the demo in the background. Handles no keys: a click on a step is posted as ``Rows.Picked``.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from capture.errors import ShowhowError
from capture.span import clock
from library.format import count
from library.model import Demo, Hit
from tui.widgets.bars import TitleBar
from tui.widgets.step_list import StepList, StepRow
from tui.widgets.still import Still
from tui.widgets.still_part import part_of
from tui.widgets.text import QUIET, styled
from tui.workers import begin

if TYPE_CHECKING:
    from tui.state.app_context import AppContext


class Preview(Vertical):
    """The right side of the library screen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.demo: Demo | None = None
        self._hit: Hit | None = None

    def compose(self) -> ComposeResult:
        """Picture, title, steps, words."""
        yield Still(id="preview-still")
        yield TitleBar(id="preview-title")
        yield StepList(id="preview-steps")
        yield Static("", id="preview-said", markup=False)

    def show(self, hit: Hit | None) -> None:
        """Show a hit's demo, loaded in the background."""
        self._hit = hit
        if hit is not None:
            begin(self, partial(self._load, hit), "preview")

    async def _load(self, hit: Hit) -> None:
        library = cast("AppContext", self.app).services.library
        try:
            demo = await asyncio.to_thread(library.demo, hit.demo_id)
            still = await asyncio.to_thread(partial(library.still, demo, hit.step or 1))
        except ShowhowError as error:
            self.query_one(Still).show(None, str(error))
            return
        if hit is not self._hit:
            return
        self.demo = demo
        self.screen.refresh_bindings()
        step = next((step for step in demo.steps if step.number == (hit.step or 1)), None)
        self.query_one(Still).show_file(still, part=part_of(demo, step))
        self._draw(demo, hit)

    def _draw(self, demo: Demo, hit: Hit) -> None:
        facts = f"{clock(demo.clip.duration_ms)} · {count(len(demo.steps), 'step')}"
        self.query_one(TitleBar).say(demo.title, facts)
        index = next((i for i, step in enumerate(demo.steps) if step.number == hit.step), 0)
        self.query_one(StepList).show([StepRow(s.number, s.title, s.start_ms) for s in demo.steps], index)
        text = demo.steps[index].text if demo.steps else ""
        waiting = "Waiting for its words: w adds them" if demo.waiting_for_words else ""
        self.query_one("#preview-said", Static).update(styled(f"“{text}”" if text else waiting, QUIET))
