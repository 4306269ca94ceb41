"""The files of an index on disk: removed, put aside, or found to have no room.

Does not open them.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from capture.files import in_use, replace_file
from library.catalog.catalog import CatalogUnwritable
from library.files import as_library_error, library_errors, may_not_write
from library.model import LibraryError

OPEN_FILES_STAY: bool = sys.platform == "win32"
"""Windows removes no file that is open: an index that another program uses is emptied instead of replaced."""
_PIECE = 1 << 20


def try_room(path: Path) -> None:
    """Write a file as large as this one beside it, and remove it again. Raises CatalogUnwritable."""
    room = path.with_name(f".{path.name}.room")
    try:
        size = path.stat().st_size if path.exists() else 0
        with room.open("wb") as file:
            for at in range(0, size, _PIECE):
                file.write(bytes(min(_PIECE, size - at)))
    except OSError as error:
        raise unwritable(f"make the library's index {path} anew", error) from error
    finally:
        with suppress(OSError):
            room.unlink(missing_ok=True)


def unwritable(doing: str, error: OSError) -> LibraryError:
    """The error of a place where nothing can be written; of a path that leads nowhere a plain one."""
    told = as_library_error(doing, error)
    return CatalogUnwritable(told.what, told.remedy) if may_not_write(error) else told


def discard(path: Path, inode: int = 0) -> bool:
    """Remove an index and SQLite's files beside it; with ``inode``, only if it is that file.

    Returns False when it cannot be removed because a program has it open (on Windows); nothing is removed then.
    Raises LibraryError: CatalogUnwritable where nothing may be removed.
    """
    try:
        if inode and path.exists() and path.stat().st_ino != inode:
            return True
        path.unlink(missing_ok=True)
        for end in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    except OSError as error:
        if in_use(error) and path.exists():
            return False
        raise unwritable(f"make the library's index {path} anew", error) from error
    return True


def set_aside(path: Path) -> Path | None:
    """Rename a damaged index, and remove SQLite's files beside it. Raises LibraryError.

    Returns its new path; None when another has just done it.
    """
    aside = path.with_name(f"{path.name}.damaged")
    with library_errors(f"put the damaged index {path} aside"):
        try:
            replace_file(path, aside)
        except FileNotFoundError:
            return None
    discard(path)
    return aside
