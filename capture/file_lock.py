"""FileLock: an exclusive lock on a file, released by the system when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_TRIES = 5


class FileLock:
    """An exclusive lock on a file, released by the system when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Try to lock; False when another process or handle holds it. Raises OSError when the file cannot be made."""
        for _ in range(_TRIES):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            if _locked(descriptor):
                self._descriptor = descriptor
                return True
            os.close(descriptor)
            time.sleep(0.02)  # another process may only be checking ``held``
        return False

    @property
    def held(self) -> bool:
        """Whether the lock is held, by any process; does not create the file."""
        try:
            file = self.path.open("rb")
        except OSError:
            return False
        free = False
        with file, suppress(OSError):
            if sys.platform == "win32":
                free = _locked(file.fileno())
            else:  # shared: two processes that check at once must not take each other for the holder
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                free = True
        return not free

    def note(self, text: str) -> None:
        """Write a note about the holder into the file, for :meth:`holder`."""
        assert self._descriptor is not None  # noqa: S101  only the holder may write; a bug otherwise, no user error
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, b"\n" + text.encode())  # Windows does not let other processes read the first byte

    def holder(self) -> str:
        """The holder's note; empty without one."""
        try:
            with self.path.open("rb") as file:
                file.seek(1)
                return file.read().decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def release(self) -> None:
        """Release the lock; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def remove(self) -> None:
        """Release the lock and delete its file; it stays, empty, where that is forbidden or another has it open.

        In this order: Windows deletes no file that is open.
        """
        self.release()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


def _locked(descriptor: int) -> bool:
    from filelock import lock_descriptor  # late: importing it takes longer than most uses, which only check ``held``

    try:
        return lock_descriptor(descriptor, blocking=False)
    except OSError:  # the file system does not support locks
        return False
