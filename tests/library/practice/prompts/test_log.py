"""Practice comes again after days, never too much of it, and whatever happens to clocks, demos and records."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.model import Practice, PracticeMode
from library.practice.model import Doubt, VerdictKind
from library.practice.prompts.log import PromptNotFound, changed_since, in_days
from library.practice.prompts.model import DaysOff, Prompt, RecallRating
from library.practice.prompts.plan import choose, spent_ms
from tests.library.practice.prompts.learner import MINUTE_MS, Learner, demo

MISSING = VerdictKind.MISSING
PRACTISE = Practice(mode=PracticeMode.PRACTISE)


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


def test_done_alone_it_comes_again_after_days_that_grow(learner: Learner) -> None:
    one = demo()
    spans = []
    for _ in range(6):
        learner.practises(one)
        spans.append(learner.due_in(one))
        learner.passes(days=spans[-1])
    assert spans[0] == 2
    assert spans == sorted(spans)
    assert spans[-1] == 180, "no longer than half a year"
    learner.practises(one, MISSING)
    assert learner.due_in(one) < 30


def test_nothing_is_asked_for_before_its_day(learner: Learner) -> None:
    learner.practises(demo())
    assert learner.asked() == []
    learner.passes(days=1)
    assert learner.asked() == []
    learner.passes(hours=16)  # late in the evening before the hour of two days ago
    learner.passes(days=1, hours=-18)
    assert learner.asked() == ["d1"], "its day counts, not its hour"


def test_two_a_day_and_they_stay_the_same_two(learner: Learner) -> None:
    for n in range(5):
        learner.prompts.begin(demo(f"d{n}", 0.5))
    first = learner.asked()
    assert len(first) == 2
    learner.prompts.begin(demo("c0", 0.5))
    assert learner.asked() == first
    learner.practises(demo(first[0], 0.5))
    assert learner.asked() == first[1:]
    learner.prompts.snooze(first[1], 3)
    assert learner.asked() == [], "what is put off makes no room for another the same day"


def test_ten_minutes_in_seven_days_whatever_is_due(learner: Learner) -> None:
    for n in range(9):
        learner.prompts.begin(demo(f"d{n}", 2))  # 4 minutes each
    done = []
    for _ in range(7):
        for one in learner.asked():
            learner.practises(demo(one, 2), took_ms=4 * MINUTE_MS)
            done.append(one)
        learner.passes(days=1)
    assert len(done) == 2
    assert learner.asked(), "the week is over"


def test_time_that_was_taken_counts_not_the_time_it_was_thought_to_take(learner: Learner) -> None:
    for n in range(3):
        learner.prompts.begin(demo(f"d{n}", 1))
    first = learner.asked()[0]
    learner.practises(demo(first, 1), took_ms=9 * MINUTE_MS)
    learner.passes(days=1)
    assert learner.asked() == [], "2 minutes do not fit into what is left of the week"


def test_what_no_longer_fits_into_the_week_is_taken_back(learner: Learner) -> None:
    for n in range(2):
        learner.prompts.begin(demo(f"d{n}", 2))
    first, _ = learner.asked()
    learner.practises(demo(first, 2), took_ms=8 * MINUTE_MS)
    assert learner.asked() == []


def test_a_practice_that_alone_takes_more_than_a_week_gives_is_never_asked_for(learner: Learner) -> None:
    learner.prompts.begin(demo("long", 20))
    learner.passes(days=30)
    assert learner.asked() == []


def test_what_was_missed_slides_and_is_no_debt(learner: Learner) -> None:
    for n in range(12):
        learner.practises(demo(f"d{n}", 0.5), took_ms=30_000)
        learner.passes(hours=1)
    learner.passes(days=21)
    assert len(learner.asked()) == 2
    prompts, _ = learner.prompts.readable()
    assert {in_days(one, learner.prompts.today) for one in prompts} == {0}, "nothing is overdue by days"


def test_the_most_endangered_comes_first_and_something_new_in_the_second_place(learner: Learner) -> None:
    firm, weak = demo("a-firm"), demo("b-weak")
    for _ in range(3):
        learner.practises(firm)
        learner.passes(days=learner.due_in(firm))
    learner.practises(weak, MISSING)
    learner.passes(days=9)
    learner.practises(firm, MISSING)
    learner.passes(days=20)
    assert learner.asked() == ["b-weak", "a-firm"]
    learner.passes(days=1)
    learner.prompts.begin(demo("new"))
    assert learner.asked() == ["b-weak", "new"]


def test_an_experts_mark_decides_whether_a_try_leads_to_practice(learner: Learner) -> None:
    looked_up = replace(demo("look"), practice=Practice(mode=PracticeMode.LOOK_UP))
    learner.practises(looked_up)
    assert learner.prompts.get("look") is None
    learner.practises(replace(demo("practise"), practice=PRACTISE))
    assert learner.prompts.get("practise") is not None
    learner.prompts.begin(looked_up)
    learner.practises(looked_up)
    assert learner.due_in(looked_up) == 2, "she wants to all the same"


def test_the_same_attempt_compared_once_more_counts_once(learner: Learner) -> None:
    one = demo()
    first = learner.attempts(one, MISSING)
    learner.prompts.note_attempt(first, one)
    better = replace(learner.attempts(one), attempt_id=first.attempt_id)
    learner.prompts.note_attempt(better, one)
    assert learner.due_in(one) == 2
    assert spent_ms(learner.prompts.days(), learner.prompts.today) == 60_000


def test_the_learner_overrules_and_her_word_stands(learner: Learner) -> None:
    one = demo()
    first = learner.attempts(one)
    learner.prompts.note_attempt(first, one)
    learner.prompts.overrule("d1", RecallRating.AGAIN)
    assert learner.due_in(one) == 1
    learner.prompts.note_attempt(first, one)
    assert learner.due_in(one) == 1
    learner.prompts.overrule("d1", RecallRating.GOOD)
    assert learner.due_in(one) == 2, "replaced, not added"
    with pytest.raises(PromptNotFound):
        learner.prompts.overrule("d9", RecallRating.GOOD)


def test_a_practice_without_an_attempt_can_be_told(learner: Learner) -> None:
    one = demo()
    learner.practises(one, doubts=(Doubt.NO_EVENTS,))
    assert learner.prompts.get("d1") is None, "it does not tell"
    learner.prompts.begin(one)
    assert learner.asked() == ["d1"]
    learner.prompts.overrule("d1", RecallRating.GOOD)
    assert learner.asked() == []
    learner.passes(days=2)
    learner.prompts.overrule("d1", RecallRating.GOOD)
    assert learner.due_in(one) > 5


def test_days_off_ask_for_nothing_and_nothing_is_made_up_for(learner: Learner) -> None:
    for n in range(4):
        learner.prompts.begin(demo(f"d{n}", 0.5))
    today = learner.prompts.today
    learner.prompts.keep_days_off(weekdays=[5, 6], holiday=(today + timedelta(days=2), today))
    for _ in range(3):
        assert learner.asked() == []
        learner.passes(days=1)
    assert len(learner.asked()) == 2  # Thursday
    learner.passes(days=2)
    assert learner.asked() == []  # Saturday
    learner.passes(days=2)
    assert len(learner.asked()) == 2
    learner.passes(days=365)
    learner.prompts.keep_days_off(weekdays=[])
    assert learner.prompts.days_off().holidays == ()


@pytest.mark.parametrize("back", [0.2, 1, 3, 6])
def test_a_clock_set_back_asks_for_no_more(learner: Learner, back: float) -> None:
    for n in range(40):
        learner.prompts.begin(demo(f"d{n:02}", 0.5))
    asked: set[str] = set()
    for _ in range(4):
        asked |= set(learner.asked())
        learner.passes(days=1)
    learner.passes(days=-1 - back)
    again = learner.asked()
    assert len(again) <= 2
    assert set(again) <= asked


def test_a_clock_set_back_by_a_day_asks_for_nothing_new_once_both_are_done(learner: Learner) -> None:
    for n in range(40):
        learner.prompts.begin(demo(f"d{n:02}", 0.5))
    for one in learner.asked():
        learner.practises(demo(one, 0.5))
    learner.passes(days=-1)
    assert learner.asked() == []


def test_a_clock_that_was_years_ahead_stops_nothing(learner: Learner) -> None:
    one = demo()
    learner.passes(days=2_000)
    learner.practises(one)
    assert learner.asked() == []
    learner.passes(days=-2_000)
    learner.asked()
    learner.passes(days=3)
    assert learner.asked() == ["d1"]
    learner.practises(one)
    assert 0 < learner.due_in(one) <= 180


def test_a_removed_demo_is_passed_over_and_comes_back_with_its_library(learner: Learner) -> None:
    for n in range(3):
        learner.prompts.begin(demo(f"d{n}", 0.5))
    there = learner.prompts.ask_today(lambda prompt: prompt.demo_id == "d2")
    assert [one.demo_id for one in there] == ["d2"]
    learner.passes(days=1)
    assert len(learner.asked()) == 2


def test_a_demo_with_other_steps_since_is_told(learner: Learner) -> None:
    one = demo()
    learner.practises(one)
    prompt = learner.prompts.get("d1")
    assert prompt is not None
    assert not changed_since(prompt, replace(one, version=7, tags=("new",)))
    assert changed_since(prompt, replace(one, steps=one.steps[1:]))


def test_a_damaged_record_takes_nothing_else_with_it(learner: Learner) -> None:
    for n in range(3):
        learner.practises(demo(f"d{n}"))
    learner.prompts.keep_days_off(weekdays=[6])
    damage(learner, "d1")
    damage(learner, "mine")
    damage(learner, learner.prompts.today.isoformat())
    learner.passes(days=2)
    assert len(learner.asked()) == 2
    assert learner.prompts.readable()[1] == 1
    learner.practises(demo("d1"))
    assert learner.prompts.readable()[1] == 0, "practised again it is whole"


def damage(learner: Learner, key: str) -> None:
    connection = sqlite3.connect(learner.store.folder / "mine.sqlite")
    with connection:
        assert connection.execute("UPDATE records SET record = x'7b2264' WHERE key = ?", (key,)).rowcount == 1
    connection.close()


def test_two_thousand_due_prompts_ask_for_two(learner: Learner) -> None:
    prompt = learner.prompts.begin(demo())
    many = [replace(prompt, demo_id=f"x{n:04}", since_unix_ms=n) for n in range(2_000)]
    looked_at = []

    def there(one: Prompt) -> bool:
        looked_at.append(one)
        return True

    assert choose(many, [], learner.now_ms, DaysOff(), there=there) == many[:2]
    assert len(looked_at) == 2, "the library is not asked for each of them"
