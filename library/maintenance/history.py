"""History of a demo: its versions, when and by whom they were made, and what each of them changed.

Owns the comparison of two versions. Reads only through the store.
"""

from __future__ import annotations

import msgspec

from library.model import Demo, LibraryError
from library.storage.store import Store

_FIELDS = ("title", "author", "owner", "tags", "collections", "review_unix_ms")
_LABELS = {"review_unix_ms": "review date"}


class VersionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One version; ``what`` is a short text on what it changed."""

    version: int
    updated_unix_ms: int
    by: str
    what: str
    title: str = ""


def history(store: Store, demo_id: str) -> list[VersionInfo]:
    """All versions of a demo, newest first; for one that cannot be read, ``what`` is the error. Raises LibraryError."""
    found: list[VersionInfo] = []
    before: Demo | None = None
    for version in reversed(store.versions(demo_id)):
        try:
            demo = store.read(demo_id, version)
        except LibraryError as error:
            found.append(VersionInfo(version=version, updated_unix_ms=0, by="", what=str(error)))
            continue
        by = demo.edited_by if before else demo.filed_by or demo.author
        what = _changed(before, demo) if before else "filed"
        found.append(
            VersionInfo(version=version, updated_unix_ms=demo.updated_unix_ms, by=by, what=what, title=demo.title)
        )
        before = demo
    return found[::-1]


def _changed(before: Demo, demo: Demo) -> str:
    changed = [_LABELS.get(name, name) for name in _FIELDS if getattr(before, name) != getattr(demo, name)]
    if before.transcript != demo.transcript:
        changed.append("words")
    if before.steps != demo.steps:
        changed.append("steps")
    if before.files.get(before.clip.path) != demo.files.get(demo.clip.path):
        changed.append("clip")
    return f"changed {', '.join(changed)}" if changed else "the same"
