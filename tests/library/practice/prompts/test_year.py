"""A year of practice, whatever the learner does: never over the cap, and no debt after an absence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.practice.model import VerdictKind
from library.practice.prompts.plan import MOST_A_DAY, WEEK_MS
from tests.benches.prompt_year import AWAY, MINUTE_MS, all_due_at_once, with_a_cap
from tests.library.practice.prompts.learner import Learner, demo

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
    year = with_a_cap(tmp_path)
    assert max(year.asked) == MOST_A_DAY
    assert year.most_in_a_week <= WEEK_MS / MINUTE_MS
    after = year.asked[AWAY.stop :][:21]
    assert max(after) <= MOST_A_DAY, "three weeks away leave nothing to catch up with"
    assert sum(year.minutes) > 40 * 7, "and the time there is is used"
    assert all_due_at_once().back[0] > 5 * MOST_A_DAY, "what is due at once would have heaped up"
