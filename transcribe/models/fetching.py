"""What every way of fetching files shares: errors, room on the disk, checksums, and watching a child that downloads.

A download runs in a child process, so that it can be cancelled at once, whatever its library waits for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from capture.child_process import ChildProcess
from capture.errors import ShowhowError
from capture.progress import Progress

_SPARE = 50_000_000  # bytes that must stay free after the download
_POLL_S = 0.1


class FetchError(ShowhowError):
    """Files cannot be fetched."""


class NoRoom(FetchError):
    """The disk is full."""


class DamagedFile(FetchError):
    """A file is not the one that was asked for: its checksum differs."""


class ByteCounter:
    """Reports bytes done: never more than the total, nor less than before, though files move while they are counted."""

    def __init__(self, progress: Progress, total: int, what: str) -> None:
        self._progress, self._total, self._what = progress, total, what
        self._most = 0

    def report(self, done: int) -> None:
        """Report so many bytes in all. Raises Cancelled when the progress callable does."""
        self._most = max(self._most, min(done, self._total))
        self._progress(self._most, self._total, self._what)


def watch(child: ChildProcess, counter: ByteCounter, done: Callable[[], int]) -> None:
    """Wait for a child that downloads; ``done`` gives the bytes that have arrived.

    Raises Cancelled when the progress callable does; the caller then kills the child.
    """
    while child.wait(_POLL_S) is None:
        counter.report(done())


def bytes_below(folder: Path) -> int:
    """Bytes of all files below a folder, some of which may vanish meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):  # unlike rglob it passes over a folder that has vanished
        for name in names:
            with suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total


def check_room(folder: Path, needed: int, what: str) -> None:
    """Raise NoRoom when the disk of ``folder`` cannot take so many bytes more."""
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise NoRoom(
            f"There is no room for {what}: it needs {needed // 1_000_000} MB more, {free // 1_000_000} MB are free",
            "Free some space, or choose a smaller one: showhow model list",
        )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; empty when it cannot be read."""
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""
