"""The list of hits: the line over those that lack words, and why a hit was found."""

from __future__ import annotations

from msgspec.structs import replace

from library.model import Found, Hit
from tui.state.library import LibraryModel
from tui.widgets.results import Results

HIT = Hit(
    demo_id="one-1", title="Raise an order", step=2, step_title="Click New", start_ms=61_000, snippet="Then click new."
)


def drawn(*hits: Hit) -> list[str]:
    model = LibraryModel(count=3)
    model.show(Found(query="new order", hits=hits))
    return [line.plain.strip() for line, _ in Results(model).lines(60)]


def test_hits_that_lack_words_stand_below_a_line_that_says_so() -> None:
    some, near = (
        replace(HIT, demo_id="two-1", partial=True),
        replace(HIT, demo_id="three-1", partial=True, nearest=True),
    )
    lines = drawn(HIT, some, near)
    assert lines.index("These have some of your words") < lines.index("Not this, but near it:")
    assert drawn(some)[0] == "None has all your words"
    assert not any("your words" in line for line in drawn(HIT))


def test_a_hit_says_why_it_was_found_where_its_words_do_not() -> None:
    assert any("on the screen · 1:01" in line for line in drawn(replace(HIT, why="screen")))
    assert any("means the same · 1:01" in line for line in drawn(replace(HIT, why="meaning")))
    assert not any("·" in line for line in drawn(HIT) if "Click New" in line)


def test_lines_of_their_own_belong_to_no_hit() -> None:
    model = LibraryModel(count=3)
    model.show(Found(query="new order", hits=(replace(HIT, partial=True),)))
    items = [item for line, item in Results(model).lines(60) if "your words" in line.plain]
    assert items == [None]
