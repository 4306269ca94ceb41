"""``LocalLearningService``: notes, needs and figures of the open library, for the screens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from capture.model import Front
from library.connection.library import Library
from library.index.model import no_pause
from library.learning.experts import experts_on
from library.learning.moderation import Moderator
from library.learning.needs.model import Need, NeedState
from library.learning.notes.model import Note, NoteCounts, NoteKind, NoteThread
from library.learning.now.help import FrontHelp, front_first, help_for_front
from library.learning.opening import open_learning
from library.learning.signals.signals import Signals, signals
from library.model import Demo, DemoNotFound, Found

if TYPE_CHECKING:
    from library.freshness.lists import StaleDemo

_HITS = 60


class LocalLearningService:
    """Service over an open library. ``author``: who takes a need. ``visit``: of the search before a note."""

    def __init__(self, library: Library, author: str, visit: Callable[[], str]) -> None:
        self._library, self._author, self._visit = library, author, visit
        self._notes, self._needs, self._people = open_learning(library)
        self._moderator = Moderator(library, self._notes, self._needs, author)

    def note(
        self, demo: Demo, kind: NoteKind, step: int, text: str = "", *, who: str = "", about: str = "", seen: str = ""
    ) -> Note:  # fmt: skip
        """Say something of a step; unsigned without ``who``."""
        visit = self._visit()
        return self._notes.add(demo.demo_id, kind, step=step, text=text, who=who, about=about, seen=seen, visit=visit)

    def threads(self, demo_id: str) -> Sequence[NoteThread]:
        """The notes of a demo that have words."""
        return self._notes.threads(demo_id)

    def counts(self, demo: Demo) -> Mapping[int, NoteCounts]:
        """How often each step helped or not."""
        return self._notes.counts(demo)

    def needs(self) -> Sequence[Need]:
        """All needs, most wanted first."""
        return self._needs.every()

    def experts(self, need: Need) -> Sequence[str]:
        """Authors of the demos nearest to its words, and of those in its programs."""
        return experts_on(self._library.catalog, need)

    def ask(self, query: str, why: str = "", app: str = "", who: str = "") -> Need:
        """Ask for a demo."""
        return self._needs.ask(query, why=why, app=app, who=who)

    def take(self, need_id: str) -> Need:
        """Say that the user records it."""
        return self._needs.take(need_id, self._author)

    def release(self, need_id: str) -> Need:
        """Say that the user does not record it after all."""
        return self._needs.release(need_id)

    def decline(self, need_id: str, reason: str) -> Need:
        """Say why there will be no demo."""
        return self._needs.decline(need_id, reason)

    def merge(self, need_id: str, into: str) -> Need:
        """Count a need as another one."""
        return self._needs.merge(need_id, into)

    def remove_note(self, note: Note) -> None:
        """Take a note away, for everybody."""
        self._moderator.remove_note(note)

    def remove_need(self, need: Need) -> Need:
        """Take a need away, for everybody."""
        return self._moderator.remove_need(need)

    def told(self) -> Sequence[str]:
        """A line for each need that ended; each is told once."""
        ended = self._needs.ended_for()
        if ended:
            self._needs.told(ended)
        return [self._line(need) for need in ended]

    def _line(self, need: Need) -> str:
        if need.state is NeedState.DECLINED:
            return f"“{need.query}” was declined: {need.declined}"
        try:
            demo = self._library.catalog.get(need.demo_ids[-1])
        except DemoNotFound:  # removed in this moment
            return f"“{need.query}” was answered"
        return f"{demo.author or 'Somebody'} showed what you asked for: {demo.title}"

    def signals(self) -> Signals:
        """The figures of the library."""
        return signals(self._library.catalog, self._notes, self._needs, gone=self._people.gone())

    def freshness(self, demo: Demo) -> str:
        """Why a demo may be out of date, in one line."""
        from library.freshness.reasons import line_of, reasons_for

        return line_of(reasons_for(demo, self._notes.every(), round(time.time() * 1000)))

    def stale_of_mine(self) -> Sequence[StaleDemo]:
        """The user's demos that may be out of date."""
        from library.freshness.lists import stale_demos

        now = round(time.time() * 1000)
        return stale_demos(self._library.catalog.list(), self._notes.every(), now, self._author)

    def help_for(self, front: Front) -> FrontHelp:
        """The best steps for the window in front."""
        return help_for_front(self._library.catalog, self._notes.every(), front)

    def front_first(self, front: FrontHelp, found: Found, pause: Callable[[], None] = no_pause) -> Found:
        """What a search found, with what is in the program in front first."""
        return front_first(self._library.catalog, front, found, _HITS, pause=pause)
