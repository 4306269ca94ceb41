"""Where the versions of pathways lie: folders beside the demos, or rows among a team's settings.

Owns that a version is written once and whole, whoever else writes the same number. Does not know what a record means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from library.files import library_errors, read_bounded, write_synced
from library.rights import take_rights
from library.storage.bundle import version_of, versions
from library.storage.staging import Staging, VersionTaken, sweep
from library.text import is_demo_id

if TYPE_CHECKING:
    from library.connection.team import TeamState

FOLDER, RECORD = "pathways", "pathway.json"
_LARGEST = 4 << 20
"""Bytes of a record; a thousand points with all their words have two million."""
_ROW = re.compile(rf"{FOLDER}/([a-z0-9-]+)/v([1-9]\d{{0,5}})/{re.escape(RECORD)}")


class PathwayShelf(Protocol):
    """Records of pathways by id and version. Every method may raise LibraryError."""

    def ids(self) -> Sequence[str]:
        """The ids of all pathways."""

    def versions(self, pathway_id: str) -> Sequence[int]:
        """The versions of a pathway, newest first; empty when there is none."""

    def read(self, pathway_id: str, version: int) -> bytes:
        """A record."""

    def put(self, pathway_id: str, version: int, data: bytes) -> None:
        """Write a new version. Raises VersionTaken when there is one of that number."""


class FolderPathways:
    """Folders ``pathways/ID/vN`` of a library's folder; a rename publishes a version."""

    def __init__(self, library: Path) -> None:
        self._library, self._folder = library, library / FOLDER

    def ids(self) -> Sequence[str]:
        """Names of the folders, sorted."""
        with library_errors(f"read the pathways in {self._folder}"):
            if not self._folder.is_dir():
                return []
            return sorted(one.name for one in self._folder.iterdir() if is_demo_id(one.name) and _is_folder(one))

    def versions(self, pathway_id: str) -> Sequence[int]:
        """Numbers of the version folders."""
        home = self._folder / pathway_id
        if not is_demo_id(pathway_id) or not _is_folder(home):
            return []
        return [version_of(folder) for folder in versions(home)]

    def read(self, pathway_id: str, version: int) -> bytes:
        """A record."""
        path = self._folder / pathway_id / f"v{version}" / RECORD
        with library_errors(f"read the pathway {path}"):
            return read_bounded(path, _LARGEST)

    def put(self, pathway_id: str, version: int, data: bytes) -> None:
        """Write into a hidden folder and rename it."""
        with library_errors(f"make the folder {self._folder}"):
            if not self._folder.is_dir():
                self._folder.mkdir(exist_ok=True)
                take_rights(self._folder, self._library)
        sweep(self._folder)
        new = not self.versions(pathway_id)
        with Staging(self._folder, pathway_id, version, new=new) as staging:
            with library_errors(f"write the pathway {pathway_id}"):
                write_synced(staging.folder / RECORD, data)
            staging.publish()


class TeamPathways:
    """Rows ``pathways/ID/vN/pathway.json`` among a team's settings."""

    def __init__(self, team: TeamState) -> None:
        self._team = team

    def ids(self) -> Sequence[str]:
        """The ids in the names of the rows, sorted."""
        return sorted({pathway_id for pathway_id, _ in self._rows("")})

    def versions(self, pathway_id: str) -> Sequence[int]:
        """The numbers in the names of the rows."""
        if not is_demo_id(pathway_id):
            return []
        return sorted((version for _, version in self._rows(f"{pathway_id}/")), reverse=True)

    def _rows(self, beginning: str) -> list[tuple[str, int]]:
        rows = self._team.fetch("setting_names", beginning=f"{FOLDER}/{beginning}")
        found = (_ROW.fullmatch(str(name)) for (name,) in rows)
        return [(one[1], int(one[2])) for one in found if one]

    def read(self, pathway_id: str, version: int) -> bytes:
        """A record."""
        return self._team.setting(_row(pathway_id, version)).encode()

    def put(self, pathway_id: str, version: int, data: bytes) -> None:
        """Add a row; who came first is seen by reading it back."""
        name, text = _row(pathway_id, version), data.decode()
        self._team.run("keep_setting", name=name, value=text)
        if self._team.setting(name) != text:
            raise VersionTaken(f"Version {version} of {pathway_id} is there already", "Run it again.")


def _row(pathway_id: str, version: int) -> str:
    return f"{FOLDER}/{pathway_id}/v{version}/{RECORD}"


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
