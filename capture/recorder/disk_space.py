"""Free disk space: when to warn, when to stop, and a reserve file so that ``take.json`` can still be written.

Does not stop the recording itself.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

WARN_SHARE, STOP_SHARE = 0.3, 0.1
"""Limits as shares of a small disk, such as a memory card or a tmpfs, which may be smaller than a gigabyte."""
_RESERVE = 256 << 10


class Space(NamedTuple):
    """Total bytes of a disk, and bytes free for this user."""

    total: int
    free: int


def space_of(folder: Path) -> Space:
    """Space on the disk that holds a folder. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Space(usage.total, usage.free)


class DiskGuard:
    """Compares the free space with the two limits, in bytes. ``measure`` is :func:`space_of`, or a test's function."""

    def __init__(self, folder: Path, warn: int, stop: int, measure: Callable[[Path], Space] = space_of) -> None:
        self._folder, self._measure = folder, measure
        self._warn, self._stop = warn, stop
        self.free = 0

    def state(self) -> str:
        """``"plenty"``, ``"low"`` or ``"full"``."""
        try:
            total, self.free = self._measure(self._folder)
        except OSError:
            return "plenty"  # the disk cannot be queried; the writer will notice when it is full
        if self.free < min(self._stop, total * STOP_SHARE):
            return "full"
        return "low" if self.free < min(self._warn, total * WARN_SHARE) else "plenty"


class Reserve:
    """A file of 256 kB in the take's folder. Deleting it leaves space for ``take.json`` on a full disk."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"
        with contextlib.suppress(OSError):  # no space for a reserve: DiskGuard reports it within a second
            self._path.write_bytes(b"\xff" * _RESERVE)

    def release(self) -> None:
        """Delete the reserve."""
        with contextlib.suppress(OSError):  # it is gone already
            self._path.unlink(missing_ok=True)
