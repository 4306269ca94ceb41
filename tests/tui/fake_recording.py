"""A recorder and a microphone that only pretend."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import msgspec

from capture.errors import CaptureError
from capture.model import Take, TakeState
from tests.tui import sample
from tui.model import LiveStatus, SoundLevel

LIVE = LiveStatus(
    elapsed_ms=42_300, fps=30.0, loudness=SoundLevel(0.4), bytes_written=1_640_000, free_bytes=48_200_000_000
)


@dataclass
class FakeRecording:
    """A recorder that runs in no time."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    now: LiveStatus = field(default_factory=lambda: LIVE)
    levels: int = 0
    steady: bool = False
    lagging: bool = False
    ending: TakeState = TakeState.FINISHED
    may_start: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.may_start.set()

    @property
    def status(self) -> LiveStatus:
        self.levels += 1
        wave = (0.05, 0.3, 0.5, 0.75, 0.55, 0.3, 0.1)[self.levels % 7]
        if self.steady:
            return self.now
        loudness = SoundLevel(wave) if self.now.loudness else None
        return replace(self.now, loudness=loudness)

    def wait_started(self) -> None:
        self.may_start.wait(20)  # so that one that nobody ends fails a test instead of holding it
        if "abandon" in self.asked:
            raise CaptureError("It was stopped before its first picture")

    def stop(self) -> Take:
        self.asked.append("stop")
        return msgspec.structs.replace(sample.take(self.folder), state=self.ending)

    def pause(self) -> None:
        self.asked.append("pause")
        self._set(paused=True)

    def resume(self) -> None:
        self.asked.append("resume")
        self._set(paused=False)

    def mark(self) -> None:
        self.asked.append("mark")

    def mute(self, on: bool) -> None:
        self.asked.append(f"mute {on}")
        self._set(muted=on)

    def scrap(self, last_ms: int) -> None:
        self.asked.append(f"scrap {last_ms}")

    def abandon(self) -> None:
        self.asked.append("abandon")
        self.may_start.set()

    def _set(self, **changes: object) -> None:
        if not self.lagging:
            self.now = replace(self.now, **changes)


@dataclass
class FakeMeter:
    """A microphone that hears a steady voice, or nothing."""

    silent: bool = False
    closed: bool = False
    heard: int = 0

    def loudness(self) -> SoundLevel:
        self.heard += 1
        if self.silent:
            return SoundLevel(dead=True)
        wave = (0.05, 0.3, 0.5, 0.75, 0.55, 0.3, 0.1)[self.heard % 7]
        return SoundLevel(wave)

    def close(self) -> None:
        self.closed = True
