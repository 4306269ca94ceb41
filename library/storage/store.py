"""What keeps the bundles of a library, be it a folder or a bucket: the seam between upkeep and the place itself.

Owns the protocol and what is said of faults and of the trash. Refuses to know the catalog: bundles are the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from capture.progress import Progress, silent
from library.model import Demo, LibraryError, Unreachable, not_found
from library.storage.inbox import Inbox
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
    """A demo in the trash; ``place`` says where it lies."""

    demo_id: str
    title: str
    removed_unix_ms: int
    place: str


class Store(Protocol):
    """Where bundles lie. Versions are immutable; every method may raise LibraryError in one line."""

    @property
    def demos(self) -> Path:
        """The folder of bundles on this machine: the truth itself, or what was fetched of it."""

    @property
    def inbox(self) -> Inbox:
        """Where recordings for a worker are put."""

    def stage(self, demo_id: str, version: int) -> Staging:
        """Where a version is written before anyone sees it."""

    def sweep(self) -> int:
        """Remove what dead writers left; returns how many."""

    def demo_ids(self) -> Iterable[str]:
        """Every demo there is, those in the trash left out."""

    def versions(self, demo_id: str) -> list[int]:
        """The versions of a demo, newest first; empty when there is none."""

    def read(self, demo_id: str, version: int) -> Demo:
        """One version, not trusted: see ``library.storage.bundle.trusted``."""

    def fetch_local(self, demo: Demo, *names: str, progress: Progress = silent) -> Demo:
        """The demo with these files (all, when none are named) on this machine, below its ``path``."""

    def faults(self, demo: Demo, *, quick: bool) -> Iterator[LibraryFault]:
        """What is wrong with the files of a version; ``quick`` looks at their sizes only."""

    def strays(self, kept: Iterable[Demo]) -> Iterator[LibraryFault]:
        """What lies in the place and belongs to nothing, given every version that can be read."""

    def remove(self, demo_id: str) -> Trashed:
        """Into the trash, with all its versions. Raises DemoNotFound."""

    def trashed(self) -> list[Trashed]:
        """What lies in the trash, last removed first."""

    def restore(self, trashed: Trashed) -> None:
        """Out of the trash again. Raises LibraryError when its place is taken."""

    def discard(self, trashed: Trashed) -> None:
        """Delete from the trash, for good."""


def mend(demo: Demo) -> str:
    """What to do about a file of a bundle that is gone or changed."""
    older = (
        f"Take an older version back: showhow library restore {demo.demo_id} --version N" if demo.version > 1 else ""
    )
    return older or f"Put a copy back (showhow library copy), or remove it: showhow remove {demo.demo_id}"


def newest(store: Store, demo_id: str) -> Demo:
    """The newest version of a demo that can be read. Raises DemoNotFound; LibraryError of the newest when none can."""
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
    """What was removed last under an id or a title. Raises DemoNotFound."""
    for trashed in store.trashed():
        if name.strip().casefold() in {trashed.demo_id, trashed.title.casefold()}:
            return trashed
    raise not_found(name)
