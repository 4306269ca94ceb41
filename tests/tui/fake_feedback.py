"""Feedback without a library: one attempt that waits, what was handed over, and what was said."""
# ruff: noqa: ARG002  a fake takes what the protocol gives, whether it needs it or not

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from capture.audio.voice_note import VoiceNote
from capture.errors import CaptureError
from capture.progress import Progress
from library.model import Draft, LibraryError, TakeFacts
from library.practice.feedback.model import (
    Feedback,
    FeedbackOutcome,
    HandedAttempt,
    HandOver,
    HandOverState,
    Person,
    ReceivedAttempt,
    Remark,
    SpokenRemark,
)
from library.practice.feedback.people import KeyTrust
from library.practice.feedback.receiving import ReviewNews
from library.practice.feedback.spoken import Heard
from library.practice.model import Attempt
from tests.support.scripted_source import spoken_note
from tests.tui.fake_library_service import FakeLibraryService
from tests.tui.fake_practice import compared
from tui.services.practice.feedback_protocol import CheckedPerson, Listening

HEARD = "Press F2"
MARK = "6360-C960-C805-8A50-1648-D9FF"
LENGTH_MS = 60_000


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class FakeFeedbackService:
    """Keeps what it was asked."""

    library: FakeLibraryService
    waiting: list[ReceivedAttempt] = field(default_factory=list)
    given: list[HandOver] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    played: list[int] = field(default_factory=list)
    new_keys: list[bool] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    news: list[str] = field(default_factory=list)
    fail: list[str] = field(default_factory=list)
    trust: KeyTrust = KeyTrust.NEW
    has_joined: bool = True
    nobody: bool = False
    listening: list[VoiceNote] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    says_s: float = 1.0
    longest_s: float = 60.0
    may_write: threading.Event = field(default_factory=_set)

    def put(self) -> ReceivedAttempt:
        """Something that waits for this user."""
        attempt = compared(self.library.demos[0])
        self.waiting.append(ReceivedAttempt(
            handed=HandedAttempt(
                hand_id="0cda46f7a1b2c3d4-00112233", secret="0" * 64, learner=Person(name="Tom", public_key="k"),
                reviewer="Priya", attempt=attempt, message="Is there a shorter way to step 3?", at_unix_ms=_then_ms(),
            ),
            library="here",
        ))  # fmt: skip
        return self.waiting[-1]

    def put_given(self, attempt: Attempt, *said: tuple[FeedbackOutcome, tuple[Remark, ...]]) -> HandOver:
        """Something that this user handed over, with what came back."""
        back = tuple(
            Feedback(hand_id="9", secret="0" * 64, by="Sam", outcome=outcome, remarks=remarks, number=n)
            for n, (outcome, remarks) in enumerate(said, 1)
        )
        self.given.append(HandOver(
            hand_id="9f7a1b2c3d40cda4-00112233", attempt_id=attempt.attempt_id, demo_id=attempt.demo_id,
            title=attempt.title, to="Sam", to_key="k", secret="0" * 64, library="here", feedback=back,
            at_unix_ms=_then_ms(), state=HandOverState.ANSWERED if back else HandOverState.WAITING,
        ))  # fmt: skip
        return self.given[-1]

    def people(self) -> Sequence[Person]:
        return [] if self.nobody else [Person(name="Sam", public_key="k"), Person(name="Sandra", public_key="l")]

    def check(self, name: str) -> CheckedPerson:
        for person in self.people():
            if person.name == name:
                return CheckedPerson(person, self.trust, MARK)
        raise LibraryError(f"Nothing can be handed to “{name}” yet: no key is known", "They join once.")

    def draft(self, attempt: Attempt) -> Draft:
        return Draft(
            draft_id="d", source="nowhere", take=TakeFacts(take_id="t", duration_ms=LENGTH_MS), width=640, height=400,
            has_sound=False, title=attempt.title,
        )  # fmt: skip

    def hand(
        self, attempt: Attempt, draft: Draft, person: Person, message: str, *, new_key: bool, progress: Progress
    ) -> HandOver:
        if self.fail:
            raise LibraryError(self.fail.pop(0))
        self.drafts.append(draft)
        self.new_keys.append(new_key)
        return replace(self.put_given(attempt), to=person.name, message=message)

    def handed(self, attempt_id: str = "") -> Sequence[HandOver]:
        return [one for one in self.given if attempt_id in {"", one.attempt_id}]

    def trouble(self, hand_over: HandOver) -> str:
        return self.troubles.get(hand_over.hand_id, "")

    def take_back(self, hand_over: HandOver) -> HandOver:
        self.given.remove(hand_over)
        return replace(hand_over, state=HandOverState.TAKEN_BACK)

    def received(self) -> ReviewNews:
        return ReviewNews(received=tuple(self.waiting))

    def join(self) -> str:
        self.has_joined = True
        return MARK

    def joined(self) -> bool:
        return self.has_joined

    def open(self, received: ReceivedAttempt) -> Attempt:
        if self.fail:
            raise LibraryError(self.fail.pop(0))
        return received.handed.attempt

    def remark(self, received: ReceivedAttempt, step: int, text: str) -> ReceivedAttempt:
        return self._put(received, replace(self._at(received, step), text=text))

    def listen(self) -> VoiceNote:
        if self.fail:
            raise CaptureError(self.fail.pop(0))
        self.listening.append(spoken_note(self.says_s, longest_s=self.longest_s))
        return self.listening[-1]

    def speak(self, received: ReceivedAttempt, step: int, said: Listening | None) -> ReceivedAttempt:
        spoken = None
        if said is not None:
            samples, rate = said.taken()
            said.close()
            spoken = SpokenRemark(sound=b"OggS", duration_ms=round(len(samples) * 1000 / rate))
        return self._put(received, replace(self._at(received, step), spoken=spoken))

    def write_down(self, received: ReceivedAttempt, step: int) -> ReceivedAttempt:
        self.may_write.wait(60)
        there = self._at(received, step)
        assert there.spoken is not None
        return self._put(received, replace(there, spoken=replace(there.spoken, words=HEARD)))

    def hear(self, heard: Heard) -> str:
        self.heard.append(heard)
        return f"Playing what {heard.by} said"

    def _at(self, received: ReceivedAttempt, step: int) -> Remark:
        return next((one for one in received.remarks if one.step == step), Remark(step=step))

    def _put(self, received: ReceivedAttempt, remark: Remark) -> ReceivedAttempt:
        others = (one for one in received.remarks if one.step != remark.step)
        kept = [one for one in (*others, remark) if one.text or one.spoken is not None]
        return self._change(received, replace(received, remarks=tuple(kept)))

    def answer(self, received: ReceivedAttempt, outcome: FeedbackOutcome, text: str = "") -> ReceivedAttempt:
        if self.fail:
            raise LibraryError(self.fail.pop(0))
        remarks = (*received.remarks, *([Remark(text=text)] if text else ()))
        said = Feedback(hand_id=received.hand_id, secret="0" * 64, by="Priya", outcome=outcome, remarks=remarks)
        return self._change(received, replace(received, sent=(*received.sent, said), remarks=()))

    def _change(self, old: ReceivedAttempt, new: ReceivedAttempt) -> ReceivedAttempt:
        self.waiting[self.waiting.index(old)] = new
        return new

    def play(self, received: ReceivedAttempt, step: int) -> str:
        self.played.append(step)
        return f"Playing both from step {step} in mpv"

    def told(self) -> Sequence[str]:
        return [self.news.pop() for _ in range(len(self.news))]


def _then_ms() -> int:
    """Two days ago: the same words however long a test takes."""
    return round((time.time() - 2.1 * 86_400) * 1000)
