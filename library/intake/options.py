"""What the corridor (``intake.py``) is told: how a recording becomes a draft. Light, for everybody carries it along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from capture.analysis.trim import TrimOptions
from transcribe.model import Recognizer, ScreenReader


@dataclass(frozen=True)
class IntakeOptions:
    """How a recording becomes a draft.

    ``recognizer`` gives what turns sound into words, or raises TranscribeError; it is called only when there is sound.
    ``reader`` reads the labels of what was clicked; without one steps are named by words and windows alone.
    ``keep_all`` cuts only what was taken back by hand.
    """

    recognizer: Callable[[], Recognizer] | None = None
    reader: ScreenReader | None = None
    keep_all: bool = False
    author: str = ""
    trim: TrimOptions = field(default_factory=TrimOptions)


PLAIN = IntakeOptions()
"""Trimmed by the usual rules; nobody hears or reads it."""
