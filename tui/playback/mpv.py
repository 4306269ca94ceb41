"""mpv kept at hand: one window that is told over its own socket what to play, from where, and tells where it stands.

Owns the process and the talk with it (JSON lines, https://mpv.io/manual/stable/#json-ipc). The window outlives showhow;
closing it is the viewer's business, and the next replay then opens another.
"""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.errors import ShowhowError
from capture.span import Span

_START_S = 8.0
"""How long a slow machine may take to open the window."""
_ANSWER_S = 2.0
_LONGEST_LINE = 1 << 20
_OBSERVED = ("time-pos", "pause", "path", "speed")


@dataclass(frozen=True)
class Replay:
    """What to play: a clip, from where, how fast, called what, with which captions, and which stretch over and over."""

    path: Path
    start_ms: int
    speed: float = 1.0
    title: str = ""
    captions: Path | None = None
    loop: Span | None = None


@dataclass(frozen=True)
class PlayerPosition:
    """Where the player stands."""

    path: str
    at_ms: int
    paused: bool


_left: list[subprocess.Popen[bytes]] = []
"""Windows nobody talks to any more; they are asked now and then whether they ended, so that none becomes a zombie."""


class Mpv:
    """One player window. ``play`` opens it where there is none; safe from several threads."""

    def __init__(self, program: str, environment: Mapping[str, str]) -> None:
        self._program, self._environment = program, dict(environment)
        self._talk: _Talk | None = None
        self._lock = threading.Lock()

    def play(self, replay: Replay) -> None:
        """Play it in the open window, else in a new one. Raises ShowhowError when mpv does not start."""
        with self._lock:
            if self._talk is not None and self._talk.alive:
                try:
                    self._talk.replay(replay)
                except OSError:
                    self._talk.close()
                else:
                    if self._talk.took_it():
                        return
            self._talk = _started(self._program, self._environment, replay)

    @property
    def place(self) -> PlayerPosition | None:
        """Where it stands; None when no window is open."""
        talk = self._talk
        return talk.place if talk is not None and talk.alive else None

    def wait_shown(self, seconds: float = _START_S) -> bool:
        """Wait until the picture of the last ``play`` is on the screen; whether it is."""
        return self._talk is not None and self._talk.shown.wait(seconds)

    def end(self) -> None:
        """Close the window."""
        with self._lock:
            if self._talk is not None:
                self._talk.end()
                self._talk = None

    def detach(self) -> None:
        """Stop talking; the window stays with its viewer."""
        with self._lock:
            if self._talk is not None:
                self._talk.close()
                self._talk = None


def command_line(program: str, replay: Replay, server: Path | None) -> list[str]:
    """The argument list that opens a window. mpv would expand a ``$`` in a title; the path stands after ``--``."""
    shown = (replay.title or replay.path.stem).replace("$", "$$")
    options = [f"--start={replay.start_ms / 1000:.3f}", f"--speed={replay.speed:g}", f"--title={shown}"]
    if server is not None:
        options.append(f"--input-ipc-server={server}")
    if replay.captions is not None:
        options.append(f"--sub-files-append={replay.captions}")
    if replay.loop is not None:
        options += [
            f"--ab-loop-a={replay.loop.start_ms / 1000:.3f}",
            f"--ab-loop-b={replay.loop.end_ms / 1000:.3f}",
        ]
    # keep-open: a lesson stays on its last picture; hr-seek: the very frame, not the key frame before it.
    options += ["--force-window=yes", "--keep-open=yes", "--hr-seek=yes", "--no-terminal"]
    return [program, *options, "--", str(replay.path)]


def _started(program: str, environment: Mapping[str, str], replay: Replay) -> _Talk:
    folder = Path(tempfile.mkdtemp(prefix="showhow-mpv-"))  # of this user alone, and so is the socket in it
    server = folder / "socket"
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        command_line(program, replay, server),
        stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True, env=dict(environment),
    )  # fmt: skip
    deadline = time.monotonic() + _START_S
    try:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return _Talk(process, _connected(server))
            except OSError:
                time.sleep(0.005)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # one connection is all there will be: nobody else can find it
    name = Path(program).name
    if (code := process.poll()) is not None:
        raise ShowhowError(f"{name} could not play the clip (it ended with {code})", f"Try: {name} {replay.path}")
    raise ShowhowError(f"{name} opened a window that does not answer", "Close it and try again.")


def _connected(server: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(str(server))
    except OSError:
        line.close()
        raise
    return line


class _Talk:
    """A connection to a running mpv, and what it last said of itself."""

    def __init__(self, process: subprocess.Popen[bytes], line: socket.socket) -> None:
        self._process, self._line = process, line
        self._properties: dict[str, Any] = {}
        self._numbers = itertools.count(1)
        self.alive, self.shown = True, threading.Event()
        self._settled = threading.Event()
        line.settimeout(_ANSWER_S)
        for number, name in enumerate(_OBSERVED, 1):
            self._tell("observe_property", number, name)
        threading.Thread(target=self._listen, name="mpv", daemon=True).start()

    @property
    def place(self) -> PlayerPosition | None:
        at_s = self._properties.get("time-pos")
        if not isinstance(at_s, int | float):
            return None
        return PlayerPosition(
            str(self._properties.get("path", "")), max(0, round(at_s * 1000)), bool(self._properties.get("pause"))
        )

    def replay(self, replay: Replay) -> None:
        """Jump there in the open window. Raises OSError when it has gone."""
        self.shown.clear()
        self._settled.clear()
        self._tell("set_property", "speed", replay.speed)
        for mark, edge in (("a", "start_ms"), ("b", "end_ms")):
            at = "no" if replay.loop is None else getattr(replay.loop, edge) / 1000
            self._tell("set_property", f"ab-loop-{mark}", at)
        if self._properties.get("path") == str(replay.path):
            self._tell("seek", replay.start_ms / 1000, "absolute+exact")
        else:
            self._tell("set_property", "title", (replay.title or replay.path.stem).replace("$", "$$"))
            self._tell("set_property", "sub-files", [] if replay.captions is None else [str(replay.captions)])
            self._tell("set_property", "start", f"{replay.start_ms / 1000:.3f}")
            self._tell("loadfile", str(replay.path), "replace")
        self._tell("set_property", "pause", False)

    def took_it(self) -> bool:
        """Whether the window is still there once it had time to jump: one just closed takes the words and goes."""
        self._settled.wait(_ANSWER_S)
        return self.alive

    def _tell(self, *command: Any) -> None:
        self._line.sendall(json.dumps({"command": command, "request_id": next(self._numbers)}).encode() + b"\n")

    def _listen(self) -> None:
        try:
            with self._line.makefile("rb") as lines:
                self._line.settimeout(None)
                while (line := lines.readline(_LONGEST_LINE)).endswith(b"\n"):
                    self._heard(json.loads(line))
        except (OSError, ValueError):
            pass  # it has gone, or is no mpv: either way there is nobody to talk to
        self.close()

    def _heard(self, said: dict[str, Any]) -> None:
        if said.get("event") == "property-change":
            self._properties[str(said.get("name"))] = said.get("data")
        elif said.get("event") == "playback-restart":  # after loading or seeking: the picture is there
            self.shown.set()
            self._settled.set()
        elif said.get("event") == "end-file" and said.get("reason") == "error":
            self._settled.set()

    def end(self) -> None:
        """Close window and connection."""
        try:
            self._tell("quit")
            self._process.wait(_ANSWER_S)
        except (OSError, subprocess.TimeoutExpired):
            self._process.terminate()
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.alive = False
        self._settled.set()
        _left[:] = [process for process in {*_left, self._process} if process.poll() is None]
        self._line.close()
