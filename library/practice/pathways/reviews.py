"""SignOffs: what the progress in a pathway must know of the reviews of a learner's attempts.

Reads the reviews that the learner keeps; who writes them is ``library/practice/feedback/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from library.practice.store import PracticeStore

REVIEW = "review"
"""The kind of these records in the learner's store."""
_SIGNED_OFF = "signed_off"


class AttemptReviewed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody said something of an attempt. ``outcome`` is ``signed_off`` when nothing is left to do."""

    attempt_id: str
    by: str = ""
    outcome: str = ""
    at_unix_ms: int = 0

    @property
    def signed_off(self) -> bool:
        """Whether the attempt was signed off."""
        return self.outcome == _SIGNED_OFF


class SignOffs(Protocol):
    """The reviews of a learner's attempts."""

    def reviews(self) -> Sequence[AttemptReviewed]:
        """All reviews that the learner has, oldest first. Raises LibraryError."""


class KeptReviews:
    """The reviews in the learner's own store, but for those that the learner, by this name, wrote."""

    def __init__(self, store: PracticeStore, learner: str = "") -> None:
        self._store, self._learner = store, learner.casefold()

    def reviews(self) -> Sequence[AttemptReviewed]:
        """All of them."""
        every = self._store.all(REVIEW, AttemptReviewed)
        return [one for one in every if not self._learner or one.by.casefold() != self._learner]
