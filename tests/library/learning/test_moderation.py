"""A note or need that should not stand there goes for everybody, and only by who may remove it; on both engines."""

from __future__ import annotations

import pytest

from library.learning import moderation
from library.learning.moderation import Moderator, owns
from library.learning.needs.model import NeedState
from library.learning.notes.model import NoteKind
from library.model import LibraryError, RecordNotFound
from tests.library.learning.conftest import SharedLibrary


@pytest.fixture
def filed(shared: SharedLibrary) -> SharedLibrary:
    shared.file("order-1", "Raise a purchase order", "Open the menu", "Press Submit", author="Priya")
    return shared


def moderator(shared: SharedLibrary, machine: str, author: str = "") -> Moderator:
    learning = shared.machine(machine)
    return Moderator(shared.library(machine), learning.notes, learning.needs, author)


def test_the_owner_of_a_demo_removes_a_note_of_another_with_its_answers(
    filed: SharedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderation, "owns", lambda _: False)
    rude = filed.machine("ana").notes.add("order-1", NoteKind.COMMENT, step=1, text="Rubbish")
    filed.machine("bo").notes.add("order-1", NoteKind.REPLY, about=rude.record_id, text="Be kind")
    for stranger in ("", "Bo"):
        with pytest.raises(LibraryError, match="not yours"):
            moderator(filed, "bo", stranger).remove_note(rude)
    assert filed.machine("cy").notes.threads("order-1")
    moderator(filed, "priya", "Priya").remove_note(rude)
    assert not filed.machine("cy").notes.threads("order-1")
    with pytest.raises(RecordNotFound):
        filed.machine("cy").notes.get(rude.record_id)


def test_its_writer_removes_a_note_without_being_anybody(filed: SharedLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderation, "owns", lambda _: False)
    note = filed.machine("ana").notes.add("order-1", NoteKind.COMMENT, text="Wrong demo")
    moderator(filed, "ana").remove_note(filed.machine("ana").notes.get(note.record_id[:6]))
    assert not filed.machine("bo").notes.every()


def test_a_need_goes_for_everybody_and_is_new_when_it_is_asked_again(
    filed: SharedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = filed.machine("ana").needs.ask("split an order", why="secret")
    filed.machine("bo").needs.ask("split an order")
    with monkeypatch.context() as patched:
        patched.setattr(moderation, "owns", lambda _: False)
        with pytest.raises(LibraryError, match="Others ask"):
            moderator(filed, "ana").remove_need(filed.machine("ana").needs.get(need.need_id))
    moderator(filed, "lead").remove_need(filed.machine("lead").needs.get(need.need_id))
    assert not filed.machine("ana").needs.every()
    assert not filed.machine("bo").needs.ended_for()
    again = filed.machine("bo").needs.ask("split orders")
    assert (len(again.votes), again.why, again.state) == (1, (), NeedState.OPEN)


def test_whoever_made_the_library_owns_it(filed: SharedLibrary) -> None:
    assert owns(filed.library("ana"))
