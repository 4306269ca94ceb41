"""``LocalPathwayService``: the pathways of a library and this user's part in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from capture.progress import Progress, silent
from library.connection.library import Library
from library.model import Demo, RecordNotFound
from library.practice.pathways.building import (
    all_of,
    key_at,
    moved_point,
    parse_point,
    usual_points,
    with_points,
    without_point,
)
from library.practice.pathways.learner import LearnerPathways
from library.practice.pathways.model import Enrolment, Pathway, Point, PointKind, demo_ids
from library.practice.pathways.pathways import pathways_of
from library.practice.pathways.record_store import Delivery
from library.practice.pathways.reviews import KeptReviews
from library.practice.pathways.shared import counts_of, shared_progress
from library.practice.store import PracticeStore
from tui.services.practice.pathway_protocol import PathwayView


class LocalPathwayService:
    """The pathways of one library. ``author`` signs changes."""

    def __init__(self, library: Library, store: PracticeStore, author: str) -> None:
        self._library, self._author = library, author
        self.pathways, self._shared = pathways_of(library), shared_progress(library)
        reviews = KeptReviews(store, author)
        self.learner = LearnerPathways(
            store, self._shared, library.catalog, sign_offs=reviews, library=library.address
        )  # fmt: skip

    def all(self) -> Sequence[PathwayView]:
        """Every pathway that is open or joined."""
        joined = {one.pathway_id for one in self.learner.joined()}
        found = [one for one in self.pathways.all() if not one.closed or one.pathway_id in joined]
        found.sort(key=lambda one: one.pathway_id not in joined)
        return [self._seen(one) for one in found]

    def view(self, pathway_id: str) -> PathwayView:
        """One pathway."""
        return self._seen(self.pathways.get(pathway_id))

    def _seen(self, pathway: Pathway) -> PathwayView:
        progress = self.learner.progress(pathway)
        counts = counts_of(pathway, self._shared)
        return PathwayView(pathway, progress, self.learner.enrolment(pathway.pathway_id), counts)

    def join(self, pathway: Pathway) -> Enrolment:
        """Join it."""
        return self.learner.join(pathway)

    def leave(self, pathway_id: str) -> Enrolment:
        """Leave it."""
        return self.learner.leave(pathway_id)

    def share(self, pathway: Pathway, *, on: bool) -> Enrolment:
        """Share which points are reached, or take it back."""
        return self.learner.share(pathway, on=on)

    def watched(self, demo_id: str, *, on: bool) -> None:
        """Tick a demo as watched, or take the tick away."""
        self.learner.watched(demo_id, on=on)

    def replayed(self, demo_id: str) -> bool:
        """Note that a demo was played to its end."""
        return self.learner.replayed(demo_id)

    def create(self, title: str, demos: Sequence[str], *, about: str = "", sign_off: str = "") -> Pathway:
        """Make a pathway of demos with the usual points."""
        found = [self._library.catalog.resolve(name) for name in demos]
        return self.file(title, usual_points(found, sign_off=sign_off), about=about)

    def file(self, title: str, points: tuple[Point, ...], *, about: str = "") -> Pathway:
        """Make a pathway of points."""
        return self.pathways.create(title, points, about=about, owner=self._author)

    def parse(self, points: Sequence[str]) -> tuple[Point, ...]:
        """Points as they are typed."""
        return tuple(parse_point(text, self._library.catalog) for text in points)

    def add(self, pathway: Pathway, points: Sequence[str], before: str = "") -> Pathway:
        """Add points."""
        return self.change(pathway, [partial(with_points, points=self.parse(points), before=before)])

    def remove(self, pathway: Pathway, key: str) -> Pathway:
        """Take a point out."""
        return self.change(pathway, [partial(without_point, key=key)])

    def move(self, pathway: Pathway, key: str, before: str) -> Pathway:
        """Move a point."""
        return self.change(pathway, [partial(moved_point, key=key, before=before)])

    def change(self, pathway: Pathway, changes: Sequence[Callable[[Pathway], Pathway]]) -> Pathway:
        """File changes of a pathway as its next version."""
        return self.pathways.change(pathway.pathway_id, all_of(changes), by=self._author)

    def tick(self, pathway: Pathway, number: int, *, on: bool) -> None:
        """Tick the point of a number as watched. Raises LibraryError: it is none to watch."""
        key_at(pathway, number)
        point = pathway.points[number - 1]
        if point.kind is not PointKind.WATCH:
            raise RecordNotFound(
                f"Point {number} is reached by doing it, not by a tick", "Only what is watched is ticked."
            )
        self.watched(point.demo_id, on=on)

    def send(self) -> Delivery:
        """Send what waits for the record store."""
        return self.learner.statements.send()

    def export(self, pathway: Pathway, output: Path, progress: Progress = silent) -> Path:
        """Write the SCORM package of a pathway."""
        from library.export.scorm.pathway_package import write_pathway_package

        there = self.learner.steps(pathway)
        ids = [demo_id for demo_id in demo_ids(pathway.points) if demo_id in there]
        demos = list[Demo]()
        for number, demo_id in enumerate(ids):
            progress(number, len(ids), "Fetching demos")
            demos.append(self._library.store.fetch_local(self._library.catalog.get(demo_id)))
        return write_pathway_package(pathway, demos, output)
