"""Local cache of files fetched from a bucket: laid out as bundles, verified, of limited size.

Owns that a file is complete or absent, that versions share equal files (hard links), and LRU eviction. Does not fetch
by itself.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from capture.files import replace_file
from library.files import library_errors, link_or_copy
from library.model import FileFacts

_RECENT_S = 600.0
"""Bundles used within these seconds are never evicted: a player may be about to open one."""


class Cache:
    """A folder of fetched bundles, of at most about ``limit`` bytes."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.demos, self._parts, self._limit = folder / "demos", folder / "parts", limit
        with library_errors(f"make the folder {folder}"):
            for one in (self.demos, self._parts):
                one.mkdir(parents=True, exist_ok=True)

    def fill(self, bundle: Path, name: str, facts: FileFacts, fetch: Callable[[Path], None]) -> Path:
        """The file ``name`` of a bundle, fetched by ``fetch(target)`` if not cached. Raises what it raises."""
        path = bundle / name
        if _has(path, facts):
            with suppress(OSError):  # a read-only cache
                os.utime(bundle)
            return path
        shared = self._parts / f"{facts.sha256}{path.suffix}"
        if not _has(shared, facts):
            self._fetched(shared, fetch)
        with library_errors(f"keep {name} on this machine"):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            link_or_copy(shared, beside)
            replace_file(beside, path)
            beside.unlink(missing_ok=True)  # if both were links to one file, the rename did nothing
            os.utime(bundle)
        self._shrink()
        return path

    def adopt(self, bundle: Path, files: Mapping[str, FileFacts]) -> None:
        """Add a bundle made on this machine to the cache."""
        with suppress(OSError):  # it can still be fetched later
            for name, facts in files.items():
                shared = self._parts / f"{facts.sha256}{(bundle / name).suffix}"
                if not _has(shared, facts):
                    link_or_copy(bundle / name, shared)
        self._shrink()

    def forget(self, bundle: Path) -> None:
        """Remove a bundle, and its files that no other one has."""
        with suppress(OSError):  # another process may be evicting it too
            inodes = {path.stat().st_ino for path in bundle.rglob("*") if path.is_file()}
            shutil.rmtree(bundle, ignore_errors=True)
            for path in self._parts.iterdir():
                if path.stat().st_ino in inodes and path.stat().st_nlink == 1:
                    path.unlink()

    def _fetched(self, shared: Path, fetch: Callable[[Path], None]) -> None:
        part = shared.with_name(f".{shared.name}.{secrets.token_hex(4)}")
        try:
            fetch(part)
            with library_errors(f"keep {shared.name} on this machine"):
                replace_file(part, shared)
        finally:
            part.unlink(missing_ok=True)

    def _shrink(self) -> None:
        """Evict bundles, least recently used first, until the rest fits."""
        with suppress(OSError):  # another process may be evicting too
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
        """Remove files that no bundle links to; returns their bytes."""
        freed = 0
        for path in self._parts.iterdir():
            facts = path.stat()
            if facts.st_nlink == 1 and time.time() - facts.st_mtime > _RECENT_S:
                with suppress(PermissionError):  # on Windows: it is just being played
                    path.unlink()
                    freed += facts.st_size
        return freed


def _has(path: Path, facts: FileFacts) -> bool:
    return path.is_file() and path.stat().st_size == facts.size
