"""Whether a window can open here: the display that the environment names exists and answers.

A player on a dead display may stay for ever, unseen. Owns how X11 and Wayland displays are reached. Does not draw.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

_ALWAYS_DESKTOP: bool = sys.platform in {"darwin", "win32"}
if sys.platform == "win32":
    _UNIX = -1  # there is always a desktop: nothing is asked
else:
    _UNIX = socket.AF_UNIX
_WAIT_S = 2.0
_X_DISPLAY = re.compile(r"(?:(?P<host>[^:/]*)(?:/unix)?:)(?P<number>\d{1,5})(?:\.\d+)?")
_X_PORT = 6_000


def display_problem(environment: Mapping[str, str]) -> str:
    """Why no window can open here, in words; empty when one can. macOS and Windows always have a desktop."""
    if _ALWAYS_DESKTOP:
        return ""
    names = [name for key in ("WAYLAND_DISPLAY", "DISPLAY") if (name := environment.get(key))]
    if not names:
        return "There is no display to play on"
    if any(_answers(name, environment) for name in names):
        return ""
    return f"The display {' or '.join(names)} does not answer"


def _answers(name: str, environment: Mapping[str, str]) -> bool:
    if (found := _X_DISPLAY.fullmatch(name)) is None:
        return _listens(str(Path(environment.get("XDG_RUNTIME_DIR", "/"), name)))
    number = int(found["number"])
    if found["host"] in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  where X servers listen
        return _listens(path) or _listens(f"\0{path}")
    try:
        with socket.create_connection((found["host"], _X_PORT + number), _WAIT_S):
            return True
    except OSError:
        return False


def _listens(path: str) -> bool:
    with socket.socket(_UNIX) as client:
        client.settimeout(_WAIT_S)
        try:
            client.connect(path)
        except OSError:
            return False
    return True
