"""Words are compared without case, accents and apostrophes, and nothing that moves a cursor gets into a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.text import clean, clean_tags, fold, folded, is_demo_id, make_demo_id, tokens, unsafe


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAFÉ", "cafe"),
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("smørrebrød", "smorrebrod"),
        ("don't", "dont"),
        ("supplier’s", "supplier"),
        ("İstanbul", "istanbul"),
        ("ﬁle", "file"),
        ("e\u0301cole", "ecole"),
    ],
)
def test_words_people_mean_alike_fold_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other) == f" {other} "


def test_scripts_without_spaces_are_found_by_any_part() -> None:
    assert folded("采购订单") == " 采 购 订 单 "


def test_tokens_say_where_they_stand() -> None:
    text = "Don’t press “Café” — 3.5!"
    assert [(token.word, text[token.start : token.end]) for token in tokens(text)] == [
        ("dont", "Don’t"),
        ("press", "press"),
        ("cafe", "Café"),
        ("3", "3"),
        ("5", "5"),
    ]


@given(st.text())
def test_folded_words_hold_letters_and_digits_only_and_fold_to_themselves(text: str) -> None:
    for token in tokens(text):
        assert token.word.isalnum()
        assert len(token.word) <= 64
        assert text[token.start : token.end]
        assert fold(token.word) == token.word


@given(st.text(), st.integers(0, 50))
def test_a_cleaned_text_is_one_short_printable_line_and_stays_so(text: str, limit: int) -> None:
    line = clean(text, limit)
    assert not unsafe(line)
    assert line == line.strip()
    assert len(line) <= limit or not limit
    assert clean(line, limit) == line
    line.encode()


def test_a_file_name_that_is_no_text_becomes_one() -> None:
    assert clean("demo\udcff.mp4") == "demo?.mp4"


def test_tags_are_split_at_commas_and_kept_once() -> None:
    assert clean_tags(["#a, B", "b", " ", "c" * 99]) == ("a", "B", "c" * 39 + "…")
    assert len(clean_tags([str(n) for n in range(99)])) == 20


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_title_makes_an_id_that_can_be_a_folder_anywhere(title: str, seed: str) -> None:
    made = make_demo_id(title, seed)
    assert is_demo_id(made)
    assert made == make_demo_id(title, seed)
    assert made.rpartition("-")[0] not in {"", "."}


def test_an_id_is_readable_and_another_seed_gives_another() -> None:
    assert make_demo_id("Raise a purchase order", "x").startswith("raise-a-purchase-order-")
    assert make_demo_id("采购", "x").startswith("demo-")
    assert len({make_demo_id("Raise", str(n)) for n in range(200)}) > 190


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "-a", "a-", "a" * 65, "a\n", "a b", "ä"])
def test_what_is_no_id_is_known(name: str) -> None:
    assert not is_demo_id(name)


def test_fold_of_punctuation_is_nothing() -> None:
    assert fold("''") == ""
    assert folded("—!?") == ""
