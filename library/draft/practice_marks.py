"""Where the marks of a demo's steps (any order, optional) belong when its steps change: they follow their steps.

Pure. A step of the next version is the one of the same title, where only one has it in both; else the one that begins
at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from library.model import Practice
from transcribe.model import Step


def marks_following(practice: Practice, before: Sequence[Step], after: Sequence[Step]) -> Practice:
    """The marks with the numbers that their steps have now; those of steps that are gone are dropped."""
    if not practice.free and not practice.optional:
        return practice
    numbers = {step.number: number for step in before if (number := _number_of(step, before, after))}
    free = tuple(sorted({numbers[number] for number in practice.free if number in numbers}))
    optional = tuple(sorted({numbers[number] for number in practice.optional if number in numbers}))
    return replace(practice, free=free, optional=optional)


def _number_of(step: Step, before: Sequence[Step], after: Sequence[Step]) -> int:
    """The number of the same step; 0 when there is none."""
    titled = [other.number for other in after if other.title == step.title]
    begun = [other.number for other in after if other.start_ms == step.start_ms]
    if len(titled) == 1 and sum(other.title == step.title for other in before) == 1:
        return titled[0]
    return next((number for number in begun if not titled or number in titled), 0)
