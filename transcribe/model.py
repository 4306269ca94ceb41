"""Records of speech, screen text and steps, from Word to Step and Annotation, and protocols of their recognizers."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import msgspec

from capture.errors import ShowhowError
from capture.model import Clip, Event, InferredAction, Region
from capture.progress import Progress
from capture.span import Span
from transcribe.spacing import join_texts

if TYPE_CHECKING:  # searching uses these records without NumPy, which would be half of its start-up time
    import numpy as np
    from numpy.typing import NDArray

Sound: TypeAlias = "NDArray[np.float32]"
"""Mono sound at 16 kHz, shape [samples], within -1 to 1."""

Picture: TypeAlias = "NDArray[np.uint8]"
"""BGR, shape (height, width, 3)."""

SAMPLE_RATE = 16_000


class TranscribeError(ShowhowError):
    """The narration cannot be transcribed."""


class ModelMissing(TranscribeError):
    """There is no speech model. A demo is still filed, and transcribed later."""


class Word(Span, frozen=True, kw_only=True):
    """One spoken word with its confidence, 0 to 1.

    ``text`` has a leading space only where ``transcribe/spacing.py`` would write the word right after the one before.
    """

    text: str
    confidence: float = 1.0


class Correction(msgspec.Struct, frozen=True):
    """Words as they were heard, and what they most likely are: “new or” and “New order”. The words themselves stay."""

    heard: str
    right: str


class Segment(Span, frozen=True, kw_only=True):
    """A sentence or phrase; ``words`` lie inside it in order.

    ``heard`` is the text of the recognizer, if people changed it; else empty. ``corrections`` are of words in it that
    were probably heard wrongly; one whose words are not there counts for nothing.
    """

    text: str
    words: tuple[Word, ...] = ()
    heard: str = ""
    corrections: tuple[Correction, ...] = ()


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """The transcript of a demo. ``model`` names the recognizer, empty while the demo is not transcribed.

    ``languages``: where the language is doubtful, the probability of each that it may be, best first.
    """

    segments: tuple[Segment, ...] = ()
    language: str = ""
    model: str = ""
    languages: dict[str, float] = {}

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word, in order."""
        return tuple(word for segment in self.segments for word in segment.words)

    @property
    def by_hand(self) -> bool:
        """Whether people put words right."""
        return any(segment.heard for segment in self.segments)

    @property
    def text(self) -> str:
        """The whole text, as one line."""
        return " ".join(segment.text.strip() for segment in self.segments)

    def through(self, clip: Clip) -> Transcript:
        """The transcript in clip time, without words that were cut completely."""
        segments = []
        for segment in self.segments:
            words = tuple(
                Word(span.start_ms, span.end_ms, text=word.text, confidence=word.confidence)
                for word in segment.words
                if (span := clip.span_to_clip(word)).duration_ms or (not word.duration_ms and clip.keeps(word.start_ms))
            )
            span = clip.span_to_clip(segment)
            if words or (not segment.words and span.duration_ms):
                text = segment.text if len(words) == len(segment.words) else join_texts(w.text for w in words)
                moved = msgspec.structs.replace(segment, start_ms=span.start_ms, end_ms=span.end_ms)
                segments.append(msgspec.structs.replace(moved, text=text, words=words))
        return msgspec.structs.replace(self, segments=tuple(segments))


class AnnotationKind(StrEnum):
    """What somebody put on a still: a number, an arrow that points at something, a frame around it."""

    NUMBER = "number"
    ARROW = "arrow"
    FRAME = "frame"


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """Something put on a still by hand, at ``region`` (pixels of the recorded picture); ``number``: of a number.

    It is drawn when the still is shown or exported; the stored picture stays as it was taken.
    """

    kind: AnnotationKind
    region: Region
    number: int = 0


class SecondStill(msgspec.Struct, frozen=True, kw_only=True):
    """The picture after the decisive change of a step: when, what of it matters, and the path of its file."""

    at_ms: int
    focus: Region | None = None
    still: str = ""


class Step(Span, frozen=True, kw_only=True):
    """One instruction; ``at_ms`` is the time of its still, ``clicked`` the label of what was clicked (empty if none).

    ``screen_text`` is the text on the still, filled in after filing. ``inferred`` is what was probably done in a
    recording without input events; nothing of it is a click. ``focus`` is where it happens, in pixels of the picture;
    None when nobody knows, and in demos of older showhows. ``then``: a second still, of what the step leads to.
    """

    number: int
    title: str
    text: str = ""
    at_ms: int = 0
    clicked: str = ""
    still: str = ""
    screen_text: str = ""
    events: tuple[Event, ...] = ()
    inferred: tuple[InferredAction, ...] = ()
    focus: Region | None = None
    then: SecondStill | None = None
    annotations: tuple[Annotation, ...] = ()

    @property
    def stills(self) -> tuple[str, ...]:
        """The paths of its stills, one or two; those it has none of are left out."""
        return tuple(name for name in (self.still, self.then.still if self.then is not None else "") if name)


class TextLine(msgspec.Struct, frozen=True):
    """A run of text in a picture, its region in pixels, and the score of the reader, 0 to 1."""

    text: str
    region: Region
    score: float = 1.0


class Recognizer(Protocol):
    """Turns sound into words: ``transcribe.asr.whisper.Whisper``, an endpoint, or a fake in unit tests."""

    @property
    def name(self) -> str:
        """Model name stored with the transcript."""

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress) -> Transcript:
        """Transcribe the spans ``speech``; times are ms of ``sound``. Raises TranscribeError."""


@runtime_checkable
class PromptedRecognizer(Recognizer, Protocol):
    """A Recognizer on this machine that can be told which names to expect."""

    def expecting(self, names: Sequence[str]) -> Recognizer:
        """The same recognizer, which expects ``names`` too."""


class ScreenReader(Protocol):
    """Finds text in pictures: ``transcribe/ocr/rapidocr_reader.py``, or a fake in unit tests."""

    def lines(self, picture: Picture) -> Sequence[TextLine]:
        """Every run of text in a picture, in any order, with regions in its pixels. Raises TranscribeError."""
