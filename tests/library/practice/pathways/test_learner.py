"""The learner's side of a pathway: joined, watched, shared and left, and what of it lies elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from library.connection.library import Library, open_library
from library.connection.team import TeamState
from library.model import LibraryError, RecordNotFound
from library.practice.attempts import AttemptLog
from library.practice.feedback.handing import HAND_OVER
from library.practice.feedback.model import Feedback, FeedbackOutcome, HandOver
from library.practice.pathways.building import usual_points
from library.practice.pathways.learner import LearnerPathways, shared_enrolments
from library.practice.pathways.model import AttemptReviewed, Pathway, Point, PointKind
from library.practice.pathways.pathways import pathways_of
from library.practice.pathways.progress import PointState
from library.practice.pathways.reviews import KeptReviews
from library.practice.pathways.shared import (
    FolderProgress,
    ReachedPoints,
    SharedProgress,
    TeamProgress,
    counts_of,
    new_learner_id,
    shared_progress,
)
from library.practice.store import PracticeStore
from tests.library.conftest import emptied
from tests.library.factories import demo, put_bundle
from tests.library.practice.pathways.attempts import attempt

DEMO, OWN_WORDS = "split-1", "Harbour Paper of a learner"


def handed(number: int, attempt_id: str, to: str, *outcomes: FeedbackOutcome) -> HandOver:
    """A hand-over with what came back."""
    given = {"hand_id": f"h{number}", "secret": "x"}
    answers = tuple(Feedback(by="Shift lead", outcome=outcome, at_unix_ms=7, **given) for outcome in outcomes)
    return HandOver(
        attempt_id=attempt_id, demo_id=DEMO, title="Split an order", to=to, to_key="age1", library="library",
        feedback=answers, **given,
    )  # fmt: skip


class House(NamedTuple):
    """A library with a pathway of one demo, and a learner."""

    library: Library
    pathway: Pathway
    learner: LearnerPathways
    log: AttemptLog


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as library:
        library.catalog.insert(put_bundle(library.demos, demo(DEMO, "Split an order", "Open it.", "Do it.")))
        pathway = pathways_of(library).create("Orders", usual_points([library.catalog.get(DEMO)]))
        store = PracticeStore(tmp_path / "home" / "mine")
        yield House(library, pathway, LearnerPathways(store, shared_progress(library), library.catalog),
                    AttemptLog(store))  # fmt: skip


def tried(house: House) -> None:
    house.log.keep(replace(attempt(1, 0), title=OWN_WORDS))


def files_outside(house: House) -> bytes:
    """All that lies in the library's folder, names included."""
    found = [path for path in house.library.folder.rglob("*") if path.is_file()]
    return b"".join(str(path).encode() + path.read_bytes() for path in found)


def test_a_learner_joins_ticks_tries_and_leaves(house: House) -> None:
    house.learner.join(house.pathway)
    house.learner.watched(DEMO)
    tried(house)
    found = house.learner.progress(house.pathway)
    assert [one.state for one in found.points] == [PointState.REACHED, PointState.REACHED, PointState.WAITING]
    assert house.learner.join(house.pathway) == house.learner.joined()[0]
    house.learner.watched(DEMO, on=False)
    assert house.learner.progress(house.pathway).reached == 1
    house.learner.leave(house.pathway.pathway_id)
    assert house.learner.joined() == []
    with pytest.raises(RecordNotFound, match="not joined"):
        house.learner.leave(house.pathway.pathway_id)


def test_a_replay_to_the_end_is_noted_only_where_a_pathway_asks_for_it(house: House) -> None:
    assert not house.learner.replayed(DEMO)
    house.learner.join(house.pathway)
    assert not house.learner.replayed("another-1")
    assert house.learner.replayed(DEMO)
    assert house.learner.progress(house.pathway).points[0].state is PointState.REACHED


def test_nothing_of_the_learner_is_in_the_library_before_she_says_so(house: House) -> None:
    before = files_outside(house)
    enrolment = house.learner.join(house.pathway)
    tried(house)
    house.learner.watched(DEMO)
    house.learner.progress(house.pathway)
    assert files_outside(house) == before
    house.learner.share(house.pathway, on=True)
    after = files_outside(house)
    assert enrolment.learner_id.encode() in after
    assert OWN_WORDS.encode() not in after


def test_what_is_shared_is_the_keys_of_reached_points_and_follows_the_learner(house: House) -> None:
    enrolment = house.learner.join(house.pathway)
    house.learner.share(house.pathway, on=True)
    place = house.library.folder / "progress" / house.pathway.pathway_id / f"{enrolment.learner_id}.json"
    assert json.loads(place.read_bytes()) == {"schema_version": 1, "points": []}
    tried(house)
    house.learner.progress(house.pathway)
    assert json.loads(place.read_bytes())["points"] == [f"practise:{DEMO}"]


@pytest.mark.parametrize("way", ["off", "leave", "forget"])
def test_what_was_shared_is_taken_back_and_no_second_name_leads_to_the_first(house: House, way: str) -> None:
    first = house.learner.join(house.pathway)
    house.learner.share(house.pathway, on=True)
    if way == "off":
        again = house.learner.share(house.pathway, on=False)
        assert again.learner_id != first.learner_id
    elif way == "leave":
        house.learner.leave(house.pathway.pathway_id)
    else:
        (shared,) = shared_enrolments(house.log.store)
        shared_progress(house.library).drop(shared.pathway_id, shared.learner_id)
        house.log.forget_everything()
        assert house.learner.joined() == []
    assert list(shared_progress(house.library).records(house.pathway.pathway_id)) == []


def test_a_library_that_cannot_be_written_counts_nobody_and_says_so(house: House) -> None:
    house.learner.join(house.pathway)
    (house.library.folder / "progress").write_bytes(b"a file where the folder should be")
    with pytest.raises(LibraryError, match="Could not write"):
        house.learner.share(house.pathway, on=True)
    assert not house.learner.joined()[0].shares


def test_what_is_taken_back_while_another_program_looks_stays_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.learner.join(house.pathway)
    house.learner.share(house.pathway, on=True)
    renamed, put = replace(house.pathway, title="Orders, anew"), FolderProgress.put
    other = LearnerPathways(house.log.store, shared_progress(house.library), house.library.catalog)

    def taken_back_meanwhile(*values: Any) -> None:
        other.share(house.pathway, on=False)
        put(*values)

    monkeypatch.setattr(FolderProgress, "put", taken_back_meanwhile)
    house.learner.progress(renamed)
    assert list(shared_progress(house.library).records(house.pathway.pathway_id)) == []
    assert not house.learner.joined()[0].shares


def test_a_closed_pathway_takes_nobody_and_keeps_who_is_in(house: House) -> None:
    house.learner.join(house.pathway)
    closed = replace(house.pathway, closed=True)
    assert house.learner.join(closed).pathway_id == closed.pathway_id
    house.learner.leave(closed.pathway_id)
    with pytest.raises(LibraryError, match="closed"):
        house.learner.join(closed)


def test_the_last_word_of_each_reviewer_counts_and_not_the_learners_own(house: House) -> None:
    store, signed, again = house.log.store, FeedbackOutcome.SIGNED_OFF, FeedbackOutcome.ONCE_MORE
    every = (
        handed(1, "a1", "Ana", signed), handed(2, "a1", "priya", signed), handed(3, "a2", "Ana", signed, again),
        handed(4, "a3", "Ana"),
    )  # fmt: skip
    for one in every:
        store.put(HAND_OVER, one.hand_id, one, at_unix_ms=1)
    assert KeptReviews(store, "Priya").reviews() == [
        AttemptReviewed(attempt_id="a1", by="Ana", signed_off=True, at_unix_ms=7),
        *[AttemptReviewed(attempt_id="a2", by="Ana", at_unix_ms=7)] * 2,
    ]
    assert len(KeptReviews(store).reviews()) == 4


def test_what_a_colleague_signed_off_reaches_the_sign_off(house: House) -> None:
    points = usual_points([house.library.catalog.get(DEMO)], sign_off="Shift lead=Ana")
    pathway = pathways_of(house.library).change(house.pathway.pathway_id, lambda now: replace(now, points=points))
    tried(house)
    assert house.learner.progress(pathway).points[-1].state is PointState.OPEN
    house.log.store.put(HAND_OVER, "h1", handed(1, "a1", "Ana", FeedbackOutcome.SIGNED_OFF), at_unix_ms=1)
    assert house.learner.progress(pathway).points[-1].state is PointState.REACHED


@pytest.fixture(params=["folder", "team"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SharedProgress]:
    """Each place where progress is shared, empty."""
    if request.param == "folder":
        yield FolderProgress(tmp_path)
        return
    catalog = emptied(request.getfixturevalue("team_database"), tmp_path / "demos")
    catalog._run(
        lambda session: session.connection.execute("DELETE FROM settings WHERE starts_with(name, 'progress/')"),
        write=True,
    )  # type: ignore[attr-defined]  # psycopg's own
    yield TeamProgress(TeamState(catalog))
    catalog.close()


def test_the_lead_sees_counts_of_five_and_more_and_nothing_below(shared: SharedProgress) -> None:
    points = tuple(Point(kind=kind, demo_id=DEMO) for kind in (PointKind.WATCH, PointKind.PRACTISE))
    pathway = Pathway(pathway_id="orders-1", title="Orders", points=points)
    learners = [new_learner_id() for _ in range(6)]
    for number, learner in enumerate(learners):
        reached = (f"watch:{DEMO}", f"practise:{DEMO}")[: 1 + (number < 4)]
        shared.put(pathway.pathway_id, learner, ReachedPoints(points=(*reached, reached[0], "made-up")))
    shared.put("orders-12", new_learner_id(), ReachedPoints(points=(f"watch:{DEMO}",)))
    assert counts_of(pathway, shared) == (6, (6, None))
    shared.drop(pathway.pathway_id, learners[0])
    shared.drop(pathway.pathway_id, learners[0])
    assert counts_of(pathway, shared) == (5, (5, None))
    shared.drop(pathway.pathway_id, learners[1])
    assert counts_of(pathway, shared) == (None, (None, None))


def test_records_that_nobody_shared_are_passed_over(tmp_path: Path) -> None:
    shared = FolderProgress(tmp_path)
    pathway = Pathway(pathway_id="orders-1", title="Orders", points=(Point(kind=PointKind.WATCH, demo_id=DEMO),))
    folder = tmp_path / "progress" / "orders-1"
    folder.mkdir(parents=True)
    for name in (f"{'a' * 16} (conflict).json", "x.json", f"{'b' * 16}.json.part"):
        (folder / name).write_text('{"points": ["watch:split-1"]}')
    for name, text in (("c" * 16, "{"), ("d" * 16, '{"points": 3}'), ("e" * 16, "[" * 90_000)):
        (folder / f"{name}.json").write_text(text)
    (folder / f"{'f' * 16}.json").mkdir()
    for _ in range(5):
        shared.put("orders-1", new_learner_id(), ReachedPoints(points=(f"watch:{DEMO}",)))
    assert counts_of(pathway, shared) == (5, (5,))
    with pytest.raises(ValueError, match="not the id"):
        shared.put("../elsewhere", new_learner_id(), ReachedPoints())
