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
from contextlib import suppress
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
    return {home.name: _look(home.name, home.path) for home in homes}


def is_home(home: Path) -> bool:
    """Whether a demo's folder is there now; it may have been removed or put back since a scan."""
    return home.is_dir() and not home.is_symlink()


def look_at(home: Path) -> DemoFolder:
    """One demo's folder."""
    return _look(home.name, str(home))


def _look(name: str, home: str) -> DemoFolder:
    try:
        changed_ns = os.stat(home).st_mtime_ns  # noqa: PTH116  half the time, and there are thousands
        seen, copies = [(name, changed_ns, 0)], list[str]()
        with os.scandir(home) as entries:
            for entry in entries:
                if _VERSION.fullmatch(entry.name):
                    seen += _facts(entry)
                elif _COPY.fullmatch(entry.name):
                    copies.append(clean(entry.name))
    except OSError:
        return DemoFolder(0, 0)
    latest = max(time_ns for _, time_ns, _ in seen)
    return DemoFolder(_digest(seen) if settled(latest) else 0, changed_ns, tuple(copies))


def _facts(entry: os.DirEntry[str]) -> list[tuple[str, int, int]]:
    """Name, time (ns) and size of a version's folder, and of the record in it when there is one."""
    facts = [(entry.name, entry.stat(follow_symlinks=False).st_mtime_ns, 0)]
    with suppress(OSError):  # it has not arrived yet
        record = os.lstat(f"{entry.path}/{RECORD}")
        facts.append((RECORD, record.st_mtime_ns, record.st_size))
    return facts


def _digest(seen: list[tuple[str, int, int]]) -> int:
    """A number from 1 to 2**63 - 1 for what was seen."""
    digest = hashlib.blake2b(repr(sorted(seen)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1 or 1


def settled(time_ns: int) -> bool:
    """Whether a file's time is so old that a further change must have another one."""
    return time.time_ns() - time_ns > _SETTLED_NS
