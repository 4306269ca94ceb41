"""How full the disk is: when to warn, when to stop, and a reserve for the last words.

Refuses to stop anything itself.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

WARN_SHARE, STOP_SHARE = 0.3, 0.1
"""Of a small disk, such as a memory card or a tmpfs, where a gigabyte may be more than all there is."""
_RESERVE = 256 << 10


class Space(NamedTuple):
    """Bytes in all, and bytes free for this user."""

    total: int
    free: int


def space_of(folder: Path) -> Space:
    """The disk a folder lies on. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Space(usage.total, usage.free)


class DiskGuard:
    """Asks how much is left. ``ask`` is :func:`space_of`, or what a test says."""

    def __init__(self, folder: Path, warn: int, stop: int, ask: Callable[[Path], Space] = space_of) -> None:
        self._folder, self._ask = folder, ask
        self._warn, self._stop = warn, stop
        self.free = 0

    def state(self) -> str:
        """``"plenty"``, ``"low"`` or ``"full"``."""
        try:
            total, self.free = self._ask(self._folder)
        except OSError:
            return "plenty"  # a disk that does not say; the writer will notice
        if self.free < min(self._stop, total * STOP_SHARE):
            return "full"
        return "low" if self.free < min(self._warn, total * WARN_SHARE) else "plenty"


class Reserve:
    """A quarter of a megabyte kept in the take's folder, so that a full disk still takes ``take.json``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"
        with contextlib.suppress(OSError):  # no room for a reserve: the guard will say so within a second
            self._path.write_bytes(b"\xff" * _RESERVE)

    def give_up(self) -> None:
        """Make room."""
        with contextlib.suppress(OSError):  # it is gone, which is what was wanted
            self._path.unlink(missing_ok=True)
