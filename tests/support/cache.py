"""The folder outside the checkout that keeps what tests and the demo fetch or make once a machine: models and voice.

Owns its place and its locks. ``SHOWHOW_TEST_CACHE`` names another folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

CACHE = Path(os.environ.get("SHOWHOW_TEST_CACHE") or user_cache_path("showhow-tests", appauthor=False)).absolute()


class Unavailable(Exception):
    """Something the tests need cannot be fetched or made; one line that says what and why."""


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the cache's lock of that name; waits for another process that holds it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / f".{name}.lock"):
        yield


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; empty when there is no such file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
