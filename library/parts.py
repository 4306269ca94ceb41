"""What of a demo can be found: the demo as a whole and each of its steps, with all that was said in its time.

Owns how a demo is laid out for searching, so that every spoken word is in exactly one part. Refuses to store it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from capture.model import Click, WindowChange
from library.model import Demo
from library.text import folded
from transcribe.model import Step, Word

LONGEST_TEXT = 200_000
"""Characters of one part that are indexed; an hour of narration without steps has about 60,000."""


class Part(NamedTuple):
    """The demo as a whole (``number`` 0, with what is said before the first step) or one step.

    ``seen`` is what was read off its picture, or clicked; ``windows`` are the titles and programs it happened in.
    """

    number: int
    step_title: str
    text: str
    start_ms: int
    spoken: tuple[tuple[str, int], ...]
    seen: str = ""
    windows: str = ""


def parts_of(demo: Demo) -> Iterator[Part]:
    """The parts in order. A step's words are those spoken until the next step begins."""
    words = list(demo.words)
    middles = [_middle(word) for word in words]
    if middles != sorted(middles):  # as only others' records have them
        words.sort(key=_middle)
        middles.sort()
    starts = [*(bisect_left(middles, step.start_ms) for step in demo.steps), len(words)]
    opening = words[: starts[0]]
    yield Part(0, "", _joined(opening), 0, _timed(opening))
    for step, at, end in zip(demo.steps, starts, starts[1:], strict=False):
        mine = words[at:end]
        text, windows = _text(step.text, _joined(mine)), _windows(step)
        yield Part(step.number, step.title, text, step.start_ms, _timed(mine), _seen(step, windows), windows)


def _windows(step: Step) -> str:
    names = ((e.window, e.window_class) for e in step.events if isinstance(e, Click | WindowChange))
    return " ".join(dict.fromkeys(name for pair in names for name in pair if name))


def _seen(step: Step, windows: str) -> str:
    """What is found with the least weight: the labels that were clicked, words of the picture, names of windows."""
    labels = dict.fromkeys([step.clicked, *(e.label for e in step.events if isinstance(e, Click))])
    return " ".join(text for text in (*labels, step.screen_text, windows) if text)[:LONGEST_TEXT]


def _middle(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


def _text(written: str, spoken: str) -> str:
    """What is shown and searched of a step: its written text, and what was said when that is more than the text."""
    if not spoken or spoken == written or folded(spoken) in folded(written):
        return written[:LONGEST_TEXT]
    if folded(written) in folded(spoken):
        return spoken
    return f"{written} · {spoken}"[:LONGEST_TEXT]


def _joined(words: Sequence[Word]) -> str:
    return " ".join([word.text.strip() for word in words])[:LONGEST_TEXT]


def _timed(words: Sequence[Word]) -> tuple[tuple[str, int], ...]:
    return tuple([(word.text.strip(), word.start_ms) for word in words])
