"""``play_clip``: opens a clip in a player that outlives showhow: mpv, else the system's. Does not know the library."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from capture.child_process import APART
from capture.errors import ShowhowError
from capture.span import Span
from tui.playback.mpv import Replay, command_line

MPV, SYSTEM_PLAYER = "mpv", "the system’s player"
# Long enough for mpv to fail on an unreachable display (it takes 30 to 120 ms), short enough to go unnoticed.
_EARLY_DEATH_S = 0.4
_running: list[subprocess.Popen[bytes]] = []


def play_clip(
    path: Path, start_ms: int, speed: float = 1.0, *, title: str = "", captions: Path | None = None,
    loop: Span | None = None, environment: Mapping[str, str],
) -> str:  # fmt: skip
    """Open a clip at ``start_ms`` in mpv, else from its start in the system's player; returns the player's name.

    Raises ShowhowError when the file is gone or no player is installed.
    """
    path = path.absolute()
    if not path.is_file():
        raise ShowhowError(f"The clip {path} is not there", "If the library moved, point showhow at its new place.")
    if mpv := shutil.which("mpv", path=environment.get("PATH")):
        _start_detached(command_line(mpv, Replay(path, start_ms, speed, title, captions, loop), None))
        return MPV
    return _open_with_system(path, environment)


def play_sound(path: Path, *, title: str, environment: Mapping[str, str]) -> str:
    """Play a sound in a small window of mpv that closes at its end, else in the system's player; returns its name.

    Raises ShowhowError when no player is installed.
    """
    if mpv := shutil.which("mpv", path=environment.get("PATH")):
        *options, dashes, file = command_line(mpv, Replay(path, 0, title=title), None)
        _start_detached([*options, "--keep-open=no", "--geometry=480x120", dashes, file])
        return MPV
    return _open_with_system(path, environment)


def _open_with_system(path: Path, environment: Mapping[str, str]) -> str:
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606  the user's own choice of player, for a file showhow wrote
    elif program := shutil.which("open" if sys.platform == "darwin" else "xdg-open", path=environment.get("PATH")):
        _start_detached([program, str(path)])
    else:
        raise ShowhowError("There is no video player on this machine", "Install mpv, for example: sudo apt install mpv")
    return SYSTEM_PLAYER


def _start_detached(command: Sequence[str]) -> None:
    """Start a player that outlives showhow and keeps out of its terminal. Raises ShowhowError if it dies at once."""
    _running[:] = [process for process in _running if process.poll() is None]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True, creationflags=APART
    )
    _running.append(process)
    try:
        code = process.wait(_EARLY_DEATH_S)
    except subprocess.TimeoutExpired:
        return
    if code:
        name = Path(command[0]).name
        raise ShowhowError(f"{name} could not play the clip (it ended with {code})", f"Try: {name} {command[-1]}")
