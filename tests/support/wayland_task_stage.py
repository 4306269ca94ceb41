"""A Wayland desktop on which the scripted task is played: a window of Xwayland, a virtual mouse, keys by wtype, sound.

It has what ``scripted_task.py`` and ``scripts/demo.py`` use of a Stage. Needs xwayland and wtype too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.desktop import Stage
from tests.support.wayland_pointer import VirtualPointer
from tests.support.wayland_stage import WaylandStage


class WaylandTaskStage:
    """Use as a context manager; points this process at the desktop for the mouse's sake."""

    def __init__(self, size: tuple[int, int] = (1280, 720)) -> None:
        missing = [name for name in ("Xwayland", "wtype") if not shutil.which(name)]
        if missing:
            pytest.skip(f"this test needs {' and '.join(missing)}")
        self.size = size
        self._screen, self._sound = WaylandStage(size, xwayland=True), Stage(screen=False)
        self._place = (0, 0)

    def __enter__(self) -> WaylandTaskStage:
        self._screen.__enter__()
        self._sound.__enter__()
        self.folder = self._screen.folder / "sway"  # the window, which runs as sway's user, writes there
        heard = {key: value for key, value in self._sound.env.items() if key.startswith("PULSE_")}
        self.env = self._screen.env | heard
        os.environ["WAYLAND_DISPLAY"] = self.env["WAYLAND_DISPLAY"]
        self._mouse = VirtualPointer(self.size)
        return self

    def __exit__(self, *exc: object) -> None:
        self._mouse.close()
        os.environ.pop("WAYLAND_DISPLAY", None)
        self._sound.close()
        self._screen.close()

    def spawn(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program of the X server."""
        home = {"HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder)}
        return self._screen.spawn([*self._screen.as_sway, *command], env=self.env | home, **options)

    def play(self, wav: Path) -> subprocess.Popen[bytes]:
        """Play a WAV file into the microphone."""
        return self._sound.play(wav)

    def xdo(self, script: str) -> None:
        """Commands in xdotool's words: mousemove, click, sleep."""
        for line in script.splitlines():
            word, *rest = line.split() or ("",)
            if word == "mousemove":
                self._place = int(rest[0]), int(rest[1])
                self._mouse.move(*self._place)
            elif word == "click":
                self._mouse.click()
            elif word == "sleep":
                time.sleep(float(rest[0]))

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """What the task asks of xdotool: where the mouse is, and typing."""
        if "getmouselocation" in command:
            x, y = self._place
            return subprocess.CompletedProcess(command, 0, f"X={x}\nY={y}\n")
        _, _, _, delay, text = command
        return self._screen.run(["wtype", "-s", "100", "-d", delay, text])
