"""What a lead is told: which demos help, never of so few that they are known, and never who looked at what."""

from __future__ import annotations

import csv
import io

from library.learning.notes.model import Note, NoteKind
from library.learning.signals.signals import DemoSignal, Signals, made_of
from library.learning.signals.table import as_csv, as_json
from library.model import Demo
from tests.library.factories import demo

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000


def said(demo_id: str, *kinds: NoteKind, machines: int = 9, ago_days: float = 0, step: int = 0) -> list[Note]:
    return [
        Note(
            record_id=f"{demo_id}{n}{kind}{ago_days}{step}", at_unix_ms=round(NOW_MS - ago_days * DAY_MS),
            machine=f"m{n % machines}", demo_id=demo_id, kind=kind, step=step or n,
        )
        for n, kind in enumerate(kinds)
    ]  # fmt: skip


def signal(*notes: Note, one: Demo | None = None) -> DemoSignal:
    return made_of([one or demo("a-1", "A", "x")], notes, [], NOW_MS).demos[0]


def test_nothing_is_said_of_fewer_than_five_notes_or_three_machines() -> None:
    stuck = NoteKind.STUCK
    assert signal(*said("a-1", *[stuck] * 4)).counts is None
    assert signal(*said("a-1", *[stuck] * 9, machines=2)).counts is None
    assert signal(*said("a-1", *[stuck] * 5, machines=3)).counts is not None


def test_a_demo_helps_or_does_not_only_where_the_answers_decide_it() -> None:
    helped, stuck = NoteKind.HELPED, NoteKind.STUCK
    assert signal(*said("a-1", *[helped] * 9)).helps is True
    assert signal(*said("a-1", *[stuck] * 9)).helps is False
    assert signal(*said("a-1", helped, helped, helped, stuck, stuck)).helps is None
    assert signal(*said("a-1", *[NoteKind.THANKS] * 9)).helps is None


def test_notes_of_removed_demos_count_nowhere() -> None:
    found = made_of([demo("a-1", "A", "x")], said("gone-1", *[NoteKind.STUCK] * 9), [], NOW_MS)
    assert [one.counts for one in found.demos] == [None]
    assert all(week.helped is None for week in found.weeks)


def test_weeks_stand_in_order_and_a_clock_ahead_counts_for_this_one() -> None:
    notes = [
        *said("a-1", *[NoteKind.HELPED] * 6, ago_days=15),
        *said("a-1", *[NoteKind.STUCK] * 5, ago_days=-1),
        *said("a-1", NoteKind.HELPED, ago_days=30),
    ]
    weeks = made_of([demo("a-1", "A", "x")], notes, [], NOW_MS).weeks
    assert [(week.helped, week.stuck) for week in weeks[-3:]] == [(6, 0), (None, None), (0, 5)]


def test_a_demo_whose_owner_gave_no_sign_for_long_is_orphaned_and_a_signed_note_is_one() -> None:
    from msgspec.structs import replace

    old = replace(demo("a-1", "A", "x", author="Tom"), updated_unix_ms=NOW_MS - 200 * DAY_MS)
    assert signal(one=old).orphaned
    sign = replace(said("a-1", NoteKind.COMMENT, ago_days=3)[0], who="Tom")
    assert not signal(sign, one=old).orphaned


def figures() -> Signals:
    demos = [demo("a-1", "=HYPERLINK(1)", "x"), demo("b-1", "B", "x")]
    return made_of(demos, said("a-1", *[NoteKind.HELPED] * 6), [], NOW_MS)


def test_the_table_has_a_row_a_demo_and_no_formula() -> None:
    rows = {row["demo_id"]: row for row in csv.DictReader(io.StringIO(as_csv(figures())))}
    assert rows["a-1"]["title"] == "'=HYPERLINK(1)"
    assert (rows["a-1"]["helped"], rows["b-1"]["helped"]) == ("6", "")


def test_no_view_and_no_machine_is_in_the_figures() -> None:
    text = str(as_json(figures()))
    assert "view" not in text
    assert "replay" not in text
    assert "m1" not in text
