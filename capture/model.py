"""The records of a recording: Monitor, Region, Event, Change, Take, Cut, Blur, Clip. Frozen; arithmetic only.

Times are take time (milliseconds since the first picture, pauses left out) unless a name says otherwise.
Places are pixels in the recorded picture, so a click lies where a viewer sees it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path

import msgspec

from capture.span import Span, invert


class Region(msgspec.Struct, frozen=True):
    """A rectangle in pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column outside."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row outside."""
        return self.y + self.height

    @property
    def empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def intersect(self, other: Region) -> Region:
        """The part shared with another region; empty when they are apart."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Region(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def unite(self, other: Region) -> Region:
        """The smallest region that holds both."""
        if self.empty or other.empty:
            return other if self.empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Region(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def even(self, within: Region) -> Region:
        """Grown to even edges (4:2:0 colour needs them), held inside ``within``, whose own size must be even."""
        x, y = self.x & ~1, self.y & ~1
        return Region(x, y, (self.right + 1 & ~1) - x, (self.bottom + 1 & ~1) - y).intersect(within)


class Monitor(msgspec.Struct, frozen=True):
    """One screen of the desktop. ``number`` counts from 1 as people do; ``region`` is in desktop pixels."""

    number: int
    name: str
    region: Region
    primary: bool = False


class Window(msgspec.Struct, frozen=True):
    """A window that can be recorded. ``region`` is in desktop pixels, borders left out."""

    window_id: int
    title: str
    window_class: str
    region: Region


class Target(msgspec.Struct, frozen=True):
    """What to record: exactly one of a monitor number (0 = all of them), a desktop region, or a window title."""

    monitor: int | None = None
    region: Region | None = None
    window: str | None = None


class Microphone(msgspec.Struct, frozen=True):
    """One sound source: ``name`` selects it, ``label`` is for people; ``monitor`` marks system sound."""

    name: str
    label: str
    default: bool = False
    monitor: bool = False


class _Event(msgspec.Struct, frozen=True, tag_field="kind"):
    at_ms: int


class Click(_Event, tag="click", frozen=True):
    """A button pressed (1 left, 2 middle, 3 right) at a place, and the window under it."""

    x: int
    y: int
    button: int = 1
    window: str = ""
    window_class: str = ""


class Scroll(_Event, tag="scroll", frozen=True):
    """The wheel turned at a place; ``dy`` counts notches, down is positive."""

    x: int
    y: int
    dy: int = 0
    dx: int = 0


class Chord(_Event, tag="chord", frozen=True):
    """A key with modifiers, or a key that types nothing, as people write it: ``Ctrl+S``, ``Return``."""

    keys: str


class Typed(_Event, tag="typed", frozen=True):
    """How many characters were typed in a burst, never which (passwords are typed on shared screens)."""

    count: int
    end_ms: int


class WindowChange(_Event, tag="window", frozen=True):
    """Another window came to the front."""

    window: str
    window_class: str = ""


class Marker(_Event, tag="marker", frozen=True):
    """The expert marked a step."""

    note: str = ""


class Pointer(_Event, tag="pointer", frozen=True):
    """Where the pointer was; sampled while it moves."""

    x: int
    y: int


class Pause(_Event, tag="pause", frozen=True):
    """Recording stood still here for ``paused_ms`` of real time; take time does not count it."""

    paused_ms: int


class Scrap(_Event, tag="scrap", frozen=True):
    """The expert took back ``[start_ms, at_ms)``; the pictures stay in the take, trimming leaves them out."""

    start_ms: int


class Notice(_Event, tag="notice", frozen=True):
    """Something the recorder had to note: a lost device, a screen that changed size, a disk running full."""

    text: str


Event = Click | Scroll | Chord | Typed | WindowChange | Marker | Pointer | Pause | Scrap | Notice
"""What the expert did or marked, with its time; one JSON object a line in ``events.jsonl``."""


class Change(msgspec.Struct, frozen=True):
    """One box of the picture changed; one JSON object a line in ``changes.jsonl``.

    ``checksum`` is of the box's pixels after the change: a caret's blink returns to a state it had before.
    ``pointer`` marks a change that was only the drawn pointer moving.
    """

    at_ms: int
    x: int
    y: int
    width: int
    height: int
    checksum: int = 0
    pointer: bool = False

    @property
    def region(self) -> Region:
        """The box."""
        return Region(self.x, self.y, self.width, self.height)


class Figures(msgspec.Struct, frozen=True):
    """Honest figures of a recording, kept in ``take.json``."""

    ticks: int = 0
    late_ticks: int = 0
    frames: int = 0
    dropped_audio_ms: int = 0
    bytes_written: int = 0
    cpu_ms: int = 0


class TakeState(StrEnum):
    """Where a take stands; RECORDING with nobody holding its lock means a crash left it."""

    RECORDING = "recording"
    FINISHED = "finished"
    RECOVERED = "recovered"
    ABANDONED = "abandoned"


class Take(msgspec.Struct, frozen=True, kw_only=True):
    """One raw recording on disk (``take.json``); never edited after it is finished.

    ``path`` is the folder and is not written: a folder may be moved.
    """

    take_id: str
    started_unix_ms: int
    width: int
    height: int
    schema_version: int = 1
    duration_ms: int = 0
    state: TakeState = TakeState.RECORDING
    recording_of: str = ""
    microphone: str | None = None
    system_sound: str | None = None
    filed_as: str | None = None
    figures: Figures = Figures()
    notices: tuple[str, ...] = ()
    path: Path = Path()

    @property
    def video(self) -> Path:
        """The pictures and the sound."""
        return self.path / "take.mp4"


class CutReason(StrEnum):
    """Why a span is left out: nothing moved, nobody spoke, the lead-in, the tail, or the expert said so."""

    STILL = "still"
    SILENT = "silent"
    HEAD = "head"
    TAIL = "tail"
    BY_HAND = "by hand"


class Cut(Span, frozen=True, kw_only=True):
    """A span of take time to leave out, with its reason."""

    reason: CutReason


class Blur(Span, frozen=True, kw_only=True):
    """A rectangle of the picture made unreadable over a span of take time.

    ``region`` is in pixels of the recorded picture; with ``until`` it moves and grows evenly to there over the span.
    """

    region: Region
    until: Region | None = None

    def at(self, take_ms: int) -> Region:
        """The rectangle at a moment; outside the span that of its nearer end."""
        if self.until is None or not self.duration_ms:
            return self.region
        share = min(1.0, max(0.0, (take_ms - self.start_ms) / self.duration_ms))
        one, two = self.region, self.until
        pairs = (one.x, two.x), (one.y, two.y), (one.width, two.width), (one.height, two.height)
        return Region(*(round(a + (b - a) * share) for a, b in pairs))


class Clip(msgspec.Struct, frozen=True, dict=True):
    """A take without its cuts. Maps take time to clip time and back; cuts may come in any order and overlap."""

    take_duration_ms: int
    cuts: tuple[Cut, ...] = ()

    @cached_property
    def kept(self) -> tuple[Span, ...]:
        """The spans of take time that remain, in order."""
        return tuple(invert(self.cuts, Span(0, self.take_duration_ms)))

    @property
    def duration_ms(self) -> int:
        """Length of the clip."""
        return sum(span.duration_ms for span in self.kept)

    def keeps(self, take_ms: int) -> bool:
        """Whether the moment is shown."""
        return any(span.contains(take_ms) for span in self.kept)

    def to_clip(self, take_ms: int) -> int:
        """The moment of the clip that shows ``take_ms``; a moment inside a cut becomes the cut's place in the clip."""
        at = 0
        for span in self.kept:
            if take_ms < span.end_ms:
                return at + max(0, take_ms - span.start_ms)
            at += span.duration_ms
        return at

    def to_take(self, clip_ms: int) -> int:
        """The moment of the take shown at ``clip_ms``; at a joint, the later side."""
        at = 0
        for span in self.kept:
            if clip_ms < at + span.duration_ms:
                return span.start_ms + max(0, clip_ms - at)
            at += span.duration_ms
        return self.kept[-1].end_ms if self.kept else 0

    def span_to_clip(self, span: Span) -> Span:
        """A span of take time in clip time; empty when all of it was cut."""
        return Span(self.to_clip(span.start_ms), self.to_clip(span.end_ms))
