"""TranscriptLog: the transcript of a take so far, in ``words.jsonl`` in its folder, one utterance per line.

Owns that a restarted process finds every line that was written, and none that is incomplete or out of order. Does not
run recognition.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from capture.file_lock import FileLock
from capture.files import Lines, read_lines, take_error, write_bytes
from capture.span import Span
from transcribe.asr.language import best_of, is_settled, is_sure
from transcribe.model import Segment, Transcript
from transcribe.streaming.endpointing import NoiseFloor, Utterance, count_contiguous, speech_of
from transcribe.words import mended

WORDS, LOCK = "words.jsonl", "words.lock"
PIPELINE_VERSION = 2
"""Version of splitting and decoding; a log with another number is transcribed again from its start."""


class TranscriptHeader(msgspec.Struct, frozen=True, tag="hearing", tag_field="kind", kw_only=True):
    """The first line: the recognizer. ``language`` is the requested one, empty for detection.

    ``together``: as many utterances at a time as a window holds instead of one by one; ``way``: PIPELINE_VERSION.
    """

    model: str
    language: str = ""
    together: bool = False
    way: int = PIPELINE_VERSION


class TranscribedUtterance(Utterance, frozen=True, tag="heard", tag_field="kind", kw_only=True):
    """One Utterance and its text; ``room`` is the NoiseFloor at its end.

    ``odds``: probabilities of languages after it, until the language was chosen for good; best first.
    """

    segments: tuple[Segment, ...] = ()
    language: str = ""
    room: NoiseFloor = NoiseFloor()
    odds: dict[str, float] = msgspec.field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text, as one line."""
        return " ".join(segment.text for segment in self.segments)


class Ended(msgspec.Struct, frozen=True, tag="ended", tag_field="kind", kw_only=True):
    """The last line: the sound was transcribed to its end."""

    duration_ms: int


_Line = TranscriptHeader | TranscribedUtterance | Ended
_ANY_LINE: type[_Line] = _Line  # type: ignore[assignment]  # msgspec accepts unions as types


class PartialTranscript(msgspec.Struct, frozen=True, kw_only=True):
    """The valid content of a log. ``ended_ms`` is None while the sound is not transcribed to its end."""

    hearing: TranscriptHeader | None = None
    heard: tuple[TranscribedUtterance, ...] = ()
    ended_ms: int | None = None

    @property
    def until_ms(self) -> int:
        """End of the last utterance, 0 without any."""
        return self.heard[-1].end_ms if self.heard else 0

    @property
    def noise(self) -> NoiseFloor:
        """The NoiseFloor at that end."""
        return self.heard[-1].room if self.heard else NoiseFloor()

    @property
    def speech(self) -> list[Span]:
        """All speech, in order."""
        return speech_of(self.heard)

    @property
    def odds(self) -> dict[str, float]:
        """The latest probabilities of languages; empty when none was guessed apart from the words."""
        return next((one.odds for one in reversed(self.heard) if one.odds), {})

    @property
    def settled(self) -> bool:
        """Whether the language of what follows is chosen for good."""
        if not self.odds:
            return bool(self.language)
        guessed = next(at for at, one in reversed(list(enumerate(self.heard))) if one.odds)
        return is_settled(self.odds, sum(span.duration_ms for span in speech_of(self.heard[: guessed + 1])))

    @property
    def language(self) -> str:
        """The language so far: the most probable one; if none was guessed, that of most speech, after 5 s of it."""
        if self.odds:
            return best_of(self.odds)
        spoken: dict[str, int] = {}
        for utterance in self.heard:
            if utterance.language and utterance.segments:
                ms = sum(span.duration_ms for span in utterance.speech)
                spoken[utterance.language] = spoken.get(utterance.language, 0) + ms
        most = max(spoken, key=lambda language: spoken[language], default="")
        return most if spoken.get(most, 0) >= _LANGUAGE_MS else ""

    @property
    def transcript(self) -> Transcript:
        """The transcript, in sentences."""
        segments = tuple(segment for utterance in self.heard for segment in utterance.segments)
        written = [utterance.language for utterance in self.heard if utterance.language]
        language = max(written, key=self._spoken_in, default="")
        return Transcript(
            segments=segments,
            language=language,
            languages={} if is_sure(self.odds) else self.odds,
            model=self.hearing.model if self.hearing else "",
        )

    def _spoken_in(self, language: str) -> int:
        """Milliseconds of speech that were written down in a language."""
        return sum(s.duration_ms for one in self.heard if one.language == language and one.segments for s in one.speech)


_LANGUAGE_MS = 5_000
"""Speech needed to determine the language; a single “okay” is not enough."""


def words_from(lines: Iterable[_Line]) -> PartialTranscript:
    """The content of lines up to the first that is out of order; a new TranscriptHeader discards those before it."""
    header, utterances, ended_ms = None, list[TranscribedUtterance](), None
    for line in lines:
        if isinstance(line, TranscriptHeader):
            header, utterances, ended_ms = line, [], None
        elif isinstance(line, Ended):
            ended_ms = line.duration_ms
        else:
            utterances.append(msgspec.structs.replace(line, segments=tuple(map(mended, line.segments))))
    valid = tuple(utterances[: count_contiguous(utterances)])
    if len(valid) < len(utterances) or ended_ms != (valid[-1].end_ms if valid else 0):
        ended_ms = None
    return PartialTranscript(hearing=header, heard=valid, ended_ms=ended_ms)


def read_words(take: Path) -> PartialTranscript:
    """The transcript so far of a take, given its folder; may be empty. Raises TakeError when it cannot be read."""
    return words_from(read_lines(take / WORDS, _ANY_LINE))


class Log:
    """The transcript so far, in memory; TranscriptLog also writes it to disk."""

    def __init__(self, words: PartialTranscript) -> None:
        self.words = words

    def add(self, utterance: TranscribedUtterance) -> None:
        """Append one utterance."""
        self.words = msgspec.structs.replace(self.words, heard=(*self.words.heard, utterance))
        self._write(utterance)

    def restart(self) -> None:
        """Discard all utterances, to transcribe them again in another language."""
        self.words = PartialTranscript(hearing=self.words.hearing)
        if self.words.hearing is not None:
            self._write(self.words.hearing)

    def end(self) -> None:
        """Mark the sound as transcribed to its end."""
        self.words = msgspec.structs.replace(self.words, ended_ms=self.words.until_ms)
        self._write(Ended(duration_ms=self.words.until_ms))

    def _write(self, line: _Line) -> None:
        """Write a line to disk; here nothing."""


class TranscriptLog(Log):
    """The log of a take, locked by this process while it transcribes. Raises TakeError when it cannot be written."""

    def __init__(self, take: Path) -> None:
        super().__init__(PartialTranscript())
        self._path = take / WORDS
        self._lock = FileLock(take / LOCK)
        self._lines: Lines | None = None

    def take(self, header: TranscriptHeader) -> bool:
        """Lock the log; False when another process has it. Resumes a log with the same header, else clears it."""
        try:
            if not self._lock.take():
                return False
            found = read_words(self._path.parent)
            self.words = found if found.hearing == header else PartialTranscript(hearing=header)
            # Rewritten instead of appended to, because the last line may be incomplete.
            write_bytes(self._path, b"".join(msgspec.json.encode(line) + b"\n" for line in _lines(self.words)))
            self._lines = Lines(self._path)
        except OSError as error:
            self.release()
            raise take_error("write", self._path, error) from error
        return True

    def _write(self, line: _Line) -> None:
        if self._lines is not None:
            self._lines.add(line)

    def release(self) -> None:
        """Close and unlock the log."""
        if self._lines is not None:
            self._lines.close()
            self._lines = None
        self._lock.release()


def _lines(words: PartialTranscript) -> list[_Line]:
    ended = [] if words.ended_ms is None else [Ended(duration_ms=words.ended_ms)]
    return [*([words.hearing] if words.hearing else []), *words.heard, *ended]
