"""Which sentences begin a step, and with what title: six kinds of sentences, and near misses that stay as they are.

The takes lie in ``tests/data/takes_and_titles.tsv``; the titles are those that a writer would give.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.model import Click
from transcribe.model import Segment, Transcript, Word
from transcribe.phrases.lexicon import PLAIN
from transcribe.steps.builder import make_steps
from transcribe.steps.misheard import corrected, retitled

TAKES = [
    line.split("\t")
    for line in (Path(__file__).parents[2] / "data" / "takes_and_titles.tsv").read_text("utf-8").splitlines()[1:]
]


def heard(said: str, language: str) -> Transcript:
    """The transcript of a take; a segment for each pause."""
    at_ms, segments = 1_000, []
    for part in said.split(" | "):
        words = []
        for word in part.split():
            if word == "/":
                at_ms += 730
                continue
            sure = 0.3 if word.startswith("?") else 0.95
            words.append(Word(at_ms, at_ms + 280, text=f" {word.lstrip('?')}", confidence=sure))
            at_ms += 300
        text = "".join(word.text for word in words).strip()
        segments.append(Segment(words[0].start_ms, at_ms, text=text, words=tuple(words)))
        at_ms += 1_500
    return Transcript(segments=tuple(segments), language=language)


def titles_of(said: str, language: str) -> list[str]:
    transcript = heard(said, language)
    steps = make_steps(transcript, (), transcript.segments[-1].end_ms + 1_000)
    return [step.title for step in retitled(steps, corrected(transcript, steps, (), PLAIN))]


@pytest.mark.parametrize(("kind", "language", "said", "titles"), TAKES)
def test_a_take_comes_to_the_steps_that_a_writer_would_give(kind: str, language: str, said: str, titles: str) -> None:
    assert titles_of(said, language) == titles.split(" | "), kind


def test_what_is_clicked_says_more_than_where_it_is_found() -> None:
    take = heard("Open the book. | Under Data you'll find Sort. | Type the name.", "en")
    click = Click(take.segments[1].end_ms, 5, 5, label="Sort")
    assert [step.title for step in make_steps(take, (click,), 20_000)] == [
        "Open the book",
        "Click Sort",
        "Type the name",
    ]


def test_something_done_during_an_announcement_begins_a_step_that_it_names() -> None:
    take = heard("Let's create an invoice. | Type the name. | Press Save.", "en")
    click = Click(take.segments[0].start_ms + 500, 5, 5, window="Invoices")
    first, *_ = make_steps(take, (click,), 20_000)
    assert (first.title, first.events) == ("Create an invoice", (click,))
