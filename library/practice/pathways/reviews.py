"""SignOffs: what the progress in a pathway must know of the reviews of a learner's attempts.

Reads what came back for the attempts that the learner handed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from library.practice.feedback.handing import kept_hand_overs
from library.practice.feedback.model import HandOver
from library.practice.pathways.model import AttemptReviewed
from library.practice.store import PracticeStore


class SignOffs(Protocol):
    """The reviews of a learner's attempts."""

    def reviews(self) -> Sequence[AttemptReviewed]:
        """All reviews that the learner has. Raises LibraryError."""


class KeptReviews:
    """The reviews in the learner's own store, but for those of the learner, by this name."""

    def __init__(self, store: PracticeStore, learner: str = "") -> None:
        self._store, self._learner = store, learner.casefold()

    def reviews(self) -> Sequence[AttemptReviewed]:
        """All of them."""
        every = (review for handed in kept_hand_overs(self._store) for review in _reviews(handed))
        return [one for one in every if not self._learner or one.by.casefold() != self._learner]


def _reviews(handed: HandOver) -> Iterator[AttemptReviewed]:
    """What was said of one hand-over; only its last word can sign off.

    It is by whom the file was sealed for, whatever name an answer gives.
    """
    for said in handed.feedback:
        last = said is handed.feedback[-1] and handed.signed_off
        yield AttemptReviewed(
            attempt_id=handed.attempt_id, by=handed.to, signed_off=last, at_unix_ms=said.at_unix_ms
        )  # fmt: skip
