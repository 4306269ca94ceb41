"""Updates the index from the bundles in the library: ``refresh`` by modification times, ``refill`` from a store.

Owns the detection of changes. A modification time is stored only when it is old enough that a further change must
have another one. This also indexes demos of a process that died between filing and indexing.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from capture.progress import Progress, silent
from library.catalog.catalog import Catalog
from library.files import library_errors
from library.model import Demo, LibraryError, Unreachable
from library.storage.store import Store, newest
from library.text import is_demo_id

if TYPE_CHECKING:
    from library.catalog.rows import Batch

_READERS = 8
"""Concurrent requests to a bucket; each mostly waits."""
_STAMP = "demos_stamp"
_MANY = 1_000
_SETTLED_NS = 3_000_000_000
"""File times can be as coarse as two seconds (FAT, some shares), and another machine's clock a little ahead."""


def refresh(catalog: Catalog, demos: Path, progress: Progress = silent) -> bool:
    """Index new and changed demos, remove deleted ones; returns whether anything changed.

    Demos that cannot be read are noted in the catalog. Raises LibraryError, and Cancelled when ``progress`` does.
    """
    with library_errors(f"read the library {demos.parent}"):
        stamp = demos.stat().st_mtime_ns
        if catalog.fact(_STAMP) == stamp:
            return False
        folders = {e.name: e.stat(follow_symlinks=False).st_mtime_ns for e in os.scandir(demos) if _is_demo_folder(e)}
    known = catalog.stamps()
    changed = {name: time_ns for name, time_ns in folders.items() if known.get(name) != time_ns}
    with _gc_paused(len(changed)):
        put = catalog.put_batches(_read(demos, changed, progress))
    gone = known.keys() - folders.keys()
    for demo_id in gone:
        catalog.remove(demo_id)
    if _settled(stamp):
        catalog.keep_fact(_STAMP, stamp)
    return bool(put or gone)


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
    """Modification time in ns of a demo's folder, to store with the demo; 0 when it is too recent to be reliable."""
    try:
        time_ns = folder.stat().st_mtime_ns
    except OSError:
        return 0
    return time_ns if _settled(time_ns) else 0


def _settled(time_ns: int) -> bool:
    return time.time_ns() - time_ns > _SETTLED_NS


def _is_demo_folder(entry: os.DirEntry[str]) -> bool:
    return is_demo_id(entry.name) and entry.is_dir(follow_symlinks=False)


def _read(demos: Path, changed: Mapping[str, int], progress: Progress) -> Iterator[Batch]:
    if not changed:
        return
    from library.connection.bulk_read import read_batches

    # Oldest first: entries with higher numbers count as newer when candidates are capped.
    oldest_first = sorted(changed.items(), key=lambda item: item[1])
    folders = [(name, time_ns if _settled(time_ns) else 0) for name, time_ns in oldest_first]
    done = 0
    progress(done, len(folders), "Reading demos")
    for batch in read_batches(demos, folders):
        yield batch
        done += len(batch.demos) + len(batch.notes)
        progress(done, len(folders), "Reading demos")
