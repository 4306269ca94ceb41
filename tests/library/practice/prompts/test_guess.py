"""Look up or practise: guessed where the expert's own words say so, and not elsewhere."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from library.model import ClipFacts, PracticeMode
from library.practice.prompts.guess import guess_practice
from tests.library.practice.prompts.learner import demo

LOOK_UP, PRACTISE, UNMARKED = PracticeMode.LOOK_UP, PracticeMode.PRACTISE, PracticeMode.UNMARKED


@pytest.mark.parametrize(
    ("said", "language", "mode"),
    [
        ("We do this every morning, so it is worth knowing.", "en", PRACTISE),
        ("Only once a year we close the books.", "en", LOOK_UP),
        ("Be very careful here: it can't be undone.", "en", PRACTISE),
        ("Once a year, but it cannot be undone, so be careful.", "en", PRACTISE),
        ("Click Save, and that's it.", "en", UNMARKED),
        ("Das machen wir jeden Morgen.", "de", PRACTISE),
        ("Das brauchst du nur einmal im Jahr.", "de", LOOK_UP),
        ("On fait ça tous les jours.", "fr", PRACTISE),
        ("Se hace una vez al año.", "es", LOOK_UP),
        ("毎日これをします。", "ja", UNMARKED),
    ],
)
def test_what_is_said_decides(said: str, language: str, mode: PracticeMode) -> None:
    one = demo("d", 1, said)
    guessed = guess_practice(replace(one, transcript=replace(one.transcript, language=language)))
    assert guessed.mode is mode
    assert bool(guessed.why) == (mode is not UNMARKED)


def test_a_long_one_is_looked_up_unless_it_is_often_done() -> None:
    long = replace(demo("d", 1, "Click Save."), clip=ClipFacts(duration_ms=6 * 60_000))
    assert guess_practice(long).mode is LOOK_UP
    often = replace(demo("d", 1, "Every day we click Save."), clip=ClipFacts(duration_ms=6 * 60_000))
    assert guess_practice(often).mode is PRACTISE


def test_the_other_marks_stay() -> None:
    one = demo()
    marked = replace(one, practice=replace(one.practice, free=(2, 3), target_ms=9_000))
    assert (guess_practice(marked).free, guess_practice(marked).target_ms) == ((2, 3), 9_000)
