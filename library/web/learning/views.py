"""View models of notes and needs: what the pages show of them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from library.format import age, count, join
from library.learning.needs.model import Need, NeedState
from library.learning.notes.model import NOTE_NAMES, Note, NoteCounts, NoteKind, NoteThread
from library.learning.signals.signals import WeekSignal

_MOST_THREADS = 50
"""Notes shown on a page; the newest of each step."""
_BAR_HEIGHT = 100


class ShownNote(NamedTuple):
    """A note below its step. ``shows``: the address of the demo that answers, and its title."""

    note_id: str
    kind: str
    text: str
    facts: str
    shows: tuple[str, str] | None = None
    replies: tuple[ShownNote, ...] = ()


class ShownNotes(NamedTuple):
    """The notes of a demo: by the number of the step (0: the whole demo), and a line on each that helped or not."""

    by_step: Mapping[int, Sequence[ShownNote]]
    lines: Mapping[int, str]


class ShownNeed(NamedTuple):
    """A need in the list. ``mine``: this visitor asked for it. ``answers``: addresses and titles of demos.

    ``experts``: who likely knows, in words.
    """

    need_id: str
    query: str
    votes: str
    facts: str
    why: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    declined: str = ""
    mine: bool = False
    experts: str = ""


class WeekBar(NamedTuple):
    """A week in the chart, in hundredths of its height; ``label`` says the same in words. None: nothing is said."""

    label: str
    helped: float | None
    stuck: float | None


def shown_notes(
    threads: Sequence[NoteThread], counts: Mapping[int, NoteCounts], titles: Mapping[str, str], now_unix_ms: int
) -> ShownNotes:
    """The notes as a page shows them; ``titles``: of the demos that answer."""
    by_step: defaultdict[int, list[ShownNote]] = defaultdict(list)
    for thread in threads[:_MOST_THREADS]:
        replies = tuple(_note(one, titles, now_unix_ms) for one in thread.replies)
        by_step[thread.note.step].append(_note(thread.note, titles, now_unix_ms)._replace(replies=replies))
    return ShownNotes(dict(by_step), {step: line for step, one in counts.items() if (line := help_line(one))})


def help_line(counts: NoteCounts) -> str:
    """``helped 4 of 5 · looks different now (2)``; empty where nobody said anything of the kind."""
    helped = f"helped {counts.helped} of {counts.answers}" if counts.answers else ""
    differs = f"looks different now ({counts.outdated})" if counts.outdated else ""
    return join((helped, differs, f"thanks ({counts.thanks})" if counts.thanks else ""))


def _note(note: Note, titles: Mapping[str, str], now_unix_ms: int) -> ShownNote:
    kind = "" if note.kind in {NoteKind.COMMENT, NoteKind.REPLY} else NOTE_NAMES[note.kind]
    shows = (f"/demo/{note.shows}", titles[note.shows]) if note.shows in titles else None
    facts = join((note.who, note.app, age(note.at_unix_ms, now_unix_ms)))
    return ShownNote(note.record_id, kind, note.text, facts, shows)


def shown_needs(
    needs: Iterable[Need],
    titles: Mapping[str, str],
    visitor: str,
    now_unix_ms: int,
    experts: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Sequence[ShownNeed]:
    """The needs in their order; ``experts``: who may know, by id."""
    return [_need(need, titles, visitor, now_unix_ms, experts.get(need.need_id, ())) for need in needs]


def _need(
    need: Need, titles: Mapping[str, str], visitor: str, now_unix_ms: int, experts: Sequence[str]
) -> ShownNeed:  # fmt: skip
    taken = f"{need.taken_by or 'somebody'} records it" if need.state is NeedState.TAKEN else ""
    apps = f"in {', '.join(need.apps)}" if need.apps else ""
    facts = join((apps, taken, age(need.asked_unix_ms, now_unix_ms), ", ".join(need.who)))
    answers = tuple((f"/demo/{one}", titles[one]) for one in need.demo_ids if one in titles)
    votes = count(len(need.votes), "person asks", "people ask")
    return ShownNeed(
        need.need_id,
        need.query,
        votes,
        facts,
        need.why,
        answers,
        need.declined,
        bool(visitor) and visitor in need.votes,
        f"{' or '.join(experts)} may know" if experts and need.state is NeedState.OPEN else "",
    )


def bars(weeks: Sequence[WeekSignal]) -> Sequence[WeekBar]:
    """The weeks as bars of one scale."""
    most = max(
        (week.helped + week.stuck for week in weeks if week.helped is not None and week.stuck is not None), default=0
    )
    return [_bar(week, max(1, most), ago) for ago, week in zip(reversed(range(len(weeks))), weeks, strict=True)]


def _bar(week: WeekSignal, most: int, ago: int) -> WeekBar:
    when = "this week" if not ago else f"{count(ago, 'week')} ago"
    if week.helped is None or week.stuck is None:
        return WeekBar(f"{when}: too few to say", None, None)
    label = f"{when}: helped {week.helped}, did not {week.stuck}"
    return WeekBar(label, _BAR_HEIGHT * week.helped / most, _BAR_HEIGHT * week.stuck / most)
