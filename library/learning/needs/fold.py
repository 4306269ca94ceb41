"""Folds the events of all machines to needs. Pure: the same events in any order give the same needs.

Events of one need are in the order of their numbers, not of clocks. Of two with one number, asking comes first: a vote
that was given while somebody answered does not open the need again. A later one, by somebody who knew the answer, does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from library.learning.needs.model import LONGEST_NEED, Need, NeedEvent, NeedKind, NeedState
from library.text import clean, is_demo_id

_RANK = {kind: number for number, kind in enumerate(NeedKind)}
_LONGEST_NAME = 100
_HIGHEST = 1 << 40
_MOST_SAID = 20
"""Reasons, programs and names that are kept of a need."""


def fold_needs(events: Iterable[NeedEvent]) -> dict[str, Need]:
    """The needs by id. One that was merged is not there; its events count for the one it was merged into."""
    events = list(events)
    into = _merges(events)
    by_need: defaultdict[str, list[NeedEvent]] = defaultdict(list)
    for event in events:
        need_id = merged_id(event.need_id, into)
        if need_id == event.need_id or event.kind is NeedKind.ANSWERED:
            by_need[need_id].append(event)
        elif event.kind is NeedKind.ASKED:  # as if it had been asked for in the other one's words from the beginning
            by_need[need_id].append(replace(event, number=0))
    folded = (_folded(need_id, sorted(mine, key=_order)) for need_id, mine in by_need.items())
    return {need.need_id: need for need in folded if need is not None}


def believable(events: Iterable[NeedEvent]) -> list[NeedEvent]:
    """The events that showhow can have written."""
    return [one for one in events if 0 < one.number < _HIGHEST]


def _order(event: NeedEvent) -> tuple[int, int, str]:
    return event.number, _RANK[event.kind], event.record_id


def _merges(events: Sequence[NeedEvent]) -> dict[str, str]:
    found: dict[str, str] = {}
    for event in sorted((one for one in events if one.kind is NeedKind.MERGED), key=_order):
        if event.into and merged_id(event.into, found) != event.need_id:  # never in a circle
            found[event.need_id] = event.into
    return found


def merged_id(need_id: str, into: Mapping[str, str]) -> str:
    """The id of the need that this one was merged into at last; its own when it was not."""
    while (after := into.get(need_id)) is not None:
        need_id = after
    return need_id


def merges_of(events: Iterable[NeedEvent]) -> Mapping[str, str]:
    """For each merged need the one it was merged into."""
    return _merges(list(events))


def _folded(need_id: str, events: Sequence[NeedEvent]) -> Need | None:
    """The need of its events in order; None when nobody asked."""
    need: Need | None = None
    for event in (one for one in events if one.kind is not NeedKind.MERGED):
        if event.kind is NeedKind.REMOVED:
            need = None
        elif event.kind is NeedKind.ASKED:
            need = _asked(need_id, need, event)
        elif need is not None:
            need = _after(need, event)
    return need


def _asked(need_id: str, need: Need | None, event: NeedEvent) -> Need | None:
    query = clean(event.query, LONGEST_NEED)
    if not query:
        return need
    if need is None or (not need.wanted and event.number):  # asked again by somebody who knew how it ended
        kept = need.demo_ids if need is not None else ()
        need = Need(need_id, query, (), asked_unix_ms=event.at_unix_ms, demo_ids=kept)
    return need._replace(
        votes=_with(need.votes, event.machine, most=0),
        why=_with(need.why, clean(event.why, LONGEST_NEED)),
        apps=_with(need.apps, clean(event.app, _LONGEST_NAME)),
        who=_with(need.who, clean(event.who, _LONGEST_NAME)),
        asked_unix_ms=min(need.asked_unix_ms, event.at_unix_ms),
        changed_unix_ms=max(need.changed_unix_ms, event.at_unix_ms),
    )


def _after(need: Need, event: NeedEvent) -> Need:
    """The need after something else happened."""
    if event.kind is NeedKind.TOLD:
        return need._replace(told=need.told | {event.machine})
    need = need._replace(changed_unix_ms=max(need.changed_unix_ms, event.at_unix_ms))
    if event.kind is NeedKind.ANSWERED and is_demo_id(event.demo_id):
        ids = _with(need.demo_ids, event.demo_id)
        new = event.demo_id not in need.demo_ids or need.wanted
        return need._replace(state=NeedState.ANSWERED, demo_ids=ids, told=frozenset() if new else need.told)
    if not need.wanted:  # an answer stays one, whoever did not know of it
        return need
    match event.kind:
        case NeedKind.TAKEN:
            need = need._replace(state=NeedState.TAKEN, taken_by=clean(event.who, _LONGEST_NAME))
        case NeedKind.RELEASED:
            need = need._replace(state=NeedState.OPEN, taken_by="")
        case NeedKind.DECLINED:
            reason = clean(event.text, LONGEST_NEED)
            need = need._replace(state=NeedState.DECLINED, declined=reason, taken_by="", told=frozenset())
    return need


def _with(kept: tuple[str, ...], new: str, most: int = _MOST_SAID) -> tuple[str, ...]:
    """The texts with another one, if it is one and new; at most ``most`` (0: any number)."""
    return kept if not new or new in kept or (most and len(kept) >= most) else (*kept, new)
