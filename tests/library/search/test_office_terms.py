"""Office terms: a search knows the other names of what any office has, and does not take one thing for another."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import pytest

from library.catalog.catalog import Catalog
from library.meaning.near import NearDemo
from library.search.search import search
from library.search.synonyms.office import LANGUAGES, mentions, said_otherwise
from library.search.unmentioned import doubted
from library.text import words_of
from tests.library.factories import demo


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("Set up automatic replies", "vacation responder"),
        ("Mark a recurring meeting", "repeating meetings"),
        ("Download the pay stub", "salary slips"),
        ("Print the waybill", "bill of lading"),
        ("Die Spesenabrechnung einreichen", "Reisekosten"),
        ("Ein Bildschirmfoto machen", "Screenshot"),
        ("Relancer une facture impayée", "rappel de paiement"),
        ("Descargar el recibo de sueldo", "nómina"),
    ],
)
def test_what_goes_by_several_names_is_found_by_each(catalog: Catalog, said: str, query: str) -> None:
    catalog.put_all(
        [(demo("wanted", said, "Open the page."), 0), (demo("other", "Water the plants", "Fill a can."), 0)]
    )
    found = search(catalog, query)
    assert [hit.demo_id for hit in found.hits][:1] == ["wanted"]
    assert not any(hit.partial or hit.nearest for hit in found.hits)


def test_the_words_as_typed_come_first(catalog: Catalog) -> None:
    typed, meant = demo("typed", "Set an away message", "Open it."), demo("meant", "Set an automatic reply", "Open it.")
    catalog.put_all([(meant, 0), (typed, 0)])
    assert [hit.demo_id for hit in search(catalog, "away message").hits if hit.step == 0][:1] != ["meant"]
    assert {hit.demo_id for hit in search(catalog, "away message").hits} == {"typed", "meant"}


def test_a_longer_term_is_no_shorter_one_within_it() -> None:
    said = {term for term, _ in said_otherwise(words_of("block the company credit card"))}
    assert said == {"company credit card"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We approve those quarterly reviews", True),
        ("Fill in the appraisal", True),
        ("Send the review", True),
        ("Ask for a code check", False),
        ("Plan the design audit", False),
    ],
)
def test_a_text_names_a_thing_in_any_of_its_words_or_by_the_last(text: str, *, named: bool) -> None:
    group = ("performance review", "appraisal")
    assert mentions(words_of(text), "performance review", group) is named


def test_the_last_word_of_another_thing_names_nothing() -> None:
    group = ("parental leave", "maternity leave")
    assert mentions(words_of("Here you book leave"), "maternity leave", group)
    assert not mentions(words_of("Here you book annual leave"), "maternity leave", group)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_many_groups_and_no_term_twice(language: str) -> None:
    text = resources.files("library.search.synonyms").joinpath(f"{language}.txt").read_text(encoding="utf-8")
    groups = [line.split(" = ") for line in text.splitlines() if line and not line.startswith("#")]
    assert len(groups) >= 100
    assert all(len(set(group)) == len(group) > 1 for group in groups)
    counts = Counter(" ".join(words_of(phrase)) for group in groups for phrase in group)
    assert [phrase for phrase, count in counts.items() if count > 1] == []


def test_a_near_demo_that_never_mentions_the_thing_is_a_less_sure_answer(catalog: Catalog) -> None:
    sick = demo("sick", "Hand in a medical certificate", "Open the portal.")
    leave = demo("leave", "Ask for a sabbatical", "Open the portal.")
    catalog.put_all([(sick, 0), (leave, 0)])
    near = [NearDemo("leave", 0.8, (0,), 0.8), NearDemo("sick", 0.7, (0,), 0.7)]
    judged = {one.demo_id: one.sureness for one in doubted(catalog, "my sick note", near, 0.5)}
    assert judged["leave"] < 0.55
    assert judged["sick"] == pytest.approx(0.7)
    assert doubted(catalog, "the plants", near, 0.5) == near


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("salary", "Pay at the till"),
        ("pay at the till", "Change a salary at the till"),
        ("monitor", "The list displays all rows"),
        ("parcel", "Capture network packets"),
    ],
)
def test_a_term_that_is_mostly_another_word_stands_for_nothing(catalog: Catalog, query: str, said: str) -> None:
    catalog.put_all([(demo("other", said, "Open it."), 0), (demo("plants", "Water the plants", "Fill a can."), 0)])
    assert [hit for hit in search(catalog, query).hits if not hit.partial] == []
