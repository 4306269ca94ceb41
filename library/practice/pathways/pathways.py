"""Pathways: the pathways of a library: list, find, file, change.

Owns that concurrent changes of one pathway are all kept, as versions. Knows no learner.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from library.connection.library import Library
from library.model import LibraryError, RecordNotFound, Unreachable
from library.practice.pathways.model import ASK_LENGTH, MOST_POINTS, NAME_LENGTH, Pathway, Point, trusted
from library.practice.pathways.shelf import FolderPathways, PathwayShelf, TeamPathways
from library.records import NewerRecord, decode_record
from library.storage.staging import VersionTaken
from library.text import TITLE_LENGTH, clean, make_demo_id, title_key

_ATTEMPTS = 50
"""Attempts to file a version. Each failed one means that another writer succeeded."""


class Pathways:
    """The pathways on a shelf. Every method may raise LibraryError; what is given by name, RecordNotFound."""

    def __init__(self, shelf: PathwayShelf) -> None:
        self._shelf = shelf

    def all(self) -> list[Pathway]:
        """The newest version of each that can be read, by title."""
        found = [pathway for one in self._shelf.ids() if (pathway := self._readable(one)) is not None]
        return sorted(found, key=lambda pathway: (title_key(pathway.title), pathway.pathway_id))

    def _readable(self, pathway_id: str) -> Pathway | None:
        try:
            return self.get(pathway_id)
        except Unreachable:
            raise
        except LibraryError:  # one damaged record hides no other
            return None

    def get(self, pathway_id: str) -> Pathway:
        """The newest version of a pathway that can be read."""
        return self._newest(pathway_id)[0]

    def _newest(self, pathway_id: str, *, to_change: bool = False) -> tuple[Pathway, int]:
        """The newest version that can be read, and the number of the newest there is.

        ``to_change``: one of a newer showhow is no damage that a change may pass over. Raises NewerRecord then.
        """
        versions = self._shelf.versions(pathway_id)
        first: LibraryError | None = None
        for version in versions:
            try:
                return self._read(pathway_id, version), versions[0]
            except Unreachable:
                raise
            except LibraryError as error:
                if to_change and isinstance(error, NewerRecord):
                    raise
                first = first or error
        raise first or _not_found(pathway_id)

    def _read(self, pathway_id: str, version: int) -> Pathway:
        data = self._shelf.read(pathway_id, version)
        pathway = decode_record(data, Pathway, f"The pathway {pathway_id}, version {version},")
        return trusted(replace(pathway, pathway_id=pathway_id, version=version))

    def find(self, name: str) -> Pathway:
        """The pathway of an id, the beginning of one, or a title."""
        if self._shelf.versions(name):
            return self.get(name)
        every = self.all()
        exact = [one for one in every if title_key(one.title) == title_key(name)]
        found = exact or [one for one in every if name and one.pathway_id.startswith(name)]
        if len(found) != 1:
            raise _not_found(name, len(found))
        return found[0]

    def create(self, title: str, points: tuple[Point, ...], *, about: str = "", owner: str = "") -> Pathway:
        """File a new pathway; ``owner`` also signs it."""
        title, owner = _titled(title), clean(owner, NAME_LENGTH)
        now = round(time.time() * 1000)
        pathway = Pathway(
            pathway_id=make_demo_id(title, secrets.token_hex(8)), title=title, about=clean(about, ASK_LENGTH),
            owner=owner, points=_few(points), created_unix_ms=now, updated_unix_ms=now, edited_by=owner,
        )  # fmt: skip
        self._shelf.put(pathway.pathway_id, 1, msgspec.json.encode(pathway))
        return pathway

    def change(self, pathway_id: str, change: Callable[[Pathway], Pathway], *, by: str = "") -> Pathway:
        """File what ``change`` makes of the newest version, signed ``by``; it is called again if another was faster.

        No version is made when nothing changes. Raises what ``change`` raises.
        """
        for _ in range(_ATTEMPTS):
            before, latest = self._newest(pathway_id, to_change=True)
            after = change(before)
            if after == before:
                return before
            after = replace(
                after, version=latest + 1, title=_titled(after.title), points=_few(after.points),
                updated_unix_ms=max(round(time.time() * 1000), before.updated_unix_ms),
                edited_by=clean(by, NAME_LENGTH),
            )  # fmt: skip
            try:
                self._shelf.put(pathway_id, after.version, msgspec.json.encode(after))
            except VersionTaken:
                continue
            return after
        raise LibraryError(f"{pathway_id} is being changed by many at once", "Try again in a moment.")

    def copy_to(self, other: Pathways) -> None:
        """Copy every version that is not there yet."""
        for pathway_id in self._shelf.ids():
            there = set(other._shelf.versions(pathway_id))
            for version in sorted(set(self._shelf.versions(pathway_id)) - there):
                other._shelf.put(pathway_id, version, self._shelf.read(pathway_id, version))


def pathways_of(library: Library) -> Pathways:
    """The pathways of an open library."""
    return Pathways(TeamPathways(library.team) if library.team is not None else FolderPathways(library.folder))


def _titled(title: str) -> str:
    if not (cleaned := clean(title, TITLE_LENGTH)):
        raise LibraryError("A pathway needs a title", "Say what it leads to.")
    return cleaned


def _few(points: tuple[Point, ...]) -> tuple[Point, ...]:
    if len(points) > MOST_POINTS:
        raise LibraryError(f"A pathway has at most {MOST_POINTS:,} points, not {len(points):,}", "Make two of it.")
    return points


def _not_found(name: str, several: int = 0) -> RecordNotFound:
    shown = clean(name, 80)
    what = f"“{shown}” could be {several} pathways" if several else f"There is no pathway “{shown}”"
    return RecordNotFound(what, "See what there is: showhow pathway list")
