"""Reasons why a demo may be out of date, and the one line that a demo says of them. Pure.

Owns how many people must agree. Only notes on a step as it is now count: once it is recorded or named anew, they are
answered. No view is counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from library.format import count, day, join
from library.learning.notes.model import Note, NoteKind
from library.learning.notes.notes import counted, is_of_now
from library.learning.signals.signals import enough, wilson_bound
from library.model import Demo
from library.practice.likeness import SAME_LABEL, label_likeness
from library.practice.model import Comparison, Verdict, VerdictKind
from library.practice.renames import Rename, renames_in

AGREEING = 2
"""Machines that must say so before the demo says it: one person may have looked somewhere else."""
_LATELY_MS = 90 * 86_400_000


class ReasonKind(StrEnum):
    """Why a demo may be out of date; the most telling first."""

    RENAMED = "renamed"
    OUTDATED = "looks different"
    OTHER_VERSION = "other version"
    HELPS_LESS = "helps less"
    REVIEW_DUE = "review due"


class FreshnessReason(NamedTuple):
    """A reason, in words; ``step`` 0 is the whole demo. ``people``: from how many machines it is known."""

    kind: ReasonKind
    words: str
    step: int = 0
    people: int = 0


def reasons_for(
    demo: Demo, notes: Iterable[Note], now_unix_ms: int, agreeing: int = AGREEING
) -> Sequence[FreshnessReason]:
    """Why a demo may be out of date, the most telling reason first, then by step. ``notes``: those that stand.

    Of notes that something looks different, ``agreeing`` machines must say the same; 1 is for the owner.
    """
    mine = [note for note in notes if note.demo_id == demo.demo_id]
    now = [note for note in mine if is_of_now(note, demo)]
    renamed = _renamed(demo, now)
    others = [note for note in now if note.step not in {reason.step for reason in renamed}]
    return (
        *renamed, *_outdated(others, agreeing), *_other_version(now), *_helps_less(mine, now_unix_ms),
        *_review(demo, now_unix_ms),
    )  # fmt: skip


def line_of(reasons: Sequence[FreshnessReason]) -> str:
    """What a demo says of it: the first reason, and how many more there are; empty without any."""
    if not reasons:
        return ""
    more = len(reasons) - 1
    return join([reasons[0].words, f"and {more} more" if more else ""])


def _renamed(demo: Demo, notes: Sequence[Note]) -> list[FreshnessReason]:
    """Labels that several learners saw in the place of the demo's, by the rule for attempts of one learner."""
    labels = {step.number: (step.clicked or step.title).rstrip(".") for step in demo.steps}
    found = renames_in([Comparison(verdicts=verdicts) for verdicts in _verdicts(notes, labels)])
    return [FreshnessReason(ReasonKind.RENAMED, _called(one), one.step, one.attempts) for one in found]


def _called(rename: Rename) -> str:
    people = count(rename.attempts, "person", "people")
    return f"Step {rename.step} “{rename.was}” is probably called “{rename.now}” now ({people})"


def _verdicts(notes: Sequence[Note], labels: Mapping[int, str]) -> Iterable[tuple[Verdict, ...]]:
    """What each machine told of the steps: its newest label, or that it helped since somebody told another one."""
    told = {(note.machine, note.step): note for note in notes if note.kind is NoteKind.OUTDATED and note.seen}
    since: dict[int, int] = {}
    for note in told.values():
        since[note.step] = min(since.get(note.step, note.at_unix_ms), note.at_unix_ms)
    helped = {
        (note.machine, note.step)
        for note in notes
        if note.kind is NoteKind.HELPED and note.at_unix_ms > since.get(note.step, note.at_unix_ms)
    }
    for (_, number), note in told.items():
        label = labels.get(number, "")
        if label and (label_likeness(label, note.seen) or 0) < SAME_LABEL:
            yield (Verdict(step=number, was=VerdictKind.RENAMED, seen=note.seen, wanted=label),)
    for _, number in helped - set(told):
        yield (Verdict(step=number, was=VerdictKind.DONE),)


def _outdated(notes: Sequence[Note], agreeing: int) -> Iterable[FreshnessReason]:
    """Steps that look different to ``agreeing`` machines, but for the owner none that helped more of them since."""
    by_step: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        if note.kind is NoteKind.OUTDATED:
            by_step[note.step].append(note)
    for number, told in sorted(by_step.items()):
        machines, last = {note.machine for note in told}, max(note.at_unix_ms for note in told)
        helped = {
            note.machine
            for note in notes
            if note.kind is NoteKind.HELPED and note.step == number and note.at_unix_ms > last
        }
        if len(machines) >= agreeing and (agreeing == 1 or len(helped) <= len(machines)):
            what = f"Step {number} looks" if number else "It looks"
            people = count(len(machines), "person says", "people say")
            yield FreshnessReason(ReasonKind.OUTDATED, f"{what} different now, {people}", number, len(machines))


def _other_version(notes: Sequence[Note]) -> Iterable[FreshnessReason]:
    """Of each program the newest version that was told, where it helped with an older one only."""
    by_app: defaultdict[str, list[Note]] = defaultdict(list)
    for note in sorted(notes, key=lambda one: one.at_unix_ms):
        if note.app_version:
            by_app[note.app.casefold()].append(note)
    for told in by_app.values():
        helped = [note.app_version for note in told if note.kind in {NoteKind.HELPED, NoteKind.THANKS}]
        newest = max((note.app_version for note in reversed(told)), key=_order)
        machines = {note.machine for note in told if note.app_version == newest}
        if helped and _order(newest) not in map(_order, helped) and len(machines) >= AGREEING:
            words = f"{told[-1].app or 'The program'} {newest} is in use now; it was said to help with {helped[-1]}"
            yield FreshnessReason(ReasonKind.OTHER_VERSION, words, people=len(machines))


def _order(version: str) -> tuple[int, ...]:
    """The numbers of a version, by which it is newer than another."""
    return tuple(int(number[:9]) for number in re.findall(r"[0-9]+", version))


def _helps_less(notes: Sequence[Note], now_unix_ms: int) -> Iterable[FreshnessReason]:
    """Whether it surely helps less than before: Wilson's intervals (95 %) of both times are apart."""
    answers = [note for note in notes if note.kind in {NoteKind.HELPED, NoteKind.STUCK}]
    lately = [note for note in answers if now_unix_ms - note.at_unix_ms <= _LATELY_MS]
    before = [note for note in answers if now_unix_ms - note.at_unix_ms > _LATELY_MS]
    if not (enough(lately) and enough(before)):
        return
    new, old = counted(lately), counted(before)
    if wilson_bound(new, upper=True) < wilson_bound(old, upper=False):
        words = f"It helps less than before: {new.helped} of {new.answers} lately, {old.helped} of {old.answers} before"
        yield FreshnessReason(ReasonKind.HELPS_LESS, words, people=new.machines)


def _review(demo: Demo, now_unix_ms: int) -> Iterable[FreshnessReason]:
    if demo.review_unix_ms is not None and demo.stale(now_unix_ms):
        yield FreshnessReason(ReasonKind.REVIEW_DUE, f"Its review was due on {day(demo.review_unix_ms)}")
