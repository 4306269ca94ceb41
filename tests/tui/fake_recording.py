"""A recorder and a microphone that only pretend."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from msgspec.structs import replace

from capture.errors import CaptureError
from capture.model import Level, Take, TakeState
from capture.recorder.options import RecorderCommand, Status
from capture.span import Span
from tests.tui import sample

_WAVE = (0.05, 0.3, 0.5, 0.75, 0.55, 0.3, 0.1)


def _voice(reading: int) -> Level:
    return Level(rms_db=-60 * (1 - _WAVE[reading % 7]))


LIVE = Status(
    state="recording", elapsed_ms=42_300, fps=30.0, bytes_written=1_640_000, free_bytes=48_200_000_000, take_path="take"
)


@dataclass
class FakeRecording:
    """A recorder that runs in no time."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    now: Status = field(default_factory=lambda: LIVE)
    levels: int = 0
    steady: bool = False
    lagging: bool = False
    ending: TakeState = TakeState.FINISHED
    may_start: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.may_start.set()

    @property
    def status(self) -> Status:
        self.levels += 1
        return self.now if self.steady else replace(self.now, level=_voice(self.levels))

    def wait_started(self) -> None:
        self.may_start.wait(20)  # so that one that nobody ends fails a test instead of holding it
        if "abandon" in self.asked:
            raise CaptureError("It was stopped before its first picture")

    def stop(self) -> Take:
        self.asked.append("stop")
        return replace(sample.take(self.folder), state=self.ending)

    def send(self, command: RecorderCommand) -> None:
        self.asked.append(command.value)
        changes = {
            RecorderCommand.PAUSE: {"state": "paused"},
            RecorderCommand.RESUME: {"state": "recording"},
            RecorderCommand.MUTE: {"muted": True},
            RecorderCommand.UNMUTE: {"muted": False},
        }
        if not self.lagging:
            self.now = replace(self.now, **changes.get(command, {}))

    def abandon(self) -> None:
        self.asked.append("abandon")
        self.may_start.set()


@dataclass
class FakeWords:
    """A recogniser that says what a test lets it say."""

    text: str = ""
    ready: bool = True
    problem: str = ""
    scrapped: list[Span] = field(default_factory=list)
    closed: bool = False

    def scrap(self, span: Span) -> None:
        self.scrapped.append(span)

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeLabels:
    """A reader of labels beside a recording."""

    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeMeter:
    """A microphone that hears a steady voice, or nothing."""

    silent: bool = False
    closed: bool = False
    heard: int = 0

    def level(self) -> Level:
        self.heard += 1
        return Level(silent=True) if self.silent else _voice(self.heard)

    def close(self) -> None:
        self.closed = True
