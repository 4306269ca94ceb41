"""Where shares are kept: small records that are written once and never changed, in a folder or in a team's database.

Nothing is overwritten: a revocation is a record of its own. So programs that sync folders, and two colleagues at once,
cannot undo one. Does not know what the records mean.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from capture.files import write_bytes
from library.files import library_errors
from library.rights import take_rights

if TYPE_CHECKING:
    from library.connection.team import TeamState

FOLDER = "shares"
_LARGEST = 16 << 10
_NAME = re.compile(r"[^./\\\0][^/\\\0]{0,199}")
"""Syncing programs name conflict copies as they like; names with a dot before are half-written."""


class ShareShelf(Protocol):
    """Records by name. Every method may raise LibraryError."""

    def names(self, beginning: str = "") -> list[str]:
        """The names that begin so, sorted."""

    def read(self, name: str) -> bytes:
        """A record; empty when it is not there any more, or too large to be one."""

    def put(self, name: str, data: bytes) -> None:
        """Write a record, unless there is one of that name."""


class FolderShelf:
    """Files in ``shares`` of a library's folder."""

    def __init__(self, library: Path) -> None:
        self._library, self._folder = library, library / FOLDER

    def names(self, beginning: str = "") -> list[str]:
        """The names that begin so; conflict copies of syncing programs among them."""
        with library_errors(f"read the share links in {self._folder}"):
            if not self._folder.is_dir():
                return []
            found = (path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name))
            return sorted(name for name in found if name.startswith(beginning))

    def read(self, name: str) -> bytes:
        """A record."""
        with library_errors(f"read the share link {name}"):
            try:
                with (self._folder / name).open("rb") as file:
                    data = file.read(_LARGEST + 1)
            except (FileNotFoundError, IsADirectoryError):
                return b""
            return data if len(data) <= _LARGEST else b""

    def put(self, name: str, data: bytes) -> None:
        """Write a record with the rights of the library."""
        path = self._folder / _checked(name)
        with library_errors(f"write the share link {name}"):
            if not self._folder.is_dir():
                self._folder.mkdir(exist_ok=True)
                take_rights(self._folder, self._library)
            if not path.exists():
                write_bytes(path, data)
                take_rights(path, self._folder)


class TeamShelf:
    """Rows among a team's settings."""

    def __init__(self, team: TeamState) -> None:
        self._team = team

    def names(self, beginning: str = "") -> list[str]:
        """The names that begin so."""
        rows = self._team.fetch("setting_names", beginning=f"{FOLDER}/{beginning}")
        return [str(row[0]).removeprefix(f"{FOLDER}/") for row in rows]

    def read(self, name: str) -> bytes:
        """A record."""
        return self._team.setting(f"{FOLDER}/{name}").encode()

    def put(self, name: str, data: bytes) -> None:
        """Write a record."""
        self._team.run("keep_setting", name=f"{FOLDER}/{_checked(name)}", value=data.decode())


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a record: {name!r}")
    return name
