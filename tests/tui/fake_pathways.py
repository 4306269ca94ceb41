"""Pathways that only pretend: kept in memory, progress worked out as the real one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec.structs import replace

from library.model import LibraryError
from library.practice.model import Attempt
from library.practice.pathways.building import moved_point, usual_points, with_points, without_point
from library.practice.pathways.model import Enrolment, LearnerCounts, Pathway, Point, PointKind, Watched
from library.practice.pathways.progress import LearnerFacts, progress_of
from library.practice.pathways.record_store import Delivery
from tests.tui.fake_library_service import FakeLibraryService
from tui.services.practice.pathway_protocol import PathwayView

NOW_MS = 1_800_014_400_000
"""Noon in Greenwich: the same day nearly everywhere."""


@dataclass
class FakePathwayService:
    """What was made, joined, ticked and shared. ``gone``: demos that are not in the library any more."""

    library: FakeLibraryService
    pathways: dict[str, Pathway] = field(default_factory=dict)
    joined: dict[str, Enrolment] = field(default_factory=dict)
    ticks: dict[str, Watched] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    delivery: Delivery = field(default_factory=Delivery)
    counted: int | None = None

    def all(self) -> Sequence[PathwayView]:
        return [self.view(one) for one in sorted(self.pathways, key=lambda one: one not in self.joined)]

    def view(self, pathway_id: str) -> PathwayView:
        pathway, enrolment = self.pathways[pathway_id], self.joined.get(pathway_id)
        facts = LearnerFacts(self.attempts, tuple(self.ticks.values()), (), enrolment)
        steps = {demo.demo_id: [step.title for step in demo.steps] for demo in self.library.demos}
        there = {demo_id: titles for demo_id, titles in steps.items() if demo_id not in self.gone}
        progress = progress_of(pathway, facts, there, NOW_MS)
        counts = LearnerCounts(self.counted, (self.counted, *[None] * len(pathway.points))[: len(pathway.points)])
        return PathwayView(pathway, progress, enrolment, counts)

    def join(self, pathway: Pathway) -> Enrolment:
        made = Enrolment(pathway_id=pathway.pathway_id, title=pathway.title, learner_id="a", joined_unix_ms=NOW_MS)
        return self.joined.setdefault(pathway.pathway_id, made)

    def leave(self, pathway_id: str) -> Enrolment:
        return self.joined.pop(pathway_id)

    def share(self, pathway: Pathway, *, on: bool) -> Enrolment:
        self.joined[pathway.pathway_id] = replace(self.joined[pathway.pathway_id], shares=on)
        return self.joined[pathway.pathway_id]

    def watched(self, demo_id: str, *, on: bool) -> None:
        if on:
            self.ticks[demo_id] = Watched(demo_id=demo_id, at_unix_ms=NOW_MS)
        else:
            self.ticks.pop(demo_id, None)

    def replayed(self, demo_id: str) -> bool:
        self.told.append(demo_id)
        if asked := bool(self.joined):
            self.watched(demo_id, on=True)
        return asked

    def create(self, title: str, demos: Sequence[str], *, about: str = "", sign_off: str = "") -> Pathway:
        found = [demo for name in demos for demo in self.library.demos if demo.title.startswith(name)]
        if len(found) < len(demos):
            raise LibraryError("There is no such demo", "See what there is.")
        made = Pathway(
            pathway_id=f"pathway-{len(self.pathways)}", title=title, about=about, owner="Priya",
            points=usual_points(found, sign_off=sign_off),
        )  # fmt: skip
        self.pathways[made.pathway_id] = made
        return made

    def add(self, pathway: Pathway, points: Sequence[str], before: str = "") -> Pathway:
        made = [Point(kind=PointKind.SIGN_OFF, role=text.partition(":")[2]) for text in points]
        return self._now(with_points(pathway, made, before))

    def remove(self, pathway: Pathway, key: str) -> Pathway:
        return self._now(without_point(pathway, key))

    def move(self, pathway: Pathway, key: str, before: str) -> Pathway:
        return self._now(partial(moved_point, key=key, before=before)(pathway))

    def _now(self, pathway: Pathway) -> Pathway:
        self.pathways[pathway.pathway_id] = pathway
        return pathway

    def send(self) -> Delivery:
        return self.delivery
