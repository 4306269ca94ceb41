"""Looks at the folders of a library's demos: what their files' names, sizes and times say, without reading any.

Owns the stamp of a demo, by which a change is seen. A program that syncs folders makes a folder first and its files
later, gives them the times they have elsewhere, and keeps both of two versions under other names; so the stamp is of
all that, and not of one time. A stamp is 0 while something is so recent that a further change may have the same time.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from library.storage.bundle import RECORD
from library.text import clean, is_demo_id

_SETTLED_NS = 3_000_000_000
"""File times can be as coarse as two seconds (FAT, some shares), and another machine's clock a little ahead."""
_VERSION = re.compile(r"v[1-9][0-9]{0,8}")
_COPY = re.compile(r"(v[1-9][0-9]{0,8})[ .~(_-].+")
"""As Dropbox, OneDrive, Syncthing and others call the second of two: ``v2 (Anna's conflicted copy 2026-11-26)``."""


class DemoFolder(NamedTuple):
    """A demo's folder: its stamp, when it was changed (ns since 1970), and names of conflict copies in it."""

    stamp: int
    changed_ns: int
    copies: tuple[str, ...] = ()


def scan(demos: Path) -> dict[str, DemoFolder]:
    """The demos in a folder by id. Raises OSError when it cannot be read; a demo that cannot be has the stamp 0."""
    with os.scandir(demos) as entries:
        homes = [e for e in entries if is_demo_id(e.name) and e.is_dir(follow_symlinks=False)]
    return {home.name: look_at(Path(home.path)) for home in homes}


def look_at(home: Path) -> DemoFolder:
    """One demo's folder."""
    try:
        changed_ns = home.stat().st_mtime_ns
        with os.scandir(home) as entries:
            found = list(entries)
        seen = [(home.name, changed_ns, 0), *(one for entry in found for one in _facts(entry))]
    except OSError:
        return DemoFolder(0, 0)
    copies = tuple(clean(entry.name) for entry in found if _COPY.fullmatch(entry.name))
    recent = max(time_ns for _, time_ns, _ in seen) > time.time_ns() - _SETTLED_NS
    return DemoFolder(0 if recent else _digest(seen), changed_ns, copies)


def _facts(entry: os.DirEntry[str]) -> Iterator[tuple[str, int, int]]:
    """Name, time (ns) and size of a version's folder, and of the record in it when there is one."""
    if not _VERSION.fullmatch(entry.name):
        return
    yield entry.name, entry.stat(follow_symlinks=False).st_mtime_ns, 0
    try:
        record = os.stat(os.path.join(entry.path, RECORD), follow_symlinks=False)  # noqa: PTH116, PTH118  half the time
    except OSError:  # it has not arrived yet
        return
    yield f"{entry.name}/{RECORD}", record.st_mtime_ns, record.st_size


def _digest(seen: list[tuple[str, int, int]]) -> int:
    """A number from 1 to 2**63 - 1 for what was seen."""
    digest = hashlib.blake2b(repr(sorted(seen)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1 or 1


def settled(time_ns: int) -> bool:
    """Whether a file's time is so old that a further change must have another one."""
    return time.time_ns() - time_ns > _SETTLED_NS
