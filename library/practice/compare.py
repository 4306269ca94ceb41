"""Compares an attempt with its demo: a verdict for each step, detours, times, and why it may say less than usual.

Pure and fast: the learner waits for it. Owns the verdicts. The pairs of actions come from ``alignment.py``. It does not
blame: what has no trace in the attempt is “not seen”.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec.structs import replace

from capture.model import Event, InferredAction
from capture.span import Span
from library.model import Practice
from library.practice.actions import ActionKind, PracticeAction, actions_of_attempt, actions_of_demo
from library.practice.alignment import Pairing, Sizes, pair_actions
from library.practice.model import Comparison, Doubt, Verdict, VerdictKind
from library.practice.screen_words import SeenScreen, steps_seen
from transcribe.model import Step

RULE = 2
"""Version of the rule, kept with each comparison."""

_OTHER_TASK = 0.25  # a lower score is of another task, rather than a bad attempt
_STOPPED_STEPS, _STOPPED_SHARE = 2, 0.3  # so many steps at the end were not seen: the attempt stopped before
_PARTLY = 0.5  # what a step seen in part counts
_SEEN = (VerdictKind.DONE, VerdictKind.MOVED, VerdictKind.RENAMED)


def compare(
    steps: Sequence[Step],
    events: Sequence[Event],
    sizes: Sizes,
    *,
    practice: Practice = Practice(),  # noqa: B008  frozen
    inferred: Sequence[InferredAction] = (),
    screens: Sequence[SeenScreen] = (),
    cut_off: bool = False,
) -> Comparison:
    """The comparison of an attempt with the steps of a demo (clip time).

    ``events`` and ``inferred`` are the attempt's (take time), with labels; ``sizes`` the width and height in px of the
    demo's and the attempt's pictures. ``screens``: what stood on the attempt's screen (take time), which tells where
    clicks and keys are not known. ``cut_off``: its recording broke off.
    """
    demo, attempt = actions_of_demo(steps), actions_of_attempt(events, inferred)
    pairing = pair_actions(demo, attempt, sizes)
    verdicts = _verdicts(steps, demo, attempt, pairing, practice)
    if unsure := _no_events(demo, attempt):
        reached = steps_seen(steps, screens)
        verdicts = tuple(_as_far_as_known(verdict, reached.get(verdict.step)) for verdict in verdicts)
    doubts = _doubts(verdicts, pairing, cut_off=cut_off, unsure=unsure)
    used = set(pairing.pairs.values())
    took = Span(attempt[0].begins_ms, max(one.ends_ms for one in attempt)) if attempt else Span(0, 0)
    return Comparison(
        verdicts=verdicts,
        detours=() if Doubt.OTHER_TASK in doubts else _detours(attempt, used),
        score=score_of(verdicts),
        took_ms=took.duration_ms,
        expert_ms=sum(step.duration_ms for step in steps),
        doubts=doubts,
        rule=RULE,
    )


def score_of(verdicts: Sequence[Verdict]) -> float:
    """The share of the counted steps that were seen, 0 to 1; 0 when none counts."""
    counted = [verdict for verdict in verdicts if verdict.counts]
    worth = sum(1.0 if v.was in _SEEN else _PARTLY if v.was is VerdictKind.PARTLY else 0.0 for v in counted)
    return worth / len(counted) if counted else 0.0


def _verdicts(
    steps: Sequence[Step],
    demo: Sequence[PracticeAction],
    attempt: Sequence[PracticeAction],
    pairing: Pairing,
    practice: Practice,
) -> tuple[Verdict, ...]:
    begun_ms = attempt[0].begins_ms if attempt else 0
    verdicts: list[Verdict] = []
    for step in steps:
        mine = [i for i, action in enumerate(demo) if action.step == step.number]
        verdict = _verdict(step, mine, demo, attempt, pairing, before_ms=begun_ms)
        if verdict.was is VerdictKind.MOVED and step.number in practice.free:
            verdict = replace(verdict, was=VerdictKind.DONE)
        if step.number in practice.optional:
            verdict = replace(verdict, optional=True)
        verdicts.append(verdict)
        if verdict.was not in {VerdictKind.MISSING, VerdictKind.UNKNOWN, VerdictKind.MOVED}:
            begun_ms = max(begun_ms, verdict.at_ms + verdict.took_ms)
    return tuple(verdicts)


def _verdict(
    step: Step, mine: Sequence[int], demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction],
    pairing: Pairing, *, before_ms: int,
) -> Verdict:  # fmt: skip
    """The verdict on one step, whose actions are ``mine``; ``before_ms``: where the step before ended."""
    telling = [i for i in mine if not demo[i].weak] or list(mine)
    told = [i for i in telling if i in pairing.pairs]
    if not telling:
        return Verdict(step=step.number, was=VerdictKind.UNKNOWN, at_ms=before_ms, expert_ms=step.duration_ms)
    if not told:
        return Verdict(
            step=step.number, was=VerdictKind.MISSING, at_ms=before_ms, expert_ms=step.duration_ms,
            wanted=_name(demo[i] for i in telling),
        )  # fmt: skip
    seen = [attempt[pairing.pairs[i]] for i in mine if i in pairing.pairs]
    at_ms, ends_ms = min(one.begins_ms for one in seen), max(one.ends_ms for one in seen)
    renamed = [i for i in told if i in pairing.renamed]
    left = [i for i in telling if i not in pairing.pairs]
    return Verdict(
        step=step.number,
        was=_kind(telling, told, pairing),
        at_ms=at_ms,
        took_ms=ends_ms - _since(at_ms, ends_ms, seen, attempt, pairing),
        expert_ms=step.duration_ms,
        seen=_name(attempt[pairing.pairs[i]] for i in renamed),
        wanted=_name(demo[i] for i in (left or renamed)),
    )


def _kind(telling: Sequence[int], told: Sequence[int], pairing: Pairing) -> VerdictKind:
    if len(told) < len(telling):
        return VerdictKind.PARTLY
    if any(i in pairing.renamed for i in told):
        return VerdictKind.RENAMED
    return VerdictKind.MOVED if 2 * sum(i in pairing.moved for i in told) > len(told) else VerdictKind.DONE


def _since(
    at_ms: int, ends_ms: int, seen: Sequence[PracticeAction], attempt: Sequence[PracticeAction], pairing: Pairing
) -> int:
    """From when the learner's time for a step counts: the end of the paired action before it, else its own begin."""
    mine = {id(one) for one in seen}
    paired = (attempt[j] for j in pairing.pairs.values())
    ended = [one.ends_ms for one in paired if id(one) not in mine and one.ends_ms <= at_ms]
    return min(max(ended, default=min(at_ms, ends_ms)), ends_ms)


def _name(actions: Iterable[PracticeAction]) -> str:
    """What an action is called for users: the label of a click, the name of a field, the keys; else empty."""
    for action in actions:
        if name := action.label or action.keys or (action.window if action.kind is ActionKind.WINDOW else ""):
            return name
    return ""


def _detours(attempt: Sequence[PracticeAction], used: set[int]) -> tuple[Span, ...]:
    """Spans of actions that the demo does not have, apart from each other; weak ones alone are none."""
    strong = [(j in used, one) for j, one in enumerate(attempt) if not one.weak or j in used]
    runs = (list(run) for is_used, run in groupby(strong, key=lambda pair: pair[0]) if not is_used)
    spans: list[Span] = []
    for run in runs:
        span = Span(run[0][1].begins_ms, max(one.ends_ms for _, one in run))
        if spans and span.start_ms < spans[-1].end_ms:  # what is seen in pictures overlaps
            spans[-1] = Span(spans[-1].start_ms, max(spans[-1].end_ms, span.end_ms))
        else:
            spans.append(span)
    return tuple(spans)


def _no_events(demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction]) -> bool:
    """Whether clicks and keys of the demo or of the attempt are not known, or only guessed from the pictures."""
    return all(one.inferred for one in demo) or all(one.inferred for one in attempt)


def _as_far_as_known(verdict: Verdict, reached_ms: int | None) -> Verdict:
    """Without events: done when what it leads to was on the screen; else what was not seen may have been done too."""
    if verdict.was not in {VerdictKind.MISSING, VerdictKind.PARTLY, VerdictKind.UNKNOWN}:
        return verdict
    if reached_ms is not None:
        return replace(verdict, was=VerdictKind.DONE, at_ms=reached_ms, took_ms=0, wanted="")
    return replace(verdict, was=VerdictKind.UNKNOWN)


def _doubts(verdicts: Sequence[Verdict], pairing: Pairing, *, cut_off: bool, unsure: bool) -> tuple[Doubt, ...]:
    doubts = [Doubt.CUT_OFF] if cut_off else []
    if pairing.other_labels:
        doubts.append(Doubt.OTHER_LABELS)
    if unsure:
        doubts.append(Doubt.NO_EVENTS)
    elif any(verdict.counts for verdict in verdicts) and score_of(verdicts) < _OTHER_TASK:
        doubts.append(Doubt.OTHER_TASK)
    elif _stopped(verdicts):
        doubts.append(Doubt.STOPPED)
    return tuple(doubts)


def _stopped(verdicts: Sequence[Verdict]) -> bool:
    """Whether all steps from some one on were not seen, and most of those before were."""
    counted = [verdict for verdict in verdicts if verdict.counts]
    after = 0
    for verdict in reversed(counted):
        if verdict.was is not VerdictKind.MISSING:
            break
        after += 1
    enough = after >= _STOPPED_STEPS and after >= _STOPPED_SHARE * len(counted)
    return enough and score_of(counted[: len(counted) - after]) >= _PARTLY
