"""The records of a recording: Monitor, Region, Event, Change, Take, Cut, SpeedUp, Blur, Clip. Frozen; arithmetic only.

Times are take time (milliseconds since the first picture, without pauses) unless a name says otherwise.
Positions are pixels in the recorded picture, so a click is where a viewer sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import msgspec

from capture.clip import Blur, Clip, Cut, CutReason, Piece, Region, SpeedUp
from capture.span import Span

__all__ = [
    "Blur",
    "Change",
    "Chord",
    "Click",
    "Clip",
    "Cut",
    "CutReason",
    "Event",
    "Front",
    "InferredAction",
    "InferredKind",
    "Marker",
    "Microphone",
    "Monitor",
    "Notice",
    "Pause",
    "Piece",
    "Pointer",
    "RecordingStats",
    "Region",
    "Scrap",
    "Scroll",
    "SpeedUp",
    "Take",
    "TakeState",
    "Target",
    "Typed",
    "Window",
    "WindowChange",
]


class Monitor(msgspec.Struct, frozen=True):
    """One screen of the desktop. ``number`` counts from 1; ``region`` is in desktop pixels."""

    number: int
    name: str
    region: Region
    primary: bool = False


class Window(msgspec.Struct, frozen=True):
    """A window that can be recorded. ``region`` is in desktop pixels, without borders; ``title`` may be empty."""

    window_id: int
    title: str
    window_class: str
    region: Region

    @property
    def name(self) -> str:
        """What to call it: its title, else its class. It may change, and others may have it; ``window_id`` decides."""
        return self.title or self.window_class or "window without a title"

    @property
    def target(self) -> Target:
        """This window as what to record."""
        return Target(window=self.name, window_id=self.window_id)


class Front(msgspec.Struct, frozen=True):
    """The program and window in front: window class or name of the program, title, version where it is known.

    Asked when its user wants help, and never stored: a title may name customers. Empty: no window is in front.
    """

    app: str = ""
    title: str = ""
    app_version: str = ""


class Target(msgspec.Struct, frozen=True):
    """What to record: exactly one of a monitor number (0 = all of them), a desktop region, or a window.

    A window is chosen by ``window_id``, and ``window`` then only says what to call it; without an id, ``window`` is a
    part of a title that one window has.
    """

    monitor: int | None = None
    region: Region | None = None
    window: str | None = None
    window_id: int | None = None

    @property
    def is_window(self) -> bool:
        """Whether it is a window, by whichever of the two it is chosen."""
        return self.window is not None or self.window_id is not None


class Microphone(msgspec.Struct, frozen=True):
    """One sound source: ``name`` selects it, ``label`` is for users; ``monitor`` marks system sound.

    ``served``: a sound server (PulseAudio, PipeWire) provides it under that name. ``default``: it is the microphone
    when none is named; what the loudspeakers play is that only where the user's environment names it. ``muted``: so in
    the server, or at volume zero. ``channels``: 0 when not known.
    """

    name: str
    label: str
    default: bool = False
    monitor: bool = False
    served: bool = False
    muted: bool = False
    channels: int = 0


class _Event(msgspec.Struct, frozen=True, tag_field="kind"):
    at_ms: int


class Click(_Event, tag="click", frozen=True):
    """A button press (1 left, 2 middle, 3 right), its position, and the window under it.

    ``label`` is the text at the position, read from the picture later; empty without text or before it was read.
    """

    x: int
    y: int
    button: int = 1
    window: str = ""
    window_class: str = ""
    label: str = ""


class Scroll(_Event, tag="scroll", frozen=True):
    """The wheel turned at a position; ``dy`` counts notches, down is positive; ``dx`` likewise, right is positive."""

    x: int
    y: int
    dy: int = 0
    dx: int = 0


class Chord(_Event, tag="chord", frozen=True):
    """A key with modifiers, or a key that types nothing: ``Ctrl+S``, ``Return``."""

    keys: str


class Typed(_Event, tag="typed", frozen=True):
    """Number of characters typed in a burst; never which ones, because they may be passwords."""

    count: int
    end_ms: int


class WindowChange(_Event, tag="window", frozen=True):
    """Another window got the focus. ``window_id`` tells windows of one title apart; 0 when it is not known."""

    window: str
    window_class: str = ""
    window_id: int = 0


class Marker(_Event, tag="marker", frozen=True):
    """The expert marked a step."""

    note: str = ""


class Pointer(_Event, tag="pointer", frozen=True):
    """The pointer's position; sampled while it moves."""

    x: int
    y: int


class Pause(_Event, tag="pause", frozen=True):
    """Recording was paused here for ``paused_ms`` of real time, which take time does not count."""

    paused_ms: int


class Scrap(_Event, tag="scrap", frozen=True):
    """The expert scrapped ``[start_ms, at_ms)``; the pictures stay in the take, trimming leaves them out."""

    start_ms: int


class Notice(_Event, tag="notice", frozen=True):
    """A notice of the recorder: a lost device, a screen that changed size, a disk running full."""

    text: str


Event = Click | Scroll | Chord | Typed | WindowChange | Marker | Pointer | Pause | Scrap | Notice
"""An action, a mark or a notice with its time; one JSON object a line in ``events.jsonl``."""


class Change(msgspec.Struct, frozen=True):
    """A changed box of the picture; one JSON object a line in ``changes.jsonl``.

    ``checksum`` is of the box's pixels after the change: a blinking caret returns to an earlier checksum.
    ``pointer`` marks a change of the drawn pointer or a click ring only.
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


class InferredKind(StrEnum):
    """What an action was inferred from: a change near the resting pointer, text along a line, a large change."""

    LOCAL = "local"
    TYPING = "typing"
    LARGE = "large"


class InferredAction(Span, frozen=True, kw_only=True):
    """Something was probably done at ``at_ms``; the span begins with the pointer's movement to it. Never an Event.

    ``region`` is the changed box, ``place`` where the pointer rested or the text began (None when unknown), ``label``
    the text there, read from the picture later.
    """

    at_ms: int
    region: Region
    kind: InferredKind
    place: tuple[int, int] | None = None
    label: str = ""

    def on_clock(self, to: Callable[[int], int]) -> InferredAction:
        """The same on another clock; ``to`` maps ms and keeps their order."""
        start_ms = to(self.start_ms)
        return msgspec.structs.replace(
            self, start_ms=start_ms, end_ms=max(start_ms, to(self.end_ms)), at_ms=to(self.at_ms)
        )

    def scaled(self, by: float) -> InferredAction:
        """The same in a picture ``by`` times as wide and high."""
        box = (self.region.x, self.region.y, self.region.width, self.region.height)
        place = None if self.place is None else (round(self.place[0] * by), round(self.place[1] * by))
        return msgspec.structs.replace(self, region=Region(*(round(side * by) for side in box)), place=place)


class RecordingStats(msgspec.Struct, frozen=True):
    """Statistics of a recording, stored in ``take.json``.

    ``narration_peak_db``: the microphone's loudest sample in dBFS; None without one, and in older takes.
    """

    ticks: int = 0
    late_ticks: int = 0
    frames: int = 0
    dropped_audio_ms: int = 0
    bytes_written: int = 0
    cpu_ms: int = 0
    narration_peak_db: float | None = None


class TakeState(StrEnum):
    """State of a take. RECORDING without a held lock means that the recorder crashed."""

    RECORDING = "recording"
    FINISHED = "finished"
    RECOVERED = "recovered"
    ABANDONED = "abandoned"


class Take(msgspec.Struct, frozen=True, kw_only=True):
    """One raw recording on disk (``take.json``); its recording is never edited after it is finished.

    ``path`` is the folder and is not written, because a folder may be moved.
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
    figures: RecordingStats = RecordingStats()
    notices: tuple[str, ...] = ()
    path: Path = Path()

    @property
    def video(self) -> Path:
        """Path of the video file, with the sound."""
        return self.path / "take.mp4"


FLOOR_DB = -90.0
"""The level of digital silence; 16 bits hold no less."""


class Level(msgspec.Struct, frozen=True):
    """Loudness of the last block in dBFS, -90 to 0.

    ``clipping`` is held for a second; ``silent``: no signal for three seconds ("is your microphone on?").
    """

    rms_db: float = FLOOR_DB
    peak_db: float = FLOOR_DB
    clipping: bool = False
    silent: bool = False
