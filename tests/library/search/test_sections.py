"""What stands over hits that lack some of the words, or are only the nearest."""

from __future__ import annotations

from library.model import Found, Hit
from library.search.sections import headings


def hit(demo_id: str, *, partial: bool = False, nearest: bool = False) -> Hit:
    return Hit(
        demo_id=demo_id, title=demo_id, step=0, step_title="", start_ms=0, snippet="", partial=partial, nearest=nearest
    )


def test_complete_answers_have_no_line_over_them() -> None:
    assert [line for line, _ in headings([hit("a"), hit("b")])] == ["", ""]


def test_one_line_stands_over_all_that_lack_words_and_one_over_the_nearest() -> None:
    hits = [hit("a", partial=True), hit("b", partial=True), hit("c", partial=True, nearest=True)]
    assert [line for line, _ in headings(hits)] == ["None has all your words", "", "Nobody has shown this; nearest:"]


def test_below_complete_answers_the_line_does_not_deny_them() -> None:
    assert [line for line, _ in headings([hit("a"), hit("b", partial=True)])][1] == "These have some of your words"


def test_only_what_answers_the_query_counts_as_an_answer() -> None:
    hits = (hit("a"), hit("b", partial=True), hit("c", partial=True, nearest=True))
    assert Found(query="x", hits=hits).answers == 2
    assert Found(query="x", hits=hits, suggestion="y", mended=True).answers == 0
