"""LearnerPathways: the pathways that this learner joined, and how far; kept in the learner's own store.

Owns what of it leaves the store: reached points, to the library while the learner shares them, and to a record store
that the learner chose (``statements.py``). Attempts never do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from msgspec.structs import replace

from library.catalog.catalog import Catalog
from library.model import DemoNotFound, LibraryError, RecordNotFound
from library.practice.attempts import ATTEMPT
from library.practice.model import Attempt
from library.practice.pathways.model import Enrolment, Pathway, Watched, demo_ids
from library.practice.pathways.progress import LearnerFacts, PathwayProgress, PointState, progress_of
from library.practice.pathways.reviews import KeptReviews, SignOffs
from library.practice.pathways.shared import ReachedPoints, SharedProgress, new_learner_id
from library.practice.pathways.statements import Statements
from library.practice.store import PracticeStore

ENROLMENT, WATCHED = "pathway", "watched"
"""The kinds of these records in the store."""


def _now_ms() -> int:
    return round(time.time() * 1000)


class LearnerPathways:
    """The learner's side of the pathways of one library. Every method may raise LibraryError."""

    def __init__(
        self, store: PracticeStore, shared: SharedProgress, catalog: Catalog, *,
        sign_offs: SignOffs | None = None, library: str = "", now_ms: Callable[[], int] = _now_ms,
    ) -> None:  # fmt: skip
        self._library = library
        self._store, self._shared, self._catalog, self._now_ms = store, shared, catalog, now_ms
        self._sign_offs = sign_offs or KeptReviews(store)
        self.statements = Statements(store, now_ms)

    def joined(self) -> list[Enrolment]:
        """The pathways joined, oldest first."""
        return self._store.all(ENROLMENT, Enrolment)

    def enrolment(self, pathway_id: str) -> Enrolment | None:
        """The learner's part in a pathway; None when it was not joined."""
        return self._store.get(ENROLMENT, pathway_id, Enrolment)

    def join(self, pathway: Pathway) -> Enrolment:
        """Join; again changes nothing."""
        if (there := self.enrolment(pathway.pathway_id)) is not None:
            return there
        if pathway.closed:
            raise LibraryError(f"“{pathway.title}” is closed", "Ask who looks after it for another one.")
        made = Enrolment(
            pathway_id=pathway.pathway_id, title=pathway.title, learner_id=new_learner_id(),
            joined_unix_ms=self._now_ms(), attempts=self._last_number(), demo_ids=tuple(demo_ids(pathway.points)),
        )  # fmt: skip
        self._keep(made)
        return made

    def leave(self, pathway_id: str) -> Enrolment:
        """Leave; what was shared is taken back. Attempts and what was watched stay the learner's."""
        there = self._required(pathway_id)
        self._shared.drop(pathway_id, there.learner_id)
        self._store.remove(ENROLMENT, pathway_id)
        return there

    def share(self, pathway: Pathway, *, on: bool) -> Enrolment:
        """Share reached points, or take them back; the next time it is under another random name.

        Raises LibraryError when the library cannot be written: nothing has changed then.
        """
        there = self._required(pathway.pathway_id)
        if not on:
            self._shared.drop(pathway.pathway_id, there.learner_id)
            return self._change(there, shares=False, learner_id=new_learner_id())
        found, shared = self.progress(pathway), self._change(there, shares=True, library=self._library)
        try:  # what lies in the library must be known, or it could not be taken back
            self._tell(shared, found)
        except LibraryError:
            self._change(there, shares=there.shares)
            raise
        return shared

    def _tell(self, there: Enrolment, found: PathwayProgress) -> None:
        reached = tuple(one.keyed.key for one in found.points if one.state is PointState.REACHED)
        self._shared.put(there.pathway_id, there.learner_id, ReachedPoints(points=reached))
        now = self.enrolment(there.pathway_id)
        if now is None or (now.shares, now.learner_id) != (True, there.learner_id):  # taken back meanwhile
            self._shared.drop(there.pathway_id, there.learner_id)

    def watched(self, demo_id: str, *, on: bool = True) -> None:
        """Note that a demo was watched to its end, or that it was not after all; the first time counts."""
        if not on:
            self._store.remove(WATCHED, demo_id)
        elif self._store.get(WATCHED, demo_id, Watched) is None:
            record = Watched(demo_id=demo_id, at_unix_ms=self._now_ms(), attempts=self._last_number())
            self._store.put(WATCHED, demo_id, record, at_unix_ms=record.at_unix_ms, demo_id=demo_id)

    def replayed(self, demo_id: str) -> bool:
        """Note a replay to the end, if the demo is one of a pathway that was joined: else nobody asked for it."""
        asked = any(demo_id in one.demo_ids for one in self.joined())
        if asked:
            self.watched(demo_id)
        return asked

    def progress(self, pathway: Pathway) -> PathwayProgress:
        """How far the learner is; what is shared, and what is told to a record store, follows it."""
        there = self.enrolment(pathway.pathway_id)
        facts = LearnerFacts(
            self._store.all(ATTEMPT, Attempt), self._store.all(WATCHED, Watched), self._sign_offs.reviews(), there
        )  # fmt: skip
        found = progress_of(pathway, facts, self.steps(pathway), self._now_ms())
        if there is not None:
            self._follow(pathway, there, found)
        return found

    def _follow(self, pathway: Pathway, there: Enrolment, found: PathwayProgress) -> None:
        """Keep what lies elsewhere up to date. A library that cannot be written now is told the next time."""
        demos = tuple(demo_ids(pathway.points))
        if (there.title, there.demo_ids) != (pathway.title, demos):
            self._change(there, title=pathway.title, demo_ids=demos)
        if there.shares:
            with suppress(LibraryError):
                self._tell(there, found)
        self.statements.follow(pathway, found)

    def steps(self, pathway: Pathway) -> Mapping[str, Sequence[str]]:
        """The titles of the steps of each demo of a pathway that is in the library."""
        found = dict[str, Sequence[str]]()
        for demo_id in demo_ids(pathway.points):
            with suppress(DemoNotFound):
                found[demo_id] = [step.title for step in self._catalog.get(demo_id).steps]
        return found

    def _required(self, pathway_id: str) -> Enrolment:
        if (there := self.enrolment(pathway_id)) is None:
            raise RecordNotFound("You have not joined that pathway", f"Join it: showhow pathway join {pathway_id}")
        return there

    def _keep(self, enrolment: Enrolment) -> None:
        self._store.put(ENROLMENT, enrolment.pathway_id, enrolment, at_unix_ms=enrolment.joined_unix_ms)

    def _change(self, enrolment: Enrolment, **values: object) -> Enrolment:
        """Change what is kept now, unless the pathway was left meanwhile; as it is then."""
        changed = self._store.update(
            ENROLMENT, enrolment.pathway_id, Enrolment, lambda now: replace(now, **values)
        )  # fmt: skip
        return changed if changed is not None else replace(enrolment, **values)

    def _last_number(self) -> int:
        return max((attempt.number for attempt in self._store.all(ATTEMPT, Attempt)), default=0)


def shared_enrolments(store: PracticeStore) -> list[Enrolment]:
    """The pathways in which reached points are shared, to take them back before all of the learner is deleted."""
    return [one for one in store.all(ENROLMENT, Enrolment) if one.shares]
