"""Why a demo may be out of date: said only where people agree, and no longer once the step is recorded anew."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from library.freshness.lists import stale_demos
from library.freshness.reasons import FreshnessReason, ReasonKind, line_of, reasons_for
from library.learning.notes.model import Note, NoteKind
from library.learning.notes.notes import key_of
from library.model import Demo
from tests.library.factories import demo

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000
BUTTONS = (
    ("New order", "Create order"), ("Save", "Apply"), ("Export", "Download"), ("Suppliers", "Vendors"),
    ("Print preview", "Show page"), ("Settings", "Preferences"), ("Send for approval", "Submit"),
    ("Add row", "Insert line"), ("Cost centre", "Department"), ("Archive", "Close file"), ("Log in", "Sign in"),
    ("Customers", "Accounts"), ("Book", "Post entry"), ("Copy link", "Share"), ("Attach file", "Upload"),
    ("Filter", "Refine"), ("Report", "Dashboard"), ("Cancel order", "Withdraw"), ("Assign to", "Owner"),
    ("Next step", "Continue"),
)  # fmt: skip
ELSEWHERE = ("Help", "Home", "Search", "Back", "View", "Tools", "Close", "Menu", "Edit", "History")


def order(*titles: str) -> Demo:
    return demo("order-1", "Raise an order", *(titles or ("Open it", "Click New order", "Type")), author="Priya")


def note(
    of: Demo, kind: NoteKind, machine: str, step: int = 0, *, seen: str = "", ago_days: float = 1, **more: str
) -> Note:
    return Note(
        record_id=f"{machine}-{kind}-{step}-{ago_days}", at_unix_ms=round(NOW_MS - ago_days * DAY_MS), machine=machine,
        demo_id=of.demo_id, version=of.version, kind=kind, step=step, seen=seen, of=key_of(of, step), **more,
    )  # fmt: skip


def outdated(of: Demo, machine: str, step: int = 2, seen: str = "", **more: float) -> Note:
    return note(of, NoteKind.OUTDATED, machine, step, seen=seen, **more)


def reasons(of: Demo, *notes: Note, agreeing: int = 2) -> Sequence[FreshnessReason]:
    return reasons_for(of, notes, NOW_MS, agreeing)


def answers(of: Demo, helped: int, stuck: int, ago_days: float) -> list[Note]:
    kinds = [NoteKind.HELPED] * helped + [NoteKind.STUCK] * stuck
    return [note(of, kind, f"m{ago_days}-{n}", 1, ago_days=ago_days) for n, kind in enumerate(kinds)]


def test_one_person_who_says_it_looks_different_is_told_to_the_owner_only() -> None:
    of = order()
    assert reasons(of, outdated(of, "a")) == ()
    (reason,) = reasons(of, outdated(of, "a"), agreeing=1)
    assert reason.words == "Step 2 looks different now, 1 person says"
    (reason,) = reasons(of, outdated(of, "a"), outdated(of, "b"), outdated(of, "b", ago_days=3))
    assert (reason.kind, reason.step, reason.people) == (ReasonKind.OUTDATED, 2, 2)
    assert line_of([reason]) == "Step 2 looks different now, 2 people say"


def test_two_who_saw_the_same_new_label_say_how_it_is_called_now() -> None:
    of = order("Open it", "New order", "Type")
    (reason,) = reasons(of, outdated(of, "a", seen="Create order"), outdated(of, "b", seen="Create 0rder"))
    assert reason.words == "Step 2 “New order” is probably called “Create order” now (2 people)"
    assert [
        one.kind for one in reasons(of, outdated(of, "a", seen="Create order"), outdated(of, "b", seen="Help"))
    ] == [ReasonKind.OUTDATED]


def test_as_many_whom_the_step_helped_since_speak_against_another_name() -> None:
    of = order("Open it", "New order", "Type")
    told = [outdated(of, one, seen="Create order", ago_days=9) for one in "ab"]
    since = [note(of, NoteKind.HELPED, one, 2, ago_days=2) for one in "cd"]
    assert ReasonKind.RENAMED not in {one.kind for one in reasons(of, *told, *since)}
    before = [note(of, NoteKind.HELPED, one, 2, ago_days=20) for one in "cd"]
    assert ReasonKind.RENAMED in {one.kind for one in reasons(of, *told, *before)}


def test_notes_on_a_step_end_with_that_step_and_those_on_others_stay() -> None:
    of = order()
    told = [outdated(of, one, step) for one in "ab" for step in (1, 2)]
    steps = (of.steps[0], replace(of.steps[1], end_ms=of.steps[1].end_ms + 800), of.steps[2])
    anew = replace(of, version=2, steps=steps)
    assert [one.step for one in reasons(of, *told)] == [1, 2]
    assert [one.step for one in reasons(anew, *told)] == [1]
    older = [replace(one, of="") for one in told]  # of a showhow that did not say of which step
    assert reasons(anew, *older) == ()
    assert len(reasons(of, *older)) == 2


def test_a_help_rate_counts_as_falling_only_where_chance_does_not_explain_it() -> None:
    of = order()
    before = answers(of, 40, 5, ago_days=200)
    assert reasons(of, *before, *answers(of, 6, 2, ago_days=5)) == ()
    (reason,) = reasons(of, *before, *answers(of, 2, 8, ago_days=5))
    assert reason.words == "It helps less than before: 2 of 10 lately, 40 of 45 before"
    assert reasons(of, *before, *answers(of, 0, 4, ago_days=5)) == ()  # so few are known people


def test_another_version_of_the_program_is_said_until_it_helps_there_too() -> None:
    of = order()
    first = note(of, NoteKind.HELPED, "a", 1, ago_days=90, app="Erp", app_version="4.1")
    stuck = [note(of, NoteKind.STUCK, one, 2, app="Erp", app_version="5.0") for one in "bc"]
    (reason,) = reasons(of, first, *stuck)
    assert reason.words == "Erp 5.0 is in use now; it was said to help with 4.1"
    assert reasons(of, first, stuck[0]) == ()
    assert reasons(of, first, *stuck, note(of, NoteKind.HELPED, "d", 1, app="Erp", app_version="5.0")) == ()


def test_versions_of_different_programs_and_older_ones_are_not_compared() -> None:
    of = order()
    first = note(of, NoteKind.HELPED, "a", 1, ago_days=90, app="Erp", app_version="10.1")
    other = [note(of, NoteKind.STUCK, one, 2, app="Firefox", app_version="133.0") for one in "bc"]
    assert reasons(of, first, *other) == ()
    older = [note(of, NoteKind.STUCK, one, 2, app="Erp", app_version="9.4") for one in "bc"]
    assert reasons(of, first, *older) == ()
    newer = [note(of, NoteKind.STUCK, one, 2, app="Erp", app_version="10.2") for one in "de"]
    assert [one.kind for one in reasons(of, first, *newer, *other)] == [ReasonKind.OTHER_VERSION]
    thanks = note(of, NoteKind.THANKS, "f", 2, app="erp", app_version="10.2")
    assert reasons(of, first, *newer, thanks) == ()


def test_more_whom_the_step_helped_since_silence_those_to_whom_it_looked_different_but_not_for_the_owner() -> None:
    of = order()
    told = [outdated(of, one, ago_days=9) for one in "ab"]
    since = [note(of, NoteKind.HELPED, one, 2, ago_days=2) for one in "cde"]
    assert reasons(of, *told, *since[:2]) != ()
    assert reasons(of, *told, *since) == ()
    assert [one.step for one in reasons(of, *told, *since, agreeing=1)] == [2]
    elsewhere = [note(of, NoteKind.HELPED, one, 1, ago_days=2) for one in "cde"]
    before = [note(of, NoteKind.HELPED, one, 2, ago_days=20) for one in "cde"]
    assert [one.step for one in reasons(of, *told, *elsewhere, *before)] == [2]


def test_a_review_date_that_passed_is_a_reason_and_the_line_stays_one_line() -> None:
    due = replace(order(), review_unix_ms=NOW_MS - DAY_MS)
    found = reasons(due, *(outdated(due, one, step) for one in "ab" for step in (1, 2)))
    assert [one.kind for one in found] == [ReasonKind.OUTDATED, ReasonKind.OUTDATED, ReasonKind.REVIEW_DUE]
    assert line_of(found) == "Step 1 looks different now, 2 people say · and 2 more"
    assert reasons(replace(due, review_unix_ms=NOW_MS + DAY_MS)) == ()
    assert line_of(()) == ""


def misread(label: str, chance: random.Random) -> str:
    """The label as it may be read from a picture: letters that look alike, a lost one, what stands beside it."""
    letters = [
        {"o": "0", "l": "I", "i": "l", "e": "c"}.get(one, one) if chance.random() < 0.06 else one for one in label
    ]
    if chance.random() < 0.1 and len(letters) > 4:
        del letters[chance.randrange(len(letters))]
    return "".join(letters) + (" ▾" if chance.random() < 0.1 else "")


def test_nine_of_ten_renamed_buttons_are_found_after_two_notes_and_hardly_one_that_was_not() -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    found = 0
    for was, now in BUTTONS * 5:
        of = order("Open it", was, "Type")
        said = reasons(of, *(outdated(of, one, seen=misread(now, chance)) for one in "ab"))
        found += any(one.kind is ReasonKind.RENAMED and one.step == 2 for one in said)
    false = 0
    for n in range(50):
        of = order("Open it", BUTTONS[n % 20][0], "Type")
        lost = [chance.choice([misread(BUTTONS[n % 20][0], chance), chance.choice(ELSEWHERE)]) for _ in "abc"]
        said = reasons(
            of, *(outdated(of, f"m{one}", seen=seen) for one, seen in enumerate(lost[: chance.choice([2, 3])]))
        )
        false += any(one.kind is ReasonKind.RENAMED for one in said)
    assert found >= 90
    assert false <= 1


def test_ones_own_list_has_first_what_most_people_told_something_of() -> None:
    few, many = replace(order(), demo_id="few-1", title="A"), replace(order(), demo_id="many-1", title="Z")
    notes = [outdated(few, "a"), outdated(few, "b")]
    notes += [outdated(many, "a"), *(note(many, NoteKind.THANKS, f"m{n}") for n in range(5))]
    found = stale_demos([few, many, order()], notes, NOW_MS, "priya")
    assert [(one.demo.demo_id, one.people) for one in found] == [("many-1", 6), ("few-1", 2)]
    assert stale_demos([few], notes, NOW_MS, "Tom") == []


@pytest.mark.parametrize(("machines", "listed"), [(2, 0), (5, 1)])
def test_the_list_of_all_says_nothing_of_few(machines: int, listed: int) -> None:
    of = order()
    notes = [outdated(of, f"m{n}") for n in range(machines)]
    assert len(stale_demos([of], notes, NOW_MS)) == listed
    due = replace(of, review_unix_ms=NOW_MS - DAY_MS)
    assert stale_demos([due], notes[:1], NOW_MS)[0].people == 0


def test_ten_thousand_notes_of_one_demo_are_no_burden() -> None:
    of = order()
    notes = [outdated(of, f"m{n % 900}", n % 3 + 1, seen="Create order" if n % 2 else "") for n in range(10_000)]
    assert reasons(of, *notes)
