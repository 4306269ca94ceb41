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
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from capture.model import Event
from library.practice.actions import PracticeAction, actions_of_attempt, actions_of_demo
from library.practice.alignment import Sizes, pair_actions
from library.practice.compare import compare
from library.practice.model import Comparison, VerdictKind
from library.practice.renames import Rename, renames_in
from tests.benches.practice_sessions import HELD_BACK, TASKS, PlayedAction, PracticeSession, kept, record_all
from tests.benches.practice_simulation import one_renamed, simulated, unchanged
from tests.benches.stand import table
from transcribe.model import Step

Pairs = dict[int, int]
Rule = Callable[[Sequence[PracticeAction], Sequence[PracticeAction], Sizes], Pairs]
SAME_LABELS = ("plain", "omit", "detour", "swap", "omit detour", "anew detour", "half")
"""Kinds of attempts in which every button has the demo's label."""
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


def played_by(action: PracticeAction, session: PracticeSession) -> PlayedAction | None:
    """What was done when an action was logged."""
    done = [played for played in session.played if played.start_ms <= action.ends_ms]
    return done[-1] if done else None


def widgets(demo: PracticeSession, attempt: PracticeSession) -> dict[str, int]:
    """The names of what an attempt used that stand for a place in the path.

    Of two clicks on one button nobody can say which was the step; and a click on the button of a step that was left out
    is that step, done elsewhere.
    """
    as_shown = {played.name: played.path for played in attempt.played if played.path is not None}
    return {played.name: played.path for played in demo.played if played.path is not None} | as_shown


def place_in_path(action: PracticeAction, demo: PracticeSession, session: PracticeSession) -> int | None:
    """Which action of the task's path an action is; None for a detour."""
    played = played_by(action, session)
    return widgets(demo, session).get(played.name) if played is not None else None


def left_out(demo: PracticeSession, attempt: PracticeSession) -> set[int]:
    """The places in the path of which nothing was done."""
    known = widgets(demo, attempt)
    return set(range(len(demo.played))) - {known[played.name] for played in attempt.played if played.name in known}


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

    def add(self, found: AbstractSet[object], true: AbstractSet[object], where: str = "") -> None:
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
        of = {i: place_in_path(wanted[i], demo, demo) for i in telling}
        done = {j: place_in_path(one, demo, attempt) for j, one in enumerate(seen)}
        gone = left_out(demo, attempt)
        truth = {(path, path) for path in of.values() if path not in gone}
        result.pairs.add({(of[i], done[j]) for i, j in pairs.items() if i in of}, truth, where)
        result.missing.add(set(of.values()) - {of[i] for i in pairs if i in of}, gone, where)
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
        tally.add(found, left_out(demo, attempt), f"{attempt.task} {attempt.kind}")
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


def bench_renames(sessions: Sequence[PracticeSession], count: int = 200) -> str:
    """A renamed button found after two attempts, and buttons of unchanged demos called renamed after three or more."""
    found = sum(_finds(demo, attempts, at) for demo, attempts, at in one_renamed(count))
    false = sum(len(_renames(demo, attempts)) for demo, attempts in unchanged(50))
    demos = [session for session in sessions if session.kind == "demo"]
    by_kind = {(one.task, one.kind): one for one in sessions}
    rough = [(demo, [by_kind[demo.task, kind] for kind in ("rough a", "rough b")]) for demo in demos]
    right = sum(_finds(demo, attempts, attempts[0].renamed[0]) for demo, attempts in rough)
    same = [(demo, [one for one in sessions if one.task == demo.task and one.kind in SAME_LABELS]) for demo in demos]
    wrong = sum(len(_renames(demo, attempts)) for demo, attempts in same)
    return table(
        [
            ["simulated", f"{found} of {count}", f"{false} in 50 demos"],
            ["recorded", f"{right} of {len(rough)}", f"{wrong} in {len(same)} demos"],
        ],
        ["sessions", "renamed button found after two attempts", "false where nothing changed"],
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
    return f"{bench_pairs(known)}\n\n{bench_renames(sessions)}\n\n{bench_speed(known[-1][1])}"


def main() -> None:
    """Record what is missing, and measure."""
    folder = Path(sys.argv[1])
    record_all(folder)
    sys.stdout.write(f"{report(kept(folder))}\n")


if __name__ == "__main__":
    main()
