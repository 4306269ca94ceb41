"""``LocalFeedbackService``: feedback in the open library, for this user.

Heavy libraries are imported on first use. Nothing is opened or sealed for a user who never joined.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from capture.errors import ShowhowError
from capture.progress import Progress, silent
from library.connection.library import Library
from library.model import Demo, DemoNotFound, Draft, LibraryError
from library.practice.feedback.model import (
    BadgeWish,
    FeedbackOutcome,
    HandOver,
    HandOverState,
    Person,
    ReceivedAttempt,
)
from library.practice.feedback.opening import hand_over, open_feedback
from library.practice.feedback.preparing import VIDEO, draft_of
from library.practice.feedback.receiving import ReviewNews
from library.practice.feedback.seal import fingerprint
from library.practice.feedback.spoken import YOU, Heard, sound_file, spoken_remark, words_of
from library.practice.model import Attempt
from library.practice.store import PracticeStore
from transcribe.model import Recognizer
from tui.playback.displays import display_problem
from tui.playback.system_player import play_sound
from tui.services.practice.feedback_protocol import CheckedPerson, Listening


class LocalFeedbackService:
    """Feedback for the user ``name``, whose own folder is the store's."""

    def __init__(
        self, library: Library, store: PracticeStore, name: str, *, environment: Mapping[str, str] | None = None,
        microphone: str | None = None, recognizer: Callable[[], Recognizer] | None = None,
    ) -> None:  # fmt: skip
        """``recognizer``: makes the local model that writes down what is said, if remarks may be written down."""
        self._library, self.feedback = library, open_feedback(library, store, name)
        self._microphone, self._recognizer = microphone, recognizer
        self._environment = os.environ if environment is None else environment

    def people(self) -> Sequence[Person]:
        """Everybody who joined."""
        return self.feedback.people.every()

    def check(self, name: str) -> CheckedPerson:
        """The person of a name."""
        person = self.feedback.people.find(name)
        mark = fingerprint(person.public_key, person.signing_key)
        return CheckedPerson(person, self.feedback.people.trust(person), mark)

    def draft(self, attempt: Attempt) -> Draft:
        """The recording of an attempt."""
        return draft_of(attempt)

    def hand(
        self, attempt: Attempt, draft: Draft, person: Person, message: str = "", *, new_key: bool = False,
        wish: BadgeWish | None = None, progress: Progress = silent,
    ) -> HandOver:  # fmt: skip
        """Render, seal, and put into the library; ``wish``: the badge that is asked for with it."""
        return hand_over(
            self.feedback, attempt, draft, person, message=message, new_key=new_key, wish=wish, progress=progress
        )

    def badge_wish(self, pathway: str, attempt: Attempt, person: Person, name: str) -> BadgeWish:
        """The badge that the learner asks a person for, of a pathway by its id or title, with this name on it."""
        from library.practice.pathways.badges import wish_for
        from library.practice.pathways.pathways import pathways_of

        return wish_for(pathways_of(self._library).find(pathway), attempt, person, name or self.feedback.people.name)

    def handed(self, attempt_id: str = "") -> Sequence[HandOver]:
        """What was handed over, oldest first."""
        every = self.feedback.handed.look()
        return [one for one in every if attempt_id in {"", one.attempt_id} and _counts(one)]

    def trouble(self, hand_over: HandOver) -> str:
        """Why nobody will answer."""
        return self.feedback.handed.trouble(hand_over)

    def take_back(self, hand_over: HandOver) -> HandOver:
        """Remove it from the library."""
        return self.feedback.handed.take_back(hand_over)

    def received(self) -> ReviewNews:
        """What was handed to this user."""
        return self.feedback.reviews.look()

    def join(self, *, replace: bool = False) -> str:
        """Put the own public key into the library."""
        me = self.feedback.people.join(replace=replace)
        return fingerprint(me.public_key, me.signing_key)

    def joined(self) -> bool:
        """Whether this user's key is the one that the library has."""
        people = self.feedback.people
        key, there = people.own_key(), people.find_or_none(people.name)
        return key is not None and there is not None and there.public_key == key.public_key

    def open(self, received: ReceivedAttempt) -> Attempt:
        """The attempt, with its recording."""
        return self.feedback.reviews.attempt(received)

    def remark(self, received: ReceivedAttempt, step: int, text: str) -> ReceivedAttempt:
        """Write a remark down."""
        return self.feedback.reviews.remark(received, step, text)

    def listen(self) -> Listening:
        """Listen to the microphone."""
        from capture.backends.audio import open_voice_note

        return open_voice_note(self._microphone)

    def speak(self, received: ReceivedAttempt, step: int, said: Listening | None) -> ReceivedAttempt:
        """Keep what was said."""
        if said is None:
            return self.feedback.reviews.speak(received, step, None)
        try:
            spoken = spoken_remark(*said.taken())
        finally:
            said.close()
        return self.feedback.reviews.speak(received, step, spoken)

    def write_down(self, received: ReceivedAttempt, step: int) -> ReceivedAttempt:
        """Write down what was said."""
        spoken = next((one.spoken for one in received.remarks if one.step == step), None)
        if spoken is None or self._recognizer is None:
            return received
        words = words_of(spoken, self._recognizer, self.feedback.store)
        return self.feedback.reviews.put_words(received, step, spoken, words)

    def hear(self, heard: Heard) -> str:
        """Play a remark."""
        if problem := display_problem(self._environment):
            raise ShowhowError(problem, "Read it instead.")
        of = f"step {heard.step}" if heard.step else "all of it"
        file = sound_file(heard, self.feedback.store)
        player = play_sound(file, title=f"{heard.by} · {of}", environment=self._environment)
        return f"Playing what {'you' if heard.by == YOU else heard.by} said of {of} in {player}"

    def answer(
        self, received: ReceivedAttempt, outcome: FeedbackOutcome, text: str = "", *, badge: bool = True
    ) -> ReceivedAttempt:  # fmt: skip
        """Decide; sealed for the learner."""
        return self.feedback.reviews.answer(received, outcome, text, badge=badge)

    def play(self, received: ReceivedAttempt, step: int) -> str:
        """Play both from a step; the attempt alone where the demo was removed."""
        from tui.playback.mpv import Replay
        from tui.playback.side_by_side import play_side_by_side

        attempt, learner = self.open(received), received.handed.learner.name
        verdicts = attempt.comparison.verdicts if attempt.comparison is not None else ()
        at_ms = next((verdict.at_ms for verdict in verdicts if verdict.step == step), 0)
        theirs = Replay(Path(attempt.take.path, VIDEO), at_ms, title=f"{learner} · {attempt.title}")
        demo = self._demo(attempt)
        if demo is None:
            return f"The demo was removed; playing the try alone in {play_side_by_side((theirs,), self._environment)}"
        start = next((one.start_ms for one in demo.steps if one.number == step), 0)
        ours = Replay(demo.path / demo.clip.path, start, title=f"The demo · {demo.title}")
        player = play_side_by_side((ours, theirs), self._environment)
        return f"Playing both from {f'step {step}' if step else 'the beginning'} in {player}"

    def _demo(self, attempt: Attempt) -> Demo | None:
        """The version that was tried, else the newest, with its files here; None when it was removed."""
        try:
            newest = self._library.catalog.get(attempt.demo_id)
            tried = self._library.store.read(attempt.demo_id, attempt.version)
        except DemoNotFound:
            return None
        except LibraryError:  # that version was deleted
            tried = newest
        return self._library.store.fetch_local(tried)

    def told(self) -> Sequence[str]:
        """A line for each thing that is new."""
        return self.feedback.news()


def _counts(one: HandOver) -> bool:
    """Whether a hand-over is worth showing: what came back stays the learner's, also when it was taken back."""
    return one.state is not HandOverState.TAKEN_BACK or bool(one.feedback)
