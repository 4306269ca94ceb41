"""Updates the index from the bundles in the library: ``refresh`` by the folders' stamps, ``refill`` from a store.

Owns which demos are read. This also indexes demos of a process that died between filing and indexing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from capture.progress import Progress, silent
from library.catalog.catalog import Catalog
from library.connection.folder_scan import DemoFolder, is_home, look_at, scan, settled
from library.files import library_errors
from library.model import Demo, LibraryError, Unreachable
from library.storage.store import Store, newest

if TYPE_CHECKING:
    from library.catalog.rows import Batch

_READERS = 8
"""Concurrent requests to a bucket; each mostly waits."""
_STAMP = "demos_stamp"
_MANY = 1_000
_CONFLICT = "a conflict copy"


def refresh(catalog: Catalog, demos: Path, progress: Progress = silent, *, whole: bool = False) -> bool:
    """Index new and changed demos, remove deleted ones; returns whether anything changed.

    With ``whole`` every demo's folder is looked at; otherwise only when the time of ``demos`` has changed, as it does
    when showhow files. Demos that cannot be read, and conflict copies, are noted in the catalog. Raises LibraryError,
    and Cancelled when ``progress`` does.
    """
    with library_errors(f"read the library {demos.parent}"):
        stamp = demos.stat().st_mtime_ns
        if not whole and catalog.fact(_STAMP) == stamp:
            return False
        known = catalog.stamps()  # before the scan: a demo filed since is in neither, or new among the folders
        folders = scan(demos)
    _note_copies(catalog, folders)
    changed = {name: folder for name, folder in folders.items() if not folder.stamp or known.get(name) != folder.stamp}
    with _gc_paused(len(changed)):
        put = catalog.put_batches(_read(demos, changed, progress))
    gone = {demo_id for demo_id in known.keys() - folders.keys() if not is_home(demos / demo_id)}
    for demo_id in gone:
        catalog.remove(demo_id)
    if settled(stamp) and catalog.fact(_STAMP) != stamp:
        catalog.keep_fact(_STAMP, stamp)
    return bool(put or gone)


def _note_copies(catalog: Catalog, folders: Mapping[str, DemoFolder]) -> None:
    copies = [f"{name}/{copy}" for name, folder in folders.items() for copy in folder.copies]
    if copies and not any(_CONFLICT in notice for notice in catalog.notices):
        more = f" and {len(copies) - 1} more" if len(copies) > 1 else ""
        what = f"{copies[0]}{more}: {_CONFLICT}, of two that were made at once. It is not shown."
        catalog.note(f"{what} See: showhow library check")


@contextmanager
def _gc_paused(demos: int) -> Iterator[None]:
    """Disable the cyclic garbage collector while many demos are indexed (-14 % CPU)."""
    if demos < _MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def refill(catalog: Catalog, store: Store, progress: Progress = silent) -> int:
    """Index the newest version of every demo of a store, remove deleted ones; returns the number of demos.

    Demos that cannot be read are noted in the catalog. Raises LibraryError, and Cancelled when ``progress`` does. A
    rerun completes the work.
    """
    ids = list(store.demo_ids())
    catalog.put_all(_newest(catalog, store, ids, progress))
    for demo_id in {demo.demo_id for demo in catalog.list()} - set(ids):
        if not store.versions(demo_id):  # it may have been filed since
            catalog.remove(demo_id)
    return len(ids)


def _newest(catalog: Catalog, store: Store, ids: Sequence[str], progress: Progress) -> Iterator[tuple[Demo, int]]:
    with ThreadPoolExecutor(_READERS) as readers:
        try:
            for done, reading in enumerate([readers.submit(newest, store, demo_id) for demo_id in ids]):
                progress(done, len(ids), "Reading demos")
                try:
                    yield reading.result(), 0
                except Unreachable:
                    raise
                except LibraryError as error:
                    catalog.note(str(error))
        finally:
            readers.shutdown(cancel_futures=True)


def folder_stamp(folder: Path) -> int:
    """The stamp of a demo's folder, to store with the demo; 0 when it is too recent to be reliable."""
    return look_at(folder).stamp


def _read(demos: Path, changed: Mapping[str, DemoFolder], progress: Progress) -> Iterator[Batch]:
    if not changed:
        return
    from library.connection.bulk_read import read_batches

    # Oldest first: entries with higher numbers count as newer when candidates are capped.
    oldest_first = sorted(changed.items(), key=lambda item: item[1].changed_ns)
    folders = [(name, folder.stamp) for name, folder in oldest_first]
    done = 0
    progress(done, len(folders), "Reading demos")
    for batch in read_batches(demos, folders):
        yield batch
        done += len(batch.demos) + len(batch.notes)
        progress(done, len(folders), "Reading demos")
