"""SharedProgress: the points that learners reached, where they say so, and what of it is told: counts of five and more.

Owns that a learner's record has a random name and no attempt, that only its learner writes it, and that it goes when
the learner takes it back. Records are not trusted.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from capture.files import prepared, remove_file, write_bytes
from library.files import library_errors, read_bounded
from library.model import LibraryError
from library.practice.pathways.model import LEAST_LEARNERS, MOST_POINTS, LearnerCounts, Pathway, keyed
from library.rights import take_rights
from library.text import is_demo_id

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.connection.team import TeamState

FOLDER = "progress"
_LARGEST, _MOST_LEARNERS = 256 << 10, 20_000
_LEARNER = re.compile(r"[0-9a-f]{16}")


class ReachedPoints(msgspec.Struct, frozen=True, kw_only=True):
    """The points of a pathway that one learner reached, by their keys; no times, no attempts, no name."""

    schema_version: int = 1
    points: tuple[str, ...] = ()


class SharedProgress(Protocol):
    """Records by pathway and learner. Every method may raise LibraryError."""

    def put(self, pathway_id: str, learner_id: str, record: ReachedPoints) -> None:
        """Write a learner's record, in the place of the one before."""

    def drop(self, pathway_id: str, learner_id: str) -> None:
        """Delete a learner's record; again is fine."""

    def records(self, pathway_id: str) -> Iterable[bytes]:
        """The records of a pathway, as they were written."""


class FolderProgress:
    """Files ``progress/PATHWAY/LEARNER.json`` of a library's folder."""

    def __init__(self, library: Path) -> None:
        self._library, self._folder = library, library / FOLDER

    def put(self, pathway_id: str, learner_id: str, record: ReachedPoints) -> None:
        """Write a file."""
        path = self._path(pathway_id, learner_id)
        with library_errors(f"write {path}"):
            for folder, like in ((self._folder, self._library), (path.parent, self._folder)):
                if not folder.is_dir():
                    folder.mkdir(exist_ok=True)
                    take_rights(folder, like)
            write_bytes(path, msgspec.json.encode(record))
            take_rights(path, path.parent)

    def drop(self, pathway_id: str, learner_id: str) -> None:
        """Delete the file."""
        path = self._path(pathway_id, learner_id)
        with library_errors(f"delete {path}"):
            remove_file(path)

    def records(self, pathway_id: str) -> Iterator[bytes]:
        """The files; not the copies that sync programs make."""
        folder = self._folder / pathway_id
        if not is_demo_id(pathway_id) or not folder.is_dir():
            return
        with library_errors(f"read {folder}"):
            for number, path in enumerate(folder.iterdir()):
                if number >= _MOST_LEARNERS:
                    return
                if path.suffix == ".json" and _LEARNER.fullmatch(path.stem):
                    yield _bounded(path)

    def _path(self, pathway_id: str, learner_id: str) -> Path:
        return self._folder / _checked(pathway_id) / f"{learner_id}.json"


class TeamProgress:
    """Rows ``progress/PATHWAY/LEARNER`` among a team's settings."""

    def __init__(self, team: TeamState) -> None:
        self._team = team

    def put(self, pathway_id: str, learner_id: str, record: ReachedPoints) -> None:
        """Write a row."""
        self._team.set_setting(_row(pathway_id, learner_id), msgspec.json.encode(record).decode())

    def drop(self, pathway_id: str, learner_id: str) -> None:
        """Delete the row."""
        self._team.run("drop_setting", name=_row(pathway_id, learner_id))

    def records(self, pathway_id: str) -> Iterator[bytes]:
        """The rows."""
        for (text,) in self._team.fetch("setting_values", beginning=f"{FOLDER}/{_checked(pathway_id)}/"):
            yield str(text).encode()


def shared_progress(library: Library) -> SharedProgress:
    """The progress that is shared in an open library."""
    return TeamProgress(library.team) if library.team is not None else FolderProgress(library.folder)


def new_learner_id() -> str:
    """A random name for a learner in one pathway; it says nothing of a person or of other pathways."""
    return secrets.token_hex(8)


def counts_of(pathway: Pathway, shared: SharedProgress) -> LearnerCounts:
    """What is told of all learners of a pathway."""
    names = [one.key for one in keyed(pathway.points)]
    found = [known for data in shared.records(pathway.pathway_id) if (known := _decoded(data)) is not None]
    reached = Counter(key for one in found for key in set(one.points[:MOST_POINTS]))
    return LearnerCounts(_enough(len(found)), tuple(_enough(reached[name]) for name in names))


def _enough(number: int) -> int | None:
    return number if number >= LEAST_LEARNERS else None


def _decoded(data: bytes) -> ReachedPoints | None:
    try:
        return msgspec.json.decode(data, type=prepared(ReachedPoints))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _bounded(path: Path) -> bytes:
    try:
        return read_bounded(path, _LARGEST)
    except (OSError, LibraryError):  # taken back meanwhile, or no ordinary file
        return b""


def _row(pathway_id: str, learner_id: str) -> str:
    return f"{FOLDER}/{_checked(pathway_id)}/{learner_id}"


def _checked(pathway_id: str) -> str:
    if not is_demo_id(pathway_id):
        raise ValueError(f"not the id of a pathway: {pathway_id!r}")
    return pathway_id
