"""Paths too long for Windows: more than 260 letters are refused there, unless its settings allow them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LONGEST = 260
BELOW = 120
"""The longest path below a library, with room: ``demos/.staging-…/title-of-forty-letters-k3f9/v1/steps/01.webp``."""
_ALLOW = (
    "Choose a folder nearer to the drive's root, or have an administrator allow long paths: LongPathsEnabled = 1 "
    r"under HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\FileSystem"
)


def long_path_faults(folder: Path, *, allowed: bool | None = None) -> Iterator[str]:
    """One line, with what to do, if demos in a folder would get paths that Windows refuses."""
    if not (long_paths_allowed() if allowed is None else allowed) and len(str(folder.absolute())) + BELOW > LONGEST:
        yield f"Windows refuses paths of more than {LONGEST} letters, as below {folder}. {_ALLOW}."


def long_paths_allowed() -> bool:
    """Whether this system opens paths of more than 260 letters."""
    allowed = sys.platform != "win32"
    if sys.platform == "win32":
        import winreg

        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key,
        ):
            allowed = bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    return allowed
