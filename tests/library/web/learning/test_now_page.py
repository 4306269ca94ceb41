"""The page of the program in front: its steps, then a search with it first; for this machine only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.connection.library import Library, open_library
from library.web import now
from tests.library.factories import put_bundle
from tests.library.learning.test_now import DEMOS
from tests.support.web_library import ask, served


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as opened:
        for one in DEMOS:
            opened.catalog.insert(put_bundle(opened.demos, one))
        yield opened


def test_the_best_steps_stand_first_and_lead_to_their_moment(library: Library) -> None:
    with served(library) as running:
        page = ask(running, "/now?app=firefox&title=new+order+erp+-+mozilla+firefox")
        assert page.status == 200
        first = page.text.index("/demo/order-1?at=")
        assert "#step-3" in page.text[first : first + 60]
        assert "Set an absence note" not in page.text
        assert page.headers["cache-control"] == "no-store"


def test_the_steps_of_one_demo_stand_together_and_say_nothing_twice(library: Library) -> None:
    with served(library) as running:
        text = ask(running, "/now?app=firefox&title=orders+erp+-+mozilla+firefox").text
        assert text.count("<h2>") == 2
        assert "3 places in 2 demos" in text
        assert text.count("Open the purchasing menu") == 1


def test_a_search_there_has_the_program_first_and_everything_else_after_it(library: Library) -> None:
    with served(library) as running:
        text = ask(running, "/now?app=thunderbird&q=open").text
        assert text.index("Set an absence note") < text.index("Raise a purchase order")
        part = ask(running, "/now?app=thunderbird&q=open&part=typing").text
        assert "<html" not in part
        assert part.index("Set an absence note") < part.index("Raise a purchase order")


def test_nothing_shown_in_a_program_is_said_and_asked_for_with_its_name(library: Library) -> None:
    with served(library) as running:
        assert "Nobody has shown anything in Blender yet" in ask(running, "/now?app=Blender").text
        assert "is not known" in ask(running, "/now").text
        text = ask(running, "/now?app=Blender&q=xylophone").text
        assert '<input type="hidden" name="app" value="Blender">' in text
        assert "<script>alert" not in ask(running, "/now?app=%3Cscript%3Ealert(1)%3C/script%3E&title=%22%3E").text


def test_other_machines_get_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(now, "_is_here", lambda _: False)
    with served(library) as running:
        assert ask(running, "/now?app=firefox").status == 404
