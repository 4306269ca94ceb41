"""What was fetched from a bucket, in the shape of bundles, verified, and never more than a limit.

Owns that a file is there whole or not at all, that versions share what they have in common, and that the least lately
used goes first. Refuses to fetch by itself.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from library.files import library_errors, link_or_copy
from library.model import FileFacts

_RECENT_S = 600.0
"""What was used that lately is kept whatever the limit: a player may be about to open it."""


class Cache:
    """A folder of fetched bundles, of at most about ``limit`` bytes."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.demos, self._parts, self._limit = folder / "demos", folder / "parts", limit
        with library_errors(f"make the folder {folder}"):
            for one in (self.demos, self._parts):
                one.mkdir(parents=True, exist_ok=True)

    def fill(self, bundle: Path, name: str, facts: FileFacts, fetch: Callable[[Path], None]) -> Path:
        """The file ``name`` of a bundle; ``fetch(target)`` gets it if it is not here. Raises what ``fetch`` raises."""
        path = bundle / name
        if _has(path, facts):
            with suppress(OSError):  # a cache that may only be read
                os.utime(bundle)
            return path
        shared = self._parts / f"{facts.sha256}{path.suffix}"
        if not _has(shared, facts):
            self._fetched(shared, fetch)
        with library_errors(f"keep {name} on this machine"):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            link_or_copy(shared, beside)
            beside.replace(path)
            beside.unlink(missing_ok=True)  # two names of one file: the rename has then done nothing
            os.utime(bundle)
        self._shrink()
        return path

    def adopt(self, bundle: Path, files: Mapping[str, FileFacts]) -> None:
        """Count a bundle made on this machine as fetched."""
        with suppress(OSError):  # it may be fetched instead
            for name, facts in files.items():
                shared = self._parts / f"{facts.sha256}{(bundle / name).suffix}"
                if not _has(shared, facts):
                    link_or_copy(bundle / name, shared)
        self._shrink()

    def _fetched(self, shared: Path, fetch: Callable[[Path], None]) -> None:
        part = shared.with_name(f".{shared.name}.{secrets.token_hex(4)}")
        try:
            fetch(part)
            with library_errors(f"keep {shared.name} on this machine"):
                part.replace(shared)
        finally:
            part.unlink(missing_ok=True)

    def _shrink(self) -> None:
        """Let go of bundles, least lately used first, until the rest fits."""
        with suppress(OSError):  # somebody else shrinks it too
            total = sum(path.stat().st_size for path in self._parts.iterdir())
            for bundle in self._oldest():
                if total <= self._limit:
                    return
                shutil.rmtree(bundle, ignore_errors=True)
                total -= self._free()

    def _oldest(self) -> list[Path]:
        old = [b for b in self.demos.glob("*/v*") if time.time() - b.stat().st_mtime > _RECENT_S]
        return sorted(old, key=lambda bundle: bundle.stat().st_mtime)

    def _free(self) -> int:
        """Remove what no bundle holds any more; how many bytes that was."""
        return sum(_drop(path) for path in self._loose())

    def _loose(self) -> Iterator[Path]:
        for path in self._parts.iterdir():
            facts = path.stat()
            if facts.st_nlink == 1 and time.time() - facts.st_mtime > _RECENT_S:
                yield path


def _drop(path: Path) -> int:
    size = path.stat().st_size
    path.unlink()
    return size


def _has(path: Path, facts: FileFacts) -> bool:
    return path.is_file() and path.stat().st_size == facts.size
