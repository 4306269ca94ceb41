"""Finds recordings in a folder: which are there, which are completely copied, and which the library already has.

Owns recognizing videos by their names, waiting until copying ends, and finding duplicates by checksum. Does not file or
remove anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from library.catalog.catalog import Catalog
from library.files import fingerprint, library_errors
from library.model import Demo, LibraryError
from library.storage.system_files import is_system_file

VIDEOS = ".mp4 .m4v .mov .mkv .webm .avi .ts .mts .mpg .mpeg .flv .wmv .asf .ogv .gif .apng"
"""File name endings of readable formats; a file with a wrong ending is refused when it is opened."""
_MOST_COMPARED = 20_000
"""Larger libraries are not searched while a user waits; ``showhow library check`` finds duplicates too."""


def is_take(path: Path) -> bool:
    """Whether a folder is a take, that is, one of showhow's own recordings."""
    return (path / "take.json").is_file()


def recordings_in(folder: Path, tell: Callable[[Path, LibraryError], None] = lambda *_: None) -> list[Path]:
    """Video files and take folders in a folder and its subfolders, sorted by name; without hidden ones and links.

    Raises LibraryError when it cannot be read; ``tell`` gets each subfolder that cannot.
    """
    found: list[Path] = []
    with library_errors(f"read the folder {folder}"):
        for entry in sorted(folder.iterdir()):
            if entry.name.startswith(".") or is_system_file(entry.name) or entry.is_symlink():
                continue
            if entry.is_dir():
                found += _inside(entry, tell)
            elif entry.suffix and entry.suffix.lower() in VIDEOS.split():
                found.append(entry)
    return found


def _inside(folder: Path, tell: Callable[[Path, LibraryError], None]) -> list[Path]:
    try:
        with library_errors(f"read the folder {folder}"):
            return [folder] if is_take(folder) else recordings_in(folder, tell)
    except LibraryError as error:
        tell(folder, error)
        return []


def find_duplicate(path: Path, demos: Iterable[Demo]) -> Demo | None:
    """The demo that was made from this recording or a copy of it; None without one. Raises LibraryError."""
    video = path / "take.mp4" if path.is_dir() else path
    with library_errors(f"read {video}"):
        print_of = fingerprint(video)
    return next((demo for demo in demos if demo.take.fingerprint == print_of), None)


class WatchFolder:
    """A watched folder, to be polled. Returns each recording once, when it has stopped growing.

    A file that changes later is returned again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, tuple[int, int]] = {}
        self._named: dict[Path, tuple[int, int]] = {}

    def ready(self) -> list[Path]:
        """Recordings that are unchanged since the last call and were not returned before. Raises LibraryError."""
        now = {path: state for path in recordings_in(self._folder) if (state := _state(path)) is not None}
        settled = [path for path, state in now.items() if self._seen.get(path) == state != self._named.get(path)]
        self._seen = now
        self._named |= {path: now[path] for path in settled}
        return settled


def _state(path: Path) -> tuple[int, int] | None:
    try:
        facts = (path / "take.json" if path.is_dir() else path).stat()
    except OSError:  # removed since it was listed
        return None
    return facts.st_size, facts.st_mtime_ns


def duplicates_of(catalog: Catalog, demo: Demo) -> list[Demo]:
    """Other demos made from the same video, newest first; empty when that is not known. Raises LibraryError."""
    fingerprint = demo.take.fingerprint
    if not fingerprint or catalog.count() > _MOST_COMPARED:
        return []
    return [one for one in catalog.list() if one.take.fingerprint == fingerprint and one.demo_id != demo.demo_id]
