"""Records of practice: Attempt, Comparison, Verdict, HintUsed. Frozen; the field names are the JSON names on disk.

An attempt belongs to the learner. Times of an attempt are take time of its take, those of the demo are clip time.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

from capture.model import Event
from capture.span import Span
from library.model import TakeFacts
from transcribe.model import Step


class PracticeLevel(StrEnum):
    """How much help an attempt has: the replay alone, the steps and hints, or only the title."""

    SEE = "see"
    TRY = "try"
    ALONE = "alone"


class HintLevel(IntEnum):
    """The hints of a step, in rising order: do it again, the instruction, the still with its mark, the clip."""

    AGAIN = 1
    INSTRUCTION = 2
    STILL = 3
    CLIP = 4


class HintUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A hint that the learner asked for at a step; ``at_ms`` is take time."""

    step: int
    level: HintLevel
    at_ms: int = 0


class VerdictKind(StrEnum):
    """What was seen of a step.

    MOVED: at another place in the order. RENAMED: under another label. PARTLY: some of its actions. MISSING: not seen.
    UNKNOWN: the demo or the attempt has nothing that could tell.
    """

    DONE = "done"
    MOVED = "moved"
    RENAMED = "renamed"
    PARTLY = "partly"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one step of the demo.

    ``at_ms`` is where it begins in the attempt (take time; the place where it would be expected when it was not seen).
    ``took_ms`` is the learner's time for it, ``expert_ms`` the demo's. ``seen`` is the label that was clicked,
    ``wanted`` the demo's label of what was renamed or not seen. ``optional``: the expert marked the step so; then it is
    not counted when it was not seen.
    """

    step: int
    was: VerdictKind
    at_ms: int = 0
    took_ms: int = 0
    expert_ms: int = 0
    seen: str = ""
    wanted: str = ""
    optional: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is one of the steps that the score is a share of."""
        return self.was is not VerdictKind.UNKNOWN and not (self.optional and self.was is VerdictKind.MISSING)


class Doubt(StrEnum):
    """Why a comparison says less than usual.

    OTHER_TASK: hardly anything of the demo was seen. OTHER_LABELS: the places fit but the labels do not, as in another
    language or version. STOPPED: nothing was seen after some step. CUT_OFF: the recording broke off. NO_EVENTS: clicks
    and keys are not known, of the demo or of the attempt.
    """

    OTHER_TASK = "other_task"
    OTHER_LABELS = "other_labels"
    STOPPED = "stopped"
    CUT_OFF = "cut_off"
    NO_EVENTS = "no_events"


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt beside its demo: a verdict for each step, in order.

    ``detours`` are spans of the attempt (take time) with actions that the demo does not have. ``score`` is the share of
    the counted steps that were seen, 0 to 1; a step that was seen in part counts half. ``took_ms`` and ``expert_ms``
    are the whole times. ``rule`` is the version of the rule that made it.
    """

    verdicts: tuple[Verdict, ...] = ()
    detours: tuple[Span, ...] = ()
    score: float = 0.0
    took_ms: int = 0
    expert_ms: int = 0
    doubts: tuple[Doubt, ...] = ()
    rule: int = 0

    @property
    def counted(self) -> int:
        """The number of steps that count."""
        return sum(verdict.counts for verdict in self.verdicts)

    @property
    def seen(self) -> int:
        """The number of those that were seen, in whatever place and under whatever label."""
        whole = {VerdictKind.DONE, VerdictKind.MOVED, VerdictKind.RENAMED}
        return sum(verdict.was in whole for verdict in self.verdicts)


class AttemptState(StrEnum):
    """RUNNING: being recorded, or cut off. MINE: nobody else has it. HANDED_OVER: one person has it too."""

    RUNNING = "running"
    MINE = "mine"
    HANDED_OVER = "handed_over"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's own try at a demo, kept in the learner's folder only.

    ``steps`` are those of the demo's ``version`` that was tried, so that it can be read when the demo has changed or is
    gone. ``take.path`` is the take's folder. ``events`` are the take's, with labels. ``disputed`` are steps whose
    verdict the learner marked as wrong. ``number`` counts the learner's attempts as they began, whatever the clock
    said; 0 in those of before that.
    """

    attempt_id: str
    demo_id: str
    title: str
    schema_version: int = 1
    version: int = 1
    take: TakeFacts = TakeFacts()
    level: PracticeLevel = PracticeLevel.TRY
    steps: tuple[Step, ...] = ()
    events: tuple[Event, ...] = ()
    hints: tuple[HintUsed, ...] = ()
    comparison: Comparison | None = None
    disputed: tuple[int, ...] = ()
    state: AttemptState = AttemptState.RUNNING
    number: int = 0
