"""The records of the library: Draft, Demo, Hit. Frozen; on disk and on the wire under these very names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from capture.errors import ShowhowError
from capture.model import Blur, Clip, Cut, Event, SpeedUp
from capture.span import Span
from transcribe.model import Step, Transcript, Word


class LibraryError(ShowhowError):
    """The library cannot be opened, read or written."""


class Unreachable(LibraryError):
    """The place does not answer now. What lies there is not known to be damaged: nothing may stand in for it."""


TITLE_BY_HAND, STEPS_BY_HAND = "title", "steps"
"""What ``by_hand`` may name."""
SCREEN_MS = "screen_text_ms"
"""The timing that tells that what can be read on a demo's stills was read."""


class DemoNotFound(LibraryError):
    """No demo of that name, or more than one begins so."""


class TakeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a demo keeps of its recording; ``path`` may be gone. Copies of one video share their ``fingerprint``."""

    take_id: str = ""
    path: str = ""
    started_unix_ms: int = 0
    duration_ms: int = 0
    fingerprint: str = ""


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of a bundle must be: its size in bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


class ClipFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The clip of a demo: path inside its bundle, length, picture size in pixels.

    ``key`` is of what it was made of: recording, cuts, blurs, steps. It tells nothing of what a blur hides.
    """

    path: str = "clip.mp4"
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    has_sound: bool = False
    key: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A demo not yet filed: what the review screen edits. All its times are take time, so cuts may change freely.

    ``source`` is a take folder or a video file. ``activity`` and ``speech`` are what the cuts were decided from.
    ``dropped`` are decided cuts the user took back, so that they can be put in again. ``waits`` are the stretches in
    which something was only waited for, ``fasts`` those of them that run faster. ``blurs`` is what a viewer shall not
    read. ``by_hand`` names what people wrote themselves (``title``, ``steps``), which no later hearing replaces.
    ``no_words_because`` is a line on why it waits for its words.
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
    by_hand: tuple[str, ...] = ()
    timings: dict[str, int] = {}

    @property
    def clip(self) -> Clip:
        """The mapping from take time to clip time under the present cuts and paces."""
        return Clip(self.take.duration_ms, self.cuts, self.fasts)


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """What a colleague finds (``demo.json`` of a bundle). Steps and transcript in clip time, cuts and fasts not.

    ``owner`` keeps it right and looks at it again on ``review_unix_ms``; ``filed_by`` filed it, ``edited_by`` made this
    version. ``files`` names every other file of the bundle with its checksum; demos of older showhows have none.
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
    path: Path = Path()

    def stale(self, now_unix_ms: int) -> bool:
        """Whether its review date has passed."""
        return _passed(self.review_unix_ms, now_unix_ms)

    @property
    def size(self) -> int:
        """The bytes of its files, as far as it says so; a clip shared with another version counts here too."""
        return sum(facts.size for facts in self.files.values())

    @property
    def words(self) -> tuple[Word, ...]:
        """Every spoken word, in clip time."""
        return self.transcript.words

    def step(self, number: int) -> Step:
        """The step of that number. Raises DemoNotFound with the numbers there are."""
        for step in self.steps:
            if step.number == number:
                return step
        raise DemoNotFound(f"“{self.title}” has no step {number}", f"Its steps are 1 to {len(self.steps)}.")


def _passed(review_unix_ms: int | None, now_unix_ms: int) -> bool:
    return review_unix_ms is not None and review_unix_ms <= now_unix_ms


class Match(msgspec.Struct, frozen=True):
    """A stretch of a snippet that the query met: ``[start, end)`` in characters."""

    start: int
    end: int


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A demo and one step in it, and the moment of the clip to replay from. ``step`` 0: the demo as a whole.

    ``review_unix_ms``: when the demo is to be looked at again.
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

    def stale(self, now_unix_ms: int) -> bool:
        """Whether the demo's review date has passed."""
        return _passed(self.review_unix_ms, now_unix_ms)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a query: hits best first, how long it took, and a better spelling when there were none.

    ``mended``: nothing was found for what was typed, and the hits are those for the ``suggestion``.
    """

    query: str
    hits: tuple[Hit, ...] = ()
    took_ms: float = 0.0
    suggestion: str = ""
    mended: bool = False


def not_found(name: str, several: Sequence[Demo] = ()) -> DemoNotFound:
    """The error for a name that fits no demo, or more than one."""
    if not several:
        return DemoNotFound(f"There is no demo “{name}”", "See what there is: showhow list")
    ids = ", ".join(demo.demo_id for demo in several[:5]) + (", …" if len(several) > 5 else "")
    return DemoNotFound(f"“{name}” could be {len(several)} demos", f"Say which by its id: {ids}")


CLIP = "clip.mp4"
