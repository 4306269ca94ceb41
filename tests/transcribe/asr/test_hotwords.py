"""Words of the house: as many as a prompt holds, and corrections that are names and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transcribe.asr.hotwords import MOST_TOKENS, as_term, corrections, fit_terms, prompt


def letters(text: str) -> int:
    return len(text)


@given(st.lists(st.text(max_size=80), max_size=40))
def test_the_newest_terms_are_told_within_the_bound_each_once(terms: list[str]) -> None:
    kept = fit_terms(terms, letters)
    assert letters(prompt(kept)) <= MOST_TOKENS
    assert len(set(kept)) == len(kept)
    assert all(term == as_term(term) and term for term in kept)
    wanted = [term for term in map(as_term, terms) if term]
    if wanted:
        assert kept[-1] == wanted[-1]


def test_order_stays_and_the_oldest_fall_out() -> None:
    terms = [f"term {n}" for n in range(40)]
    kept = fit_terms(terms, letters)
    assert kept == terms[-len(kept) :]
    assert 10 < len(kept) < 40


@pytest.mark.parametrize(
    ("heard", "written", "expected"),
    [
        ("then open the areba menu and", "Then open the Ariba menu and", ["Ariba"]),
        ("open air e ba and wait", "Open Ariba and wait.", ["Ariba"]),
        ("send it to maria lopes.", "Send it to María López.", ["María López"]),
        ("choose net sweet from the list", "Choose NetSuite from the list", ["NetSuite"]),
        ("open the s four hana page", "Open the S/4HANA page", ["S/4HANA"]),
        ("open sap and wait", "Open SAP and wait", ["SAP"]),
        ("open jeera, then contoso", "Open Jira, then Contoso", ["Jira"]),
    ],
)
def test_a_name_put_right_is_offered(heard: str, written: str, expected: list[str]) -> None:
    assert corrections(heard, written) == expected


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("find a purchase order", "Raise a purchase order"),  # a common word; its capital only begins the sentence
        ("click the new order button", "Click New order"),  # said shorter
        ("enter the name of the supplier", "Type who delivers it into the first field"),  # other words
        ("click new order", "Click New Order"),  # heard right
        ("press fine", "Press find."),
        ("then we wait for the approval", "Wait for Tom"),  # nothing alike was heard
        ("", "Open Ariba"),
        ("open ariba", ""),
    ],
)
def test_what_is_no_name_or_no_correction_is_not_offered(heard: str, written: str) -> None:
    assert corrections(heard, written) == []


@example("À", "\x1bÀ")
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_written_a_term_fits_into_a_line(heard: str, written: str) -> None:
    assert all(term == as_term(term) and term for term in corrections(heard, written))
