"""Comparison of attempts with demos, against the truth of recorded and simulated sessions. Prints Markdown tables.

    python -m tests.benches.bench_practice [FOLDER]
    pytest -m bench tests/benches/bench_practice.py -s

FOLDER holds sessions recorded by ``practice_sessions.py``; what it does not have is recorded first. The anchor is the
rule that stepcap 0.1.7 documents for its ``diff``: exact labels in strict order, by difflib, over the same actions.
"""

from __future__ import annotations

import difflib
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from capture.model import Event
from library.practice.actions import PracticeAction, actions_of_attempt, actions_of_demo
from library.practice.alignment import Sizes, pair_actions
from library.practice.compare import compare
from library.practice.model import Comparison, VerdictKind
from library.practice.renames import Rename, renames_in
from tests.benches.practice_sessions import HELD_BACK, TASKS, PracticeSession, kept, record_all
from tests.benches.practice_simulation import one_renamed, simulated, unchanged
from tests.benches.stand import table
from transcribe.model import Step

Pairs = dict[int, int]
Rule = Callable[[Sequence[PracticeAction], Sequence[PracticeAction], Sizes], Pairs]
Case = tuple[PracticeSession, PracticeSession]


def steps_of(demo: PracticeSession) -> tuple[Step, ...]:
    """One step for each action of the path."""
    starts = [action.start_ms for action in demo.played]
    ends = [*starts[1:], max(demo.duration_ms, starts[-1] + 1)]
    return tuple(
        Step(start, end, number=n, title=action.label, events=_between(demo.events, start, end))
        for n, (start, end, action) in enumerate(zip(starts, ends, demo.played, strict=True), 1)
    )


def _between(events: Iterable[Event], start_ms: int, end_ms: int) -> tuple[Event, ...]:
    return tuple(event for event in events if start_ms <= event.at_ms < end_ms)


def place_in_path(action: PracticeAction, session: PracticeSession) -> int | None:
    """Which action of the task's path an action is; None for a detour."""
    done = [played for played in session.played if played.start_ms <= action.ends_ms]
    return done[-1].path if done else None


def ours(demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], sizes: Sizes) -> Pairs:
    """The product's rule."""
    return pair_actions(demo, attempt, sizes).pairs


def stepcap(demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], _: Sizes) -> Pairs:
    """The anchor's rule: equal runs of exact labels."""
    keys = [[(one.kind, one.label, one.keys, one.program) for one in many] for many in (demo, attempt)]
    blocks = difflib.SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


@dataclass
class Tally:
    """Counts of right, found and true things."""

    right: int = 0
    found: int = 0
    true: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, found: set[object], true: set[object], where: str = "") -> None:
        """Count one case."""
        self.right, self.found, self.true = (
            self.right + len(found & true), self.found + len(found), self.true + len(true)
        )  # fmt: skip
        if found != true:
            self.wrong.append(f"{where}: false {sorted(map(str, found - true))} lost {sorted(map(str, true - found))}")

    @property
    def precision(self) -> float:
        """Share of what was found that is true."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was found."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


@dataclass
class Result:
    """Pairing and “not seen” of one rule over many cases."""

    pairs: Tally = field(default_factory=Tally)
    missing: Tally = field(default_factory=Tally)


def judge(cases: Iterable[Case], rule: Rule) -> Result:
    """Run a rule over cases. Pairs are of actions that are not weak; a step is missing when none of its are paired."""
    result = Result()
    for demo, attempt in cases:
        wanted, seen = actions_of_demo(steps_of(demo)), actions_of_attempt(attempt.events)
        pairs = rule(wanted, seen, (demo.size, attempt.size))
        where = f"{attempt.task} {attempt.kind}"
        telling = [i for i, one in enumerate(wanted) if not one.weak]
        of = {i: place_in_path(wanted[i], demo) for i in telling}
        places = {j: place_in_path(one, attempt) for j, one in enumerate(seen) if not one.weak}
        truth = {(of[i], j) for i in telling for j, path in places.items() if path == of[i] and path is not None}
        result.pairs.add({(of[i], j) for i, j in pairs.items() if i in of}, truth, where)
        gone = set(of.values()) - {played.path for played in attempt.played}
        result.missing.add({of[i] for i in telling} - {of[i] for i in pairs if i in of}, gone, where)
    return result


def compared(demo: PracticeSession, attempt: PracticeSession) -> Comparison:
    """The product's comparison of a session with its demo."""
    return compare(steps_of(demo), attempt.events, (demo.size, attempt.size))


def missing_verdicts(cases: Iterable[Case]) -> Tally:
    """The verdicts “not seen” of the product, as the learner sees them."""
    tally = Tally()
    for demo, attempt in cases:
        verdicts = compared(demo, attempt).verdicts
        found = {verdict.step - 1 for verdict in verdicts if verdict.was is VerdictKind.MISSING}
        gone = {n for n, _ in enumerate(demo.played)} - {played.path for played in attempt.played}
        tally.add(found, gone, f"{attempt.task} {attempt.kind}")  # type: ignore[arg-type]
    return tally


def cases_of(sessions: Sequence[PracticeSession], names: Sequence[str]) -> list[Case]:
    """Each attempt of these tasks with its demo."""
    demos = {session.task: session for session in sessions if session.kind == "demo"}
    attempts = (one for one in sessions if one.kind != "demo" and one.task in names and one.task in demos)
    return [(demos[one.task], one) for one in attempts]


def bench_pairs(rows: Sequence[tuple[str, Sequence[Case]]]) -> str:
    """Pairing and “not seen” of both rules."""
    lines = []
    for name, cases in rows:
        for called, rule in (("showhow", ours), ("stepcap’s rule", stepcap)):
            result = judge(cases, rule)
            missing = missing_verdicts(cases) if rule is ours else result.missing
            figures = (result.pairs.f1, missing.precision, missing.recall)
            lines.append([name, str(len(cases)), called, *(f"{figure:.3f}" for figure in figures)])
    return table(lines, ["sessions", "attempts", "rule", "pairs F1", "not seen: precision", "recall"])


def bench_renames(count: int = 200) -> str:
    """A renamed button found after two attempts, and buttons of unchanged demos called renamed after three."""
    found = sum(_finds(demo, attempts, at) for demo, attempts, at in one_renamed(count))
    false = sum(len(_renames(demo, attempts)) for demo, attempts in unchanged(50))
    return (
        f"renamed button found after two attempts: {found / count:.1%} of {count}; false on 50 unchanged demos: {false}"
    )


def _renames(demo: PracticeSession, attempts: Sequence[PracticeSession]) -> list[Rename]:
    return renames_in([compared(demo, attempt) for attempt in attempts])


def _finds(demo: PracticeSession, attempts: Sequence[PracticeSession], at: int) -> bool:
    return [rename.step for rename in _renames(demo, attempts)] == [at + 1]


def bench_speed(cases: Sequence[Case]) -> str:
    """What a comparison costs."""
    begun = time.perf_counter()
    for demo, attempt in cases:
        compared(demo, attempt)
    return f"one comparison: {(time.perf_counter() - begun) / len(cases) * 1000:.2f} ms of {len(cases)}"


def rows(sessions: Sequence[PracticeSession]) -> list[tuple[str, list[Case]]]:
    """The cases by how they came to be."""
    looked_at = [task.name for task in TASKS if task.name not in HELD_BACK]
    found = [
        ("recorded, looked at", cases_of(sessions, looked_at)),
        ("recorded, held back", cases_of(sessions, HELD_BACK)),
    ]
    return [*found, ("simulated", list(simulated(300, 1))), ("simulated, held back", list(simulated(600, 2026)))]


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_comparisons_are_true(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    record_all(tmp_path)
    with capsys.disabled():
        sys.stdout.write(f"\n{report(kept(tmp_path))}\n")


def report(sessions: Sequence[PracticeSession]) -> str:
    """All tables."""
    known = [(name, cases) for name, cases in rows(sessions) if cases]
    return f"{bench_pairs(known)}\n\n{bench_renames()}\n{bench_speed(known[-1][1])}"


def main() -> None:
    """Record what is missing, and measure."""
    folder = Path(sys.argv[1])
    record_all(folder)
    sys.stdout.write(f"{report(kept(folder))}\n")


if __name__ == "__main__":
    main()
