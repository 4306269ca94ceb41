"""What people say of a step is seen by everybody, on both engines, and one person cannot outvote the others."""

from __future__ import annotations

import pytest

from library.learning.notes.model import NoteKind
from library.maintenance.revisions import remove_demo
from library.model import DemoNotFound, LibraryError
from tests.library.learning.conftest import SharedLibrary


@pytest.fixture
def filed(shared: SharedLibrary) -> SharedLibrary:
    shared.file("order-1", "Raise a purchase order", "Open the menu", "Press Submit")
    return shared


def test_a_note_of_one_machine_is_read_by_another_at_its_step(filed: SharedLibrary) -> None:
    filed.machine("ana").notes.add("order-1", NoteKind.STUCK, step=2, text="Where is Submit?", app="Erp", who="Ana")
    [thread] = filed.machine("bo").notes.threads("order-1")
    assert (thread.note.step, thread.note.text, thread.note.app, thread.note.who) == (
        2,
        "Where is Submit?",
        "Erp",
        "Ana",
    )
    assert thread.note.version == 1


def test_a_note_is_unsigned_unless_its_writer_signs(filed: SharedLibrary) -> None:
    filed.machine("ana").notes.add("order-1", NoteKind.COMMENT, text="Good")
    assert filed.machine("bo").notes.threads("order-1")[0].note.who == ""


def test_an_answer_stands_below_its_note_and_may_be_a_demo(filed: SharedLibrary) -> None:
    filed.file("answer-1", "Where Submit is")
    asked = filed.machine("ana").notes.add("order-1", NoteKind.COMMENT, step=1, text="Where is it?")
    filed.machine("bo").notes.add("order-1", NoteKind.REPLY, about=asked.record_id, text="At the top", who="Bo")
    filed.machine("bo").notes.add("order-1", NoteKind.REPLY, about=asked.record_id, shows="answer-1")
    [thread] = filed.machine("ana").notes.threads("order-1")
    assert [(one.text, one.shows) for one in thread.replies] == [("At the top", ""), ("", "answer-1")]


def test_helped_is_counted_by_step_and_once_for_each_machine(filed: SharedLibrary) -> None:
    for _ in range(5):
        filed.machine("ana").notes.add("order-1", NoteKind.STUCK, step=2)
    filed.machine("ana").notes.add("order-1", NoteKind.HELPED, step=2)
    filed.machine("bo").notes.add("order-1", NoteKind.STUCK, step=2)
    filed.machine("bo").notes.add("order-1", NoteKind.OUTDATED, step=1)
    library = filed.library("lead")
    counts = filed.machine("lead").notes.counts(library.catalog.get("order-1"))
    assert (counts[2].helped, counts[2].stuck, counts[2].machines) == (1, 1, 2)
    assert (counts[1].outdated, counts[0].outdated, counts[0].answers) == (1, 1, 2)


def test_feedback_ranks_the_demo(filed: SharedLibrary) -> None:
    filed.machine("ana").notes.add("order-1", NoteKind.HELPED)
    assert filed.library("ana").catalog.used(["order-1"]) == {"order-1": 3}


def test_a_note_is_withdrawn_by_the_machine_that_wrote_it_only(filed: SharedLibrary) -> None:
    note = filed.machine("ana").notes.add("order-1", NoteKind.COMMENT, text="Wrong demo, sorry")
    filed.machine("bo").notes.add("order-1", NoteKind.WITHDRAWN, about=note.record_id)
    assert filed.machine("bo").notes.threads("order-1")
    filed.machine("ana").notes.add("order-1", NoteKind.WITHDRAWN, about=note.record_id)
    assert not filed.machine("bo").notes.threads("order-1")


def test_what_cannot_be_noted_is_refused_in_one_line(filed: SharedLibrary) -> None:
    notes = filed.machine("ana").notes
    with pytest.raises(DemoNotFound, match="no demo"):
        notes.add("gone-1", NoteKind.HELPED)
    with pytest.raises(DemoNotFound, match="has no step 9"):
        notes.add("order-1", NoteKind.HELPED, step=9)
    with pytest.raises(LibraryError, match="no words"):
        notes.add("order-1", NoteKind.COMMENT, text=" \x1b ")
    with pytest.raises(LibraryError, match="no such note"):
        notes.add("order-1", NoteKind.REPLY, about="0123", text="yes")
    assert not notes.every()


def test_notes_of_a_demo_that_was_removed_are_kept_and_shown_nowhere(filed: SharedLibrary) -> None:
    filed.machine("ana").notes.add("order-1", NoteKind.COMMENT, text="Good")
    remove_demo(filed.library("filer"), "order-1")
    with pytest.raises(DemoNotFound):
        filed.machine("ana").notes.add("order-1", NoteKind.HELPED)
    assert len(filed.machine("ana").notes.every()) == 1


@pytest.mark.parametrize(
    "text", ["\x1b[31mred\x00", "x" * 5_000, "'; DROP TABLE journal; --", "\ud800 lone", "a\nb\u202ec"]
)
def test_whatever_was_written_can_be_noted_and_shown(filed: SharedLibrary, text: str) -> None:
    filed.machine("ana").notes.add("order-1", NoteKind.COMMENT, text=f"see {text}", who=text, app=text)
    [thread] = filed.machine("bo").notes.threads("order-1")
    assert thread.note.text.startswith("see ")
    assert thread.note.text.isprintable()
    assert len(thread.note.text) <= 1_000
