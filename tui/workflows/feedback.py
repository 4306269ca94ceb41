"""``FeedbackWorkflow``: handing an attempt over, taking it back, and looking at those of others. Keeps no state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from capture.progress import Progress
from library.model import Draft
from library.practice.feedback.model import HandOver, ReceivedAttempt
from library.practice.feedback.people import KeyTrust
from library.practice.model import Attempt
from tui.screens.dialogs import ConfirmDialog, Field, FormDialog
from tui.screens.practice.comparison import ComparisonScreen
from tui.services.practice.feedback_protocol import CheckedPerson, FeedbackService
from tui.workflows.base import Workflow


class FeedbackWorkflow(Workflow):
    """Workflows of feedback."""

    def show_feedback(self) -> None:
        """Open the list of what was handed to this user and by this user."""
        from tui.screens.practice.review_list import FeedbackScreen

        self.app.push_screen(FeedbackScreen())

    def show_attempt(self, attempt_id: str) -> None:
        """Open the comparison of one of the user's own attempts."""

        async def show() -> None:
            practice = self.context.services.practice
            attempts = await self.ask(practice.attempts) if practice is not None else None
            found = next((one for one in attempts or () if one.attempt_id == attempt_id), None)
            if practice is not None and found is not None:
                self.app.push_screen(ComparisonScreen(found, practice))
            elif attempts is not None:
                self.say("That try was deleted", "warning")

        self.begin(show)

    def review_attempt(self, received: ReceivedAttempt) -> None:
        """Open what was handed over beside its demo."""
        from tui.screens.practice.review_attempt import ReviewAttemptScreen

        async def review() -> None:
            services = self.context.services
            service, practice = services.feedback, services.practice
            if service is None or practice is None:
                return
            if (attempt := await self.ask(service.open, received)) is not None:
                self.app.push_screen(ReviewAttemptScreen(received, attempt, practice, service))

        self.begin(review)

    def hand_over(self, attempt: Attempt) -> None:
        """Open the screen on which an attempt is cut and blurred before it is handed over."""
        from tui.screens.practice.hand_over import HandOverScreen

        async def open_screen() -> None:
            service = self.context.services.feedback
            if service is not None and (draft := await self.ask(service.draft, attempt)) is not None:
                self.app.push_screen(HandOverScreen(attempt, draft))

        self.begin(open_screen)

    def hand_to(self, attempt: Attempt, draft: Draft) -> None:
        """Ask for the person, show a key that is not known yet, then seal and hand over."""
        self.begin(partial(self._hand_to, attempt, draft))

    async def _hand_to(self, attempt: Attempt, draft: Draft) -> None:
        service = self.context.services.feedback
        if service is None or (people := await self.ask(service.people)) is None:
            return
        if not people:
            self.say("Nobody can be handed a try yet; they join once: showhow feedback join", "warning")
            return
        names = tuple(one.name for one in people)
        hint = f"one of {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
        fields = Field("To", names[0] if len(names) == 1 else "", hint, names), Field("Words", "", "what you ask them")
        answer = await self.app.push_screen_wait(FormDialog("Hand over to", *fields, take="hand over"))
        if answer is None or not answer[0]:
            return
        checked = await self.ask(service.check, answer[0])
        if checked is not None and await self._accepts(checked):
            self._hand(service, attempt, draft, checked, answer[1])

    async def _accepts(self, checked: CheckedPerson) -> bool:
        """Whether the user accepts a key that is new, or another one than before."""
        if checked.trust is KeyTrust.KNOWN:
            return True
        name = checked.person.name
        new = f"The key of {name} is another one than before. Is it theirs?"
        question = new if checked.trust is KeyTrust.CHANGED else f"Hand something to {name} for the first time?"
        detail = f"Their key is {checked.fingerprint}. {name} sees theirs with: showhow feedback join"
        return await self.app.push_screen_wait(ConfirmDialog(question, "hand it over", "not now", detail))

    def _hand(
        self, service: FeedbackService, attempt: Attempt, draft: Draft, checked: CheckedPerson, message: str
    ) -> None:  # fmt: skip
        person, changed = checked.person, checked.trust is KeyTrust.CHANGED

        def work(progress: Progress) -> HandOver:
            return service.hand(attempt, draft, person, message, new_key=changed, progress=progress)

        def done(made: HandOver) -> None:
            self.say(f"Handed to {made.to}. Only {made.to} and you can open it")
            for screen in self.app.screen_stack:
                if isinstance(screen, ComparisonScreen):
                    screen.load_feedback()

        self.app.pop_screen()
        self.work(f"Handing it to {person.name}", work, done)

    def take_back(self, handed: Sequence[HandOver], done: Callable[[], None]) -> None:
        """Take back what was handed over, after asking; ``done`` is called then."""

        async def take() -> None:
            service = self.context.services.feedback
            names = ", ".join(sorted({one.to for one in handed}))
            question = ConfirmDialog(f"Take it back from {names}?", "take it back", "leave it")
            if service is None or not await self.app.push_screen_wait(question):
                return
            taken = [await self.ask(service.take_back, one) for one in handed]
            if all(taken):
                self.say(f"Taken back from {names}")
            done()

        self.begin(take)

    def tell_feedback(self) -> None:
        """Say in a line each what was handed to the user, answered and taken back; once."""

        async def tell() -> None:
            service = self.context.services.feedback
            for line in (await self.ask(service.told) if service is not None else None) or ():
                self.app.notify(line, markup=False, timeout=12)

        self.begin(tell)
