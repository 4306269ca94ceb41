"""The records of what was said and shown: Word, Segment, Transcript, TextLine, Step; and who hears and reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

from capture.errors import ShowhowError
from capture.model import Clip, Event, Region
from capture.progress import Progress
from capture.span import Span

if TYPE_CHECKING:  # searching needs these records and no numbers; NumPy would be half of its start
    import numpy as np
    from numpy.typing import NDArray

Sound: TypeAlias = "NDArray[np.float32]"
"""Mono sound at 16 kHz, shape [samples], within -1 to 1."""

Picture: TypeAlias = "NDArray[np.uint8]"
"""BGR, shape (height, width, 3)."""

SAMPLE_RATE = 16_000


class TranscribeError(ShowhowError):
    """The narration cannot be turned into words."""


class ModelMissing(TranscribeError):
    """There is no speech model and none can be fetched; a demo is filed all the same, waiting for its words."""


class Word(Span, frozen=True, kw_only=True):
    """One spoken word with its confidence, 0 to 1."""

    text: str
    confidence: float = 1.0


class Segment(Span, frozen=True, kw_only=True):
    """A sentence or phrase; ``words`` lie inside it in order."""

    text: str
    words: tuple[Word, ...] = ()


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """What was said. ``model`` names what heard it, empty while the demo waits for its words."""

    segments: tuple[Segment, ...] = ()
    language: str = ""
    model: str = ""

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word, in order."""
        return tuple(word for segment in self.segments for word in segment.words)

    @property
    def text(self) -> str:
        """Everything said, as one line."""
        return " ".join(segment.text.strip() for segment in self.segments)

    def through(self, clip: Clip) -> Transcript:
        """The same words in clip time; words that were cut whole are left out."""
        segments = []
        for segment in self.segments:
            words = tuple(
                Word(span.start_ms, span.end_ms, text=word.text, confidence=word.confidence)
                for word in segment.words
                if (span := clip.span_to_clip(word)).duration_ms or (not word.duration_ms and clip.keeps(word.start_ms))
            )
            span = clip.span_to_clip(segment)
            if words or (not segment.words and span.duration_ms):
                text = segment.text if len(words) == len(segment.words) else " ".join(w.text.strip() for w in words)
                segments.append(Segment(span.start_ms, span.end_ms, text=text, words=words))
        return Transcript(segments=tuple(segments), language=self.language, model=self.model)


class Step(Span, frozen=True, kw_only=True):
    """One instruction; ``at_ms`` is the moment its still shows, ``clicked`` what was clicked (empty if nothing).

    ``screen_text`` is what can be read on the still, filled in after filing.
    """

    number: int
    title: str
    text: str = ""
    at_ms: int = 0
    clicked: str = ""
    still: str = ""
    screen_text: str = ""
    events: tuple[Event, ...] = ()


class TextLine(msgspec.Struct, frozen=True):
    """A run of text in a picture, where it stands, and how sure its reader is of it, 0 to 1."""

    text: str
    region: Region
    score: float = 1.0


class Recognizer(Protocol):
    """Turns sound into words. The product's is ``transcribe.asr.whisper.Whisper``; unit tests bring their own."""

    @property
    def name(self) -> str:
        """The model, as it is kept with the transcript."""

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress) -> Transcript:
        """The words heard inside ``speech``, with times in ms of ``sound``. Raises TranscribeError."""


class ScreenReader(Protocol):
    """Finds text in pictures. The product's is ``transcribe/ocr/rapidocr_reader.py``; unit tests bring theirs."""

    def lines(self, picture: Picture) -> Sequence[TextLine]:
        """Every run of text in a picture, in any order, places in its pixels. Raises TranscribeError."""
