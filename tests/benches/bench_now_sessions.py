"""Whether the right step is among the three: recorded sessions of five real programs, done again later.

Run: ``pytest -m bench tests/benches/bench_now_sessions.py -s``; ``SHOWHOW_NOW_SESSIONS`` names a folder in which
sessions are kept (``now_sessions.py`` records them, with the truth). Beside their demos the library has made-up ones of
forty programs, and of the same programs under their names here and elsewhere.

Right is a step of the task that is done, in the window in front. The very next one is told too: where a task comes back
to a window, the window does not tell which time it is.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from library.catalog.sqlite_catalog import SqliteCatalog
from library.learning.now.help import help_for_front
from tests.benches.bench_now import LEAST_RIGHT, five_programs, in_windows, report
from tests.benches.corpus import Corpus
from tests.benches.now_sessions import kept, record_all

pytestmark = [pytest.mark.bench, pytest.mark.x11, pytest.mark.timeout(3600)]
PROGRAMS = ("mousepad", "gnumeric", "soffice", "pcmanfm", "chromium")
OTHERS = 20_000
"""Steps of the made-up demos."""


def test_the_right_step_is_among_the_three(tmp_path: Path) -> None:
    folder = Path(os.environ.get("SHOWHOW_NOW_SESSIONS", tmp_path / "sessions"))
    if not folder.exists() and (missing := [one for one in PROGRAMS if shutil.which(one) is None]):
        pytest.skip(f"needs {', '.join(missing)}")
    record_all(folder)
    sessions, dice = kept(folder), random.Random(5)  # noqa: S311  no secrets
    others = [*(one for one, _ in five_programs(dice)), *in_windows(dice, Corpus().demos(OTHERS))]
    asked, right, very = Counter[str](), Counter[str](), Counter[str]()
    with closing(SqliteCatalog(tmp_path / "index.sqlite", tmp_path / "demos")) as catalog:
        catalog.put_all((one, 0) for one in [*(session.demo for session in sessions), *others])
        for session in sessions:
            for question in session.questions:
                found = help_for_front(catalog, (), question.front).hits
                shown = {hit.step for hit in found if hit.demo_id == session.demo.demo_id}
                asked[session.program] += 1
                right[session.program] += bool(shown & set(question.steps))
                very[session.program] += question.step in shown
                if not shown & set(question.steps):
                    report(f"missed: {question.front.app}, {question.front.title}: {session.demo.title}")
    for program, count in asked.items():
        report(f"{program}: {right[program]} of {count}, the very next one {very[program]}")
    report(f"right step among the three: {right.total()} of {asked.total()} ({right.total() / asked.total():.0%}), "
           f"the very next {very.total() / asked.total():.0%}; {len(sessions)} and {len(others)} demos")  # fmt: skip
    assert right.total() / asked.total() >= LEAST_RIGHT
