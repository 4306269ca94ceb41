"""Help for the program in front: the right step, whatever the document is called; the rest of the library follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.model import Click, Event, Front
from library.connection.library import Library, open_library
from library.learning.notes.model import Note, NoteKind
from library.learning.now.front_names import front_names
from library.learning.now.help import front_first, help_for_front, steady_title
from library.learning.now.titles import parts_of_title, steady_words
from library.model import Demo, Hit
from library.search.search import search
from tests.library.factories import demo, put_bundle

Place = tuple[str, str]
"""Title and program of the window in which a step happens."""
CALC, SOFFICE = "libreoffice-calc", "soffice"
FIREFOX = "firefox"


def shown(demo_id: str, title: str, *steps: tuple[str, Place], age_days: float = 1) -> Demo:
    """A demo whose steps each click in a window."""
    made = demo(demo_id, title, *(words for words, _ in steps), author="Priya", age_days=age_days)
    clicks: Sequence[tuple[Event, ...]] = [
        (Click(step.start_ms, 5, 5, window=window, window_class=program),)
        for step, (_, (window, program)) in zip(made.steps, steps, strict=True)
    ]
    return replace(made, steps=tuple(replace(one, events=mine) for one, mine in zip(made.steps, clicks, strict=True)))


DEMOS = (
    shown("order-1", "Raise a purchase order",
          ("Open the purchasing menu", ("Home · ERP — Mozilla Firefox", FIREFOX)),
          ("Press new", ("Orders 12 · ERP — Mozilla Firefox", FIREFOX)),
          ("Fill in the supplier Meier", ("New order · ERP — Mozilla Firefox", FIREFOX))),
    shown("order-2", "Cancel a purchase order",
          ("Find the order", ("Orders 7 · ERP — Mozilla Firefox", FIREFOX)),
          ("Press cancel", ("Order 4711 Schulze · ERP — Mozilla Firefox", FIREFOX))),
    shown("pivot-1", "Make a pivot table",
          ("Select the cells", ("sales.ods — LibreOffice Calc", CALC)),
          ("Choose the layout", ("Pivot Table Layout — LibreOffice Calc", CALC))),
    shown("pivot-2", "Sum by month in Windows",
          ("Open the sheet", ("Untitled 3 - LibreOffice Calc", SOFFICE)),
          ("Group the rows", ("Group - LibreOffice Calc", SOFFICE))),
    shown("jump-1", "Find a line", ("Open it", ("notes.txt - Editor", "editor")), ("Type it", ("Go To", "editor"))),
    shown("find-1", "Put a word right", ("Replace it", ("Search & Replace", "editor")), ("Look", ("Search", "editor"))),
    shown("mark-1", "Mark a line", ("Open it", ("list.txt - Editor", "editor")), ("Choose", ("Bookmarks", "editor"))),
    shown("mail-1", "Set an absence note", ("Open the settings", ("Inbox - Thunderbird", "thunderbird"))),
)  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as opened:
        for one in DEMOS:
            opened.catalog.insert(put_bundle(opened.demos, one))
        yield opened


def places(hits: Sequence[Hit]) -> list[tuple[str, int]]:
    return [(hit.demo_id, hit.step) for hit in hits]


def helped(library: Library, app: str, title: str = "", notes: Sequence[Note] = ()) -> list[tuple[str, int]]:
    return places(help_for_front(library.catalog, notes, Front(app, title)).hits)


def test_the_step_that_happens_in_this_window_is_first(library: Library) -> None:
    assert helped(library, "firefox", "New order · ERP — Mozilla Firefox")[0] == ("order-1", 3)
    assert helped(library, CALC, "Pivot Table Layout — LibreOffice Calc")[0] == ("pivot-1", 2)
    assert helped(library, "Thunderbird", "Inbox - Thunderbird")[0] == ("mail-1", 1)


def test_the_three_are_of_different_demos_before_one_demo_comes_twice(library: Library) -> None:
    found = helped(library, "firefox", "Orders 99 · ERP — Mozilla Firefox")
    assert set(found[:2]) == {("order-1", 2), ("order-2", 1)}
    assert len(found) == 3


def test_digits_files_and_names_of_customers_do_not_count(library: Library) -> None:
    plain = helped(library, "firefox", "Orders · ERP — Mozilla Firefox")
    assert helped(library, "firefox", "Orders 4711 Schulze · ERP — Mozilla Firefox") == plain
    assert front_names(library.catalog, Front("firefox", "Orders 4711 Schulze · ERP — Mozilla Firefox")).words == (
        "orders", "erp",
    )  # fmt: skip
    assert steady_words("budget-2026 for Q3.xlsx") == []
    assert steady_words("*Order 4711 a@b.example /home/eve Layout") == ["order", "layout"]
    assert parts_of_title("Orders - ERP — Mozilla Firefox") == ["Orders", "ERP", "Mozilla Firefox"]


def test_a_dialogue_that_one_demo_opens_is_known_whatever_it_is_called(library: Library) -> None:
    assert helped(library, "editor", "Go To")[0] == ("jump-1", 2)
    assert helped(library, "editor", "Bookmarks")[0] == ("mark-1", 2)
    assert helped(library, "editor", "Search")[0] == ("find-1", 2)
    assert helped(library, "editor", "Search & Replace")[0] == ("find-1", 1)
    names = front_names(library.catalog, Front("editor", "Bookmarks"))
    assert steady_title(names) == ""  # it may be somebody's name


def test_a_program_is_known_by_the_name_it_has_on_another_system(library: Library) -> None:
    assert {one for one, _ in helped(library, SOFFICE, "report.ods - LibreOffice Calc")} >= {"pivot-1", "pivot-2"}
    assert {one for one, _ in helped(library, SOFFICE, "Cells")} >= {"pivot-1", "pivot-2"}  # titles of demos tell it
    assert helped(library, "org.mozilla.firefox", "Orders · ERP — Mozilla Firefox")[0][0].startswith("order")


def test_a_program_without_a_title_and_one_that_nobody_showed(library: Library) -> None:
    assert {one for one, _ in helped(library, "firefox")} == {"order-1", "order-2"}
    assert helped(library, "blender", "untitled.blend - Blender") == []
    assert helped(library, "") == []
    assert helped(library, "\x1b[31m" * 9, "\x00 - " * 400) == []


def test_what_helped_there_comes_before_what_did_not(library: Library) -> None:
    def note(kind: NoteKind, number: int) -> Note:
        return Note(record_id=f"n{number}", at_unix_ms=1, machine="m", demo_id="order-2", kind=kind, step=1)

    title = "Orders · ERP — Mozilla Firefox"
    assert helped(library, "firefox", title, [note(NoteKind.HELPED, n) for n in range(2)])[0] == ("order-2", 1)
    assert helped(library, "firefox", title, [note(NoteKind.STUCK, n) for n in range(2)])[0] == ("order-1", 2)


def test_a_search_has_the_program_first_and_hides_nothing(library: Library) -> None:
    def ids(app: str, query: str) -> list[str]:
        front = help_for_front(library.catalog, (), Front(app))
        found = front_first(library.catalog, front, search(library.catalog, query, 20), 20)
        return list(dict.fromkeys(hit.demo_id for hit in found.hits))

    assert ids("thunderbird", "open the") == ["mail-1", *[one for one in ids("x", "open the") if one != "mail-1"]]
    assert ids(CALC, "open the")[0] == "pivot-2"
    assert ids("thunderbird", "purchase order")[0].startswith("order")
    assert set(ids("firefox", "")) == {one.demo_id for one in DEMOS}
    assert ids("firefox", "")[0].startswith("order")


def test_what_an_address_holds_of_a_title_names_no_customer_and_finds_the_same(library: Library) -> None:
    title = "Orders 4711 Schulze · ERP — Mozilla Firefox"
    steady = steady_title(front_names(library.catalog, Front("firefox", title)))
    assert steady == "orders erp - mozilla firefox"
    assert helped(library, "firefox", steady) == helped(library, "firefox", title)
