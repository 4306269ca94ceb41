"""``AttemptModel`` and ``ComparisonModel``: state of the screens of practice. Pure.

Their words never blame: what left no trace “was not seen”.
"""

from __future__ import annotations

from enum import StrEnum

from capture.span import clock
from library.format import count, join
from library.model import Demo
from library.practice.model import (
    Attempt,
    Comparison,
    Doubt,
    HintLevel,
    HintUsed,
    PracticeLevel,
    Verdict,
    VerdictKind,
)
from transcribe.corrections import step_text
from transcribe.model import Step

ONLY_YOU = "seen by you only"
LEVELS = {
    PracticeLevel.SEE: "see: watch it only",
    PracticeLevel.TRY: "try: with steps and hints",
    PracticeLevel.ALONE: "alone: without steps and hints",
}
_DOUBTS = {
    Doubt.OTHER_TASK: "Little of this demo was seen. It looks like another task.",
    Doubt.OTHER_LABELS: "The labels are all others, as in another language or version: compared by places.",
    Doubt.STOPPED: "Nothing more was seen after step {}.",
    Doubt.CUT_OFF: "The recording broke off; it is compared as far as it goes.",
    Doubt.NO_EVENTS: "Clicks and keys are not known here: what was not seen may have been done.",
}


class AttemptPhase(StrEnum):
    """Watching comes first, then the attempt, then its comparison."""

    WATCH = "watch"
    READY = "ready"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


class AttemptModel:
    """One attempt at a demo: its level and phase, the step the learner is at, the hints so far."""

    def __init__(self, demo: Demo, level: PracticeLevel) -> None:
        self.demo, self.level = demo, level
        self.phase = AttemptPhase.WATCH
        self.index, self.elapsed_ms, self.on_top = 0, 0, False
        self.hints: list[HintUsed] = []
        self.change_level(level)

    def change_level(self, level: PracticeLevel) -> None:
        """Choose a level before the attempt begins."""
        self.level = level
        self.phase = AttemptPhase.READY if level is PracticeLevel.ALONE else AttemptPhase.WATCH

    def next_level(self) -> None:
        """The next one of the levels, in turn."""
        levels = list(PracticeLevel)
        self.change_level(levels[(levels.index(self.level) + 1) % len(levels)])

    def watched(self) -> None:
        """The demo was played: the attempt may begin."""
        if self.phase is AttemptPhase.WATCH and self.level is not PracticeLevel.SEE:
            self.phase = AttemptPhase.READY

    @property
    def running(self) -> bool:
        """Whether it is being recorded."""
        return self.phase is AttemptPhase.RUNNING

    @property
    def busy(self) -> bool:
        """Whether the recorder starts or stops."""
        return self.phase in {AttemptPhase.STARTING, AttemptPhase.STOPPING}

    @property
    def shows_steps(self) -> bool:
        """Whether the steps are on the screen."""
        return self.level is not PracticeLevel.ALONE

    @property
    def step(self) -> Step | None:
        """The step the learner is at."""
        return self.demo.steps[self.index] if self.demo.steps else None

    def go(self, by: int) -> None:
        """To another step, within them."""
        self.index = max(0, min(len(self.demo.steps) - 1, self.index + by))

    @property
    def may_hint(self) -> bool:
        """Whether there is a hint to ask for: at the level try, while it runs, up to the last hint of a step."""
        return self.running and self.level is PracticeLevel.TRY and self.step is not None

    @property
    def hint(self) -> HintLevel | None:
        """The highest hint of this step so far."""
        step = self.step
        return max((used.level for used in self.hints if step and used.step == step.number), default=None)

    def ask_hint(self) -> HintLevel | None:
        """Note the next higher hint of this step; the last one again once all were given."""
        if not self.may_hint or (step := self.step) is None:
            return None
        level = HintLevel(min(HintLevel.CLIP, (self.hint or 0) + 1))
        self.hints.append(HintUsed(step=step.number, level=level, at_ms=self.elapsed_ms))
        return level

    def hint_words(self) -> str:
        """The text of the hints of this step so far."""
        step, hint = self.step, self.hint
        if hint is None or step is None:
            return ""
        if hint is HintLevel.AGAIN:
            return f"Try it once more: step {step.number}. h says more."
        said = step_text(step, self.demo.transcript) or step.title
        where = {HintLevel.STILL: "\nThe ring marks the place.", HintLevel.CLIP: "\nThe clip of this step plays."}
        return f"“{said}”" + where.get(hint, "")

    def guidance(self) -> str:
        """What to do now, in a line or two."""
        if self.level is PracticeLevel.SEE:
            return "Watch it. To do it yourself, choose another level: l."
        if self.phase is AttemptPhase.WATCH:
            return "Watch it once, then do it yourself in the real program."
        if self.phase is AttemptPhase.READY:
            return "Now do it in the real program. Your screen is recorded, without sound; only you see it."
        if self.busy:
            return "The recorder starts …" if self.phase is AttemptPhase.STARTING else "Comparing …"
        stays = "This window stays on top; come back to it to stop." if self.on_top else "Come back here to stop."
        return f"Do it in the program. {stays}"


class ComparisonModel:
    """A compared attempt and the step that is looked at. ``who``: what its learner is called, you or they."""

    def __init__(self, attempt: Attempt, who: str = "you") -> None:
        self.attempt, self.index, self.who = attempt, self._first(attempt), who

    @staticmethod
    def _first(attempt: Attempt) -> int:
        """The first step worth a look: one that was not simply done."""
        verdicts = attempt.comparison.verdicts if attempt.comparison is not None else ()
        plain = {VerdictKind.DONE, VerdictKind.UNKNOWN}
        return next((n for n, verdict in enumerate(verdicts) if verdict.was not in plain), 0)

    @property
    def comparison(self) -> Comparison:
        """The comparison; an empty one when there is none yet."""
        return self.attempt.comparison or Comparison()

    @property
    def verdict(self) -> Verdict | None:
        """The verdict that is looked at."""
        verdicts = self.comparison.verdicts
        return verdicts[self.index] if self.index < len(verdicts) else None

    def go(self, by: int) -> None:
        """To another step, within them."""
        self.index = max(0, min(len(self.comparison.verdicts) - 1, self.index + by))

    def title_of(self, verdict: Verdict) -> str:
        """The title of a verdict's step."""
        return next((step.title for step in self.attempt.steps if step.number == verdict.step), f"Step {verdict.step}")

    def facts(self) -> str:
        """``try · 6 of 7 steps · 0:58 (the demo 0:41)``."""
        comparison, level = self.comparison, self.attempt.level.value
        steps = f"{comparison.seen} of {count(comparison.counted, 'step')}" if comparison.counted else "not compared"
        times = f"{clock(comparison.took_ms)} (the demo {clock(comparison.expert_ms)})"
        hints = count(len(self.attempt.hints), "hint") if self.attempt.hints else ""
        return join([level, steps, times if comparison.took_ms else "", hints])

    def doubts(self) -> list[str]:
        """What to know before reading the verdicts, one line each."""
        seen = [verdict.step for verdict in self.comparison.verdicts if verdict.was in _TRACED]
        return [_DOUBTS[doubt].format(max(seen, default=0)) for doubt in self.comparison.doubts]

    def detour_words(self, verdict: Verdict) -> str:
        """``one detour`` when there is one on the way to this step."""
        traced = sorted((v for v in self.comparison.verdicts if v.was in _TRACED), key=lambda v: v.at_ms + v.took_ms)
        first = [next((v for v in traced if v.at_ms + v.took_ms > s.start_ms), None) for s in self.comparison.detours]
        inside = sum(v is verdict for v in first)
        return "" if not inside else "one detour" if inside == 1 else f"{inside} detours"

    def detail(self, verdict: Verdict) -> str:
        """What more is known of a verdict, with the detours on the way to it."""
        return join([verdict_detail(verdict, self.who), self.detour_words(verdict)])

    def disputed(self, verdict: Verdict) -> bool:
        """Whether the learner marked the verdict as wrong."""
        return verdict.step in self.attempt.disputed


_TRACED = (VerdictKind.DONE, VerdictKind.MOVED, VerdictKind.RENAMED, VerdictKind.PARTLY)


def verdict_words(verdict: Verdict) -> str:
    """``done``, ``renamed``, ``not seen``."""
    if verdict.was is VerdictKind.MISSING and verdict.optional:
        return "left out"
    words = {VerdictKind.MISSING: "not seen", VerdictKind.PARTLY: "in part", VerdictKind.UNKNOWN: "cannot be told"}
    return words.get(verdict.was, verdict.was.value)


def verdict_detail(verdict: Verdict, who: str = "you") -> str:
    """What more is known of a verdict: “you clicked “Create order””; empty when there is nothing."""
    if verdict.was is VerdictKind.RENAMED and verdict.seen:
        return f"{who} clicked “{verdict.seen}”"
    if verdict.was is VerdictKind.PARTLY and verdict.wanted:
        return f"“{verdict.wanted}” was not seen"
    if verdict.was is VerdictKind.MOVED:
        return "at another place in the order"
    if verdict.was is VerdictKind.MISSING and verdict.optional:
        return "it may be"
    return ""


def comparison_lines(model: ComparisonModel, seen_by: str = ONLY_YOU) -> list[str]:
    """A comparison as text lines, for a terminal without the screen; ``seen_by``: whose it is, or who sees it."""
    lines = [f"{model.attempt.title} · {model.facts()} · {seen_by}", *model.doubts()]
    for verdict in model.comparison.verdicts:
        more = model.detail(verdict)
        took = f"{round(verdict.took_ms / 1000)} s" if verdict.took_ms else ""
        line = f"{verdict.step:>3}  {verdict_words(verdict):<14} {took:>5}  {model.title_of(verdict)}"
        lines.append(f"{line}   {more}" if more else line)
    return lines
