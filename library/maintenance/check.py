"""Checks a library: finds files that are missing, changed, orphaned or unreadable, and says how to repair them.

Does not change anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from capture.progress import Progress, silent
from library.connection.library import Library
from library.model import Demo, LibraryError, Unreachable
from library.storage.store import LibraryFault, Store

_REBUILD = "Make the index anew: showhow library rebuild"


def check(library: Library, progress: Progress = silent, *, quick: bool = False) -> list[LibraryFault]:
    """All faults, each with its remedy. ``quick`` compares the sizes of files, not their checksums.

    Changes nothing except a damaged index. Raises LibraryError when the library itself cannot be read, Cancelled when
    ``progress`` does.
    """
    return list(_faults(library, progress, quick=quick))


def _faults(library: Library, progress: Progress, *, quick: bool) -> Iterator[LibraryFault]:
    for fault in library.catalog.faults():
        yield LibraryFault(kind="index", what=f"The index: {fault}", mend=_REBUILD)
    indexed = {demo.demo_id: demo.version for demo in library.catalog.list()}
    ids = list(library.store.demo_ids())
    whole: list[Demo] = []
    for done, demo_id in enumerate(ids):
        progress(done, len(ids), "Checking demos")
        try:
            yield from _demo_faults(library.store, demo_id, indexed, whole, quick=quick)
        except Unreachable:
            raise
        except LibraryError as error:  # one that may not be read says nothing of the others
            yield LibraryFault(kind="unreadable", what=error.what, mend=error.remedy, demo_id=demo_id)
    for demo_id in indexed.keys() - set(ids):
        what = f"{demo_id} is in the index but not in the library"
        yield LibraryFault(kind="index", what=what, mend=_REBUILD, demo_id=demo_id)
    yield from library.store.strays(whole)
    yield from _duplicates(whole)


def _demo_faults(
    store: Store, demo_id: str, indexed: Mapping[str, int], whole: list[Demo], *, quick: bool
) -> Iterator[LibraryFault]:
    versions, newest = store.versions(demo_id), 0
    if not versions:
        yield LibraryFault(
            kind="unreadable", what=f"{demo_id} holds no demo", mend="Put a copy back, or delete it.", demo_id=demo_id
        )
    for version in versions:
        try:
            demo = store.read(demo_id, version)
        except LibraryError as error:
            yield LibraryFault(
                kind="unreadable", what=error.what, mend=error.remedy, demo_id=demo_id, place=f"v{version}"
            )
            continue
        newest = max(newest, version)
        whole.append(demo)
        yield from store.faults(demo, quick=quick)
    if newest and newest != versions[0]:
        what = f"{demo_id}: version {versions[0]} cannot be read; version {newest} stands in for it"
        yield LibraryFault(kind="unreadable", what=what, mend="Put a copy of it back.", demo_id=demo_id)
    if newest and indexed.get(demo_id) != newest:
        what = f"{demo_id} is not in the index as it is filed"
        yield LibraryFault(kind="index", what=what, mend=_REBUILD, demo_id=demo_id)


def _duplicates(whole: list[Demo]) -> Iterator[LibraryFault]:
    """Demos whose newest versions show the same clip."""
    newest: dict[str, Demo] = {}
    for demo in whole:
        newest.setdefault(demo.demo_id, demo)  # the newest version of each demo comes first
    by_clip: defaultdict[str, list[Demo]] = defaultdict(list)
    for demo in newest.values():
        if facts := demo.files.get(demo.clip.path):
            by_clip[facts.sha256].append(demo)
    for first, *others in (same for same in by_clip.values() if len(same) > 1):
        names = ", ".join(f"{demo.demo_id} (“{demo.title}”)" for demo in others)
        what = f"{first.demo_id} (“{first.title}”) shows the same clip as {names}"
        mend = f"Remove what is too much: showhow remove {others[0].demo_id}"
        yield LibraryFault(kind="duplicate", what=what, mend=mend, demo_id=first.demo_id)
