"""Notes and needs that only pretend: kept in memory, folded as the real ones are."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from capture.model import Front
from library.freshness.lists import StaleDemo, stale_demos
from library.freshness.reasons import line_of, reasons_for
from library.index.model import no_pause
from library.learning.needs.model import Need, NeedState
from library.learning.needs.words import need_id_of
from library.learning.notes.model import Note, NoteCounts, NoteKind, NoteThread
from library.learning.notes.notes import counted
from library.learning.now.front_names import FrontNames
from library.learning.now.help import FrontHelp
from library.learning.signals.signals import Signals, made_of
from library.model import Demo, Found, Hit, LibraryError

THREE_HOURS_MS = 3 * 3_600_000 + 600_000


def now_ms() -> int:
    return round(time.time() * 1000)


@dataclass
class FakeLearningService:
    """What was said and asked for."""

    demos: list[Demo]
    notes: list[Note] = field(default_factory=list)
    asked: dict[str, Need] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    cannot_write: str = ""
    fronts: list[Front] = field(default_factory=list)

    def note(
        self,
        demo: Demo,
        kind: NoteKind,
        step: int,
        text: str = "",
        *,
        who: str = "",
        about: str = "",
        seen: str = "",
        machine: str = "me",
    ) -> Note:
        if self.cannot_write:
            raise LibraryError(self.cannot_write)
        at_unix_ms = now_ms() - THREE_HOURS_MS
        note = Note(
            record_id=f"{len(self.notes):016x}", at_unix_ms=at_unix_ms, machine=machine, demo_id=demo.demo_id,
            kind=kind, step=step, text=text, who=who, about=about, seen=seen, version=demo.version,
        )  # fmt: skip
        self.notes.append(note)
        return note

    def threads(self, demo_id: str) -> Sequence[NoteThread]:
        said = [one for one in self.notes if one.demo_id == demo_id and one.text and not one.about]
        return [NoteThread(one, tuple(r for r in self.notes if r.about == one.record_id)) for one in said]

    def counts(self, demo: Demo) -> Mapping[int, NoteCounts]:
        mine = [one for one in self.notes if one.demo_id == demo.demo_id]
        return {step.number: counted(one for one in mine if one.step == step.number) for step in demo.steps}

    def needs(self) -> Sequence[Need]:
        return sorted(self.asked.values(), key=lambda need: -len(need.votes))

    def experts(self, need: Need) -> Sequence[str]:
        return ["Tom"] if need.apps else []

    def ask(self, query: str, why: str = "", app: str = "", who: str = "", votes: int = 1) -> Need:
        need_id = need_id_of(query)
        machines = tuple(f"m{number}" for number in range(votes))
        said = {"why": (why,) * bool(why), "apps": (app,) * bool(app), "who": (who,) * bool(who)}
        self.asked[need_id] = Need(
            need_id, query, machines, asked_unix_ms=now_ms() - THREE_HOURS_MS, changed_unix_ms=now_ms(), **said
        )
        return self.asked[need_id]

    def _now(self, need_id: str, **changes: object) -> Need:
        self.asked[need_id] = self.asked[need_id]._replace(**changes)  # type: ignore[arg-type]  # by name
        return self.asked[need_id]

    def take(self, need_id: str) -> Need:
        return self._now(need_id, state=NeedState.TAKEN, taken_by="Priya")

    def release(self, need_id: str) -> Need:
        return self._now(need_id, state=NeedState.OPEN, taken_by="")

    def decline(self, need_id: str, reason: str) -> Need:
        if not reason:
            raise LibraryError("A need is declined with a reason")
        return self._now(need_id, state=NeedState.DECLINED, declined=reason)

    def merge(self, need_id: str, into: str) -> Need:
        gone = self.asked.pop(need_id)
        return self._now(into, votes=(*self.asked[into].votes, *(f"x{one}" for one in gone.votes)))

    def remove_note(self, note: Note) -> None:
        if note.who == "Somebody else":
            raise LibraryError("This note is not yours")
        self.notes = [one for one in self.notes if note.record_id not in {one.record_id, one.about}]

    def remove_need(self, need: Need) -> Need:
        return self.asked.pop(need.need_id)

    def told(self) -> Sequence[str]:
        lines, self.lines = self.lines, []
        return lines

    def signals(self) -> Signals:
        return made_of(self.demos, self.notes, list(self.asked.values()), now_ms())

    def freshness(self, demo: Demo) -> str:
        return line_of(reasons_for(demo, self.notes, now_ms()))

    def stale_of_mine(self) -> Sequence[StaleDemo]:
        return stale_demos(self.demos, self.notes, now_ms(), "Priya")

    def help_for(self, front: Front) -> FrontHelp:
        """The last steps of three demos."""
        self.fronts.append(front)
        steps = [(demo, demo.steps[-1]) for demo in self.demos if demo.steps][:3] if front.app else []
        hits = tuple(
            Hit(demo_id=demo.demo_id, title=demo.title, step=step.number, step_title=step.title,
                start_ms=step.start_ms, snippet=step.text)
            for demo, step in steps
        )  # fmt: skip
        return FrontHelp(hits, FrontNames((), ()), frozenset(hit.demo_id for hit in hits))

    def front_first(self, front: FrontHelp, found: Found, pause: Callable[[], None] = no_pause) -> Found:
        pause()
        if found.query.strip():
            return replace(found, hits=tuple(sorted(found.hits, key=lambda hit: hit.demo_id not in front.same)))
        return replace(found, hits=(*front.hits, *(hit for hit in found.hits if hit.demo_id not in front.same)))
