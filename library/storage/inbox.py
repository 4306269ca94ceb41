"""Inbox: transfers recordings to a worker, as files next to the demos, grouped by task.

Owns sending, fetching and clearing them, in a folder or a bucket. Does not know their contents.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from capture.files import replace_file
from capture.progress import Progress, silent
from library.files import library_errors
from library.model import LibraryError
from library.rights import take_rights_below
from library.storage.bucket import Bucket, MediaTaken

_LARGEST_NOTE = 64 << 20


class Inbox(Protocol):
    """Files grouped by task id. Every method may raise LibraryError."""

    def send(self, task_id: str, files: Mapping[str, Path], progress: Progress = silent) -> None:
        """Send files; the keys are plain file names."""

    def fetch(self, task_id: str, folder: Path, progress: Progress = silent) -> list[str]:
        """Fetch all files of a task into a folder; returns their names."""

    def keep_first(self, task_id: str, name: str, data: bytes) -> bytes:
        """Store a small file unless one of that name exists; returns the stored bytes."""

    def clear(self, task_id: str) -> None:
        """Remove all files of a task."""


class FolderInbox:
    """Inbox in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, task_id: str, files: Mapping[str, Path], progress: Progress = silent) -> None:
        """Copy files into the inbox."""
        place = self._folder / task_id
        with library_errors(f"send the recording to {place}"):
            place.mkdir(parents=True, exist_ok=True)
            for done, (name, path) in enumerate(files.items()):
                progress(done, len(files), "Sending the recording")
                part = place / f".{name}.part"
                shutil.copyfile(path, part)
                replace_file(part, place / name)
            take_rights_below(self._folder, self._folder.parent)

    def fetch(self, task_id: str, folder: Path, progress: Progress = silent) -> list[str]:
        """Copy all files of a task; returns their names."""
        place, names = self._folder / task_id, list[str]()
        with library_errors(f"fetch the recording from {place}"):
            folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(place.iterdir()):
                if not path.name.startswith(".") and path.is_file() and not path.is_symlink():
                    progress(len(names), 0, "Fetching the recording")
                    shutil.copyfile(path, folder / path.name)
                    names.append(path.name)
        return names

    def keep_first(self, task_id: str, name: str, data: bytes) -> bytes:
        """Store a small file atomically unless one of that name exists; returns the stored bytes."""
        place = self._folder / task_id
        with library_errors(f"write into {place}"):
            place.mkdir(parents=True, exist_ok=True)
            part = place / f".{name}.{id(data)}"
            part.write_bytes(data)
            try:
                (place / name).hardlink_to(part)
            except FileExistsError:
                pass
            except OSError:  # a drive without hard links: the last writer wins
                replace_file(part, place / name)
            part.unlink(missing_ok=True)
            take_rights_below(place, self._folder.parent)
            return (place / name).read_bytes()

    def clear(self, task_id: str) -> None:
        """Remove the folder of a task."""
        shutil.rmtree(self._folder / task_id, ignore_errors=True)


class BucketInbox:
    """Inbox in a bucket."""

    def __init__(self, media: Bucket) -> None:
        self._media = media

    def send(self, task_id: str, files: Mapping[str, Path], progress: Progress = silent) -> None:
        """Upload files into the inbox."""
        for done, (name, path) in enumerate(files.items()):
            progress(done, len(files), "Sending the recording")
            self._media.send(path, f"inbox/{task_id}/{name}")

    def fetch(self, task_id: str, folder: Path, progress: Progress = silent) -> list[str]:
        """Download all files of a task; returns their names."""
        with library_errors(f"make the folder {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
        names = []
        for item in self._media.items(f"inbox/{task_id}/"):
            name = PurePosixPath(item.name).name
            if name.startswith(".") or "/" in name:
                raise LibraryError(f"{item.name} is no name of a file", "It was not fetched.")
            with library_errors(f"write {folder / name}"), (folder / name).open("wb") as file:
                for chunk in self._media.stream(item.name):
                    file.write(chunk)
                    progress(file.tell(), item.size, "Fetching the recording")
            names.append(name)
        return sorted(names)

    def keep_first(self, task_id: str, name: str, data: bytes) -> bytes:
        """Store a small object unless one of that name exists; returns the stored bytes."""
        place = f"inbox/{task_id}/{name}"
        try:
            self._media.write(place, data, new=True)
        except MediaTaken:
            return self._media.read(place, _LARGEST_NOTE)
        return data

    def clear(self, task_id: str) -> None:
        """Delete all objects of a task."""
        for item in list(self._media.items(f"inbox/{task_id}/")):
            self._media.remove(item.name)
