"""Tells by the words on the screen which steps were done, where clicks and keys are not known.

Pure. A step is told by the words that stand on the still of the next step and not on its own: what it led to. The last
step, and one that brings hardly any new words, cannot be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from capture.analysis.focus import visible_changes
from capture.analysis.reading_time import moments
from capture.model import Change
from library.practice.alignment import in_order
from library.practice.likeness import plain_label
from transcribe.model import Step

MOST_SCREENS = 60
"""Screens of an attempt that are read: the first takes 3 to 9 s of one core, each of the others a third."""
_SETTLES_MS = 350  # then a new window or page is drawn whole
_WINDOW = 20_000  # pixels: no dialog or menu is smaller
_SHORTEST = 3  # letters; shorter words are often misread icons
_FEWEST = 2  # new words by which a step is told
_SEEN, _NEW = 0.6, 0.3  # the share of them that stands on the screen, and that did not stand there before


@dataclass(frozen=True)
class SeenScreen:
    """All text on the screen at a take time."""

    at_ms: int
    text: str


def moments_to_read(changes: Sequence[Change], duration_ms: int) -> list[int]:
    """Take times at which the screen of an attempt has settled after much of it changed, and the beginning.

    ``changes`` are sorted. Of more than MOST_SCREENS, those after the largest changes.
    """
    groups = list(moments(visible_changes(changes, duration_ms)))
    ends = [group[0].at_ms for _, group in groups[1:]] + [duration_ms]
    sizes = {
        min(at_ms + _SETTLES_MS, max(at_ms, end - 1)): sum(change.width * change.height for change in group)
        for (at_ms, group), end in zip(groups, ends, strict=True)
    }
    largest = sorted((at for at, size in sizes.items() if size >= _WINDOW), key=lambda at: sizes[at], reverse=True)
    return sorted({0, *largest[: MOST_SCREENS - 1]})


def steps_seen(steps: Sequence[Step], screens: Sequence[SeenScreen]) -> dict[int, int]:
    """The steps whose outcome appeared on the screens, in the order of the demo: their number to the take time.

    ``screens`` are sorted. Steps whose stills were not read have no words and are not told.
    """
    numbers = [step.number for step in steps[:-1]]
    brought = [_words(after.screen_text) - _words(before.screen_text) for before, after in pairwise(steps)]
    shown = [_words(screen.text) for screen in screens]
    worth = [[_worth(words, before, after) for before, after in pairwise(shown)] for words in brought]
    return {numbers[i]: screens[j + 1].at_ms for i, j in in_order(worth).items()}


def _worth(words: frozenset[str], before: frozenset[str], after: frozenset[str]) -> float:
    """The share of a step's new words on a screen; 0 when those are too few, or stood there before."""
    if len(words) < _FEWEST:
        return 0.0
    share = len(words & after) / len(words)
    return share if share >= _SEEN and share - len(words & before) / len(words) >= _NEW else 0.0


def _words(text: str) -> frozenset[str]:
    """Words without digits, which are data more often than labels."""
    return frozenset(word for word in plain_label(text).split() if len(word) >= _SHORTEST and word.isalpha())
