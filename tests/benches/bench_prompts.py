"""A year of practice with three weeks away: what showhow asks for beside what Anki's rule heaps up.

python -m tests.benches.bench_prompts
pytest -m bench tests/benches/bench_prompts.py -s
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.benches.prompt_year import PromptYear, all_due_at_once, with_a_cap
from tests.benches.stand import table


def _row(name: str, year: PromptYear) -> list[str]:
    back, minutes = year.back
    return [
        name, f"{max(year.asked)}", f"{year.most_in_a_week:.1f}", f"{back} ({minutes:.0f} min)",
        f"{sum(year.minutes) / 60:.0f} h", f"{year.practised}", f"{year.known:.0%}",
    ]  # fmt: skip


def measure() -> str:
    """The table."""
    with TemporaryDirectory() as folder:
        years = [("showhow", with_a_cap(Path(folder))), ("all due at once (Anki)", all_due_at_once())]
    head = ["rule", "most in a day", "most min in 7 days", "first day back", "a year", "practised", "known at its end"]
    return table([_row(name, year) for name, year in years], head)


@pytest.mark.bench
def test_a_year_of_practice() -> None:
    print(measure())  # noqa: T201  the table is what a benchmark is for


if __name__ == "__main__":
    print(measure())  # noqa: T201  the table is what a benchmark is for
