"""Who looks the same thing up again and again is asked once whether to practise it, and nobody else knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from library.model import Practice, PracticeMode
from tests.library.practice.prompts.learner import Learner, demo


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


def looks_up(learner: Learner, *days: float, demo_id: str = "d1") -> None:
    """Look a demo up, so many days after the look before each."""
    for passed in days:
        learner.passes(days=passed)
        learner.looks.note(demo(demo_id))


def test_four_looks_in_a_fortnight_lead_to_one_question(learner: Learner) -> None:
    looks_up(learner, 0, 3, 3)
    assert learner.looks.question() is None
    looks_up(learner, 3)
    question = learner.looks.question()
    assert question is not None
    assert question.title == "Demo d1"


def test_looks_of_one_sitting_are_one_and_old_ones_do_not_count(learner: Learner) -> None:
    looks_up(learner, 0, 0.01, 0.01, 0.01, 0.01)
    assert learner.looks.question() is None
    looks_up(learner, 6, 6, 6)
    assert learner.looks.question() is None


def test_it_is_asked_once_and_then_no_look_is_kept(learner: Learner) -> None:
    looks_up(learner, 0, 1, 1, 1)
    question = learner.looks.question()
    assert question is not None
    learner.looks.told(question)
    assert learner.looks.question() is not None, "it stands until it is answered"
    learner.looks.answered("d1")
    assert learner.looks.question() is None
    looks_up(learner, 1, 1, 1, 1, 1, 1)
    assert learner.looks.question() is None
    assert b'"at_unix_ms":[]' in bytes(learner.store.everything()[0].record)


def test_a_question_without_an_answer_goes_after_a_fortnight(learner: Learner) -> None:
    looks_up(learner, 0, 1, 1, 1)
    question = learner.looks.question()
    assert question is not None
    learner.looks.told(question)
    learner.passes(days=15)
    assert learner.looks.question() is None


def test_what_an_expert_marked_to_be_looked_up_and_what_is_practised_is_not_asked_about(learner: Learner) -> None:
    for _ in range(5):
        learner.looks.note(replace(demo("look"), practice=Practice(mode=PracticeMode.LOOK_UP)))
        learner.passes(days=1)
    learner.prompts.begin(demo("mine"))
    looks_up(learner, 1, 1, 1, 1, demo_id="mine")
    assert learner.looks.question() is None
    assert not [one for one in learner.store.everything() if one.kind == "looks"]


def test_looks_that_lead_to_nothing_are_forgotten(learner: Learner) -> None:
    looks_up(learner, 0, 1, demo_id="once")
    looks_up(learner, 30, demo_id="other")
    assert [one.demo_id for one in learner.store.everything()] == ["other"]


def test_a_clock_set_back_makes_no_looks(learner: Learner) -> None:
    looks_up(learner, 0, 1, 1)
    learner.passes(days=-300)
    looks_up(learner, 0)
    assert learner.looks.question() is None
