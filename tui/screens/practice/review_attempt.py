"""``ReviewAttemptScreen``: a reviewer looks at an attempt that was handed over: plays both, remarks, decides.

Owns keys and layout beyond those of a comparison. What is said is sent with the decision.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from library.practice.feedback.model import FeedbackOutcome, ReceivedAttempt
from library.practice.model import Attempt
from tui.screens.dialogs import Field, FormDialog
from tui.screens.practice.comparison import ComparisonScreen
from tui.services.practice.feedback_protocol import FeedbackService
from tui.services.practice.protocols import PracticeService
from tui.state.practice.feedback import OUTCOMES, ReviewedAttempt, received_state
from tui.workers import begin

_NOT_THEIRS = {"dispute", "again", "forget", "hand_over", "take_back", "tell"}
"""What only the learner may do."""


class ReviewAttemptScreen(ComparisonScreen):
    """One attempt of somebody else."""

    TITLE = "Their try"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p,up", "step(-1)", "Previous", key_display="p", show=False, tooltip="Previous step"),
        Binding("c", "remark", "Remark", tooltip="Say something of this step"),
        Binding("C", "remark(True)", "Of all", show=False, tooltip="Say something of all of it"),
        Binding("s", "decide('signed_off')", "Sign off", tooltip="It is done as it should be; the learner is told"),
        Binding("o", "decide('once_more')", "Once more", tooltip="Ask for another try; the learner is told"),
    ]

    def __init__(
        self, received: ReceivedAttempt, attempt: Attempt, practice: PracticeService, service: FeedbackService
    ) -> None:
        super().__init__(attempt, practice)
        self.service, self.review = service, ReviewedAttempt(received)
        self.review.opened(attempt)
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
        remark = self.review.remark_at(step)
        return [f"You say of step {step}: {remark}"] if remark else []

    def action_play(self) -> None:
        """Play both from this step."""
        begin(self, self._play, "play")

    async def _play(self) -> None:
        if message := await self.ask(self.service.play, self.review.received, self.review.step):
            self.app_context.navigator.say(message)

    def action_remark(self, whole: bool = False) -> None:
        """Ask for words on this step, or all of it; none takes a remark away."""
        step = 0 if whole else self.review.step
        place = f"step {step}" if step else "all of it"
        field = Field("Words", self.review.remark_at(step), "what to do otherwise, or what was good")

        async def ask() -> None:
            answer = await self.app.push_screen_wait(FormDialog(f"Say something of {place}", field))
            if answer is not None:
                await self._change(partial(self.service.remark, self.review.received, step, answer[0]))

        begin(self, ask, "dialog")

    def action_decide(self, outcome: str) -> None:
        """Ask for a last word, then send everything."""
        chosen = FeedbackOutcome(outcome)
        field = Field("Words", self.review.remark_at(0), f"for {self.review.learner}; may be empty")

        async def ask() -> None:
            what = "Sign off" if chosen is FeedbackOutcome.SIGNED_OFF else "Ask for once more"
            question = f"{what}: {self.model.attempt.title}"
            answer = await self.app.push_screen_wait(FormDialog(question, field, take="send"))
            if answer is None:
                return
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
