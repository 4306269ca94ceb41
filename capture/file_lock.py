"""An exclusive lock on a file, released by the system when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_TRIES = 5


class FileLock:
    """An exclusive lock on a file, let go by the system when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Try to get it; False when another process or handle holds it. Raises OSError when there can be no file."""
        for _ in range(_TRIES):
            if self._try():
                return True
            time.sleep(0.02)  # perhaps somebody has only just asked whether it is held
        return False

    def _try(self) -> bool:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    @property
    def held(self) -> bool:
        """Whether somebody holds it; makes no file."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            _lock(descriptor, shared=True)  # two who ask at once must not take each other for the holder
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    def note(self, text: str) -> None:
        """Write into the file who holds it, for :meth:`holder`."""
        assert self._descriptor is not None  # noqa: S101  a lock must be held to be signed; a slip of ours, not a user's
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, text.encode())

    def holder(self) -> str:
        """What the holder noted; empty when nothing."""
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""

    def release(self) -> None:
        """Let go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, shared: bool = False) -> None:  # noqa: ARG001  Windows knows no shared lock here
        # A byte far beyond the end: Windows would otherwise keep others from reading the note.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool = False) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
