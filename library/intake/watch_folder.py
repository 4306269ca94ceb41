"""A folder of recordings: which lie in it, which are whole by now, and which the library has already.

Owns telling a video from what else lies there, waiting for copies to end, and duplicates by their checksum. Refuses to
file anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from library.checksums import fingerprint
from library.files import library_errors
from library.model import Demo

VIDEOS = ".mp4 .m4v .mov .mkv .webm .avi .ts .mts .mpg .mpeg .flv .wmv .asf .ogv .gif"
"""Endings of the formats that can be read; a file that only ends so is told apart when it is opened."""


def is_take(path: Path) -> bool:
    """Whether a folder is a recording of our own, or a file in one."""
    return (path / "take.json").is_file()


def recordings_in(folder: Path) -> list[Path]:
    """The video files and take folders in a folder and those below it, by name; nothing hidden, nothing by a link.

    Raises LibraryError when it cannot be read.
    """
    found: list[Path] = []
    with library_errors(f"read the folder {folder}"):
        for entry in sorted(folder.iterdir()):
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir():
                found += [entry] if is_take(entry) else recordings_in(entry)
            elif entry.suffix and entry.suffix.lower() in VIDEOS.split():
                found.append(entry)
    return found


def twin_of(path: Path, demos: Iterable[Demo]) -> Demo | None:
    """The demo that was made of this very recording, or of a copy of it. Raises LibraryError."""
    video = path / "take.mp4" if path.is_dir() else path
    with library_errors(f"read {video}"):
        print_of = fingerprint(video)
    return next((demo for demo in demos if demo.take.fingerprint == print_of), None)


class Watched:
    """A folder somebody drops recordings into; asked again and again, it names each once, when it has stopped growing.

    A file that changes later is named again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, tuple[int, int]] = {}
        self._named: dict[Path, tuple[int, int]] = {}

    def ready(self) -> list[Path]:
        """What is as it was when last asked, and was not named before. Raises LibraryError."""
        now = {path: state for path in recordings_in(self._folder) if (state := _state(path)) is not None}
        settled = [path for path, state in now.items() if self._seen.get(path) == state != self._named.get(path)]
        self._seen = now
        self._named |= {path: now[path] for path in settled}
        return settled


def _state(path: Path) -> tuple[int, int] | None:
    try:
        facts = (path / "take.json" if path.is_dir() else path).stat()
    except OSError:  # gone between two looks
        return None
    return facts.st_size, facts.st_mtime_ns
