"""``Mpv``: one mpv window, controlled over its IPC socket, that reports its position.

Owns the process and the connection (JSON lines, https://mpv.io/manual/stable/#json-ipc). The window outlives showhow;
if the viewer closes it, the next replay opens another.
"""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.errors import ShowhowError
from capture.model import Region
from capture.span import Span, TitledSpan
from tui.playback.mpv_zoom import FRAME_S, KEY, MESSAGE, MpvView, MpvZoom

_START_S = 8.0
"""Time limit for opening the window; slow machines need seconds."""
if sys.platform == "win32":
    _UNIX = -1  # there mpv's IPC is a named pipe: ``Replayer`` does not use this module
else:
    _UNIX = socket.AF_UNIX
_ANSWER_S = 2.0
_LONGEST_LINE = 1 << 20
NOTE_KEYS = {"+": "helped", "-": "stuck"}
"""Keys in the window, and what they say; see https://mpv.io/manual/stable/#command-interface-keybind."""
_NOTE = "showhow-note"
_WORDS = {"helped": "it helped", "stuck": "stuck here"}
_OBSERVED = ("time-pos", "pause", "path", "speed", "chapter-list")


@dataclass(frozen=True)
class Replay:
    """What to play: clip, start (ms), speed, window title, caption file, a part to repeat and chapters (clip time).

    ``focus``: what of the pictures of ``size`` matters from when on (``focus_moments``); the key z zooms to it.
    """

    path: Path
    start_ms: int
    speed: float = 1.0
    title: str = ""
    captions: Path | None = None
    loop: Span | None = None
    chapters: tuple[TitledSpan, ...] = ()
    focus: tuple[tuple[int, Region], ...] = ()
    size: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class PlayerPosition:
    """What the player shows: file, position in ms, and whether it is paused."""

    path: str
    at_ms: int
    paused: bool


Noted = Callable[[str, PlayerPosition], None]
"""Called, in a thread, with what a key in the window said (``helped``, ``stuck``) and what it showed then."""
_detached: list[subprocess.Popen[bytes]] = []
"""Processes of detached windows; polled on each ``close`` so that ended ones do not stay zombies."""


class Mpv:
    """One player window. ``play`` opens it if there is none; thread-safe."""

    def __init__(self, program: str, environment: Mapping[str, str], noted: Noted | None = None) -> None:
        self._program, self._environment, self._noted = program, dict(environment), noted
        self._connection: _Connection | None = None
        self._lock = threading.Lock()

    def play(self, replay: Replay) -> None:
        """Play in the open window, else in a new one. Raises ShowhowError when mpv does not start."""
        with self._lock:
            if self._connection is not None and self._connection.alive:
                try:
                    self._connection.replay(replay)
                except OSError:
                    self._connection.close()
                else:
                    if self._connection.still_open():
                        return
            self._connection = _start(self._program, self._environment, replay, self._noted)

    @property
    def position(self) -> PlayerPosition | None:
        """Current position; None when no window is open."""
        connection = self._connection
        return connection.position if connection is not None and connection.alive else None

    def wait_shown(self, seconds: float = _START_S) -> bool:
        """Wait until the first frame of the last ``play`` is shown; returns whether it is."""
        return self._connection is not None and self._connection.shown.wait(seconds)

    def end(self) -> None:
        """Close the window."""
        with self._lock:
            if self._connection is not None:
                self._connection.end()
                self._connection = None

    def detach(self) -> None:
        """Close the connection; the window stays open."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def command_line(program: str, replay: Replay, server: Path | None) -> list[str]:
    """The argument list that opens a window. ``$`` in the title is escaped, because mpv expands it."""
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
    # keep-open: stay on the last frame; hr-seek: seek to the exact frame, not the key frame before it;
    # autofit-larger, geometry: a clip of the whole screen fits on it; placed before its size is known, it would not.
    options += ["--force-window=yes", "--keep-open=yes", "--hr-seek=yes", "--no-terminal"]
    options += ["--autofit-larger=90%x90%", "--geometry=50%:50%"]
    return [program, *options, "--", str(replay.path)]


def _start(program: str, environment: Mapping[str, str], replay: Replay, noted: Noted | None) -> _Connection:
    folder = Path(tempfile.mkdtemp(prefix="showhow-mpv-"))  # mode 0700: only this user can reach the socket
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
                return _Connection(process, _connect(server), replay, noted)
            except OSError:
                time.sleep(0.005)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # only this one connection is needed
    name = Path(program).name
    if (code := process.poll()) is not None:
        raise ShowhowError(f"{name} could not play the clip (it ended with {code})", f"Try: {name} {replay.path}")
    raise ShowhowError(f"{name} opened a window that does not answer", "Close it and try again.")


def _connect(server: Path) -> socket.socket:
    client = socket.socket(_UNIX)
    try:
        client.connect(str(server))
    except OSError:
        client.close()
        raise
    return client


class _Connection:
    """An IPC connection to a running mpv, with the last values of the observed properties."""

    def __init__(
        self, process: subprocess.Popen[bytes], client: socket.socket, replay: Replay, noted: Noted | None = None
    ) -> None:
        self._process, self._socket, self._noted, self._chapters = process, client, noted, replay.chapters
        self._sending = threading.Lock()
        self._zoom, self._stirred = MpvZoom(replay.focus, replay.size), threading.Event()
        self._properties: dict[str, Any] = {}
        self._numbers = itertools.count(1)
        self.alive, self.shown = True, threading.Event()
        self._settled = threading.Event()
        client.settimeout(_ANSWER_S)
        for number, name in enumerate(_OBSERVED, 1):
            self._send("observe_property", number, name)
        self._send_chapters()  # the file may be loaded already; otherwise this is refused, and an event follows
        self._send("keybind", KEY, f"script-message {MESSAGE}")
        for key, kind in NOTE_KEYS.items() if noted is not None else ():
            self._send("keybind", key, f"script-message {_NOTE} {kind}")
        threading.Thread(target=self._read, name="mpv", daemon=True).start()
        threading.Thread(target=self._move_view, name="mpv zoom", daemon=True).start()

    @property
    def position(self) -> PlayerPosition | None:
        at_s = self._properties.get("time-pos")
        if not isinstance(at_s, int | float):
            return None
        return PlayerPosition(
            str(self._properties.get("path", "")), max(0, round(at_s * 1000)), bool(self._properties.get("pause"))
        )

    def replay(self, replay: Replay) -> None:
        """Load or seek in the open window. Raises OSError when the window is gone."""
        self.shown.clear()
        self._settled.clear()
        self._chapters = replay.chapters
        self._zoom = MpvZoom(replay.focus, replay.size, on=self._zoom.on)
        self._show(self._zoom.jump(replay.start_ms))
        self._send("set_property", "speed", replay.speed)
        for mark, edge in (("a", "start_ms"), ("b", "end_ms")):
            at = "no" if replay.loop is None else getattr(replay.loop, edge) / 1000
            self._send("set_property", f"ab-loop-{mark}", at)
        if self._properties.get("path") == str(replay.path):
            self._send("seek", replay.start_ms / 1000, "absolute+exact")
        else:
            self._send("set_property", "title", (replay.title or replay.path.stem).replace("$", "$$"))
            self._send("set_property", "sub-files", [] if replay.captions is None else [str(replay.captions)])
            self._send("set_property", "start", f"{replay.start_ms / 1000:.3f}")
            self._send("loadfile", str(replay.path), "replace")
        self._send("set_property", "pause", False)

    def still_open(self) -> bool:
        """Whether the window is still open after the seek: a closing window may still accept commands."""
        self._settled.wait(_ANSWER_S)
        return self.alive

    def _send(self, *command: Any) -> None:
        line = json.dumps({"command": command, "request_id": next(self._numbers)}).encode() + b"\n"
        with self._sending:  # the thread that reads zooms
            self._socket.sendall(line)

    def _read(self) -> None:
        try:
            with self._socket.makefile("rb") as lines:
                self._socket.settimeout(None)
                while (line := lines.readline(_LONGEST_LINE)).endswith(b"\n"):
                    self._handle(json.loads(line))
        except (OSError, ValueError):
            pass  # mpv is gone, or this is no mpv
        self.close()

    def _handle(self, message: dict[str, Any]) -> None:
        if message.get("event") == "property-change":
            self._properties[str(message.get("name"))] = message.get("data")
            self._stirred.set()
        elif message.get("event") == "file-loaded":
            self._send_chapters()
        elif message.get("event") == "client-message" and MESSAGE in message.get("args", ()):
            self._zoom.on = not self._zoom.on
            self._stirred.set()
        elif message.get("event") == "playback-restart":  # after loading or seeking: the frame is shown
            self.shown.set()
            self._settled.set()
        elif message.get("event") == "client-message":
            self._note(message.get("args"))
        elif message.get("event") == "end-file" and message.get("reason") == "error":
            self._settled.set()

    def _send_chapters(self) -> None:
        chapters = [{"title": one.title, "time": one.start_ms / 1000} for one in self._chapters]
        self._send("set_property", "chapter-list", chapters)

    def _move_view(self) -> None:
        """Move the view to the focus whenever that is another; a clip that stands still tells of no pictures."""
        while self.alive:
            view = self._zoom.step(self._at_ms)
            if view is None:
                self._stirred.wait()
                self._stirred.clear()
                continue
            try:
                self._show(view)
            except OSError:
                return  # the window is gone
            time.sleep(FRAME_S)

    @property
    def _at_ms(self) -> int:
        at_s = self._properties.get("time-pos")
        return round(at_s * 1000) if isinstance(at_s, int | float) else 0

    def _show(self, view: MpvView) -> None:
        for name, value in zip(("video-zoom", "video-pan-x", "video-pan-y"), view, strict=True):
            self._send("set_property", name, round(value, 5))

    def _note(self, given: object) -> None:
        """A key in the window says something of what it shows."""
        if self._noted is None or self.position is None or not isinstance(given, list) or given[:1] != [_NOTE]:
            return
        if given[1:] and given[1] in NOTE_KEYS.values():
            self._send("show-text", f"Noted: {_WORDS[given[1]]}. Thank you.", 2_000)
            self._noted(str(given[1]), self.position)

    def end(self) -> None:
        """Close window and connection."""
        try:
            self._send("quit")
            self._process.wait(_ANSWER_S)
        except (OSError, subprocess.TimeoutExpired):
            self._process.terminate()
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.alive = False
        self._settled.set()
        self._stirred.set()
        _detached[:] = [process for process in {*_detached, self._process} if process.poll() is None]
        self._socket.close()
