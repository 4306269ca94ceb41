"""Words of feedback: lines about what was handed over, received and answered. Pure.

``ReviewedAttempt`` is the state of the screen on which a reviewer looks at an attempt.
"""

from __future__ import annotations

from collections.abc import Sequence

from capture.span import clock
from library.format import age, count, join
from library.practice.feedback.model import (
    BadgeWish,
    Feedback,
    FeedbackOutcome,
    HandOver,
    HandOverState,
    ReceivedAttempt,
    Remark,
)
from library.practice.feedback.spoken import Heard, own_words, said_of
from library.practice.model import Attempt
from tui.state.practice.attempt import ONLY_YOU, ComparisonModel

OUTCOMES = {FeedbackOutcome.SIGNED_OFF: "signed off", FeedbackOutcome.ONCE_MORE: "once more"}


def hand_over_state(one: HandOver) -> str:
    """``waits for Priya``, ``Priya: once more``."""
    if one.feedback and one.state is not HandOverState.GONE:
        back = " (taken back)" if one.state is HandOverState.TAKEN_BACK else ""
        return f"{one.to}: {OUTCOMES[one.feedback[-1].outcome]}{back}"
    words = {
        HandOverState.TAKEN_BACK: f"taken back from {one.to}",
        HandOverState.GONE: f"handed to {one.to}, removed from the library",
    }
    return words.get(one.state, f"waits for {one.to}")


def who_sees(handed: Sequence[HandOver]) -> str:
    """``seen by you only``, or by whom else: those in whose hands it is now."""
    names = sorted({one.to for one in handed if one.lies_in_library})
    return f"seen by you and {' and '.join(names)}" if names else ONLY_YOU


def received_state(one: ReceivedAttempt) -> str:
    """``waits for you``, ``you: signed off``."""
    said = f"you: {OUTCOMES[one.sent[-1].outcome]}" if one.sent else "waits for you"
    return join([said, f"{count(len(one.remarks), 'remark')} not sent yet" if one.remarks else ""])


def received_line(one: ReceivedAttempt, now_ms: int | None = None) -> str:
    """``Tom · alone · 6 of 7 steps · 2 days ago``."""
    attempt = one.handed.attempt
    doubt = "" if one.vouched else "the library has another key for that name"
    facts = [ComparisonModel(attempt).facts(), age(one.handed.at_unix_ms, now_ms), doubt]
    return join([one.handed.learner.name, *facts])


def feedback_lines(handed: Sequence[HandOver]) -> list[str]:
    """What came back, the newest decision first: a line for each and one for each of its remarks."""
    every = sorted(
        ((one, said) for one in handed for said in one.feedback), key=lambda pair: (pair[0].at_unix_ms, pair[1].number)
    )
    return [line for one, said in reversed(every) for line in _lines_of(one, said)]


def _lines_of(one: HandOver, said: Feedback) -> list[str]:
    badge = " with a badge" if said.badge else ""
    return [f"{one.to}: {OUTCOMES[said.outcome]}{badge}", *(f"  {remark_line(remark)}" for remark in said.remarks)]


def badge_words(wish: BadgeWish) -> str:
    """``“Orders” for Tom · Signed off by Shift lead: New order``: what stands on a badge."""
    return join([f"“{wish.pathway}” for {wish.name}", wish.what])


def remark_line(remark: Remark) -> str:
    """``step 3: use the short way``."""
    return f"step {remark.step}: {remark_words(remark)}" if remark.step else remark_words(remark)


def remark_words(remark: Remark) -> str:
    """``use the short way · by voice, 0:12: “F2 opens it”``: what is written and what was said."""
    if (spoken := remark.spoken) is None:
        return remark.text
    heard = f": “{spoken.words}”" if spoken.words else ""
    return join([remark.text, f"by voice, {clock(max(1_000, spoken.duration_ms))}{heard}"])


def remarks_at(handed: Sequence[HandOver], step: int) -> list[str]:
    """What reviewers said last of a step, one line each."""
    last = [(one, one.feedback[-1]) for one in handed if one.feedback]
    remarks = [(one.to, remark) for one, said in last for remark in said.remarks if remark.step == step]
    return [f"{name} at step {step}: {remark_words(remark)}" for name, remark in remarks]


def words_on_all(handed: Sequence[HandOver]) -> list[str]:
    """What each reviewer decided last, with what they said of all of it."""
    last = [(one, one.feedback[-1]) for one in handed if one.feedback]
    return [join([f"{one.to}: {OUTCOMES[said.outcome]}", *_on_all(said)]) for one, said in last]


def _on_all(said: Feedback) -> list[str]:
    return [remark_words(remark) for remark in said.remarks if not remark.step]


def what_to_hear(handed: Sequence[HandOver], step: int) -> Heard | None:
    """What a reviewer said last by voice of a step; of all of it where nothing was said of the step."""
    return said_of(handed, step) or said_of(handed, 0)


class ReviewedAttempt:
    """An attempt that was handed to this user: the record, the attempt once it is open, the step that is looked at."""

    def __init__(self, received: ReceivedAttempt) -> None:
        self.received = received
        self.comparison = ComparisonModel(received.handed.attempt, "they")

    @property
    def learner(self) -> str:
        """Whose attempt it is."""
        return self.received.handed.learner.name

    @property
    def attempt(self) -> Attempt:
        """The attempt; it has a recording once it was opened."""
        return self.comparison.attempt

    def opened(self, attempt: Attempt) -> None:
        """The recording is here."""
        self.comparison.attempt = attempt

    def remark_at(self, step: int) -> Remark:
        """The remark at a step that is not sent yet; else the one that was sent last, or an empty one."""
        last = self.received.sent[-1].remarks if self.received.sent else ()
        return next((one for one in (*self.received.remarks, *last) if one.step == step), Remark(step=step))

    def not_sent_at(self, step: int) -> Remark:
        """The remark at a step that is not sent yet; an empty one when there is none."""
        return next((one for one in self.received.remarks if one.step == step), Remark(step=step))

    def spoken_at(self, step: int) -> Heard | None:
        """What was said by voice of a step; of all of it where nothing was said of the step."""
        return own_words(self.received, step) or own_words(self.received, 0)

    @property
    def step(self) -> int:
        """The number of the step that is looked at; 0 when there is none."""
        verdict = self.comparison.verdict
        return verdict.step if verdict is not None else 0

    def about(self) -> list[str]:
        """What to know before looking: who is not vouched for, what the learner asks for, doubts of the comparison."""
        name = self.learner
        doubt = [] if self.received.vouched else [f"The library has another key for {name}: ask {name} whether it is"]
        asks = [f"{name} says: {self.received.handed.message}"] if self.received.handed.message else []
        wish = self.received.handed.wish
        badge = [f"{name} asks for a badge, signed with a sign-off: {badge_words(wish)}"] if wish is not None else []
        return [*doubt, *self.comparison.doubts(), *asks, *badge, *self._whole()]

    def _whole(self) -> list[str]:
        words = remark_words(self.remark_at(0))
        return [f"You say of all of it: {words}"] if words else []
