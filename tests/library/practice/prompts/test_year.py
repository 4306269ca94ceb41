"""A year of practice, whatever the learner does: never over the cap, and no debt after an absence."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.practice.model import VerdictKind
from library.practice.prompts.plan import MOST_A_DAY, WEEK_MS
from tests.library.practice.prompts.learner import MINUTE_MS, Learner, demo

_KINDS = st.sampled_from([VerdictKind.DONE, VerdictKind.PARTLY, VerdictKind.MISSING])
_DAYS = st.lists(
    st.tuples(st.sampled_from([1.0, 1.0, 1.0, 0.3, 2.0, 21.0, -1.0, -5.0]), st.integers(0, 2), _KINDS), max_size=20
)


@settings(max_examples=12, deadline=None, database=None)
@given(lengths=st.lists(st.floats(0.1, 6), min_size=1, max_size=8), days=_DAYS, weekend=st.booleans())
def test_no_day_asks_for_more_than_two_and_no_week_for_more_than_ten_minutes(
    lengths: list[float], days: list[tuple[float, int, VerdictKind]], weekend: bool
) -> None:
    with TemporaryDirectory() as folder:
        learner = Learner(Path(folder))
        demos = {f"d{n}": demo(f"d{n}", length) for n, length in enumerate(lengths)}
        for one in demos.values():
            learner.prompts.begin(one)
        learner.prompts.keep_days_off(weekdays=[5, 6] if weekend else [])
        for passed, done, kind in days:
            learner.passes(days=passed)
            asked = learner.prompts.ask_today()
            assert len(asked) <= MOST_A_DAY
            first = (learner.prompts.today - timedelta(days=6)).isoformat()
            spent = sum(day.spent_ms for day in learner.prompts.days() if day.day >= first)
            assert spent + sum(one.takes_ms for one in asked) <= WEEK_MS or not asked
            assert not (weekend and learner.prompts.today.weekday() in {5, 6} and passed > 0 and asked)
            for prompt in asked[:done]:
                learner.practises(demos[prompt.demo_id], kind, took_ms=round(prompt.takes_ms * 1.5))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_year_of_two_hundred_demos_with_three_weeks_away(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311  a simulated learner
    learner = Learner(tmp_path)
    demos = {f"d{n:03}": demo(f"d{n:03}", chance.uniform(0.3, 1.5)) for n in range(200)}
    weeks, back = list[tuple[int, int]](), list[int]()
    spent: dict[int, int] = {}
    for day in range(365):
        for one in list(demos.values())[day * 4 : day * 4 + 4]:  # four a day come to be practised
            learner.prompts.begin(one)
        if not 180 <= day < 201:
            asked = learner.prompts.ask_today()
            assert len(asked) <= MOST_A_DAY
            for prompt in asked:
                kind = VerdictKind.MISSING if chance.random() < 0.1 else VerdictKind.DONE
                learner.practises(demos[prompt.demo_id], kind, took_ms=prompt.takes_ms)
                spent[day] = spent.get(day, 0) + prompt.takes_ms
            if day >= 201:
                back.append(len(asked))
        weeks.append((day, sum(spent.get(one, 0) for one in range(day - 6, day + 1))))
        learner.passes(days=1)
    assert max(took for _, took in weeks) <= WEEK_MS
    assert max(back[:21]) <= MOST_A_DAY, "three weeks away leave nothing to catch up with"
    assert sum(spent.values()) > 30 * 6 * MINUTE_MS, "and it is used"
