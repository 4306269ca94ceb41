"""Tests under Windows: what needs something that it lacks is skipped there, with the reason."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WINDOWS: bool = sys.platform == "win32"
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
"""The signal that ends a process at once: on Windows every signal does."""
KILLED = int(KILL) if WINDOWS else -int(KILL)
"""The exit code of a process that was ended so."""


def skip_on_windows(needs: str) -> None:
    """Skip the running test on Windows; ``needs`` says what it has not."""
    if WINDOWS:
        import pytest  # late: the demo uses these modules without it

        pytest.skip(f"Windows has no {needs}")


def symbolic_link(path: Path, target: Path) -> None:
    """Make a link; skip the running test on Windows, where only administrators may."""
    skip_on_windows("symbolic links for everybody")
    path.symlink_to(target)


def same_folder(path: Path, other: Path) -> None:
    """Make ``path`` a folder with the same files as ``other``, without copying them."""
    if WINDOWS:
        shutil.copytree(other, path, copy_function=os.link)
    else:
        path.symlink_to(other)


def skip_on_wine(lacks: str) -> None:
    """Skip the running test where Wine stands in for Windows; ``lacks`` says what Windows has and Wine has not."""
    if sys.platform == "win32":
        import ctypes

        import pytest  # late: as above

        if hasattr(ctypes.WinDLL("ntdll"), "wine_get_version"):
            pytest.skip(f"Wine has no {lacks}")


_OF_DEBIAN = {
    "cc",
    "espeak-ng",
    "ffmpeg",
    "ffprobe",
    "git",
    "mount",
    "mpv",
    "pdftoppm",
    "pdftotext",
    "sh",
    "sleep",
    "tmux",
}


def interrupt(process: subprocess.Popen[Any]) -> None:
    """Press Ctrl-C in a program; on Windows, where no program can do that in another console, end it at once."""
    if WINDOWS:
        process.kill()
    else:
        process.send_signal(signal.SIGINT)


class _Popen(subprocess.Popen[Any]):
    """Skips the running test where it would start a program of Debian that this machine has not."""

    def __init__(self, args: str | os.PathLike[str] | Sequence[Any], *more: Any, **options: Any) -> None:
        program = Path(str(args if isinstance(args, str | os.PathLike) else args[0])).name
        if program in _OF_DEBIAN and shutil.which(program) is None:
            skip_on_windows(program)
        super().__init__(args, *more, **options)


def skip_where_programs_are_missing() -> None:
    """From now on skip tests on Windows that start programs which only Debian brings."""
    if WINDOWS:
        subprocess.Popen = _Popen  # type: ignore[misc]
