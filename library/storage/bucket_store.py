"""BucketStore: bundles in an S3 bucket, with a bounded local cache.

``demos/ID/vN/demo.json`` is a version. It is written last and only if absent; its files are stored under their
checksums in ``files/ID/``. So versions share files, an interrupted upload can be resumed, concurrent writers cannot mix
their files, and files without a record are invisible. ``trash/ID.json`` hides a demo. Fetched files are used only after
their checksum was verified.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath

import msgspec

from capture.files import prepared
from capture.progress import Progress, silent
from library.files import library_errors
from library.model import Demo, DemoNotFound, FileFacts, LibraryError, not_found
from library.records import encode_record
from library.storage.bucket import Bucket, MediaMissing, MediaTaken
from library.storage.bucket_cache import Cache
from library.storage.bundle import LARGEST_RECORD, RECORD, read_bundle, trusted, version_of
from library.storage.inbox import BucketInbox
from library.storage.shelf import BucketFileShelf
from library.storage.staging import Staging, VersionTaken, sweep
from library.storage.store import LibraryFault, Trashed, remedy_for
from library.text import is_demo_id

_UPLOAD_THREADS = 4
_GRACE_S = 86_400.0
"""A younger object that no record refers to may belong to a demo that is just being filed."""


class _Removed(msgspec.Struct):
    title: str = ""
    removed_unix_ms: int = 0


class BucketStore:
    """A Store in a bucket; ``cache`` is a local folder of at most about ``limit`` bytes."""

    def __init__(self, media: Bucket, cache: Path, limit: int) -> None:
        self.media, self._cache, self.inbox = media, Cache(cache, limit), BucketInbox(media)

    @property
    def demos(self) -> Path:
        """The local folder of fetched bundles."""
        return self._cache.demos

    def shelf(self, name: str) -> BucketFileShelf:
        """Objects below a prefix."""
        return BucketFileShelf(self.media, name)

    def stage(self, demo_id: str, version: int, *, new: bool = False) -> Staging:  # noqa: ARG002  a bucket has no folders
        """A hidden folder in the cache; publishing uploads it."""
        return _BucketStaging(self, demo_id, version)

    def try_write(self) -> None:
        """Write an object and remove it, and a staging folder in the cache."""
        name = f"tried-{secrets.token_hex(8)}.json"
        with self.stage("tried", 1):
            self.media.write(name, b"1")
            self.media.remove(name)

    def sweep(self) -> int:
        """Remove local staging folders whose owner died; returns how many. Uploaded files are reused by a retry."""
        return sweep(self.demos)

    def demo_ids(self) -> list[str]:
        """Ids of all demos except those in the trash."""
        removed = {PurePosixPath(item.name).stem for item in self.media.items("trash/")}
        return [name for name in self.media.folders("demos/") if is_demo_id(name) and name not in removed]

    def versions(self, demo_id: str) -> list[int]:
        """Versions of a demo, newest first; empty when there is none."""
        if not is_demo_id(demo_id) or self.is_trashed(demo_id):
            return []
        found = (version_of(Path(name)) for name in self.media.folders(f"demos/{demo_id}/"))
        return sorted((version for version in found if version), reverse=True)

    def adopt(self, kept: Path, demo: Demo) -> None:
        """Add a bundle that was just uploaded to the cache."""
        self._cache.adopt(kept, demo.files)

    def is_trashed(self, demo_id: str) -> bool:
        """Whether a demo is in the trash."""
        return self.media.size_of(f"trash/{demo_id}.json") is not None

    def read(self, demo_id: str, version: int) -> Demo:
        """Read one version."""
        path = self.demos / demo_id / f"v{version}"
        try:
            return trusted(self.media.read(f"demos/{demo_id}/v{version}/{RECORD}", LARGEST_RECORD), path)
        except MediaMissing as error:
            raise LibraryError(f"{demo_id} has no version {version}", "See: showhow library versions") from error

    def amend(self, demo: Demo) -> None:
        """Replace the record."""
        name = f"demos/{demo.demo_id}/v{demo.version}/{RECORD}"
        if self.media.size_of(name) is None:
            raise DemoNotFound(f"{demo.demo_id} was removed meanwhile", "Nothing was changed.")
        self.media.write(name, encode_record(demo))

    def fetch_local(self, demo: Demo, *names: str, progress: Progress = silent) -> Demo:
        """Fetch files that are not cached."""
        for name in names or tuple(demo.files):
            if (facts := demo.files.get(name)) is not None:
                place = object_name(demo.demo_id, name, facts)
                fetch = partial(self.media.fetch, place, facts=facts, progress=progress)
                self._cache.fill(demo.path, name, facts, fetch)
        return demo

    def faults(self, demo: Demo, *, quick: bool) -> Iterator[LibraryFault]:
        """Objects that are missing or differ from what was filed."""
        for name, facts in sorted(demo.files.items()):
            place = object_name(demo.demo_id, name, facts)
            size = self.media.size_of(place)
            if size is None:
                yield self._fault("missing", f"{name} of {demo.demo_id} version {demo.version} is missing", demo, place)
            elif size != facts.size or (not quick and self.media.facts_of(place) != facts):
                what = f"{name} of {demo.demo_id} version {demo.version} is not as it was filed"
                yield self._fault("changed", what, demo, place)

    def _fault(self, kind: str, what: str, demo: Demo, place: str) -> LibraryFault:
        return LibraryFault(
            kind=kind, what=what, mend=remedy_for(demo), demo_id=demo.demo_id, place=f"{self.media.url}/{place}"
        )

    def strays(self, kept: Iterable[Demo]) -> Iterator[LibraryFault]:
        """Objects that no demo refers to. Demos with an unreadable version are skipped."""
        named: defaultdict[str, set[str]] = defaultdict(set)
        for demo in kept:
            named[demo.demo_id].add(f"demos/{demo.demo_id}/v{demo.version}/{RECORD}")
            named[demo.demo_id] |= {object_name(demo.demo_id, name, facts) for name, facts in demo.files.items()}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for item in chain(self.media.items("demos/"), self.media.items("files/")):
            demo_id = item.name.split("/")[1]
            if item.age_s > _GRACE_S and item.name not in named.get(demo_id, ()):
                found[demo_id].append(item.name)
        for demo_id, names in found.items():
            if any(name.endswith(f"/{RECORD}") for name in names) or self.is_trashed(demo_id):
                continue
            for name in names:
                what = f"{self.media.url}/{name} belongs to no demo"
                yield LibraryFault(kind="orphaned", what=what, mend="Delete it, if you do not need it.", place=name)

    def remove(self, demo_id: str) -> Trashed:
        """Hide a demo."""
        versions = self.versions(demo_id)
        if not versions:
            raise not_found(demo_id)
        try:
            title = self.read(demo_id, versions[0]).title
        except LibraryError:  # an unreadable demo can be removed too
            title = demo_id
        removed = _Removed(title, round(time.time() * 1000))
        try:
            self.media.write(f"trash/{demo_id}.json", msgspec.json.encode(removed), new=True)
        except MediaTaken as error:  # another process removed it first
            raise not_found(demo_id) from error
        return self._trashed(demo_id, removed)

    def forget(self, demo_id: str, before: int) -> None:
        """Delete the versions before this one: their files first, so that an interrupted run can be repeated."""
        versions = self.versions(demo_id)
        kept = {name for version in versions if version >= before for name in self._objects(demo_id, version)}
        for version in versions:
            if version < before:
                for name in self._objects(demo_id, version) - kept:
                    self.media.remove(name)
                self.media.remove(f"demos/{demo_id}/v{version}/{RECORD}")
                self._cache.forget(self.demos / demo_id / f"v{version}")

    def _objects(self, demo_id: str, version: int) -> set[str]:
        return {object_name(demo_id, name, facts) for name, facts in self.read(demo_id, version).files.items()}

    def _trashed(self, demo_id: str, removed: _Removed) -> Trashed:
        place = f"{self.media.url}/demos/{demo_id}"
        return Trashed(demo_id=demo_id, title=removed.title, removed_unix_ms=removed.removed_unix_ms, place=place)

    def trashed(self) -> list[Trashed]:
        """Demos in the trash, last removed first."""
        found = []
        for item in self.media.items("trash/"):
            demo_id = PurePosixPath(item.name).stem
            try:
                removed = msgspec.json.decode(self.media.read(item.name, 1 << 20), type=prepared(_Removed))
            except (msgspec.MsgspecError, MediaMissing):  # damaged, or restored just now
                removed = _Removed(demo_id)
            if is_demo_id(demo_id):
                found.append(self._trashed(demo_id, removed))
        return sorted(found, key=lambda trashed: -trashed.removed_unix_ms)

    def restore(self, trashed: Trashed) -> None:
        """Restore a demo from the trash."""
        self.media.remove(f"trash/{trashed.demo_id}.json")

    def discard(self, trashed: Trashed) -> None:
        """Delete a demo permanently; its mark in the trash goes last, so that no half of it becomes visible."""
        for prefix in ("demos", "files"):
            for item in list(self.media.items(f"{prefix}/{trashed.demo_id}/")):
                self.media.remove(item.name)
        self.media.remove(f"trash/{trashed.demo_id}.json")


def object_name(demo_id: str, name: str, facts: FileFacts) -> str:
    """Name of the object of a demo's file."""
    return f"files/{demo_id}/{facts.sha256}{PurePosixPath(name).suffix}"


class _BucketStaging(Staging):
    """A staging folder that is published by upload: first the files, then the record that makes them a version."""

    def __init__(self, store: BucketStore, demo_id: str, version: int) -> None:
        super().__init__(store.demos, demo_id, version)
        self._store = store

    def publish(self) -> Path:
        """Upload the version, then move it into the cache. Raises VersionTaken, DemoNotFound, LibraryError."""
        demo_id, version = self._demo_id, self._version
        demo, media = read_bundle(self.folder), self._store.media
        if version > 1 and self._store.is_trashed(demo_id):
            raise DemoNotFound(f"{demo_id} was removed meanwhile", "Nothing was changed.")
        with ThreadPoolExecutor(_UPLOAD_THREADS) as executor:
            uploads = [
                executor.submit(media.send, self.folder / name, object_name(demo_id, name, facts))
                for name, facts in demo.files.items()
            ]
            for upload in uploads:
                upload.result()
        with library_errors(f"read {self.folder}"):
            record = (self.folder / RECORD).read_bytes()
        try:
            media.write(f"demos/{demo_id}/v{version}/{RECORD}", record, new=True)
        except MediaTaken as error:
            raise VersionTaken(f"{demo_id} has a version {version} already", "Run it again.") from error
        kept = self._keep(demo_id, version)
        self._store.adopt(kept, demo)
        return kept

    def _keep(self, demo_id: str, version: int) -> Path:
        """Move the folder into the cache. A folder that is already there has the same files, or fewer."""
        kept = self._store.demos / demo_id / f"v{version}"
        with library_errors(f"keep {demo_id} on this machine"):
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(kept, ignore_errors=True)
            self.folder.rename(kept)
        return kept
