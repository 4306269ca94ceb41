"""Word lists: every language's patterns compile, and a library's own words count as if they stood there."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from transcribe.model import Segment, Transcript
from transcribe.phrases.lexicon import CustomVocabulary, lexicon_of
from transcribe.phrases.sentences import SentenceKind, kind_of, title_of
from transcribe.phrases.spelling import names, spelled, spelled_as_seen
from transcribe.steps.builder import make_steps, propose_title

LANGUAGES = sorted(
    file.name.removesuffix(".toml") for file in resources.files("transcribe.phrases").joinpath("lexicons").iterdir()
)
OWN = CustomVocabulary(
    terms=("XLOOKUP", "Northwind Traders"),
    phrases={
        "en": {"verbs": ["defrob"], "closings": ["back to the studio"], "lead_ins": ["as per usual"], "size": ["9"]}
    },
)


def said(text: str) -> Transcript:
    return Transcript(segments=(Segment(0, 9_000, text=text),), language="en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_of_a_language_compiles(language: str) -> None:
    lexicon = lexicon_of(language)
    for key in lexicon.phrases:
        assert re.compile(lexicon.phrase(key))
    assert all(pattern.groupindex.get("task") for pattern, _ in lexicon.task_patterns())


def test_a_library_adds_verbs_phrases_and_names() -> None:
    lexicon = OWN.lexicon("en")
    assert kind_of("Defrob the frame.") is SentenceKind.TALK
    assert kind_of("Defrob the frame.", lexicon) is SentenceKind.INSTRUCTION
    assert kind_of("Back to the studio.", lexicon) is SentenceKind.CLOSING
    assert title_of("As per usual, defrob the frame.", lexicon) == "Defrob the frame"
    steps = make_steps(said("Defrob the x lookup. Back to the studio."), [], 10_000, vocabulary=OWN)
    assert [step.title for step in steps] == ["Defrob the XLOOKUP"]
    assert propose_title(said("Let me show you how to pay north wind traders."), (), OWN) == "Pay Northwind Traders"


@pytest.mark.parametrize(
    ("text", "label"),
    [("Press the new or button", "New order"), ("choose annual leaf", "Annual leave"), ("hit sub mit", "Submit")],
)
def test_words_heard_wrongly_are_like_the_label(text: str, label: str) -> None:
    assert names(text, label)
    assert label in spelled(text, [label])


@pytest.mark.parametrize(
    ("text", "label"), [("Choose the cost centre", "4200 Warehouse"), ("Press enter", "Submit"), ("a", "b")]
)
def test_other_words_are_not(text: str, label: str) -> None:
    assert not names(text, label)
    assert spelled(text, [label]) == text


@pytest.mark.parametrize(
    ("title", "seen", "right"),
    [
        ("Choose annual leaf", "Absence Annual leave Sick leave Submit", "Choose Annual leave"),
        ("Open the invoices", "Invoice Orders", "Open the invoices"),
        ("Click Submit", "Submitted Submit", "Click Submit"),
        ("Pick the purchase orders", "Purchase orders", "Pick the purchase orders"),
        ("Set the costcenter", "Cost centre 4200", "Set the Cost centre"),
    ],
)
def test_words_very_much_like_text_on_the_still_are_spelled_like_it(title: str, seen: str, right: str) -> None:
    assert spelled_as_seen(title, seen) == right
