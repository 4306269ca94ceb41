"""Rights of what is made in a library's folder: those of the folder, as ``git init --shared`` has it, not of a umask.

Owns which rights follow from a folder's, and what stands in the way of sharing one. Does nothing where a drive has no
rights. A folder that only its owner may open stays so, and so does all in it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_GROUP_WRITES, _FOLDER_BITS, _FILE_BITS = 0o020, 0o7777, 0o666
_LOOKED_AT = 20_000
"""Folders; more would take seconds on a share."""


def take_rights(path: Path, like: Path) -> None:
    """Give a file or folder the rights and the group of the folder ``like``; what the system refuses stays as it is.

    A file gets no right to be run.
    """
    with suppress(OSError):
        wanted, has = like.stat(), path.lstat()
        if stat.S_ISLNK(has.st_mode):
            return
        if has.st_gid != wanted.st_gid and sys.platform != "win32":
            with suppress(OSError):  # only a member of a group may give it a file
                os.chown(path, -1, wanted.st_gid)
        mode = stat.S_IMODE(wanted.st_mode)
        mode = mode & _FOLDER_BITS if stat.S_ISDIR(has.st_mode) else mode & _FILE_BITS
        if stat.S_IMODE(has.st_mode) != mode:
            path.chmod(mode)


def take_rights_below(folder: Path, like: Path) -> None:
    """The same for a folder and all in it."""
    take_rights(folder, like)
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            take_rights(Path(root) / name, like)


def rights_faults(library: Path) -> Iterator[str]:
    """What keeps others from using a folder that several people may write; one line each, with what to do."""
    if os.name == "posix":  # others have no such rights
        yield from _faults_of_bits(library)


def _faults_of_bits(library: Path) -> Iterator[str]:
    with suppress(OSError):
        mode = library.stat().st_mode
        if not os.access(library / "demos", os.W_OK):
            yield f"{library}/demos may be read by you, not written: nothing can be filed there"
        if not mode & _GROUP_WRITES:
            return
        if not mode & stat.S_ISGID and not mode & stat.S_IWOTH:
            what = f"{library} may be written by a group, but what is made in it gets the group of who made it"
            yield f"{what}. Mend it once: find {library} -type d -exec chmod g+s {{}} +"
        closed = [folder for folder in _folders(library) if not folder.lstat().st_mode & _GROUP_WRITES]
        if closed:
            what = f"{len(closed)} folders of {library} may be written by their owner only, as {closed[0]}"
            yield f"{what}. Their owners mend it: chmod -R g+rwX {library}"


def _folders(library: Path) -> Iterator[Path]:
    """The folders in which demos are filed, changed and removed."""
    count = 0
    for place in (library / "demos", library / ".trash", library / ".inbox"):
        if not place.is_dir():
            continue
        yield place
        for root, folders, _ in os.walk(place, onerror=None):
            for name in folders:
                yield Path(root) / name
                count += 1
                if count > _LOOKED_AT:
                    return


def mend_rights(library: Path) -> None:
    """Give all that is in a library its folder's rights, as far as it belongs to this user."""
    for place in (library / "demos", library / ".trash", library / ".inbox"):
        if place.is_dir():
            take_rights_below(place, library)
    for path in library.glob("*.*"):
        if path.is_file() and not path.name.startswith("index"):
            take_rights(path, library)
