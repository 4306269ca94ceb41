"""Files of the library: synced, linked, read within bounds, and what the system says about them in one line.

Owns what atomic writing (``capture/files.py``) leaves over. Refuses to know what the files mean.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from library.model import LibraryError, Unreachable

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_AWAY = {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENOTCONN}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def library_errors(doing: str) -> Iterator[None]:
    """Whatever the system refuses while ``doing`` (``write the library /x``), as a LibraryError of one line."""
    try:
        yield
    except OSError as error:
        raise as_library_error(doing, error) from error


def as_library_error(doing: str, error: OSError) -> LibraryError:
    """The LibraryError for what the system refused."""
    if error.errno in _NO_ROOM:
        return LibraryError(
            f"Could not {doing}: the disk is full", "Free some space and run it again; nothing was lost."
        )
    if error.errno in _FORBIDDEN:
        return LibraryError(
            f"Could not {doing}: it may not be written", "Check its permissions, or choose another folder."
        )
    kind = Unreachable if error.errno in _AWAY else LibraryError
    return kind(f"Could not {doing}: {error.strerror or error}", "Check the path and run it again.")


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it. Raises OSError."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Wait until the disk has what some other code wrote. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the disk has a folder's names; where folders cannot be opened (Windows) there is nothing to do."""
    with suppress(OSError):  # some network drives refuse to sync a folder; the rename itself has succeeded
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under a second name; copied where the drive has no hard links. Raises OSError."""
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno in _NO_ROOM or isinstance(error, FileNotFoundError):
            raise
        shutil.copyfile(source, target)
        sync_file(target)


def read_bounded(path: Path, limit: int) -> bytes:
    """A regular file's bytes, at most ``limit``. Raises OSError; LibraryError when it is larger or no file."""
    if path.is_symlink() or not path.is_file():
        if not path.exists():
            raise FileNotFoundError(errno.ENOENT, "there is no such file", str(path))
        raise LibraryError(f"{path} is not an ordinary file", "It was not opened.")
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise LibraryError(f"{path} is larger than {limit >> 20} MiB", "It was not opened.")
    return data
