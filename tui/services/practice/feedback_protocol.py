"""``FeedbackService``: what the screens of feedback may ask for: handing over, what waits, remarks, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from capture.model import Level
from capture.progress import Progress
from library.model import Draft
from library.practice.feedback.model import FeedbackOutcome, HandOver, Person, ReceivedAttempt
from library.practice.feedback.people import KeyTrust
from library.practice.feedback.receiving import ReviewNews
from library.practice.feedback.spoken import Heard
from library.practice.model import Attempt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class CheckedPerson(NamedTuple):
    """A person with their key's fingerprint, and whether it is the key of before."""

    person: Person
    trust: KeyTrust
    fingerprint: str


class Listening(Protocol):
    """An open microphone into which a remark is spoken (``capture.audio.voice_note.VoiceNote``)."""

    @property
    def seconds(self) -> float:
        """How much was said so far."""

    @property
    def longest_s(self) -> float:
        """How much there can be."""

    @property
    def failure(self) -> str:
        """Why no sound arrives, in one line."""

    def level(self) -> Level:
        """The current level; takes what was said since the last call. Never blocks."""

    def wait_next(self, seconds: float) -> None:
        """Wait for more sound, at most ``seconds``."""

    def taken(self) -> tuple[NDArray[np.int16], int]:
        """The samples [n] and their rate in Hz. Raises CaptureError when nothing was heard."""

    def close(self) -> None:
        """Release the microphone."""


class FeedbackService(Protocol):
    """Feedback in the open library. All methods may block: use a thread. Raises ShowhowError."""

    def people(self) -> Sequence[Person]:
        """Everybody to whom this user may hand something."""

    def check(self, name: str) -> CheckedPerson:
        """The person of a name. Raises LibraryError when nobody has it."""

    def draft(self, attempt: Attempt) -> Draft:
        """The recording of an attempt, in which cuts and blurs are marked."""

    def hand(
        self, attempt: Attempt, draft: Draft, person: Person, message: str, *, new_key: bool, progress: Progress
    ) -> HandOver:  # fmt: skip
        """Seal what is left of it for a person and put it into the library."""

    def handed(self, attempt_id: str = "") -> Sequence[HandOver]:
        """What this user handed over, with what came back; of one attempt when it is named."""

    def trouble(self, hand_over: HandOver) -> str:
        """Why nobody will answer, in one line; empty when all is well."""

    def take_back(self, hand_over: HandOver) -> HandOver:
        """Remove it from the library."""

    def received(self) -> ReviewNews:
        """What was handed to this user."""

    def join(self) -> str:
        """Let others hand something to this user; returns the fingerprint of the own key."""

    def joined(self) -> bool:
        """Whether this user has a key here."""

    def open(self, received: ReceivedAttempt) -> Attempt:
        """The attempt that was handed over, with its recording on this machine."""

    def remark(self, received: ReceivedAttempt, step: int, text: str) -> ReceivedAttempt:
        """Write a remark down at a step."""

    def listen(self) -> Listening:
        """Listen to the microphone of the settings. Raises CaptureError when there is none."""

    def speak(self, received: ReceivedAttempt, step: int, said: Listening | None) -> ReceivedAttempt:
        """Keep what was said as a remark at a step, and close it; None takes such a remark away."""

    def write_down(self, received: ReceivedAttempt, step: int) -> ReceivedAttempt:
        """Have the speech model of this machine write down what was said at a step; nothing without a model."""

    def hear(self, heard: Heard) -> str:
        """Play a remark; returns a message for the user."""

    def answer(self, received: ReceivedAttempt, outcome: FeedbackOutcome, text: str = "") -> ReceivedAttempt:
        """Sign it off or ask for once more; the learner is told."""

    def play(self, received: ReceivedAttempt, step: int) -> str:
        """Play the demo and the attempt side by side from a step; returns a message for the user."""

    def told(self) -> Sequence[str]:
        """A line for each thing that is new; each is told once."""
