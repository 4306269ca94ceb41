"""Statements: what is told of a learner to a learning record store (xAPI): reached points, and nothing else.

Owns that nothing is made before the learner chose a store, that the learner has a random account there, that each point
is told once, and that what was not taken is kept. The wire is ``record_store.py``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from library.practice.pathways.model import Pathway, PointKind
from library.practice.pathways.progress import PathwayProgress, PointProgress, PointState
from library.practice.pathways.record_store import ChosenStore, Delivery, deliver
from library.practice.store import PracticeStore

CHOSEN, STATEMENT = "record_store", "statement"
"""The kinds of these records in the learner's store."""
_ONLY = "only"
_SPACE = uuid.UUID("6f0c3f5e-0d8e-4c43-9f5b-6a0a3d5f7f21")
_HOME = "https://showhow.invalid/learner"
"""The system of the accounts: none that exists, so that no account can be looked up."""
_VERBS = {
    PointKind.WATCH: ("http://adlnet.gov/expapi/verbs/completed", "completed"),
    PointKind.PRACTISE: ("http://adlnet.gov/expapi/verbs/completed", "completed"),
    PointKind.REVIEW: ("http://adlnet.gov/expapi/verbs/completed", "completed"),
    PointKind.ASSESS: ("http://adlnet.gov/expapi/verbs/passed", "passed"),
    PointKind.SIGN_OFF: ("http://adlnet.gov/expapi/verbs/mastered", "mastered"),
}
_TYPES = {PointKind.ASSESS: "http://adlnet.gov/expapi/activities/assessment"}
_TYPE = "http://adlnet.gov/expapi/activities/lesson"
_WHOLE = "http://adlnet.gov/expapi/activities/course"


class QueuedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that waits, or was taken. ``refused``: why the store did not take it the last time."""

    statement_id: str
    statement: msgspec.Raw
    sent: bool = False
    refused: str = ""


class Statements:
    """The statements of one learner, queued on disk. Every method may raise LibraryError."""

    def __init__(self, store: PracticeStore, now_ms: Callable[[], int]) -> None:
        self._store, self._now_ms = store, now_ms

    @property
    def chosen(self) -> ChosenStore | None:
        """Where statements go; None: nowhere."""
        return self._store.get(CHOSEN, _ONLY, ChosenStore)

    def choose(self, address: str, user: str = "", password: str = "") -> ChosenStore:
        """Begin to tell reached points to a store, under a new random account. Raises LibraryError: not a safe one."""
        made = ChosenStore(address=address, account=uuid.uuid4().hex, user=user, password=password)
        made.check()
        self.stop()
        self._store.put(CHOSEN, _ONLY, made, at_unix_ms=self._now_ms())
        return made

    def stop(self) -> None:
        """Tell nothing any more; what waits is deleted. What was sent cannot be had back."""
        for one in self._queued():
            self._store.remove(STATEMENT, one.statement_id)
        self._store.remove(CHOSEN, _ONLY)

    def waiting(self) -> list[QueuedStatement]:
        """What was not taken yet, oldest first."""
        return [one for one in self._queued() if not one.sent]

    def _queued(self) -> list[QueuedStatement]:
        return self._store.all(STATEMENT, QueuedStatement)

    def follow(self, pathway: Pathway, progress: PathwayProgress) -> None:
        """Queue a statement for each point that was reached and not told."""
        if (chosen := self.chosen) is None:
            return
        known = {one.statement_id for one in self._queued()}
        for one in progress.points:
            if one.state is PointState.REACHED and (name := _id_of(chosen, pathway, one)) not in known:
                body = msgspec.json.encode(statement_of(name, chosen.account, pathway, one, self._now_ms()))
                queued = QueuedStatement(statement_id=name, statement=msgspec.Raw(body))
                self._store.put(STATEMENT, name, queued, at_unix_ms=self._now_ms())

    def send(self) -> Delivery:
        """Send what waits, if anything may be sent; what is not taken stays queued, and the result says why."""
        chosen, waiting = self.chosen, self.waiting()
        if chosen is None or not waiting:
            return Delivery()
        result = deliver(chosen, {one.statement_id: bytes(one.statement) for one in waiting})
        for name in result.taken:
            self._mark([name], sent=True, refused="")
        for name, why in result.refused.items():
            self._mark([name], sent=False, refused=why)
        return result

    def _mark(self, names: Sequence[str], *, sent: bool, refused: str) -> None:
        for name in names:
            self._store.update(
                STATEMENT, name, QueuedStatement, lambda now: replace(now, sent=sent, refused=refused)
            )  # fmt: skip


def statement_of(
    statement_id: str, account: str, pathway: Pathway, reached: PointProgress, now_unix_ms: int
) -> dict[str, Any]:  # fmt: skip
    """The statement on a reached point. It names the pathway and the demo, both of which are in the library anyway."""
    point = reached.keyed.point
    verb, word = _VERBS[point.kind]
    whole = f"urn:showhow:pathway:{pathway.pathway_id}"
    at = reached.reached_unix_ms if 0 < reached.reached_unix_ms <= now_unix_ms else now_unix_ms
    made: dict[str, Any] = {
        "id": statement_id,
        "actor": {"objectType": "Agent", "account": {"homePage": _HOME, "name": account}},
        "verb": {"id": verb, "display": {"en": word}},
        "object": {
            "objectType": "Activity",
            "id": f"{whole}:point:{uuid.uuid5(_SPACE, reached.keyed.key)}",
            "definition": {"name": {"en": point.title or point.role}, "type": _TYPES.get(point.kind, _TYPE)},
        },
        "context": {
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": whole,
                            "definition": {"name": {"en": pathway.title}, "type": _WHOLE}}]
            },
            "platform": "showhow",
        },
        "timestamp": datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds"),
    }  # fmt: skip
    if point.kind in {PointKind.ASSESS, PointKind.SIGN_OFF}:
        made["result"] = {"success": True, "completion": True}
    return made


def _id_of(chosen: ChosenStore, pathway: Pathway, reached: PointProgress) -> str:
    return str(uuid.uuid5(_SPACE, f"{chosen.account} {pathway.pathway_id} {reached.keyed.key}"))
