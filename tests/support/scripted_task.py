"""A scripted, narrated task in a real window, with its ground truth: speech and actions with their times.

Owns the scenario and plays it on a Stage: pointer movements, clicks, typing, narration by a natural voice, idle times.
The script is always the same, but the speed of the machine changes the times a little. So the truth contains times
measured while playing, in milliseconds since ``started_monotonic``.
"""

from __future__ import annotations

import json
import math
import subprocess
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support import natural_voice
from tests.support.desktop import Stage, tk_python, wait_for

RATE = 48_000
MOVE_S, KEY_MS = 0.55, 120
QUIET = 200  # of 32,768: below it is silence
Voice = Callable[[str, Path], Path]
"""Speaks a sentence into a WAV file in a folder; returns the file."""


@dataclass(frozen=True)
class Line:
    """One sentence, the actions during it, and the idle time after it."""

    say: str
    do: tuple[tuple[str, str], ...] = ()
    idle_s: float = 0.5


SCENARIO = (
    Line("Today I will show you how to raise a purchase order.", (("move", "title"),), 2.5),
    Line("First, click on New order.", (("click", "new"),), 0.8),
    Line("Enter the name of the supplier.", (("click", "supplier"), ("type", "Harbour Paper")), 0.6),
    Line("Then set the quantity to 12.", (("click", "quantity"), ("type", "12")), 5.0),
    Line("Choose the cost centre from the list.", (("click", "centres"),), 0.8),
    Line("Leave a note for the warehouse team.", (("click", "note"), ("type", "Rear entrance, please.")), 4.0),
    Line("Finally, submit the order and confirm.", (("click", "submit"), ("click", "confirm")), 1.0),
    Line("That is all. The order is now waiting for approval.", (), 2.5),
)


@dataclass
class Truth:
    """Speech and actions, in milliseconds since ``started_monotonic`` (seconds of the monotonic clock)."""

    started_monotonic: float = 0.0
    duration_ms: int = 0
    speech: list[dict[str, object]] = field(default_factory=list)
    actions: list[dict[str, object]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text."""
        return " ".join(str(spoken["text"]) for spoken in self.speech)


def natural(text: str, folder: Path) -> Path:
    """Speak a sentence in the natural voice. Raises Unavailable when it cannot be fetched."""
    return natural_voice.speak([text], folder)[0]


def robotic(text: str, folder: Path) -> Path:
    """Speak a sentence by espeak-ng, which Debian brings: for machines without a network."""
    path = folder / "robotic.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-w", str(path), text], check=True, capture_output=True)
    return path


class Scene:
    """The window on a stage, ready to play."""

    def __init__(
        self, stage: Stage, lines: tuple[Line, ...] = SCENARIO, *, lead_in_s: float = 1.5, voice: Voice = natural
    ) -> None:
        self.stage, self.lines, self.lead_in_s = stage, lines, lead_in_s
        self._layout = stage.folder / "layout.json"
        width, height = stage.size
        script = Path(__file__).with_name("scripted_app.py")
        command = [tk_python(), str(script), str(self._layout), str(width), str(height)]
        self.app = stage.spawn(command, stdin=subprocess.PIPE)
        wait_for(lambda: "submit" in self._places(), "the application's window")
        self._spoken = [speak(line.say, stage.folder, voice) for line in lines]
        stage.xdo(f"mousemove {width // 2} {height - 30}")

    def narrate(self) -> tuple[list[float], float, subprocess.Popen[bytes]]:
        """Play the narration alone; returns the start of each line and the length in s, and the player.

        It is one sound file, so its times do not depend on this process.
        """
        starts, at = [], self.lead_in_s
        for line, sound in zip(self.lines, self._spoken, strict=True):
            starts.append(at)
            at += max(len(sound) / RATE, self._doing_s(line)) + line.idle_s
        track = self.stage.folder / "narration.wav"
        write_track(track, at, list(zip(starts, self._spoken, strict=True)))
        return starts, at, self.stage.play(track)

    def play(self) -> Truth:
        """Play it to the end; blocks."""
        truth = Truth()
        starts, at, player = self.narrate()
        truth.started_monotonic = time.monotonic()
        for line, start, sound in zip(self.lines, starts, self._spoken, strict=True):
            span = {"start_ms": round(start * 1000), "end_ms": round((start + len(sound) / RATE) * 1000)}
            truth.speech.append({**span, "text": line.say})
            self.act(truth, line, start, len(sound) / RATE)
        self._until(truth, at)
        player.wait(10)
        truth.duration_ms = round(at * 1000)
        return truth

    def act(self, truth: Truth, line: Line, start_s: float, spoken_s: float) -> None:  # noqa: ARG002  for subclasses
        """Do what a line says; it was begun at ``start_s`` and lasts ``spoken_s``."""
        self._until(truth, start_s + 0.3)
        for action in line.do:
            self._act(truth, *action)

    def _doing_s(self, line: Line) -> float:
        typing = sum(len(what) * KEY_MS / 1000 for kind, what in line.do if kind == "type")
        return 0.3 + typing + (MOVE_S + 0.2) * sum(kind != "type" for kind, _ in line.do)

    def _until(self, truth: Truth, moment_s: float) -> None:
        time.sleep(max(0.0, truth.started_monotonic + moment_s - time.monotonic()))

    def _act(self, truth: Truth, kind: str, what: str) -> None:
        started = time.monotonic()
        if kind == "type":
            self.stage.run(["xdotool", "type", "--delay", str(KEY_MS), what])
        else:
            self._move(*self.where(what))
            if kind == "click":
                self.stage.xdo("click 1")
        times = [round((moment - truth.started_monotonic) * 1000) for moment in (started, time.monotonic())]
        truth.actions.append({"kind": kind, "what": what, "start_ms": times[0], "end_ms": times[1]})

    def where(self, name: str) -> tuple[int, int]:
        """A point inside a widget, near its left edge where users click; waits until it is shown."""
        x, y, width, height = wait_for(lambda: self._places().get(name), f"the widget {name}")
        return x + min(width // 2, 120), y + min(height // 2, 30)

    def _places(self) -> dict[str, list[int]]:
        return json.loads(self._layout.read_text()) if self._layout.exists() else {}

    def _move(self, x: int, y: int) -> None:
        """Move along an easing curve, as a hand does."""
        seen = dict(
            part.split("=") for part in self.stage.run(["xdotool", "getmouselocation", "--shell"]).stdout.split()
        )
        from_x, from_y = int(seen["X"]), int(seen["Y"])
        count = round(MOVE_S * 40)
        eased = [(1 - math.cos(math.pi * i / count)) / 2 for i in range(1, count + 1)]
        hops = [f"mousemove {round(from_x + (x - from_x) * u)} {round(from_y + (y - from_y) * u)}" for u in eased]
        self.stage.xdo(f"\nsleep {MOVE_S / count:.3f}\n".join(hops))


def speak(text: str, folder: Path, voice: Voice = natural) -> NDArray[np.int16]:
    """A spoken sentence as int16 mono at RATE, without silence at its ends."""
    with wave.open(str(voice(text, folder))) as reader:
        raw = np.frombuffer(reader.readframes(reader.getnframes()), np.int16)
        rate = reader.getframerate()
    loud = np.flatnonzero(np.abs(raw.astype(np.int32)) > QUIET)
    raw = raw[loud[0] : loud[-1] + 1]
    return np.interp(np.arange(0, len(raw) - 1, rate / RATE), np.arange(len(raw)), raw).astype(np.int16)


def write_track(path: Path, seconds: float, pieces: list[tuple[float, NDArray[np.int16]]]) -> None:
    """Write a WAV with the pieces at their times (s), over soft noise (about -70 dBFS, seeded)."""
    track = np.random.default_rng(1).integers(-12, 13, int(seconds * RATE)).astype(np.int16)
    for start, sound in pieces:
        at = int(start * RATE)
        track[at : at + len(sound)] = sound[: len(track) - at]
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(track.tobytes())
