"""``play_side_by_side``: two clips in two windows of mpv, the left half of the screen and the right half.

Both outlive showhow. Owns where the windows stand. Without mpv the system's player opens both.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from capture.errors import ShowhowError
from tui.playback.displays import display_problem
from tui.playback.mpv import Replay, command_line
from tui.playback.system_player import MPV, play_clip

_PLACES = ("--geometry=49%+0%+50%", "--geometry=49%+100%+50%")
_NOT_BESIDE: bool = sys.platform == "win32"
_running: list[subprocess.Popen[bytes]] = []


def play_side_by_side(replays: Sequence[Replay], environment: Mapping[str, str]) -> str:
    """Open two clips beside each other; returns the player's display name. Raises ShowhowError if none can play."""
    if problem := display_problem(environment):
        raise ShowhowError(problem, "Look at the pictures and the times here instead.")
    _running[:] = [process for process in _running if process.poll() is None]
    program = shutil.which("mpv", path=environment.get("PATH"))
    if program is None or _NOT_BESIDE:
        names = [
            play_clip(one.path, one.start_ms, one.speed, title=one.title, environment=environment) for one in replays
        ]
        return names[0]
    for replay, place in zip(replays, _PLACES, strict=False):
        *options, dashes, path = command_line(program, replay, None)
        shown = [option for option in options if not option.startswith(("--geometry=", "--autofit-larger="))]
        nothing = subprocess.DEVNULL
        _running.append(subprocess.Popen(
            [*shown, place, dashes, path], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True,
            env=dict(environment),
        ))  # fmt: skip
    return MPV
