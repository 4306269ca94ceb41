"""Bundles: one folder per filed version of a demo, written atomically.

``<demo_id>/v<version>/`` contains ``demo.json``, ``clip.mp4``, ``captions.vtt`` and ``steps/NN.webp``. Owns writing
such a folder, reading it without trusting it, and finding the newest version. Does not know the catalog or rendering.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from library.files import files_of, library_errors, read_bounded, write_synced
from library.model import Demo, LibraryError, Unreachable
from library.records import decode_record, encode_record
from library.storage.store import Store
from library.storage.trust import faults_of, shortened

RECORD, CAPTIONS = "demo.json", "captions.vtt"
LARGEST_RECORD = 32 << 20

_VERSION = re.compile(r"v([1-9][0-9]{0,8})")

Fill = Callable[[Path], Demo]
"""Writes clip and stills into a folder and returns the matching record.

The record's ``files`` contains the checksums that are already known; the other files are read. May raise LibraryError,
VideoError and Cancelled.
"""


def write_bundle(demo: Demo, store: Store, fill: Fill) -> Demo:
    """File ``demo``'s version: ``fill`` writes clip and stills and returns the record; adds captions and checksums.

    Returns the demo as filed, with its path. Raises VersionTaken when that version exists, LibraryError, and what
    ``fill`` raises; then nothing of it is visible.
    """
    with store.stage(demo.demo_id, demo.version) as staging:
        filled = _write_record(fill(staging.folder), staging.folder)
        return replace(filled, path=staging.publish())


def _write_record(demo: Demo, folder: Path) -> Demo:
    """Write the captions, then the record with the checksums of all files; returns the demo with them."""
    from transcribe.captions import to_vtt

    with library_errors(f"file the demo {demo.demo_id}"):
        write_synced(folder / CAPTIONS, to_vtt(demo.transcript).encode())
        demo = replace(demo, files=files_of(folder, demo.files, leave_out=RECORD))
        write_synced(folder / RECORD, encode_record(demo))
    return demo


def read_bundle(path: Path) -> Demo:
    """Read the demo of a version's folder, or the newest readable version in a demo's folder.

    The content is not trusted: paths that lead outside, links and impossible numbers are refused, control characters
    removed. Raises LibraryError in one line: missing, damaged, or from a newer showhow.
    """
    if not _VERSION.fullmatch(path.name):
        return newest_bundle(path)
    with library_errors(f"read the demo {path}"):
        data = read_bounded(path / RECORD, LARGEST_RECORD)
    return trusted(data, path)


def trusted(data: bytes, path: Path) -> Demo:
    """Decode and validate a record whose files are (or would be) in ``path``. Raises as ``read_bundle``."""
    demo = replace(decode_record(data, Demo, f"The demo {path}"), path=path)
    if fault := next(faults_of(demo, data), ""):
        raise LibraryError(f"The demo {path} is damaged: {fault}", "Put a copy back, or remove it.")
    return shortened(demo)


def newest_bundle(home: Path) -> Demo:
    """The newest version of a demo that can be read. If none can, raises the LibraryError of the newest one."""
    first_error: LibraryError | None = None
    for version in versions(home):
        try:
            return read_bundle(version)
        except Unreachable:
            raise
        except LibraryError as error:
            first_error = first_error or error
    raise first_error or LibraryError(f"{home} holds no demo", "Check the path.")


def versions(home: Path) -> list[Path]:
    """The version folders of a demo, newest first."""
    with library_errors(f"read the demo {home}"):
        found = [entry for entry in home.iterdir() if _VERSION.fullmatch(entry.name) and not entry.is_symlink()]
    return sorted(found, key=lambda entry: int(entry.name[1:]), reverse=True)


def version_of(folder: Path) -> int:
    """The version number in a folder's name; 0 when it is not a version folder."""
    return int(found[1]) if (found := _VERSION.fullmatch(folder.name)) else 0
