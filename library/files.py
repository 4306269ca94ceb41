"""File helpers: synced writes, hard links, bounded reads, checksums, and OSError as a LibraryError of one line.

Atomic writing is in ``capture/files.py``. Does not know what the files contain.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from capture.files import in_use, may_be_open
from library.model import FileFacts, LibraryError, Unreachable

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_UNREACHABLE = {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENOTCONN}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_READING = {"read", "find", "fetch"}
_SAMPLE = 1 << 20


@contextmanager
def library_errors(doing: str) -> Iterator[None]:
    """Turn an OSError raised while ``doing`` something (``write the library /x``) into a LibraryError of one line."""
    try:
        yield
    except OSError as error:
        raise as_library_error(doing, error) from error


def as_library_error(doing: str, error: OSError) -> LibraryError:
    """The LibraryError for an OSError."""
    if error.errno in _DISK_FULL:
        return LibraryError(
            f"Could not {doing}: the disk is full", "Free some space and run it again; nothing was lost."
        )
    if in_use(error):
        what = f"Could not {doing}: {error.filename or 'a file'} is open in another program"
        return LibraryError(what, "Close it there and run it again.")
    if error.errno in _FORBIDDEN:
        reads = doing.partition(" ")[0] in _READING
        done, remedy = ("read", "") if reads else ("written", ", or choose another folder")
        if may_be_open(error):
            remedy = f", and whether a file in it is open in another program{remedy}"
        return LibraryError(f"Could not {doing}: it may not be {done}", f"Check its permissions{remedy}.")
    kind = Unreachable if error.errno in _UNREACHABLE else LibraryError
    return kind(f"Could not {doing}: {error.strerror or error}", "Check the path and run it again.")


def may_not_write(error: OSError) -> bool:
    """Whether an error says that nothing can be written in a place: it is full, or not to be written."""
    return error.errno in _DISK_FULL | _FORBIDDEN


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and fsync it. Raises OSError."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Fsync a file that other code wrote. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Fsync a folder, so that its entries are on disk. Does nothing where folders cannot be opened (Windows)."""
    with suppress(OSError):  # some network drives refuse to sync a folder; the rename itself has succeeded
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """Hard-link ``source`` as ``target``; copy it where the drive has no hard links. Raises OSError."""
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno in _DISK_FULL or isinstance(error, FileNotFoundError):
            raise
        shutil.copyfile(source, target)
        sync_file(target)


def read_bounded(path: Path, limit: int) -> bytes:
    """A regular file's bytes, at most ``limit``. Raises OSError; LibraryError when it is larger or not a file."""
    if path.is_symlink() or not path.is_file():
        if not path.exists():
            raise FileNotFoundError(errno.ENOENT, "there is no such file", str(path))
        raise LibraryError(f"{path} is not an ordinary file", "It was not opened.")
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise LibraryError(f"{path} is larger than {limit >> 20} MiB", "It was not opened.")
    return data


def facts_of(path: Path) -> FileFacts:
    """Size and checksum of a file; about 0.5 s a GB. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileFacts(size=file.tell(), sha256=digest.hexdigest())


def files_of(folder: Path, known: Mapping[str, FileFacts], leave_out: str) -> dict[str, FileFacts]:
    """Facts of every file of a bundle but ``leave_out`` (its record), by name. Files in ``known`` are not read again.

    Raises OSError.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: known.get(name) or facts_of(folder / name) for name in names if name != leave_out}


def fingerprint(path: Path) -> str:
    """Checksum of a video's size, first MiB and last MiB: equal for copies of one video, in whatever place.

    32 hexadecimal digits. Reads at most 2 MiB, because users wait for it. Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest = hashlib.sha256(str(size).encode())
        for start in sorted({0, max(0, size - _SAMPLE)}):
            file.seek(start)
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:32]
