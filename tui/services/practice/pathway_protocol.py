"""``PathwayService``: what the screens of pathways may ask for. Depends on no other service and loads no library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from library.practice.pathways.model import Enrolment, LearnerCounts, Pathway
from library.practice.pathways.progress import PathwayProgress

if TYPE_CHECKING:
    from library.practice.pathways.record_store import Delivery


class PathwayView(NamedTuple):
    """A pathway as this user sees it. ``enrolment`` None: not joined. ``counts``: what is told of all learners."""

    pathway: Pathway
    progress: PathwayProgress
    enrolment: Enrolment | None
    counts: LearnerCounts


class PathwayService(Protocol):
    """Pathways for the screens. All methods may block: use a thread. Raises ShowhowError."""

    def all(self) -> Sequence[PathwayView]:
        """Every pathway that is open or joined, the joined ones first."""

    def view(self, pathway_id: str) -> PathwayView:
        """One pathway; what is shared follows the progress."""

    def join(self, pathway: Pathway) -> Enrolment:
        """Join it."""

    def leave(self, pathway_id: str) -> Enrolment:
        """Leave it; what was shared is taken back."""

    def share(self, pathway: Pathway, *, on: bool) -> Enrolment:
        """Share which points are reached, or take it back."""

    def watched(self, demo_id: str, *, on: bool) -> None:
        """Tick a demo as watched, or take the tick away."""

    def replayed(self, demo_id: str) -> bool:
        """Note that a demo was played to its end, if a joined pathway asks for it; whether one does."""

    def create(self, title: str, demos: Sequence[str], *, about: str = "", sign_off: str = "") -> Pathway:
        """Make a pathway of demos, by their names, with the usual points."""

    def add(self, pathway: Pathway, points: Sequence[str], before: str = "") -> Pathway:
        """Add points as they are typed, before the one of a key or at the end."""

    def remove(self, pathway: Pathway, key: str) -> Pathway:
        """Take a point out."""

    def move(self, pathway: Pathway, key: str, before: str) -> Pathway:
        """Move a point before another; to the end when there is none."""

    def send(self) -> Delivery:
        """Send what waits for the record store that the user chose, if any."""
