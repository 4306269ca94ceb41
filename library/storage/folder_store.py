"""FolderStore: bundles in a folder, on a local disk or a shared drive; a rename publishes a version.

Owns the trash and the verification of files. Does not follow links out of the folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from capture.files import remove_file, remove_folder, wait_while_open, write_bytes
from capture.progress import Progress, silent
from library.files import facts_of, library_errors, read_bounded, sync_folder, write_synced
from library.model import Demo, DemoNotFound, FileFacts, LibraryError, Unreachable, not_found
from library.records import decode_record, encode_record
from library.rights import take_rights
from library.storage.bundle import CAPTIONS, LARGEST_RECORD, RECORD, read_bundle, version_of, versions
from library.storage.inbox import FolderInbox
from library.storage.shelf import FolderFileShelf
from library.storage.staging import Staging, sweep
from library.storage.store import LibraryFault, Trashed, remedy_for
from library.storage.system_files import is_system_file
from library.text import is_demo_id

_TRIED = 64 << 10
"""Bytes; about those of a record, which is the least that is filed."""
_STAMP = "%Y%m%d-%H%M%S-%f"


class FolderStore:
    """A Store in a folder."""

    def __init__(self, demos: Path, trash: Path) -> None:
        self.demos, self._trash = demos, trash
        self.inbox = FolderInbox(demos.parent / ".inbox")
        self._seen: dict[tuple[int, int, int], FileFacts] = {}

    def shelf(self, name: str) -> FolderFileShelf:
        """Files in a folder of the library."""
        return FolderFileShelf(self.demos.parent / name)

    def stage(self, demo_id: str, version: int, *, new: bool = False) -> Staging:
        """A hidden staging folder next to the demos."""
        return Staging(self.demos, demo_id, version, new=new)

    def try_write(self) -> None:
        """Write a staging folder with a file in it, and remove it."""
        with self.stage("tried", 1) as staging, library_errors(f"write into the library {self.demos}"):
            write_synced(staging.folder / RECORD, bytes(_TRIED))

    def sweep(self) -> int:
        """Remove staging folders whose owner died; returns how many."""
        return sweep(self.demos)

    def demo_ids(self) -> list[str]:
        """Names of the demo folders, sorted."""
        with library_errors(f"read the library {self.demos.parent}"):
            return sorted(e.name for e in self.demos.iterdir() if is_demo_id(e.name) and _is_folder(e))

    def versions(self, demo_id: str) -> list[int]:
        """Versions of a demo, newest first; empty when there is none."""
        home = self.demos / demo_id
        if not is_demo_id(demo_id) or not _is_folder(home):
            return []
        return [version_of(folder) for folder in versions(home)]

    def read(self, demo_id: str, version: int) -> Demo:
        """Read one version."""
        return read_bundle(self.demos / demo_id / f"v{version}")

    def amend(self, demo: Demo) -> None:
        """Replace the record atomically; the folders' new times tell other machines."""
        with library_errors(f"change the demo {demo.path}"):
            if not (demo.path / RECORD).is_file():
                raise DemoNotFound(f"{demo.demo_id} was removed meanwhile", "Nothing was changed.")
            write_bytes(demo.path / RECORD, encode_record(demo))
            take_rights(demo.path / RECORD, self.demos)
            for folder in (demo.path.parent, self.demos):
                os.utime(folder)

    def fetch_local(self, demo: Demo, *names: str, progress: Progress = silent) -> Demo:  # noqa: ARG002  it is here already
        """The demo itself: its files are local."""
        return demo

    def faults(self, demo: Demo, *, quick: bool) -> Iterator[LibraryFault]:
        """Files that are missing or differ from what was filed."""
        named = {demo.clip.path, CAPTIONS, *(name for step in demo.steps for name in step.stills)}
        for name in sorted(named | demo.files.keys()):
            try:
                kind, what = self._fault_of(demo.path / name, demo.files.get(name), quick=quick)
            except Unreachable:
                raise
            except LibraryError as error:
                yield LibraryFault(
                    kind="unreadable", what=error.what, mend=error.remedy, demo_id=demo.demo_id, place=name
                )
                continue
            if kind:
                yield LibraryFault(kind=kind, what=what, mend=remedy_for(demo), demo_id=demo.demo_id, place=name)

    def _fault_of(self, path: Path, facts: FileFacts | None, *, quick: bool) -> tuple[str, str]:
        """Kind of a file's fault and what it is; empty when there is none. Raises LibraryError when it is not read."""
        with library_errors(f"read {path}"):
            if not path.is_file() or path.is_symlink():
                return "missing", f"{path} is missing"
        if facts is not None and self._changed(path, facts, quick=quick):
            return "changed", f"{path} is not as it was filed"
        return "", ""

    def _changed(self, path: Path, facts: FileFacts, *, quick: bool) -> bool:
        with library_errors(f"read {path}"):
            there = path.stat()
            if there.st_size != facts.size or quick:
                return there.st_size != facts.size
            key = (there.st_dev, there.st_ino, there.st_mtime_ns)  # versions share files; each is read once
            if key not in self._seen:
                self._seen[key] = facts_of(path)
            return self._seen[key] != facts

    def strays(self, kept: Iterable[Demo]) -> Iterator[LibraryFault]:
        """Files and folders that no demo refers to."""
        by_path = {demo.path: demo for demo in kept}
        with library_errors(f"read the library {self.demos.parent}"):
            for entry in sorted(self.demos.iterdir()):
                if is_demo_id(entry.name) and _is_folder(entry):
                    yield from self._strays_of(entry, by_path)
                # Hidden: being written, or left for the next sweep.
                elif not entry.name.startswith(".") and not is_system_file(entry.name):
                    yield _orphan(entry)

    def _strays_of(self, home: Path, by_path: dict[Path, Demo]) -> Iterator[LibraryFault]:
        try:
            folders = sorted(home.iterdir())
        except PermissionError:  # told already, with the demo
            return
        for folder in folders:
            if (demo := by_path.get(folder)) is not None:
                named = {
                    RECORD,
                    CAPTIONS,
                    demo.clip.path,
                    *demo.files,
                    *(name for step in demo.steps for name in step.stills),
                }
                files = sorted(
                    Path(root, name).relative_to(folder) for root, _, names in os.walk(folder) for name in names
                )
                strays = (path for path in files if path.as_posix() not in named)
                yield from (_orphan(folder / path) for path in strays if not any(map(is_system_file, path.parts)))
            elif not version_of(folder) and not is_system_file(folder.name):
                yield _orphan(folder)

    def remove(self, demo_id: str) -> Trashed:
        """Move a demo into the trash."""
        home = self.demos / demo_id
        if not is_demo_id(demo_id) or not _is_folder(home):
            raise not_found(demo_id)
        trash = self._trash / f"{demo_id}--{datetime.now(UTC):{_STAMP}}"
        with library_errors(f"remove {demo_id}"):
            self._trash.mkdir(exist_ok=True)
            take_rights(self._trash, self.demos.parent)
            try:
                wait_while_open(lambda: home.rename(trash))
            except FileNotFoundError as error:  # another process removed it first
                raise not_found(demo_id) from error
        return _trashed(trash)

    def forget(self, demo_id: str, before: int) -> None:
        """Delete the folders of the versions before this one, their records first."""
        with library_errors(f"delete older versions of {demo_id}"):
            for version in self.versions(demo_id):
                if version < before:
                    folder = self.demos / demo_id / f"v{version}"
                    remove_file(folder / RECORD)
                    remove_folder(folder)

    def trashed(self) -> list[Trashed]:
        """Demos in the trash, last removed first."""
        if not self._trash.is_dir():
            return []
        with library_errors(f"read the trash {self._trash}"):
            found = [entry for entry in self._trash.iterdir() if _is_folder(entry) and _removed_ms(entry) is not None]
        return sorted((_trashed(entry) for entry in found), key=lambda t: -t.removed_unix_ms)

    def restore(self, trashed: Trashed) -> None:
        """Move a demo back from the trash."""
        home = self.demos / trashed.demo_id
        if home.exists():
            what = f"There is another demo {trashed.demo_id} in the library"
            raise LibraryError(what, f"Remove that one first: showhow remove {trashed.demo_id}")
        with library_errors(f"restore {trashed.demo_id}"):
            wait_while_open(lambda: Path(trashed.place).rename(home))
            sync_folder(self.demos)

    def discard(self, trashed: Trashed) -> None:
        """Delete a demo from the trash permanently."""
        with library_errors(f"delete {trashed.place}"):
            remove_folder(Path(trashed.place))


def _orphan(path: Path) -> LibraryFault:
    return LibraryFault(
        kind="orphaned", what=f"{path} belongs to no demo", mend="Delete it, if you do not need it.", place=str(path)
    )


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _removed_ms(entry: Path) -> int | None:
    demo_id, _, stamp = entry.name.rpartition("--")
    try:
        when = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(when.timestamp() * 1000) if is_demo_id(demo_id) else None


def _trashed(entry: Path) -> Trashed:
    demo_id = entry.name.rpartition("--")[0]
    title = demo_id
    for folder in versions(entry):
        try:
            title = decode_record(read_bounded(folder / RECORD, LARGEST_RECORD), Demo, str(folder)).title
            break
        except (LibraryError, OSError):  # try an older version; else the id is used as title
            continue
    return Trashed(demo_id=demo_id, title=title, removed_unix_ms=_removed_ms(entry) or 0, place=str(entry))
