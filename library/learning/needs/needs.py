"""Needs: asks for demos, and what becomes of it: voted for, taken, declined, merged, removed, answered,
and the asker told.

Owns what may happen to a need. Says nothing of who recorded or filed what answers it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Sequence
from typing import Any

from library.catalog.catalog import Catalog
from library.learning.journals.model import SharedJournal
from library.learning.needs.fold import believable, fold_needs, merged_id, merges_of
from library.learning.needs.model import LONGEST_NEED, Need, NeedEvent, NeedKind, NeedState
from library.learning.needs.words import has_words, need_id_of
from library.model import LibraryError, RecordNotFound
from library.text import clean

_LONGEST_NAME = 100


class Needs:
    """The needs of a library. Every method may raise LibraryError."""

    def __init__(self, catalog: Catalog, journal: SharedJournal[NeedEvent]) -> None:
        self._catalog, self._journal = catalog, journal

    def ask(self, query: str, *, why: str = "", app: str = "", who: str = "", machine: str = "") -> Need:
        """Ask for a demo; the same words again are a vote. Returns the need.

        ``machine``: where it came from, if not from this installation. Raises LibraryError: no words that a demo could
        be about.
        """
        query = clean(query, LONGEST_NEED)
        if not has_words(query):
            raise LibraryError("There are no words in what you ask for", "Say what you want to be shown.")
        events = self._events()
        need_id = merged_id(need_id_of(query), merges_of(events))
        machine = machine or self._journal.machine
        known = self._folded(events).get(need_id)
        if known is not None and known.wanted and machine in known.votes and not why and not who:
            return known
        self._add(events, need_id, NeedKind.ASKED, machine=machine, query=query, why=why, app=app, who=who)
        return self.get(need_id)

    def _events(self) -> list[NeedEvent]:
        return believable(self._journal.records())

    def every(self) -> Sequence[Need]:
        """All needs: those that wait first, and of these the most wanted, then the newest."""
        found = self._folded(self._events()).values()
        return sorted(found, key=lambda need: (not need.wanted, -len(need.votes), -need.changed_unix_ms))

    def get(self, need_id: str) -> Need:
        """The need with that id, or the one it was merged into. Raises RecordNotFound when there is none."""
        events = self._events()
        found = self._folded(events).get(merged_id(need_id, merges_of(events)))
        if found is None:
            raise RecordNotFound("There is no such need", "See what is asked for: showhow needs list")
        return found

    def resolve(self, text: str) -> Need:
        """The need with that id or its unique beginning, or with the same words. Raises LibraryError."""
        every = self.every()
        ids = [need for need in every if need.need_id.startswith(text.lower())] if text else []
        if len(ids) == 1:
            return ids[0]
        return self.get(need_id_of(text) if has_words(text) and not ids else text)

    def take(self, need_id: str, who: str) -> Need:
        """Say that ``who`` will record it; others see it."""
        return self._happen(need_id, NeedKind.TAKEN, who=who)

    def release(self, need_id: str) -> Need:
        """Say that nobody has it any more."""
        return self._happen(need_id, NeedKind.RELEASED)

    def decline(self, need_id: str, reason: str, who: str = "") -> Need:
        """Say why there will be no demo. Raises LibraryError without a reason: the asker reads it."""
        if not clean(reason):
            raise LibraryError("A need is declined with a reason", "Say in a line why; who asked reads it.")
        return self._happen(need_id, NeedKind.DECLINED, text=reason, who=who)

    def merge(self, need_id: str, into: str) -> Need:
        """Count a need as another one: its votes are the other's from now on. Returns the other."""
        source, target = self.get(need_id), self.get(into)
        if source.need_id == target.need_id:
            raise LibraryError("A need cannot be merged into itself", "Choose another one.")
        self._add(self._events(), source.need_id, NeedKind.MERGED, into=target.need_id)
        return self.get(target.need_id)

    def remove(self, need_id: str, who: str = "") -> Need:
        """Take a need away, for everybody, in the name of ``who``; returns it as it was. Asked again, it is new."""
        need = self.get(need_id)
        self._add(self._events(), need.need_id, NeedKind.REMOVED, who=who)
        return need

    def is_own(self, need: Need) -> bool:
        """Whether nobody but this installation asks for it."""
        return set(need.votes) == {self._journal.machine}

    def answer(self, need_id: str, demo_id: str) -> Need:
        """Say that a demo answers it. Raises DemoNotFound. A second answer stands beside the first."""
        demo = self._catalog.get(demo_id)
        need = self.get(need_id)
        if demo.demo_id in need.demo_ids and need.state is NeedState.ANSWERED:
            return need
        return self._happen(need_id, NeedKind.ANSWERED, demo_id=demo.demo_id)

    def ended_for(self, machine: str = "", among: Collection[str] | None = None) -> Sequence[Need]:
        """The needs whose asker is to be told how they ended: asked for by a machine (this one) that has not seen it.

        ``among``: only those, by their ids or those of needs merged into them.
        """
        machine = machine or self._journal.machine
        events = self._events()
        into = merges_of(events)
        wanted = None if among is None else {merged_id(one, into) for one in among}
        return [
            need
            for need in self._folded(events).values()
            if not need.wanted and machine in need.votes and machine not in need.told
            and (wanted is None or need.need_id in wanted)
        ]  # fmt: skip

    def told(self, needs: Sequence[Need], machine: str = "") -> None:
        """Remember that a machine's user (this one) has seen how these ended."""
        events = self._events()
        for need in needs:
            self._add(events, need.need_id, NeedKind.TOLD, machine=machine)

    def _happen(self, need_id: str, kind: NeedKind, **values: Any) -> Need:
        need = self.get(need_id)
        self._add(self._events(), need.need_id, kind, **values)
        return self.get(need.need_id)

    def _add(
        self, events: Sequence[NeedEvent], need_id: str, kind: NeedKind, *, machine: str = "", who: str = "",
        why: str = "", app: str = "", text: str = "", **values: Any,
    ) -> None:  # fmt: skip
        into = merges_of(events)
        known = (one.number for one in events if merged_id(one.need_id, into) == merged_id(need_id, into))
        event = NeedEvent(
            record_id=secrets.token_hex(8), at_unix_ms=round(time.time() * 1000), need_id=need_id, kind=kind,
            machine=machine or self._journal.machine, number=max(known, default=0) + 1, who=clean(who, _LONGEST_NAME),
            why=clean(why, LONGEST_NEED), app=clean(app, _LONGEST_NAME), text=clean(text, LONGEST_NEED), **values,
        )  # fmt: skip
        self._journal.append(event)

    def _folded(self, events: Sequence[NeedEvent]) -> dict[str, Need]:
        """The needs; an answer counts as long as its demo is in the library."""
        found = fold_needs(events)
        answers = {demo_id for need in found.values() for demo_id in need.demo_ids}
        there = set(self._catalog.places(sorted(answers))) if answers else set()
        return {need_id: _without_removed(need, there) for need_id, need in found.items()}


def _without_removed(need: Need, there: Collection[str]) -> Need:
    left = tuple(demo_id for demo_id in need.demo_ids if demo_id in there)
    if left or need.state is not NeedState.ANSWERED:
        return need._replace(demo_ids=left)
    return need._replace(demo_ids=(), state=NeedState.OPEN)
