"""IntakeOptions: how a recording becomes a draft. Imports nothing heavy, because many modules import it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from capture.analysis.trim import TrimOptions
from transcribe.model import Recognizer, ScreenReader
from transcribe.phrases.lexicon import CustomVocabulary


@dataclass(frozen=True)
class IntakeOptions:
    """How a recording becomes a draft.

    ``recognizer`` creates the recognizer, or raises TranscribeError; it is called only when there is sound.
    ``reader`` reads the labels of clicks; without one, steps are named after words and windows only.
    ``vocabulary`` gives the names and phrases that the library adds for titles and steps.
    ``keep_all`` cuts only what the expert discarded while recording. ``captions``: a video file that has some gets its
    words from them.
    """

    recognizer: Callable[[], Recognizer] | None = None
    reader: ScreenReader | None = None
    keep_all: bool = False
    author: str = ""
    captions: bool = True
    vocabulary: Callable[[], CustomVocabulary] = CustomVocabulary
    trim: TrimOptions = field(default_factory=TrimOptions)


PLAIN = IntakeOptions()
"""Default trimming; no transcription, no labels."""
