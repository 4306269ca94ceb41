"""``DemoScreen``: read a demo step by step, watch a step in the terminal, play it in a player, edit or export it.

Owns keys and layout. Does not open players, edit or delete: the navigator does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from capture.errors import ShowhowError
from capture.span import clock
from library.learning.notes.model import NoteCounts, NoteKind, NoteThread
from library.model import Demo
from library.pictures import focus_at, focus_moments, picture_size
from tui.model import Picture
from tui.playback.inline import play
from tui.screens.demo_actions import DemoActions
from tui.state.demo import DemoModel, notes_line
from tui.widgets.rows import Rows
from tui.widgets.step_list import StepList, StepRow
from tui.widgets.still import Still
from tui.widgets.still_part import part_of, part_of_frame
from tui.widgets.text import ACCENT, FAINT, QUIET, due, styled
from tui.workers import begin, is_closing

_FOLLOW_S = 0.2
"""Interval at which the player's position is read."""


class DemoScreen(DemoActions):
    """One demo."""

    TITLE = "Demo"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "replay", "Play", key_display="Enter", tooltip="Play from this step in the video player"),
        Binding("space", "watch", "Watch here", key_display="Space", tooltip="Watch this step here, in small"),
        Binding("n", "step(1)", "Step", key_display="n p", tooltip="Next step; p is the one before"),
        Binding("p", "step(-1)", "Previous", show=False, tooltip="Previous step"),
        Binding("T", "try_it", "Try it", tooltip="Do it yourself and see the difference; seen by you only"),
        Binding("v", "revise", "Revise", tooltip="Put it right in review: words, steps, cuts, blurs, title"),
        Binding("R", "replace_step", "Record anew", show=False, tooltip="Record this step anew; the rest stays"),
        Binding("down", "step(1)", "", show=False),
        Binding("up", "step(-1)", "", show=False),
        Binding("right_square_bracket", "speed(1)", "Faster", key_display="]", show=False, tooltip="Faster"),
        Binding("left_square_bracket", "speed(-1)", "Speed", key_display="[ ]", tooltip="Slower; ] is faster"),
        Binding("e", "edit", "Edit", tooltip="Edit title, tags, owner, review date, collections"),
        Binding("m", "mark", "Mark", show=False, tooltip="Mark it as one to practise or to look up, and why"),
        Binding("x", "export", "Export", tooltip="Export as a file"),
        Binding("z", "whole", "Whole", tooltip="The whole screen, or what matters"),
        Binding("l", "loop", "Repeat", key_display="l", tooltip="Play this step over and over, here and in the player"),
        Binding("y", "copy_link", "Copy link", show=False, tooltip="Copy a link to this step that works for anybody"),
        Binding("Y", "copy_web_link", "Copy web link", show=False, tooltip="Copy this step’s page in the reader"),
        Binding("Q", "code", "On the phone", show=False, tooltip="The code that opens this step on a phone"),
        Binding("w", "add_words", "Add words", show=False, tooltip="Add words and steps to a demo that waits for them"),
        Binding("d,delete", "remove", "Delete", show=False, tooltip="Delete this demo"),
        Binding("plus", "note('helped')", "It helped", key_display="+", show=False, tooltip="Say that it helped"),
        Binding("minus", "note('stuck')", "Stuck", key_display="-", show=False, tooltip="Say that you are stuck here"),
        Binding("o", "note('outdated')", "Differs", show=False, tooltip="Say that it looks different now"),
        Binding("c", "notes", "Notes", tooltip="What people said of this step; say something yourself"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back to the library"),
    ]

    def __init__(self, demo: Demo, at_ms: int = 0) -> None:
        super().__init__(DemoModel(demo, at_ms))
        self._player_ms: int | None = None
        self._watching, self._said = False, ""
        self._may_ask = self._whole = False
        self._fresh = ""
        self._threads: Sequence[NoteThread] = ()
        self._counts: Mapping[int, NoteCounts] = {}

    def body(self) -> ComposeResult:
        """Picture and words at the left, steps at the right."""
        yield Static("", id="demo-about", markup=False)
        yield Static("", id="demo-fresh", markup=False)
        with Horizontal(id="demo-body"):
            with Vertical(id="demo-look"):
                yield Still("", id="demo-still")
                yield Static("", id="demo-place", markup=False)
                yield Static("", id="demo-caption", markup=False)
                yield Static("", id="demo-notes", markup=False)
            yield StepList(id="demo-steps")

    def on_mount(self) -> None:
        """Draw, and focus the steps."""
        self.query_one(StepList).focus()
        self._draw()
        self._load_notes()
        self.set_interval(_FOLLOW_S, self._follow_player)

    def on_screen_resume(self) -> None:
        """Load the notes again: some may have been written."""
        self._load_notes()

    def _load_notes(self) -> None:
        begin(self, self._fetch_notes, "notes")

    async def _fetch_notes(self) -> None:
        service = self.app_context.services.learning
        if service is not None:
            self._threads = await self.ask(service.threads, self.model.demo.demo_id) or ()
            self._counts = await self.ask(service.counts, self.model.demo) or {}
            self._fresh = await self.ask(service.freshness, self.model.demo) or ""
            self._draw(picture=False)

    def fill(self, demo: Demo) -> None:
        """Show a new version of the demo: edited, or with its words."""
        self.model = DemoModel(demo, self.model.clock.at_ms)
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Words can be added only if they are missing; notes only where they are kept."""
        if action in {"note", "notes"}:
            return self.app_context.services.learning is not None
        if action == "add_words":
            return self.model.demo.waiting_for_words
        return super().check_action(action, parameters)

    def _draw(self, *, picture: bool = True) -> None:
        model, demo = self.model, self.model.demo
        self.title_bar.say(demo.title, model.facts())
        about = styled(model.about(int(time.time() * 1000)), QUIET)
        if demo.stale(int(time.time() * 1000)) and not self._fresh:
            about += styled(" · ", QUIET) + due()
        if demo.waiting_for_words:
            about += (
                styled("   waiting for its words: ", "$text-warning") + styled("w", f"bold {ACCENT}") + " adds them"
            )
        if self._may_ask:  # first: a narrow line is cut off at its end
            about = _did_it_help() + about
        self.query_one("#demo-about", Static).update(about)
        fresh = self.query_one("#demo-fresh", Static)
        fresh.update(styled(f"! {self._fresh}", "$text-warning"))
        fresh.display = bool(self._fresh)
        self._draw_moment(steps=True)
        if picture:
            step = model.step
            path = self.app_context.services.library.still(demo, step.number) if step is not None else None
            self.query_one(Still).show_file(path, part=part_of(demo, step, whole=self._whole))
        self.refresh_bindings()

    def _draw_moment(self, *, steps: bool) -> None:
        """Draw what changes during playback: position, caption and, with ``steps``, the current step."""
        model = self.model
        if steps:
            rows = [StepRow(step.number, step.title, step.start_ms) for step in model.clock.steps]
            self.query_one(StepList).show(rows, model.clock.index)
        self.query_one("#demo-place", Static).update(self._place(), layout=False)
        said = model.caption()
        if said != self._said:  # a caption of another height lays out the whole screen again
            self._said = said
            self.query_one("#demo-caption", Static).update(styled(f"“{said}”" if said else "", "$foreground"))
        if steps:
            self._draw_notes()

    def _draw_notes(self) -> None:
        words = notes_line(self.model.number, self._threads, self._counts)
        self.query_one("#demo-notes", Static).update(styled(words, QUIET))

    def _place(self) -> Content:
        at = self.model.clock
        speed = (f"   {at.speed:g}×" if at.speed != 1 else "") + ("   repeating" if self.model.looping else "")
        width = max(4, self.query_one("#demo-look").size.width - 16 - len(speed))
        full = round(at.at_ms / max(1, at.duration_ms) * width)
        bar = styled("━" * full, ACCENT) + styled("━" * (width - full), FAINT)
        return styled(f"{clock(at.at_ms)} ", QUIET) + bar + styled(f" {clock(at.duration_ms)}{speed}", QUIET)

    def on_resize(self) -> None:
        """Redraw the bar for the new width."""
        self.call_after_refresh(self._draw)

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects a step; a double click plays it."""
        event.stop()
        self.model.clock.select(event.item)
        self.stop()
        if event.twice:
            self.action_replay()

    def action_step(self, by: int) -> None:
        """Go to the next or previous step."""
        self.model.clock.next() if by > 0 else self.model.clock.previous()
        self.stop()

    def action_whole(self) -> None:
        """Show whole screens, or what matters in each step."""
        self._whole = not self._whole
        self._draw(picture=not self._watching)

    def action_speed(self, by: int) -> None:
        """Change the speed, here and in the player."""
        self.model.clock.change_speed(by)
        self._draw(picture=False)

    def action_loop(self) -> None:
        """Turn repeating of the step on or off."""
        self.model.looping = not self.model.looping
        self._draw(picture=False)

    def _follow_player(self) -> None:
        """Follow the player's position when it changes."""
        at_ms = self.app_context.services.library.playing(self.model.demo)
        if at_ms is None or at_ms == self._player_ms or self._watching:
            return
        self._player_ms = at_ms
        before = self.model.clock.index
        self.model.clock.seek(at_ms)
        self._draw(picture=self.model.clock.index != before)

    def stop(self) -> None:
        """Stop playing here."""
        self.workers.cancel_group(self, "motion")
        self.model.clock.pause()
        self._draw()

    def action_watch(self) -> None:
        """Play the step in the terminal; again stops."""
        if self._watching:
            self.stop()
            return
        self._watching = True
        begin(self, self._watch, "motion")

    async def _watch(self) -> None:
        at = self.model.clock
        try:
            begun_ms = at.at_ms
            at.play(time.monotonic())
            await self._watch_once()
            while self.model.looping:
                at.seek(begun_ms)
                at.play(time.monotonic())
                await self._watch_once()
        finally:
            self._watching = False

    async def _watch_once(self) -> None:
        at, still = self.model.clock, self.query_one(Still)
        until = at.until_ms

        shown: tuple[object, ...] | None = None

        def show(_: int, picture: Picture) -> None:
            nonlocal shown
            at.tick(time.monotonic())
            still.show(picture, moving=True)
            place = self._place()
            now = (at.index, place.plain, place.spans, self.model.caption())
            if now != shown:  # most frames change neither time, bar nor caption
                self._draw_moment(steps=shown is None or now[0] != shown[0])
                shown = now

        pictures = self._motion(max(16, still.cells[0]))
        try:
            await play(pictures, show, speed=at.speed, until_ms=until)
        except ShowhowError as error:
            self.say_error(error)
        at.seek(until)
        self._draw(picture=False)

    def _motion(self, width: int) -> Iterator[tuple[int, Picture]]:
        """Pictures of the clip from here on, about ``width`` pixels wide, cropped to what matters."""
        demo, moments = self.model.demo, () if self._whole else focus_moments(self.model.demo)
        closest = max((demo.clip.width / max(1, region.width) for _, region in moments), default=1.0)
        loaded = round(width * min(4.0, max(1.0, closest)))
        for at_ms, picture in self.app_context.services.library.motion(demo, self.model.clock.at_ms, loaded):
            region = None if self._whole else focus_at(moments, at_ms)
            yield at_ms, picture if region is None else part_of_frame(picture, region, picture_size(demo))

    def action_replay(self) -> None:
        """Play from the current step in the video player."""
        self.stop()
        step = self.model.step
        start_ms = step.start_ms if step is not None else self.model.clock.at_ms
        loop = step.span if step is not None and self.model.looping else None
        self._may_ask = self.app_context.services.learning is not None
        self.app_context.navigator.replay(self.model.demo.demo_id, start_ms, self.model.clock.speed, loop)
        self._draw(picture=False)

    def action_note(self, kind: str) -> None:
        """Note that this step helped, that the user is stuck here, or that it looks different now."""
        self._may_ask = False
        demo_id, number = self.model.demo.demo_id, self.model.number
        self.app_context.navigator.note(demo_id, NoteKind(kind), number, done=self._noted)
        self._draw(picture=False)

    def _noted(self) -> None:
        if not is_closing(self):  # the user may have left meanwhile
            self._load_notes()

    def action_notes(self) -> None:
        """Show what people said of it, this step first."""
        self.app_context.navigator.show_notes(self.model.demo, self.model.number)

    def action_back(self) -> None:
        """Go back to the library."""
        self.workers.cancel_group(self, "motion")
        self.app.pop_screen()


def _did_it_help() -> Content:
    """The question after a replay, with the keys that answer it."""
    words = styled("Did it help? ", QUIET)
    for key, answer in (("+", " yes  "), ("-", " stuck here  "), ("o", " looks different now   ")):
        words += styled(key, f"bold {ACCENT}") + styled(answer, QUIET)
    return words
