"""What the application notes of its library's use: which searches came to nothing, and nobody's name."""

from __future__ import annotations

from pathlib import Path

from library.connection.library import open_library
from library.intake.options import IntakeOptions
from library.learning.opening import open_learning
from library.learning.signals.gaps import Reason, gaps
from tests.library.factories import demo, put_bundle
from tui.services.library_service import LocalLibraryService


def test_a_search_is_in_vain_when_another_follows_at_once_but_not_after_a_demo_was_opened(tmp_path: Path) -> None:
    library = open_library(tmp_path / "library")
    put_bundle(library.demos, demo("one-1", "Open the menu", "Open the menu", age_days=2))
    library.refresh()
    service = LocalLibraryService(library, IntakeOptions(), tmp_path)
    service.note_search("menu", 1)
    service.note_opened()
    service.note_search("open", 1)
    service.note_search("menu open", 1)
    found = gaps(library.catalog, library.catalog.use)
    assert [(gap.query, dict(gap.why)) for gap in found] == [("open", {Reason.AGAIN: 1})]
    service.close()


def test_what_is_asked_for_is_a_need_and_unsigned(tmp_path: Path) -> None:
    library = open_library(tmp_path / "library", cache=tmp_path / "indexes")
    service = LocalLibraryService(library, IntakeOptions(author="Priya"), tmp_path)
    service.ask_for("order lunch")
    [need] = open_learning(library).needs.every()
    assert (need.query, need.who, len(need.votes)) == ("order lunch", (), 1)
    service.close()
