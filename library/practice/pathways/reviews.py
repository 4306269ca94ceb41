"""SignOffs: what the progress in a pathway must know of the reviews of a learner's attempts.

Reads what came back for the attempts that the learner handed over, as ``library/practice/feedback/`` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from library.practice.pathways.model import AttemptReviewed
from library.practice.store import PracticeStore

HANDED = "hand_over"
"""The kind of the learner's records of hand-overs."""
_SIGNED_OFF = "signed_off"


class SignOffs(Protocol):
    """The reviews of a learner's attempts."""

    def reviews(self) -> Sequence[AttemptReviewed]:
        """All reviews that the learner has. Raises LibraryError."""


class _Said(msgspec.Struct, frozen=True):
    by: str = ""
    outcome: str = ""
    at_unix_ms: int = 0


class _Handed(msgspec.Struct, frozen=True):
    attempt_id: str
    feedback: tuple[_Said, ...] = ()


class KeptReviews:
    """The reviews in the learner's own store, but for those that the learner, by this name, wrote."""

    def __init__(self, store: PracticeStore, learner: str = "") -> None:
        self._store, self._learner = store, learner.casefold()

    def reviews(self) -> Sequence[AttemptReviewed]:
        """All of them."""
        every = (review for handed in self._store.all(HANDED, _Handed) for review in _reviews(handed))
        return [one for one in every if not self._learner or one.by.casefold() != self._learner]


def _reviews(handed: _Handed) -> Iterator[AttemptReviewed]:
    """What was said of one hand-over; only its last word can sign off."""
    for said in handed.feedback:
        last = said is handed.feedback[-1] and said.outcome == _SIGNED_OFF
        yield AttemptReviewed(
            attempt_id=handed.attempt_id, by=said.by, signed_off=last, at_unix_ms=said.at_unix_ms
        )  # fmt: skip
