"""Installation: the random id of this showhow on this machine, and the lock by which its programs take turns.

The id says nothing of a person. Its file has a hash of the computer's name in its own, because a home folder may be
shared by several computers, and two computers must never write one file.
"""

from __future__ import annotations

import hashlib
import platform
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from capture.file_lock import FileLock
from library.files import library_errors, write_synced
from library.model import LibraryError

_ID = re.compile(r"[0-9a-f]{16}")
_PATIENCE_S = 20.0
_THREADS = threading.Lock()


class Installation:
    """This installation; ``folder`` is one that other machines do not use."""

    def __init__(self, folder: Path) -> None:
        host = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
        self._path = folder / f"machine-{host}.txt"

    @cached_property
    def machine_id(self) -> str:
        """16 hexadecimal digits, made at the first use. Raises LibraryError."""
        with library_errors(f"read {self._path}"):
            return self._stored() or self._make()

    def _make(self) -> str:
        with self.turn(), library_errors(f"write {self._path}"):
            if there := self._stored():  # another program was quicker
                return there
            made = secrets.token_hex(8)
            write_synced(self._path, f"{made}\n".encode())
            return made

    def _stored(self) -> str:
        text = self._path.read_text("ascii", "replace").strip() if self._path.is_file() else ""
        return text if _ID.fullmatch(text) else ""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one program of this machine write at a time. Raises LibraryError after 20 s."""
        with library_errors(f"write {self._path}"):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with _THREADS:
            lock = FileLock(self._path.with_suffix(".lock"))
            until = time.monotonic() + _PATIENCE_S
            with library_errors(f"write {lock.path}"):
                while not lock.take():
                    if time.monotonic() > until:
                        raise LibraryError("Another showhow has been writing for 20 seconds", "Try again in a moment.")
            try:
                yield
            finally:
                lock.release()
