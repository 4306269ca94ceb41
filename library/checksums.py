"""SHA-256 checksums of a bundle's files, computed when it is filed and verified by the library check.

Owns hashing of files. Does not know where bundles are stored.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from library.model import FileFacts

_SAMPLE = 1 << 20


def facts_of(path: Path) -> FileFacts:
    """Size and checksum of a file; about 0.5 s a GB. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileFacts(size=file.tell(), sha256=digest.hexdigest())


def files_of(folder: Path, known: Mapping[str, FileFacts], leave_out: str) -> dict[str, FileFacts]:
    """Facts of every file of a bundle but ``leave_out`` (its record), by name. Files in ``known`` are not read again.

    Raises OSError.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: known.get(name) or facts_of(folder / name) for name in names if name != leave_out}


def fingerprint(path: Path) -> str:
    """Checksum of a video's size, first MiB and last MiB: equal for copies of one video, in whatever place.

    32 hexadecimal digits. Reads at most 2 MiB, because users wait for it. Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest = hashlib.sha256(str(size).encode())
        for start in sorted({0, max(0, size - _SAMPLE)}):
            file.seek(start)
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:32]
