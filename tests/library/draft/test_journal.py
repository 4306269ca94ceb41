"""Undo and redo: without limit, without touching what an edit left alone, and still there after a kill."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from library.draft import edits
from library.draft.journal import Edit, Journal, append_journal, fields_of, forget_journal, journal_path, read_journal
from library.model import Draft
from tests.library.factories import draft

TEXTS = ("Open the finance menu", "Click new order", "Type the name of the supplier")


class Desk:
    """A draft that is edited."""

    def __init__(self) -> None:
        self.draft, self.journal = draft(*TEXTS, cuts=[(2_000, 3_000)]), Journal()

    def to(self, after: Draft) -> None:
        if after != self.draft:
            self.journal.edited(self.draft, after)
            self.draft = after

    def act(self, what: str, number: int) -> None:
        if what == "title":
            self.to(edits.with_title(self.draft, f"Title {number}"))
        elif what == "cut":
            self.to(edits.toggle_cut(self.draft, 2_500))
        elif what == "tags":
            self.to(edits.with_tags(self.draft, [f"t{number}"]))
        elif what == "split" and self.draft.steps[0].duration_ms > 1_000:
            self.to(edits.split_step(self.draft, 1, 600))
        elif what in {"undo", "redo"}:
            getattr(self, what)()

    def undo(self) -> None:
        if found := self.journal.undo(self.draft):
            self.draft = found[0]

    def redo(self) -> None:
        if found := self.journal.redo(self.draft):
            self.draft = found[0]


@given(st.lists(st.sampled_from(["title", "cut", "tags", "split", "undo", "redo"]), max_size=30))
def test_undoing_everything_gives_the_first_draft_and_redoing_everything_the_last(script: list[str]) -> None:
    desk = Desk()
    first = desk.draft
    for number, what in enumerate(script):
        desk.act(what, number)
    last, count = desk.draft, len(desk.journal.done)
    while desk.journal.undone:
        desk.redo()
    newest = desk.draft
    while desk.journal.done:
        desk.undo()
    assert desk.draft == first
    for _ in range(count):
        desk.redo()
    assert desk.draft == last
    while desk.journal.undone:
        desk.redo()
    assert desk.draft == newest


def test_an_edit_after_an_undo_leaves_nothing_to_redo() -> None:
    desk = Desk()
    desk.to(edits.with_title(desk.draft, "One"))
    desk.undo()
    desk.to(edits.with_title(desk.draft, "Two"))
    desk.redo()
    assert desk.draft.title == "Two"


def test_an_undo_leaves_alone_what_came_in_since_the_edit() -> None:
    desk = Desk()
    desk.to(edits.with_title(desk.draft, "Mine"))
    desk.draft = replace(desk.draft, waiting_for_words=True, tags=("late",))
    desk.undo()
    assert (desk.draft.title, desk.draft.tags, desk.draft.waiting_for_words) == ("A demo", ("late",), True)


def test_edits_are_undone_and_redone_after_the_program_was_killed(tmp_path: Path) -> None:
    file = tmp_path / "draft.json"
    desk = Desk()
    first = desk.draft
    for title in ("One", "Two", "Three"):
        desk.to(edits.with_title(desk.draft, title))
        append_journal(file, desk.journal.take_unwritten())
    desk.undo()
    append_journal(file, desk.journal.take_unwritten())
    again = Desk()
    again.draft, again.journal = desk.draft, read_journal(file, desk.draft)
    again.redo()
    assert again.draft.title == "Three"
    while again.journal.done:
        again.undo()
    assert again.draft == first


def test_a_journal_ahead_of_its_draft_is_taken_back_to_it_and_stays_true(tmp_path: Path) -> None:
    file = tmp_path / "draft.json"
    desk = Desk()
    desk.to(edits.with_title(desk.draft, "Saved"))
    saved = desk.draft
    desk.to(edits.with_tags(desk.draft, ["lost"]))  # killed before this draft was written
    append_journal(file, desk.journal.take_unwritten())
    again = Desk()
    again.draft, again.journal = saved, read_journal(file, saved)
    again.to(edits.with_title(again.draft, "Later"))
    append_journal(file, again.journal.take_unwritten())
    third = Desk()
    third.draft, third.journal = again.draft, read_journal(file, again.draft)
    third.undo()
    assert third.draft == saved
    third.undo()
    assert third.draft.title == "A demo"


def test_a_torn_or_foreign_journal_costs_the_undo_only(tmp_path: Path) -> None:
    file, one = tmp_path / "draft.json", draft(*TEXTS)
    assert read_journal(file, one).done == []
    other = edits.with_title(one, "Other")
    append_journal(file, [Edit(fields_of(one, other), fields_of(other, one))])
    assert read_journal(file, one).done == []
    assert len(read_journal(file, other).done) == 1
    with journal_path(file).open("ab") as journal:
        journal.write(b'{"type":"edit","bef')
    assert len(read_journal(file, other).done) == 1
    forget_journal(file)
    assert not list(tmp_path.iterdir())
