"""Store protocol: where the bundles of a library are kept, implemented by a folder and a bucket.

Owns the protocol and the records of faults and of the trash. Does not know the catalog: bundles are authoritative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from capture.progress import Progress, silent
from library.model import Demo, LibraryError, Unreachable, not_found
from library.storage.inbox import Inbox
from library.storage.shelf import FileShelf
from library.storage.staging import Staging


class LibraryFault(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a library. ``kind``: missing, changed, orphaned, unreadable, index or duplicate."""

    kind: str
    what: str
    mend: str
    demo_id: str = ""
    place: str = ""

    def __str__(self) -> str:
        return f"{self.what}. {self.mend}".strip()


class Trashed(msgspec.Struct, frozen=True, kw_only=True):
    """A demo in the trash; ``place`` is its path or address."""

    demo_id: str
    title: str
    removed_unix_ms: int
    place: str


class Store(Protocol):
    """Storage of bundles. Versions are immutable but for what ``amend`` adds; every method may raise LibraryError."""

    @property
    def demos(self) -> Path:
        """The local folder of bundles: the library itself, or the cache of what was fetched."""

    @property
    def inbox(self) -> Inbox:
        """The inbox for recordings sent to a worker."""

    def shelf(self, name: str) -> FileShelf:
        """The files beside the demos under a name such as ``people``."""

    def stage(self, demo_id: str, version: int, *, new: bool = False) -> Staging:
        """A staging folder, in which a version is written before it is visible.

        ``new``: the demo is not there yet, as with version 1, or in a copy of one whose first versions were deleted.
        """

    def try_write(self) -> None:
        """Write something small and remove it again, before long work whose result goes here. Raises LibraryError."""

    def sweep(self) -> int:
        """Remove staging folders whose owner died; returns how many."""

    def demo_ids(self) -> Iterable[str]:
        """Ids of all demos except those in the trash."""

    def versions(self, demo_id: str) -> list[int]:
        """The versions of a demo, newest first; empty when there is none."""

    def read(self, demo_id: str, version: int) -> Demo:
        """Read one version, validated by ``library.storage.bundle.trusted``."""

    def amend(self, demo: Demo) -> None:
        """Replace the record of a version by one with the same files, for what is not worth a version of its own.

        Raises DemoNotFound when the version was removed in between.
        """

    def fetch_local(self, demo: Demo, *names: str, progress: Progress = silent) -> Demo:
        """Fetch these files (all, when none are named) so that they are local, below the demo's ``path``."""

    def faults(self, demo: Demo, *, quick: bool) -> Iterator[LibraryFault]:
        """What is wrong with the files of a version; ``quick`` compares only their sizes."""

    def strays(self, kept: Iterable[Demo]) -> Iterator[LibraryFault]:
        """Files that belong to no demo, given all versions that can be read."""

    def remove(self, demo_id: str) -> Trashed:
        """Move a demo with all its versions into the trash. Raises DemoNotFound."""

    def trashed(self) -> list[Trashed]:
        """Demos in the trash, last removed first."""

    def restore(self, trashed: Trashed) -> None:
        """Restore a demo from the trash. Raises LibraryError when its id is in use again."""

    def forget(self, demo_id: str, before: int) -> None:
        """Delete the versions before this one permanently, and the files that no other version has; again is fine."""

    def discard(self, trashed: Trashed) -> None:
        """Delete a demo from the trash permanently."""


def remedy_for(demo: Demo) -> str:
    """Advice on a file of a bundle that is missing or changed."""
    older = (
        f"Take an older version back: showhow library restore {demo.demo_id} --version N" if demo.version > 1 else ""
    )
    return older or f"Put a copy back (showhow library copy), or remove it: showhow remove {demo.demo_id}"


def newest(store: Store, demo_id: str) -> Demo:
    """The newest version of a demo that can be read.

    Raises DemoNotFound; if no version can be read, the LibraryError of the newest one.
    """
    return newest_of(store, demo_id, store.versions(demo_id))


def newest_of(store: Store, demo_id: str, versions: Iterable[int]) -> Demo:
    """The first of these versions that can be read; raises as ``newest``."""
    first_error: LibraryError | None = None
    for version in versions:
        try:
            return store.read(demo_id, version)
        except Unreachable:
            raise
        except LibraryError as error:
            first_error = first_error or error
    raise first_error or not_found(demo_id)


def find_trashed(store: Store, name: str) -> Trashed:
    """The demo that was removed last under an id or a title. Raises DemoNotFound."""
    for trashed in store.trashed():
        if name.strip().casefold() in {trashed.demo_id, trashed.title.casefold()}:
            return trashed
    raise not_found(name)
