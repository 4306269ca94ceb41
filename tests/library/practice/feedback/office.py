"""People with a home each and one library between them; the learner has an attempt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from library.model import TakeFacts
from library.practice.attempts import AttemptLog
from library.practice.feedback.handing import HandOvers
from library.practice.feedback.model import BadgeWish, HandOver
from library.practice.feedback.opening import OpenFeedback
from library.practice.feedback.people import People
from library.practice.feedback.receiving import Reviews
from library.practice.model import Attempt, AttemptState, Comparison, Verdict, VerdictKind
from library.practice.store import PracticeStore
from library.storage.shelf import FolderFileShelf
from tests.library.factories import demo

TITLE, SEEN, MESSAGE = "Harbour Paper of a learner", "Quayside label", "Was that the short way?"
CLIP = b"a clip that shows Quayside " * 50
ADDRESS = "/srv/library"


@dataclass
class Home:
    """One person's own folder, and the library as they see it."""

    name: str
    log: AttemptLog
    feedback: OpenFeedback

    @property
    def people(self) -> People:
        return self.feedback.people

    @property
    def handed(self) -> HandOvers:
        return self.feedback.handed

    @property
    def reviews(self) -> Reviews:
        return self.feedback.reviews


class Office:
    """A library in a folder, and homes beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.library = folder, folder / "library"
        self.library.mkdir()
        self.clip = folder / "clip.mp4"
        self.clip.write_bytes(CLIP)

    @property
    def sealed(self) -> Path:
        """The folder of what was handed over."""
        return self.library / "handed"

    def home(self, name: str, folder: str = "", address: str = ADDRESS) -> Home:
        """Somebody's home; a second call opens it again, as another run does."""
        store = PracticeStore(self.folder / (folder or f"home-{name}") / "mine")
        people = People(FolderFileShelf(self.library / "people"), store, name)
        shelf, log = FolderFileShelf(self.sealed), AttemptLog(store)
        handed, reviews = HandOvers(shelf, log, people, address), Reviews(shelf, store, people, address)
        return Home(name, log, OpenFeedback(people, handed, reviews, store))

    def attempt(self, home: Home, attempt_id: str = "20261126-101500-ab12") -> Attempt:
        """A compared attempt in somebody's home."""
        comparison = Comparison(
            verdicts=(Verdict(step=1, was=VerdictKind.RENAMED, at_ms=500, took_ms=900, expert_ms=700, seen=SEEN),),
            score=1.0, took_ms=2_000, expert_ms=1_500, rule=1,
        )  # fmt: skip
        made = Attempt(
            attempt_id=attempt_id, demo_id="d1", title=TITLE, steps=demo("d1", TITLE, "Click New order.").steps,
            take=TakeFacts(take_id="t1", path=str(self.folder), started_unix_ms=1, duration_ms=3_000),
            comparison=comparison, state=AttemptState.MINE,
        )  # fmt: skip
        home.log.keep(made)
        return made

    def hand(
        self, home: Home, attempt: Attempt, to: str = "Priya", *, new_key: bool = False,
        wish: BadgeWish | None = None,
    ) -> HandOver:  # fmt: skip
        """Hand the attempt as it is."""
        person = home.people.find(to)
        prepared = replace(attempt, take=TakeFacts(duration_ms=3_000))
        return home.handed.hand(attempt, prepared, self.clip, person, message=MESSAGE, new_key=new_key, wish=wish)
