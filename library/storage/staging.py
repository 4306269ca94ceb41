"""Staging folders: a bundle is written into a hidden folder and published with one rename.

Owns that no partial bundle is ever visible: a failure before the rename leaves only a hidden folder. Its owner removes
it, or the next sweep when the owner died. Does not know the contents of a bundle.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from pathlib import Path

from capture.file_lock import FileLock
from capture.files import wait_while_open
from library.files import library_errors, sync_folder
from library.model import DemoNotFound, LibraryError
from library.rights import take_rights_below

_PREFIX = ".staging-"
_OWNER = ".owner"
_GRACE_S = 60.0
"""A younger staging folder is not swept: its owner may be about to take its lock."""

_TAKEN = {errno.EEXIST, errno.ENOTEMPTY}


class VersionTaken(LibraryError):
    """Another program filed that version first."""


class Staging:
    """A hidden folder for one version of one demo: write into ``folder``, then ``publish``. A context manager."""

    def __init__(self, demos: Path, demo_id: str, version: int, *, new: bool = False) -> None:
        self._demos, self._demo_id, self._version, self._new = demos, demo_id, version, new or version == 1
        self._root = demos / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
        self._lock = FileLock(self._root / _OWNER)
        self.folder = self._root / demo_id / f"v{version}"

    def __enter__(self) -> Staging:
        with library_errors(f"write into the library {self._demos}"):
            self.folder.mkdir(parents=True)
            self._lock.take()
        return self

    def publish(self) -> Path:
        """Make the version visible; returns its folder.

        Raises VersionTaken, DemoNotFound when the demo of a later version was removed in between, LibraryError.
        """
        home = self._demos / self._demo_id
        # A first version is renamed with its demo's folder, so that no demo folder is ever without a version.
        source, target = (self.folder.parent, home) if self._new else (self.folder, home / self.folder.name)
        with library_errors(f"file the demo {self._demo_id}"):
            take_rights_below(source, self._demos)
            for folder in (self.folder, *(f for f in self.folder.iterdir() if f.is_dir())):
                sync_folder(folder)
            try:
                wait_while_open(lambda: source.rename(target))
            except FileNotFoundError as error:
                raise DemoNotFound(f"{self._demo_id} was removed meanwhile", "Nothing was changed.") from error
            except OSError as error:
                if error.errno in _TAKEN:
                    raise VersionTaken(f"{target} is there already", "Run it again.") from error
                raise
            sync_folder(target.parent)
        return home / self.folder.name

    def __exit__(self, *exc: object) -> None:
        self._lock.release()
        shutil.rmtree(self._root, ignore_errors=True)  # what cannot be removed now, the next sweep removes


def sweep(demos: Path, grace_s: float = _GRACE_S) -> int:
    """Remove staging folders whose owner died; returns how many. What cannot be removed stays hidden."""
    return sum(_sweep_one(folder, grace_s) for folder in demos.glob(f"{_PREFIX}*"))


def _sweep_one(folder: Path, grace_s: float) -> bool:
    lock = FileLock(folder / _OWNER)
    try:
        if folder.is_symlink() or time.time() - folder.stat().st_mtime < grace_s or lock.held or not lock.take():
            return False
    except OSError:  # already gone, or no permission
        return False
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    if folder.exists():  # Windows deletes no open file, which the one with the lock was
        shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
