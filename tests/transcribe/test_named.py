"""Names that stood on the screen replace what was heard unsurely in their place, and nothing else."""

from __future__ import annotations

import pytest

from capture.model import Click, Event, WindowChange
from transcribe.model import Transcript, Word
from transcribe.named import names_shown, unheard, with_names
from transcribe.words import segments


def said(text: str, language: str = "en") -> Transcript:
    """A transcript with a word every 200 ms; “word?” was heard unsurely, all others surely."""
    words = [
        Word(at * 200, at * 200 + 150, text=f" {word.replace('?', '')}", confidence=0.2 if "?" in word else 0.9)
        for at, word in enumerate(text.split())
    ]
    return Transcript(segments=segments(words), language=language, model="base")


@pytest.mark.parametrize(
    ("heard", "prompted", "names", "right"),
    [
        ("We log a buddinger? now.", "We log a bug in Jira now.", ["Jira"], "We log a bug in Jira now."),
        ("Créez l'infacteur?.", "Créez une facture.", ["Factures"], "Créez une facture."),
        ("Open get? lab? here.", "Open GitLab here.", ["Pipelines", "GitLab"], "Open GitLab here."),
    ],
    ids=["several words", "inflected", "one for two"],
)
def test_a_name_replaces_what_was_heard_unsurely(heard: str, prompted: str, names: list[str], right: str) -> None:
    named = with_names(said(heard), said(prompted), names)
    assert named.text == right
    assert all(segment.text == " ".join(w.text.strip() for w in segment.words) for segment in named.segments)


@pytest.mark.parametrize(
    ("heard", "prompted", "names"),
    [
        ("We log a budget now.", "We log a Jira now.", ["Jira"]),
        ("Take the ort? now.", "Take the other now.", ["Jira"]),
        ("Add me as a reviewer?.", "Acme is a reviewer.", ["acme"]),
        ("Click requests? now.", "Click request now.", ["Request"]),
        ("Press ok? now.", "Press OK in all the many new Jira windows now.", ["Jira"]),
        ("So? Now open it.", "Jira Jira open it.", ["Jira"]),
        ("Press it now.", "Press it in Jira now.", ["Jira"]),
    ],
    ids=["surely", "no name", "mostly surely", "inflected", "much longer", "across sentences", "nothing heard there"],
)
def test_all_else_stays_as_it_was_heard(heard: str, prompted: str, names: list[str]) -> None:
    assert with_names(said(heard), said(prompted), names) == said(heard)


def test_two_languages_are_not_mixed() -> None:
    assert with_names(said("In Exkel?.", "de"), said("In Excel.", "en"), ["Excel"]) == said("In Exkel?.", "de")


def test_a_name_lies_where_the_words_for_it_lay() -> None:
    prompted = said("a b c d e f g We log a bug in Jira now.")
    [sentence] = with_names(said("We log a buddinger? now."), prompted, ["Jira"]).segments
    times = [at for word in sentence.words for at in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert (sentence.words[3].start_ms, sentence.words[-2].end_ms) == (600, 750)


def test_names_are_the_parts_of_window_titles_and_the_labels() -> None:
    events: list[Event] = [
        WindowChange(0, window="Create issue - Jira — Mozilla Firefox"),
        Click(10, x=1, y=1, window="Create issue - Jira — Mozilla Firefox", label="Customer Portal"),
        Click(20, x=1, y=1, window="", label="OK"),
    ]
    assert names_shown(events) == ("Create issue", "Jira", "Mozilla Firefox", "Customer Portal")


def test_only_names_not_heard_surely_are_asked_for_and_only_while_words_are_unsure() -> None:
    heard = said("Open Salesforce and the opporchunity?.")
    assert unheard(heard, ["Salesforce", "Opportunities"]) == ("Opportunities",)
    assert unheard(said("Open Salesforce."), ["Opportunities"]) == ()
