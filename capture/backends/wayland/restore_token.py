"""Restore tokens: what lets the desktop grant the same screen again without asking.

A token opens the screen to whoever has it, so its file is its owner's alone. A token that does not hold any more costs
nothing: the desktop asks again. Windows have none: the next recording is of another one.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from capture.files import write_bytes
from capture.model import Target


def token_file(target: Target) -> Path | None:
    """Where the token of a target is kept; None when it is asked for each time."""
    if target.is_window:
        return None
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    desktop = re.sub(r"[^\w-]", "_", os.environ.get("XDG_CURRENT_DESKTOP", "desktop"))
    which = "region" if target.region is not None else f"monitor-{target.monitor if target.monitor is not None else 1}"
    return state / "showhow" / f"screencast-{desktop}-{which}"


def read_token(target: Target) -> str:
    """The token of a target; empty when there is none."""
    path = token_file(target)
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="ascii").strip() if path is not None else ""
    return ""


def keep_token(target: Target, token: str) -> None:
    """Keep the token that the desktop gave last: each one holds once. An empty one is forgotten."""
    if (path := token_file(target)) is None:
        return
    with contextlib.suppress(OSError):  # the desktop asks again next time
        if not token:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_bytes(path, token.encode("ascii", "ignore"), mode=0o600)
