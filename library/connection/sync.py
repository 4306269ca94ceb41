"""The index brought up to date with the bundles that lie in the library, whoever put them there.

Owns finding out cheaply what changed: the folders' own modification times. Refuses to trust a time so young that
another change could still carry the same one. A process that died between filing and indexing is caught up here too.
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
"""Requests to a bucket under way at once; each mostly waits."""
_STAMP = "demos_stamp"
_VERY_MANY = 1_000
_SETTLED_NS = 3_000_000_000
"""File times can be as coarse as two seconds (FAT, some shares), and another machine's clock a little ahead."""


def refresh(catalog: Catalog, demos: Path, progress: Progress = silent) -> bool:
    """Put what is new or changed, remove what is gone; whether anything was. Demos that cannot be read are noted.

    Raises LibraryError, and Cancelled when ``progress`` does.
    """
    with library_errors(f"read the library {demos.parent}"):
        stamp = demos.stat().st_mtime_ns
        if catalog.fact(_STAMP) == stamp:
            return False
        homes = {e.name: e.stat(follow_symlinks=False).st_mtime_ns for e in os.scandir(demos) if _is_home(e)}
    known = catalog.stamps()
    changed = {name: time_ns for name, time_ns in homes.items() if known.get(name) != time_ns}
    with _no_collecting(len(changed)):
        put = catalog.put_batches(_read(demos, changed, progress))
    gone = known.keys() - homes.keys()
    for demo_id in gone:
        catalog.remove(demo_id)
    if _settled(stamp):
        catalog.keep_fact(_STAMP, stamp)
    return bool(put or gone)


@contextmanager
def _no_collecting(demos: int) -> Iterator[None]:
    """While very many demos wait to be written, Python does not look for garbage among them: a seventh less work."""
    if demos < _VERY_MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def refill(catalog: Catalog, store: Store, progress: Progress = silent) -> int:
    """Put the newest version of every demo of a store and remove what is gone; returns how many there are.

    Demos that cannot be read are noted. Raises LibraryError, and Cancelled when ``progress`` does; a rerun completes.
    """
    ids = list(store.demo_ids())
    catalog.put_all(_newest(catalog, store, ids, progress))
    for demo_id in {demo.demo_id for demo in catalog.list()} - set(ids):
        if not store.versions(demo_id):  # not one filed this moment
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


def folder_stamp(home: Path) -> int:
    """How a demo's folder stands now, to be kept with what is read from it next; 0 when that cannot be told yet."""
    try:
        time_ns = home.stat().st_mtime_ns
    except OSError:
        return 0
    return time_ns if _settled(time_ns) else 0


def _settled(time_ns: int) -> bool:
    return time.time_ns() - time_ns > _SETTLED_NS


def _is_home(entry: os.DirEntry[str]) -> bool:
    return is_demo_id(entry.name) and entry.is_dir(follow_symlinks=False)


def _read(demos: Path, changed: Mapping[str, int], progress: Progress) -> Iterator[Batch]:
    if not changed:
        return
    from library.connection.bulk_read import read_batches

    # Oldest first: what is put last counts as newest when candidates are capped.
    inorder = sorted(changed.items(), key=lambda item: item[1])
    homes = [(name, time_ns if _settled(time_ns) else 0) for name, time_ns in inorder]
    done = 0
    progress(done, len(homes), "Reading demos")
    for batch in read_batches(demos, homes):
        yield batch
        done += len(batch.demos) + len(batch.notes)
        progress(done, len(homes), "Reading demos")
