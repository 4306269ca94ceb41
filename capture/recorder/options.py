"""RecordOptions, RecorderCommand and Status: messages between the recorder process and its parent.

They are sent as JSON, so they hold plain values only.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from capture.model import Level, Target

SCRAP_MS = 10_000
"""Length of what the scrap key removes."""


class RecorderCommand(StrEnum):
    """Commands to a running recorder; the values are the lines that its process reads.

    MARK takes a note as its argument, MARK_AGO milliseconds and a note, SCRAP milliseconds (SCRAP_MS without any).
    """

    STOP = "stop"
    ABANDON = "abandon"
    PAUSE = "pause"
    RESUME = "resume"
    TOGGLE_PAUSE = "toggle"
    MARK = "mark"
    MARK_AGO = "mark-ago"
    SCRAP = "scrap"
    MUTE = "mute"
    UNMUTE = "unmute"
    TOGGLE_MUTE = "toggle-mute"


HOTKEYS = {
    "stop": RecorderCommand.STOP,
    "pause": RecorderCommand.TOGGLE_PAUSE,
    "mark": RecorderCommand.MARK,
    "scrap": RecorderCommand.SCRAP,
    "mute": RecorderCommand.TOGGLE_MUTE,
    "abandon": RecorderCommand.ABANDON,
}
"""Commands by their names in ``RecordOptions.hotkeys``."""


def note_and_ms(argument: str) -> tuple[str, int]:
    """The note and the milliseconds in the argument of MARK_AGO."""
    ms, _, note = argument.partition(" ")
    return note, int(ms) if ms.isdecimal() else 0


class RecordOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to record and how.

    ``microphone``: a source's name, None for the default one, ``"none"`` for no sound. ``system_sound``: a monitor
    source's name or ``"default"``. The take ends after ``max_ms`` of take time. ``hotkeys``: ``stop``, ``pause``,
    ``mark``, ``scrap``, ``mute``, ``abandon`` to a chord such as ``ctrl+alt+s``, empty for none. ``rings`` shows
    clicks, ``chords`` key chords in the picture. With less than ``warn_free_bytes`` of disk left the user is warned,
    with less than ``stop_free_bytes`` the take ends; a small disk lowers both.
    """

    target: Target
    takes_folder: Path
    microphone: str | None = None
    system_sound: str | None = None
    fps: int = 30
    events: bool = True
    max_ms: int | None = None
    hotkeys: dict[str, str] = {}
    rings: bool = True
    chords: bool = False
    warn_free_bytes: int = 1 << 30
    stop_free_bytes: int = 200 << 20

    @property
    def wanted_hotkeys(self) -> dict[str, str]:
        """The hotkeys that are commands and have a chord."""
        return {name: chord for name, chord in self.hotkeys.items() if chord and name in HOTKEYS}


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Status of a recording. ``state``: starting, asking (the desktop asks whether the screen may be recorded),
    recording, paused, finishing, finished, abandoned or failed.

    ``elapsed_ms`` is take time; ``fps`` the current rate of screen grabs; ``frames`` the number of
    pictures written, only those that changed; ``notices`` all messages for the user, oldest first. ``cut_short``: the
    take ended because recording failed, by a full disk or a lost screen.
    """

    state: str = "starting"
    elapsed_ms: int = 0
    fps: float = 0.0
    ticks: int = 0
    late_ticks: int = 0
    frames: int = 0
    level: Level = Level()
    muted: bool = False
    bytes_written: int = 0
    free_bytes: int = 0
    dropped_audio_ms: int = 0
    notices: tuple[str, ...] = ()
    microphone: str | None = None
    system_sound: str | None = None
    take_path: str = ""
    cut_short: bool = False
    error: str = ""

    @property
    def started(self) -> bool:
        """Whether it has picture and sound, or has ended."""
        return self.state not in {"starting", "asking"}

    @property
    def paused(self) -> bool:
        """Whether take time is paused."""
        return self.state == "paused"

    @property
    def ended(self) -> bool:
        """Whether the recorder has ended, also by failure."""
        return self.state in {"finished", "abandoned", "failed"}
