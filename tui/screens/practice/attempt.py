"""``AttemptScreen``: watch a demo, then do it in the real program while it is recorded, with the steps and hints here.

Owns keys and layout. The recorder belongs to the service; what follows the stop is the workflow's.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from capture.span import clock
from library.format import count
from library.model import Demo
from library.practice.model import HintLevel, PracticeLevel
from tui.screens.base import BaseScreen
from tui.screens.dialogs import ConfirmDialog
from tui.services.practice.protocols import PracticeService, RunningAttempt
from tui.state.practice.attempt import LEVELS, ONLY_YOU, AttemptModel, AttemptPhase
from tui.widgets.rows import Rows
from tui.widgets.step_list import StepList, StepRow
from tui.widgets.still import Still
from tui.widgets.text import ACCENT, QUIET, STRONG, styled
from tui.workers import begin

_POLL_S = 0.25


class AttemptScreen(BaseScreen):
    """An attempt at one demo."""

    TITLE = "Try it"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "watch(1)", "Watch it", key_display="Enter", tooltip="Play the demo; then you can begin"),
        Binding("enter", "start(1)", "Begin", key_display="Enter", tooltip="Record what you do in the program"),
        Binding("enter", "stop", "Stop and compare", key_display="Enter", tooltip="Stop and see the difference"),
        Binding("s", "start(0)", "Begin at once", tooltip="Begin without watching it first"),
        Binding("w", "watch(0)", "Watch it again", show=False, tooltip="Play the demo"),
        Binding("l", "level", "Level", tooltip="Choose how much help there is: see, try, alone"),
        Binding("h", "hint", "Hint", tooltip="A hint for this step; again for more"),
        Binding("n,down", "step(1)", "Step", key_display="n p", tooltip="Next step; p is the one before"),
        Binding("p,up", "step(-1)", "Previous", key_display="p", show=False, tooltip="Previous step"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back; a try that is running is deleted"),
    ]

    def __init__(self, demo: Demo, level: PracticeLevel, practice: PracticeService) -> None:
        super().__init__()
        self.model, self.practice = AttemptModel(demo, level), practice
        self._recorded: RunningAttempt | None = None

    def body(self) -> ComposeResult:
        """What to do, the steps at the left, hints at the right."""
        yield Static("", id="attempt-about", markup=False)
        yield Static("", id="attempt-time", markup=False)
        with Horizontal(id="attempt-body"):
            yield StepList(id="attempt-steps")
            with Vertical(id="attempt-hints"):
                yield Static("", id="attempt-hint", markup=False)
                yield Still("", id="attempt-still")

    def on_mount(self) -> None:
        """Draw, and follow the recorder."""
        self.query_one(StepList).focus()
        self._draw()
        self.set_interval(_POLL_S, self._poll)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense in this phase."""
        model = self.model
        due = {"watch": AttemptPhase.WATCH, "start": AttemptPhase.READY}
        if action in due and (parameters == (1,) or action == "start"):
            return model.phase is (due[action] if parameters == (1,) else AttemptPhase.WATCH)
        if action in {"watch", "level"}:
            return model.phase in due.values()
        if action == "stop":
            return model.running
        if action == "hint":
            return model.may_hint
        if action == "step":
            return model.shows_steps
        return super().check_action(action, parameters)

    def _poll(self) -> None:
        if self._recorded is None or not self.model.running:
            return
        before, self.model.elapsed_ms = self.model.elapsed_ms // 1000, self._recorded.elapsed_ms
        if self._recorded.ended:  # by the hotkey, from within the program
            if self.is_active:  # a question that is open is answered first
                self._stop()
        elif self.model.elapsed_ms // 1000 != before:
            self._draw_time()

    def _draw(self) -> None:
        model = self.model
        self.title_bar.say(f"Try it · {model.demo.title}", count(len(model.demo.steps), "step"))
        self.query_one("#attempt-about", Static).update(styled(model.guidance(), STRONG))
        steps = self.query_one(StepList)
        steps.display = model.shows_steps
        steps.show([StepRow(one.number, one.title, one.start_ms) for one in model.demo.steps], model.index)
        self.query_one("#attempt-hint", Static).update(styled(model.hint_words(), "$foreground"))
        still = self.query_one("#attempt-still", Still)
        still.display = model.hint is not None and model.hint >= HintLevel.STILL
        if still.display and model.step is not None:
            begin(self, partial(self._show_still, still, model.step.number), "still")
        self._draw_time()
        self.refresh_bindings()

    async def _show_still(self, still: Still, number: int) -> None:
        still.show_file(await self.ask(self.app_context.services.library.still, self.model.demo, number))

    def _draw_time(self) -> None:
        model = self.model
        line = styled("● ", "$text-error") + styled(clock(model.elapsed_ms), STRONG) if model.running else Content()
        key = "Enter stops" if model.running else self._enter_words()
        parts = [styled(key, ACCENT), styled(LEVELS[model.level], QUIET), styled(ONLY_YOU, QUIET)]
        for part in parts:
            line += (styled(" · ", QUIET) if line.cell_length else Content()) + part
        self.query_one("#attempt-time", Static).update(line)

    def _enter_words(self) -> str:
        if self.model.busy:
            return "one moment"
        return "Enter plays it" if self.model.phase is AttemptPhase.WATCH else "Enter begins"

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click selects a step."""
        event.stop()
        self.model.index = event.item
        self._draw()

    def action_watch(self, _next: int) -> None:
        """Play the demo; then the attempt may begin."""
        self.app_context.navigator.replay(self.model.demo.demo_id, 0)
        self.model.watched()
        self._draw()

    def action_stop(self) -> None:
        """Stop and compare."""
        self._stop()

    def action_start(self, _next: int) -> None:
        """Begin to record."""
        if self.model.level is PracticeLevel.SEE:
            self.model.change_level(PracticeLevel.TRY)
        self.model.phase = AttemptPhase.STARTING
        self._draw()
        begin(self, self._begin, "attempt")

    async def _begin(self) -> None:
        running = await self.ask(self.practice.begin, self.model.demo, self.model.level)
        self._recorded = running
        self.model.on_top = running is not None and running.on_top
        self.model.phase = AttemptPhase.RUNNING if running is not None else AttemptPhase.READY
        self._draw()

    def _stop(self) -> None:
        self.model.phase = AttemptPhase.STOPPING
        self._draw()
        begin(self, self._finish, "attempt")

    async def _finish(self) -> None:
        running, self._recorded = self._recorded, None
        finished = await self.ask(self.practice.finish, running, self.model.hints) if running is not None else None
        self.model.phase = AttemptPhase.READY  # also below a comparison, where help was open over this screen
        if finished is None:
            self._draw()
            return
        attempt, whole = finished
        self.app_context.navigator.compared(attempt, whole=whole)

    def action_level(self) -> None:
        """The next level."""
        self.model.next_level()
        self._draw()

    def action_step(self, by: int) -> None:
        """Go to the next or previous step."""
        self.model.go(by)
        self._draw()

    def action_hint(self) -> None:
        """The next hint of this step; each is noted in the attempt."""
        level, step = self.model.ask_hint(), self.model.step
        self._draw()
        if level is HintLevel.CLIP and step is not None:
            self.app_context.navigator.replay(self.model.demo.demo_id, step.start_ms, 1.0, step.span)

    def action_back(self) -> None:
        """Go back; ask before a running attempt is deleted."""
        if self.model.busy:
            return
        if self.model.running:
            begin(self, self._give_up, "give up")
        else:
            self.app.pop_screen()

    async def _give_up(self) -> None:
        question = ConfirmDialog("Give up this try?", "delete it", "go on", "What was recorded of it is deleted.")
        if not await self.app.push_screen_wait(question) or not self.model.running:
            return
        running, self._recorded = self._recorded, None
        self.model.phase = AttemptPhase.STOPPING
        if running is not None:
            await self.ask(self.practice.give_up, running)
        self.app.pop_screen()

    async def leave(self) -> None:
        """Before the application ends: stop the recorder and keep the attempt, to be compared later."""
        running, self._recorded = self._recorded, None
        if running is not None:
            await self.ask(partial(self.practice.finish, running, self.model.hints))
