"""``LearningService``: what the screens ask for of notes, needs and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from capture.model import Front
from library.index.model import no_pause
from library.learning.needs.model import Need
from library.learning.notes.model import Note, NoteCounts, NoteKind, NoteThread
from library.learning.now.help import FrontHelp
from library.learning.signals.signals import Signals
from library.model import Demo, Found

if TYPE_CHECKING:
    from library.freshness.lists import StaleDemo


class LearningService(Protocol):
    """Notes, needs and figures of the open library. Every method may raise LibraryError."""

    def note(
        self, demo: Demo, kind: NoteKind, step: int, text: str = "", *, who: str = "", about: str = "", seen: str = ""
    ) -> Note:  # fmt: skip
        """Say something of a step (0: of the whole demo); ``about``: the note that it answers.

        ``seen``: the label that is there now.
        """

    def threads(self, demo_id: str) -> Sequence[NoteThread]:
        """The notes of a demo that have words, by step."""

    def counts(self, demo: Demo) -> Mapping[int, NoteCounts]:
        """How often each step helped or not, by its number; 0: the whole demo."""

    def needs(self) -> Sequence[Need]:
        """All needs: those that wait first, most wanted first."""

    def experts(self, need: Need) -> Sequence[str]:
        """Who likely knows how it is done: authors of the nearest demos, at most three."""

    def ask(self, query: str, why: str = "", app: str = "", who: str = "") -> Need:
        """Ask for a demo."""

    def take(self, need_id: str) -> Need:
        """Say that the user records it."""

    def release(self, need_id: str) -> Need:
        """Say that the user does not record it after all."""

    def decline(self, need_id: str, reason: str) -> Need:
        """Say why there will be no demo."""

    def merge(self, need_id: str, into: str) -> Need:
        """Count a need as another one."""

    def remove_note(self, note: Note) -> None:
        """Take a note away, for everybody. Raises LibraryError when it is not the user's to remove."""

    def remove_need(self, need: Need) -> Need:
        """Take a need away, for everybody. Raises LibraryError when it is not the user's to remove."""

    def told(self) -> Sequence[str]:
        """A line for each need of this user that ended since the last call; each is told once."""

    def signals(self) -> Signals:
        """The figures of the library."""

    def freshness(self, demo: Demo) -> str:
        """Why a demo may be out of date, in one line; empty when nothing says so."""

    def stale_of_mine(self) -> Sequence[StaleDemo]:
        """The user's own demos that may be out of date, those that most people reported first."""

    def help_for(self, front: Front) -> FrontHelp:
        """The best steps for the window in front."""

    def front_first(self, front: FrontHelp, found: Found, pause: Callable[[], None] = no_pause) -> Found:
        """What a search found, with what is in the program in front first. Raises Cancelled when ``pause`` does."""
