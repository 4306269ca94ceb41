"""TranscriptLog: what was recognised of a take so far: ``words.jsonl`` in its folder, one utterance a line.

Owns that whoever goes on after a kill finds every line that was written, and none that is torn or out of place.
Refuses to hear.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from capture.file_lock import FileLock
from capture.files import Lines, read_lines, take_error, write_bytes
from capture.span import Span
from transcribe.model import Segment, Transcript
from transcribe.streaming.endpointing import NoiseFloor, Utterance, follows, speech_of

WORDS, LOCK = "words.jsonl", "words.lock"
WAY = 2
"""How a stream is parted and decoded; another number makes what was heard before be heard anew."""


class TranscriptHeader(msgspec.Struct, frozen=True, tag="hearing", tag_field="kind", kw_only=True):
    """The first line: who hears. ``language`` is the one asked for, empty when it is to be found out.

    ``together``: not utterance by utterance, but as many at a time as a window holds.
    """

    model: str
    language: str = ""
    together: bool = False
    way: int = WAY


class TranscribedUtterance(Utterance, frozen=True, tag="heard", tag_field="kind", kw_only=True):
    """One Stretch and what was said in it; ``room`` is what the ear had got used to at its end."""

    segments: tuple[Segment, ...] = ()
    language: str = ""
    room: NoiseFloor = NoiseFloor()

    @property
    def text(self) -> str:
        """What was said."""
        return " ".join(segment.text for segment in self.segments)


class Ended(msgspec.Struct, frozen=True, tag="ended", tag_field="kind", kw_only=True):
    """The last line: the sound was heard to its end."""

    duration_ms: int


_Line = TranscriptHeader | TranscribedUtterance | Ended
_ANY_LINE: type[_Line] = _Line  # type: ignore[assignment]  # msgspec takes unions where types are asked for


class PartialTranscript(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a log holds that can be relied on. ``ended_ms`` is None while the sound was not heard to its end."""

    hearing: TranscriptHeader | None = None
    heard: tuple[TranscribedUtterance, ...] = ()
    ended_ms: int | None = None

    @property
    def until_ms(self) -> int:
        """How far the sound was heard."""
        return self.heard[-1].end_ms if self.heard else 0

    @property
    def room(self) -> NoiseFloor:
        """As it was there."""
        return self.heard[-1].room if self.heard else NoiseFloor()

    @property
    def speech(self) -> list[Span]:
        """Where somebody speaks."""
        return speech_of(self.heard)

    @property
    def language(self) -> str:
        """The one in which most was said; empty until somebody has spoken for a while."""
        spoken: dict[str, int] = {}
        for stretch in self.heard:
            if stretch.language and stretch.segments:
                ms = sum(span.duration_ms for span in stretch.speech)
                spoken[stretch.language] = spoken.get(stretch.language, 0) + ms
        most = max(spoken, key=lambda language: spoken[language], default="")
        return most if spoken.get(most, 0) >= _SURE_MS else ""

    @property
    def transcript(self) -> Transcript:
        """The words, in sentences."""
        segments = tuple(segment for stretch in self.heard for segment in stretch.segments)
        language = self.language or next((s.language for s in self.heard if s.language), "")
        return Transcript(segments=segments, language=language, model=self.hearing.model if self.hearing else "")


_SURE_MS = 5_000
"""So much speech tells its language; a single “okay” does not."""


def words_from(lines: Iterable[_Line]) -> PartialTranscript:
    """What lines say, up to the first that does not follow the one before; a new Hearing begins anew."""
    hearing, heard, ended_ms = None, list[TranscribedUtterance](), None
    for line in lines:
        if isinstance(line, TranscriptHeader):
            hearing, heard, ended_ms = line, [], None
        elif isinstance(line, Ended):
            ended_ms = line.duration_ms
        else:
            heard.append(line)
    whole = tuple(heard[: follows(heard)])
    if len(whole) < len(heard) or ended_ms != (whole[-1].end_ms if whole else 0):
        ended_ms = None
    return PartialTranscript(hearing=hearing, heard=whole, ended_ms=ended_ms)


def read_words(take: Path) -> PartialTranscript:
    """What was recognised of the take in a folder; empty when nothing was. Raises TakeError when it cannot be read."""
    return words_from(read_lines(take / WORDS, _ANY_LINE))


class Log:
    """What was heard so far, in memory; TranscriptLog keeps it on disk as well."""

    def __init__(self, words: PartialTranscript) -> None:
        self.words = words

    def add(self, heard: TranscribedUtterance) -> None:
        """One Stretch more."""
        self.words = msgspec.structs.replace(self.words, heard=(*self.words.heard, heard))
        self._write(heard)

    def end(self) -> None:
        """The sound has been heard to its end."""
        self.words = msgspec.structs.replace(self.words, ended_ms=self.words.until_ms)
        self._write(Ended(duration_ms=self.words.until_ms))

    def _write(self, line: _Line) -> None:
        """Nowhere."""


class TranscriptLog(Log):
    """The log of a take, held by this process while it hears. Raises TakeError when it cannot be written."""

    def __init__(self, take: Path) -> None:
        super().__init__(PartialTranscript())
        self._path = take / WORDS
        self._lock = FileLock(take / LOCK)
        self._lines: Lines | None = None

    def take(self, hearing: TranscriptHeader) -> bool:
        """Try to become the one who hears; False when another does. Goes on from what the same Hearing has left."""
        try:
            if not self._lock.take():
                return False
            found = read_words(self._path.parent)
            self.words = found if found.hearing == hearing else PartialTranscript(hearing=hearing)
            # Written anew rather than appended to: the last line may be torn.
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
        """Let go."""
        if self._lines is not None:
            self._lines.close()
            self._lines = None
        self._lock.release()


def _lines(words: PartialTranscript) -> list[_Line]:
    ended = [] if words.ended_ms is None else [Ended(duration_ms=words.ended_ms)]
    return [*([words.hearing] if words.hearing else []), *words.heard, *ended]
