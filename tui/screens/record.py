"""``RecordScreen``: choose what to record and with which microphone, whose level is shown before recording.

Does not record: the navigator starts a session, and ``screens/live.py`` shows it.
"""

from __future__ import annotations

import asyncio
from functools import partial
from threading import Event
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from capture.errors import ShowhowError
from capture.model import Region, Target
from tui.model import Picture
from tui.screens.base import BaseScreen
from tui.screens.dialogs import Field, FormDialog
from tui.services.protocols import MicrophoneMeter as OpenMeter
from tui.state.record import RecordModel, parse_region
from tui.state.threads import acquired
from tui.widgets.meter import TICKS_A_SECOND, MeterBars
from tui.widgets.rows import Rows
from tui.widgets.setup_list import COUNTDOWN_ITEM, MICROPHONE_ITEMS, SetupList, beginning
from tui.widgets.still import Still
from tui.workers import begin, is_closing

_READ_S = 10.0
"""Seconds a warning stays: a line takes a few to read."""


class RecordScreen(BaseScreen):
    """The setup of a recording."""

    TITLE = "Record"
    TITLE_LINE = "Record a demo"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", "Start", key_display="Enter", tooltip="Start recording"),
        Binding("s", "source(1)", "Screen", tooltip="Record another screen or window"),
        Binding("down", "source(1)", "Screen", show=False, tooltip="Record another screen or window"),
        Binding("up", "source(-1)", "", show=False),
        Binding("m", "microphone", "Microphone", tooltip="Listen to another microphone"),
        Binding("c", "countdown", "Countdown", tooltip="Change the countdown"),
        Binding("g", "draw_region", "Region", tooltip="Draw the region of the screen to record"),
        Binding("G", "write_region", "", show=False, tooltip="Write the region of the screen to record"),
        Binding("a", "machine_sound", "Machine sound", tooltip="Record what the machine plays as well"),
        Binding("w", "words", "Words", show=False, tooltip="Recognise words while recording, or only afterwards"),
        Binding(
            "k",
            "keys",
            "Keys noted",
            show=False,
            tooltip="Note clicks and keys, show keys in the picture as well, or neither",
        ),
        Binding("M", "fetch_model", "Get words", tooltip="Fetch the suggested speech model, so that words are written"),
        Binding("f5", "look_again", "Look again", show=False, tooltip="Look again for screens and microphones"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back to the library"),
    ]

    def __init__(self, title: str = "", purpose: str = "") -> None:
        super().__init__()
        self.model, self._purpose = RecordModel(title=title), purpose
        self._meter: OpenMeter | None = None
        self._start_when_found = False

    def body(self) -> ComposeResult:
        """Choices at the left, a preview at the right."""
        services = self.app_context.services
        last = services.remembered.setup if services.remembered is not None else None
        self.model.set_up(services.countdown_s, words=services.live_words, last=last)
        with Horizontal(id="record-body"):
            with Vertical(id="record-choices"):
                yield SetupList(self.model, id="setup")
                with Horizontal(id="meter-line"):
                    yield Static("", id="meter-gap")
                    yield MeterBars("speak: it must move", id="meter")
                yield Static("", id="beginning", markup=False)
            with Vertical(id="record-look"):
                yield Still("looking …", id="record-still")
                yield Static("", id="record-label", markup=False)

    def on_mount(self) -> None:
        """Find sources and start the level meter."""
        self.query_one(SetupList).focus()
        if self._purpose:
            self.title_bar.say(self.TITLE or "", self._purpose)
        self._ticker = self.set_interval(1 / TICKS_A_SECOND, self._update_meter)
        self.action_look_again()

    def on_unmount(self) -> None:
        """Release the microphone."""
        self._close_meter()

    def on_screen_suspend(self) -> None:
        """Release the microphone: the recorder or another program may need it."""
        self._close_meter()

    def on_screen_resume(self) -> None:
        """Reopen the meter after a dialog."""
        if self.model.sources:
            self._restart_meter()

    def action_look_again(self) -> None:
        """Query screens, windows and microphones."""
        begin(self, self._find_sources, "offer")

    async def _find_sources(self) -> None:
        recorder = self.app_context.services.recording
        try:
            monitors = await asyncio.to_thread(recorder.monitors)
        except ShowhowError as error:
            self.model.problem, monitors = str(error), []
        windows = await self.ask(recorder.windows) or [] if monitors else []
        microphones = await self.ask(recorder.microphones) or []
        preferred = await self.ask(recorder.preferred_microphone)
        await self._find_words()
        if not monitors:
            self._show(None, self.model.problem)
            self.refresh_bindings()
            return
        self.model.problem = ""
        self.model.offer(monitors, windows, microphones, preferred, self.app_context.services.microphone)
        self._draw()
        self._update_preview()
        for problem in await self.ask(recorder.hotkey_problems) or []:
            self.notify(problem, severity="warning", timeout=_READ_S)
        if self._start_when_found:
            self.action_start()
        else:
            self._restart_meter()

    async def _find_words(self) -> None:
        services = self.app_context.services
        self.model.words_ready = await self.ask(services.words_ready) or ""
        self.model.offer_of_model = await self.ask(services.models.offer) if services.models is not None else None

    def action_fetch_model(self) -> None:
        """Fetch the suggested speech model."""
        if self.model.offer_of_model is not None:
            self.app_context.navigator.fetch_model(self.model.offer_of_model, self._fetched)

    def _fetched(self) -> None:
        if not is_closing(self):
            begin(self, self._find_words_again, "words")

    async def _find_words_again(self) -> None:
        await self._find_words()
        self._draw()

    def _draw(self) -> None:
        self.query_one(SetupList).redraw()
        self.query_one("#beginning", Static).update(beginning(self.model))
        self.refresh_bindings()

    def _show(self, picture: Picture | None, note: str = "") -> None:
        for still in self.query(Still):  # there is none if the screen was left
            still.show(picture, note)

    def _update_preview(self) -> None:
        source = self.model.source
        if source is not None and source.target is not None:
            begin(self, partial(self._picture, source.target), "look")
        elif source is not None:
            self._show(None, "g: draw it with the mouse")

    async def _picture(self, target: Target) -> None:
        try:
            picture = await asyncio.to_thread(self.app_context.services.recording.preview, target)
        except ShowhowError as error:
            self._show(None, str(error))
            return
        self._show(picture)

    def _restart_meter(self) -> None:
        self._close_meter()
        microphone = self.model.microphone
        if microphone is None:
            note = "" if len(self.model.microphones) > 1 else "no microphone found: F5 looks again"
            self.query_one(MeterBars).silence(note)
        else:
            begin(self, partial(self._open_meter, microphone.name), "meter")

    async def _open_meter(self, name: str) -> None:
        try:
            meter = await acquired(
                partial(self.app_context.services.recording.open_meter, name), lambda opened: opened.close()
            )
        except ShowhowError as error:
            self.query_one(MeterBars).silence(str(error))
            return
        current = self.model.microphone
        if self.is_current and current is not None and current.name == name:
            self._meter = meter
        else:
            meter.close()

    def _close_meter(self) -> None:
        meter, self._meter = self._meter, None
        if meter is not None:
            meter.close()

    def _update_meter(self) -> None:
        if self._meter is not None:
            self.query_one(MeterBars).add(self._meter.level())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Starting and choosing need a source."""
        if action == "start":
            return bool(self.model.sources) or not self.model.problem
        if action == "fetch_model":
            return self.model.offer_of_model is not None
        chosen = {"source", "microphone", "countdown", "draw_region", "write_region", "machine_sound", "words", "keys"}
        if action in chosen:
            return bool(self.model.sources)
        return super().check_action(action, parameters)

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """Choose the clicked row."""
        event.stop()
        if event.item >= COUNTDOWN_ITEM:
            self.action_countdown()
        elif event.item >= MICROPHONE_ITEMS:
            self._microphone(event.item - MICROPHONE_ITEMS)
        else:
            self._source(event.item)
            if self.model.choice() is None:
                self.action_draw_region()

    def action_source(self, by: int) -> None:
        """Choose another source."""
        self._source(self.model.source_index + by)

    def _source(self, index: int) -> None:
        self.model.choose_source(index)
        self._draw()
        self._update_preview()

    def action_microphone(self) -> None:
        """Choose the next microphone."""
        self._microphone(self.model.microphone_index + 1)

    def _microphone(self, index: int) -> None:
        self.model.choose_microphone(index)
        self._draw()
        self._restart_meter()

    def action_countdown(self) -> None:
        """Choose the next countdown."""
        self.model.choose_countdown()
        self._draw()

    def action_machine_sound(self) -> None:
        """Switch recording of the machine's sound on or off."""
        self.model.machine_sound = not self.model.machine_sound
        self._draw()

    def action_words(self) -> None:
        """Switch live transcription on or off."""
        self.model.words = not self.model.words
        self._draw()

    def action_keys(self) -> None:
        """Choose how clicks and keys are recorded."""
        self.model.choose_keys()
        self._draw()

    def action_draw_region(self) -> None:
        """Have the user draw a region with the mouse; where that is not possible, ask for its numbers."""
        begin(self, self._draw_region, "region")

    async def _draw_region(self) -> None:
        if not self.app_context.services.recording.can_draw():
            self.action_write_region()
            return
        self.notify("Draw the region with the mouse. Escape there leaves it.", timeout=5)
        given_up = Event()
        try:
            region = await asyncio.to_thread(self.app_context.services.recording.pick_region, given_up.is_set)
        except ShowhowError:
            self.action_write_region()
            return
        finally:
            given_up.set()  # releases the pointer if the screen was left
        if region is not None:
            self._region(region)

    def action_write_region(self) -> None:
        """Ask for the region's numbers."""
        field = Field("Region", hint="100,80,1280,720  (left, top, width, height)")
        self.app.push_screen(FormDialog("Which part of the screen?", field), self._region_given)

    def _region_given(self, answer: tuple[str, ...] | None) -> None:
        if not answer or not answer[0]:
            return
        try:
            self._region(parse_region(answer[0]))
        except ShowhowError as error:
            self.say_error(error)

    def _region(self, region: Region) -> None:
        self.model.give_region(region)
        self._draw()
        self._update_preview()

    def action_start(self) -> None:
        """Start recording, or ask for a missing region. Before the sources are known, start as soon as they are."""
        self._start_when_found = not self.model.sources
        if self._start_when_found:
            return
        choice = self.model.choice()
        if choice is None:
            self.action_draw_region()
            return
        self._close_meter()
        services = self.app_context.services
        if services.remembered is not None:
            services.remembered.keep_setup(self.model.setup(services.countdown_s, services.microphone))
        self.app_context.navigator.start_recording(choice, self.model.title, self.model.countdown_s)

    def action_back(self) -> None:
        """Back to the library."""
        self.app.pop_screen()
