"""Records of the library: Draft, Demo, Hit, Found. Frozen; the field names are the JSON names on disk and output."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from capture.errors import ShowhowError
from capture.model import Blur, Clip, Cut, Event, SpeedUp
from capture.span import Span
from transcribe.model import Step, Transcript, Word


class LibraryError(ShowhowError):
    """The library cannot be opened, read or written."""


class Unreachable(LibraryError):
    """The storage does not answer now. Its contents may be intact, so callers must not fall back to older data."""


TITLE_BY_HAND, STEPS_BY_HAND = "title", "steps"
"""Allowed values in ``by_hand``."""
SCREEN_MS = "screen_text_ms"
"""Key in ``timings``; its presence says that the text on the demo's stills was read."""
SECOND_HEARING_MS = "second_hearing_ms"
"""Key in ``timings``; its presence says that the words were heard once more as a whole."""


class RecordNotFound(LibraryError):
    """There is no such thing in the library, or not any more."""


class DemoNotFound(RecordNotFound):
    """No demo has that name, or more than one begins with it."""


class TakeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of the recording of a demo. ``path`` may not exist any more. Copies of one video share ``fingerprint``."""

    take_id: str = ""
    path: str = ""
    started_unix_ms: int = 0
    duration_ms: int = 0
    fingerprint: str = ""


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Expected size in bytes and SHA-256 (hexadecimal) of a file of a bundle."""

    size: int
    sha256: str


class ClipFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The clip of a demo: path inside its bundle, length, picture size in pixels.

    ``key`` is a hash of its inputs: recording, cuts, blurs, steps. It reveals nothing that a blur hides.
    """

    path: str = "clip.mp4"
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    has_sound: bool = False
    key: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A demo not yet filed, as the review screen edits it. All times are take time, so cuts may change freely.

    ``source`` is a take folder or a video file. The cuts were decided from ``activity`` and ``speech``.
    ``dropped`` are automatic cuts that the user removed; they can be restored. ``waits`` are spans in which the
    expert only waited, ``fasts`` those of them that are sped up. ``blurs`` are rectangles hidden from viewers.
    ``by_hand`` names what people wrote themselves (``title``, ``steps``); no later transcription replaces it.
    ``no_words_because`` is one line on why the transcript is missing; ``notes`` say what is wrong with the recording.
    ``tracks`` are the sound tracks that are kept, of a video file with several; empty: the first of a file, all of a
    take. ``answers``: the need or note that it answers, see ``library/learning/answers.py``.
    ``revises`` is the id of the filed demo whose next version this becomes (empty for a new demo), ``base`` the version
    it was made of, ``look`` the ``look_of`` it had then.
    """

    draft_id: str
    source: str
    take: TakeFacts
    width: int
    height: int
    has_sound: bool
    title: str
    schema_version: int = 1
    author: str = ""
    tags: tuple[str, ...] = ()
    cuts: tuple[Cut, ...] = ()
    dropped: tuple[Cut, ...] = ()
    waits: tuple[SpeedUp, ...] = ()
    fasts: tuple[SpeedUp, ...] = ()
    blurs: tuple[Blur, ...] = ()
    activity: tuple[Span, ...] = ()
    speech: tuple[Span, ...] = ()
    events: tuple[Event, ...] = ()
    transcript: Transcript = Transcript()
    steps: tuple[Step, ...] = ()
    waiting_for_words: bool = False
    no_words_because: str = ""
    notes: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    timings: dict[str, int] = {}
    revises: str = ""
    base: int = 0
    look: str = ""
    tracks: tuple[int, ...] = ()
    answers: str = ""

    @property
    def clip(self) -> Clip:
        """The mapping from take time to clip time under the current cuts and speed-ups."""
        return Clip(self.take.duration_ms, self.cuts, self.fasts)


class PracticeMode(StrEnum):
    """What a demo is for: to be looked up when needed, or to be practised until it can be done alone."""

    UNMARKED = ""
    LOOK_UP = "look_up"
    PRACTISE = "practise"


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """How a demo is to be practised, as its expert marked it.

    ``why`` is the expert's reason. ``target_ms``: how long it may take. ``free`` are numbers of steps that may be done
    in any order among themselves, ``optional`` of steps that may be left out.
    """

    mode: PracticeMode = PracticeMode.UNMARKED
    why: str = ""
    target_ms: int | None = None
    free: tuple[int, ...] = ()
    optional: tuple[int, ...] = ()


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """A filed demo (``demo.json`` of a bundle). Steps and transcript are in clip time, cuts and fasts in take time.

    ``owner`` keeps it up to date and reviews it on ``review_unix_ms``; ``filed_by`` filed it, ``edited_by`` made this
    version. ``files`` has the checksum of every other file of the bundle; it is empty in demos of older showhows.
    ``oldest``: versions before this one are deleted, because they show what it blurs.
    """

    demo_id: str
    title: str
    schema_version: int = 1
    version: int = 1
    author: str = ""
    tags: tuple[str, ...] = ()
    created_unix_ms: int = 0
    updated_unix_ms: int = 0
    review_unix_ms: int | None = None
    take: TakeFacts = TakeFacts()
    cuts: tuple[Cut, ...] = ()
    fasts: tuple[SpeedUp, ...] = ()
    blurs: int = 0
    clip: ClipFacts = ClipFacts()
    transcript: Transcript = Transcript()
    steps: tuple[Step, ...] = ()
    waiting_for_words: bool = False
    by_hand: tuple[str, ...] = ()
    timings: dict[str, int] = {}
    owner: str = ""
    filed_by: str = ""
    edited_by: str = ""
    collections: tuple[str, ...] = ()
    files: dict[str, FileFacts] = {}
    oldest: int = 1
    practice: Practice = Practice()
    path: Path = Path()

    def stale(self, now_unix_ms: int) -> bool:
        """Whether its review date has passed."""
        return _passed(self.review_unix_ms, now_unix_ms)

    @property
    def size(self) -> int:
        """Bytes of its files, as far as ``files`` lists them; a clip shared with another version counts too."""
        return sum(facts.size for facts in self.files.values())

    @property
    def words(self) -> tuple[Word, ...]:
        """Every spoken word, in clip time."""
        return self.transcript.words

    def step(self, number: int) -> Step:
        """The step of that number. Raises DemoNotFound, which names the valid numbers."""
        for step in self.steps:
            if step.number == number:
                return step
        raise DemoNotFound(f"“{self.title}” has no step {number}", f"Its steps are 1 to {len(self.steps)}.")


def _passed(review_unix_ms: int | None, now_unix_ms: int) -> bool:
    return review_unix_ms is not None and review_unix_ms <= now_unix_ms


class HeardAgain(msgspec.Struct, frozen=True, kw_only=True):
    """How the second hearing of a demo ended. ``version``: the one filed with surer words; 0 when the words stay."""

    demo_id: str
    title: str
    version: int = 0


class Match(msgspec.Struct, frozen=True):
    """A part of a snippet that matches the query: ``[start, end)`` in characters."""

    start: int
    end: int


Why = Literal["words", "screen", "meaning"]
"""Why a hit was found: by its words, only by words on the screen, or because it means the same."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A search hit: a demo, one step in it (0: the whole demo), and the clip time to replay from.

    ``review_unix_ms``: the demo's review date. ``why``: see ``Why``. ``partial``: it has some of the query's words, not
    all. ``nearest``: it does not answer the query; it is only the nearest there is.
    """

    demo_id: str
    title: str
    step: int
    step_title: str
    start_ms: int
    snippet: str
    matches: tuple[Match, ...] = ()
    score: float = 0.0
    author: str = ""
    tags: tuple[str, ...] = ()
    updated_unix_ms: int = 0
    review_unix_ms: int | None = None
    why: Why = "words"
    partial: bool = False
    nearest: bool = False

    def stale(self, now_unix_ms: int) -> bool:
        """Whether the demo's review date has passed."""
        return _passed(self.review_unix_ms, now_unix_ms)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a query: hits best first, how long it took, and a better spelling when there were none.

    ``mended``: the query as typed found nothing, and the hits are those for the ``suggestion``.
    """

    query: str
    hits: tuple[Hit, ...] = ()
    took_ms: float = 0.0
    suggestion: str = ""
    mended: bool = False

    @property
    def answers(self) -> int:
        """The number of hits that answer the query as typed: not another spelling's, and not only the nearest."""
        return 0 if self.mended else sum(not hit.nearest for hit in self.hits)


def not_found(name: str, several: Sequence[Demo] = ()) -> DemoNotFound:
    """The error for a name that matches no demo, or more than one."""
    if not several:
        return DemoNotFound(f"There is no demo “{name}”", "See what there is: showhow list")
    ids = ", ".join(demo.demo_id for demo in several[:5]) + (", …" if len(several) > 5 else "")
    return DemoNotFound(f"“{name}” could be {len(several)} demos", f"Say which by its id: {ids}")


CLIP = "clip.mp4"
