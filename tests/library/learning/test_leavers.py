"""Owners who are gone: said so on one machine, known on all; their demos are listed until somebody else has them."""

from __future__ import annotations

import pytest

from library.learning.leavers import PersonEvent, gone_of
from library.learning.signals.signals import signals
from library.maintenance.edit import edit_demo
from library.model import LibraryError
from tests.library.learning.conftest import SharedLibrary


def orphaned(shared: SharedLibrary, machine: str) -> list[str]:
    learning, library = shared.machine(machine), shared.library(machine)
    found = signals(library.catalog, learning.notes, learning.needs, gone=learning.people.gone())
    return sorted(one.demo_id for one in found.orphaned())


def test_the_demos_of_somebody_gone_are_listed_on_every_machine_until_they_have_another_owner(
    shared: SharedLibrary,
) -> None:
    shared.file("order-1", "Raise an order")
    shared.file("travel-1", "Book a trip")
    shared.file("print-1", "Print a page", author="Tom")
    assert orphaned(shared, "one") == []
    assert shared.machine("one").people.say(" Priya ", gone=True) == "Priya"
    assert orphaned(shared, "two") == ["order-1", "travel-1"]
    edit_demo(shared.library("two"), "order-1", owner="Tom", by="Ada")
    assert orphaned(shared, "one") == ["travel-1"]
    shared.machine("two").people.say("priya", gone=False)
    assert orphaned(shared, "one") == []
    with pytest.raises(LibraryError, match="Say who"):
        shared.machine("one").people.say("  ", gone=True)


def test_the_last_word_counts_and_a_sign_of_life_after_it_too() -> None:
    said = [
        PersonEvent(record_id=str(at), at_unix_ms=at, machine="m", name=name, gone=gone)
        for at, name, gone in ((1, "Priya", True), (5, "PRIYA", False), (3, "Tom", True), (7, "Ada\n", True))
    ]
    assert gone_of(said) == {"tom": 3, "ada": 7}
