"""FileShelf: files beside the demos under one name, such as ``people``: written whole, read with a limit, removed.

Owns where they lie, in a folder or a bucket, and their rights. Does not know what they hold.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Protocol

from capture.files import remove_file, write_bytes
from library.files import library_errors, read_bounded
from library.rights import take_rights
from library.storage.bucket import Bucket, MediaMissing

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,120}")


class FileShelf(Protocol):
    """Files by name. Every method may raise LibraryError."""

    def sizes(self) -> dict[str, int]:
        """The bytes of each file by its name; names that showhow never writes are left out."""

    def read(self, name: str, limit: int) -> bytes | None:
        """A file's bytes; None when it is not there. Raises LibraryError when it has more than ``limit``."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole, in the place of one of that name."""

    def remove(self, name: str) -> None:
        """Delete a file, if it is there."""


class FolderFileShelf:
    """Files in a folder of a library; the folder is made with the first one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sizes(self) -> dict[str, int]:
        """The bytes of each file; links are left out."""
        with library_errors(f"read {self._folder}"):
            if not self._folder.is_dir():
                return {}
            with os.scandir(self._folder) as entries:
                found = [entry for entry in entries if _NAME.fullmatch(entry.name)]
                files = [entry for entry in found if entry.is_file(follow_symlinks=False)]
                return {entry.name: entry.stat(follow_symlinks=False).st_size for entry in files}

    def read(self, name: str, limit: int) -> bytes | None:
        """A file's bytes."""
        with library_errors(f"read {self._folder / name}"):
            try:
                return read_bounded(self._folder / _checked(name), limit)
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file with the rights of the library."""
        path = self._folder / _checked(name)
        with library_errors(f"write {path}"):
            if not self._folder.is_dir():
                self._folder.mkdir(exist_ok=True)
                take_rights(self._folder, self._folder.parent)
            write_bytes(path, data)
            take_rights(path, self._folder)

    def remove(self, name: str) -> None:
        """Delete a file."""
        path = self._folder / _checked(name)
        with library_errors(f"delete {path}"):
            remove_file(path)


class BucketFileShelf:
    """Objects below a prefix of a bucket."""

    def __init__(self, media: Bucket, prefix: str) -> None:
        self._media, self._prefix = media, f"{prefix}/"

    def sizes(self) -> dict[str, int]:
        """The bytes of each object."""
        found = ((item.name.removeprefix(self._prefix), item.size) for item in self._media.items(self._prefix))
        return {name: size for name, size in found if _NAME.fullmatch(name)}

    def read(self, name: str, limit: int) -> bytes | None:
        """An object's bytes."""
        try:
            return self._media.read(self._prefix + _checked(name), limit)
        except MediaMissing:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write an object."""
        self._media.write(self._prefix + _checked(name), data)

    def remove(self, name: str) -> None:
        """Delete an object."""
        self._media.remove(self._prefix + _checked(name))


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a file beside the demos: {name!r}")
    return name
