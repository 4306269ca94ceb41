"""The spoken text of a step with low-confidence words marked, so that a reviewer checks those first.

Owns which words count as unsure, and their style: underlined, so that they also show without colours.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from library.draft.edits import said
from library.text import folded
from transcribe.corrections import beside, corrections_in, step_text
from transcribe.model import Step, Transcript, Word
from transcribe.spacing import apart
from tui.widgets.text import QUIET, styled

UNSURE = 0.5
"""Confidence below which a word is unsure. Whisper's wrong words are mostly below 0.5, right ones above 0.8."""
_UNSURE_STYLE = "underline $text-warning"


def unsure(word: Word) -> bool:
    """Whether the confidence is below ``UNSURE``."""
    return word.confidence < UNSURE


def words_of(step: Step, words: Sequence[Word]) -> list[Word]:
    """The spoken words of a step if its text equals them; empty if the text was edited."""
    mine = [word for word in words if step.contains((word.start_ms + word.end_ms) // 2)]
    return mine if mine and folded(said(mine, step)) == folded(step.text) else []


def said_words(step: Step | None, transcript: Transcript) -> Content:
    """The text of a step in quotes, unsure words marked, corrections in brackets behind what they correct."""
    if step is None or not step.text:
        return Content()
    spoken = [word for word in words_of(step, transcript.words) if word.text.strip()]
    spoken = beside(spoken, corrections_in(transcript, step))
    shown = styled("", QUIET)
    for (space, text), word in zip(apart(word.text for word in spoken), spoken, strict=True):
        shown += styled(space, QUIET) + styled(text, _UNSURE_STYLE if unsure(word) else QUIET)
    return styled("“", QUIET) + (shown or styled(step_text(step, transcript), QUIET)) + styled("”", QUIET)


def next_unsure(words: Sequence[Word], at_ms: int, by: int = 1) -> Word | None:
    """The next (1) or previous (-1) unsure word from ``at_ms``, wrapping around; None if there is none."""
    found = [word for word in words if unsure(word)]
    later = [word for word in found if (word.start_ms - at_ms) * by > 0]
    ordered = sorted(later or found, key=lambda word: word.start_ms * by)
    return ordered[0] if ordered else None
