"""``ReviewAttemptScreen``: a reviewer looks at an attempt that was handed over: plays both, remarks, decides.

Owns keys and layout beyond those of a comparison. What is said is sent with the decision.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.worker import Worker

from library.practice.feedback.model import FeedbackOutcome, ReceivedAttempt
from library.practice.feedback.spoken import Heard
from library.practice.model import Attempt
from tui.screens.dialogs import Field, FormDialog
from tui.screens.practice.comparison import ComparisonScreen
from tui.screens.practice.voice_dialog import TAKE_AWAY, VoiceDialog
from tui.services.practice.feedback_protocol import FeedbackService
from tui.services.practice.protocols import PracticeService
from tui.state.practice.feedback import OUTCOMES, ReviewedAttempt, received_state, remark_words
from tui.workers import begin

_NOT_THEIRS = {"dispute", "again", "forget", "hand_over", "take_back", "tell"}
"""What only the learner may do."""


class ReviewAttemptScreen(ComparisonScreen):
    """One attempt of somebody else."""

    TITLE = "Their try"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Eighty columns hold what a reviewer does; these are shorter or only in the help.
        Binding("enter", "play", "Play", key_display="Enter", tooltip="Play the demo and their try from this step"),
        Binding("n,down", "step(1)", "Next", key_display="n", show=False, tooltip="Next step"),
        Binding("h", "hear", "Hear", show=False, tooltip="Hear what you said of this step by voice"),
        Binding("p,up", "step(-1)", "Previous", key_display="p", show=False, tooltip="Previous step"),
        Binding("c", "remark", "Remark", tooltip="Say something of this step"),
        Binding("C", "remark(True)", "Of all", show=False, tooltip="Say something of all of it"),
        Binding("k", "speak", "Speak", tooltip="Say something of this step by voice, at most a minute"),
        Binding("K", "speak(True)", "Of all", show=False, tooltip="Say something of all of it by voice"),
        Binding("s", "decide('signed_off')", "Sign off", tooltip="It is done as it should be; the learner is told"),
        Binding("o", "decide('once_more')", "Once more", tooltip="Ask for another try; the learner is told"),
    ]

    def __init__(
        self, received: ReceivedAttempt, attempt: Attempt, practice: PracticeService, service: FeedbackService
    ) -> None:
        super().__init__(attempt, practice)
        self.service, self.review = service, ReviewedAttempt(received)
        self.review.opened(attempt)
        self._writing: list[Worker[None]] = []
        self.model, self.whose = self.review.comparison, self.review.learner

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is the learner's is not offered."""
        return False if action in _NOT_THEIRS else super().check_action(action, parameters)

    def load_feedback(self) -> None:
        """What is said of it is this user's."""

    def about(self) -> list[str]:
        """What to know before looking, and whose it is."""
        return [*self.review.about(), f"{self.review.learner} · {received_state(self.review.received)}"]

    def said(self, step: int) -> list[str]:
        """The reviewer's own remark at a step."""
        words = remark_words(self.review.remark_at(step))
        return [f"You say of step {step}: {words}"] if words else []

    def to_hear(self) -> Heard | None:
        """The reviewer's own remark by voice."""
        return self.review.spoken_at(self.review.step)

    def action_play(self) -> None:
        """Play both from this step."""
        begin(self, self._play, "play")

    async def _play(self) -> None:
        if message := await self.ask(self.service.play, self.review.received, self.review.step):
            self.app_context.navigator.say(message)

    def action_remark(self, whole: bool = False) -> None:
        """Ask for words on this step, or all of it; none takes a remark away."""
        step = 0 if whole else self.review.step
        field = Field("Words", self.review.remark_at(step).text, "what to do otherwise, or what was good")

        async def ask() -> None:
            answer = await self.app.push_screen_wait(FormDialog(f"Say something of {_place(step)}", field))
            if answer is not None:
                await self._change(partial(self.service.remark, self.review.received, step, answer[0]))

        begin(self, ask, "dialog")

    def action_speak(self, whole: bool = False) -> None:
        """Listen to a remark on this step, or all of it."""
        begin(self, partial(self._speak, 0 if whole else self.review.step), "dialog")

    async def _speak(self, step: int) -> None:
        there = self.review.not_sent_at(step).spoken
        dialog = VoiceDialog(
            f"Say something of {_place(step)}", self.service.listen, there.duration_ms if there is not None else 0
        )
        answer = await self.app.push_screen_wait(dialog)
        if answer is None:
            return
        said = None if answer == TAKE_AWAY else answer
        if await self._change(partial(self.service.speak, self.review.received, step, said)) and said is not None:
            self._writing.append(begin(self, partial(self._write_down, step), "words", exclusive=False))

    async def _write_down(self, step: int) -> None:
        """Have it written down; it is kept already, so whatever this meets is no loss."""
        await self._change(partial(self.service.write_down, self.review.received, step))

    def action_decide(self, outcome: str) -> None:
        """Ask for a last word, then send everything."""
        chosen = FeedbackOutcome(outcome)
        field = Field("Words", self.review.remark_at(0).text, f"for {self.review.learner}; may be empty")

        async def ask() -> None:
            what = "Sign off" if chosen is FeedbackOutcome.SIGNED_OFF else "Ask for once more"
            question = f"{what}: {self.model.attempt.title}"
            answer = await self.app.push_screen_wait(FormDialog(question, field, take="send"))
            if answer is None:
                return
            if any(not worker.is_finished for worker in self._writing):
                self.app_context.navigator.say("It is sent once what you said is written down")
            for worker in self._writing:
                await worker.wait()
            if await self._change(partial(self.service.answer, self.review.received, chosen, answer[0])):
                self.app.pop_screen()
                self.app_context.navigator.say(f"{self.review.learner} is told: {OUTCOMES[chosen]}")

        begin(self, ask, "dialog")

    async def _change(self, work: partial[ReceivedAttempt]) -> bool:
        """Do something to the review; whether it was done: it may have been taken back meanwhile."""
        if (changed := await self.ask(work)) is None:
            return False
        self.review.received = changed
        self.redraw()
        return True


def _place(step: int) -> str:
    return f"step {step}" if step else "all of it"
