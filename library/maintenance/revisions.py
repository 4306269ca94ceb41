"""New versions of filed demos, their history, restoring of older versions, removal and its undo.

Owns that concurrent changes of the same demo are all kept, that removing only moves, and the comparison of versions.
Does not cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from capture.progress import Progress, silent
from library.connection.library import Library
from library.connection.sync import folder_stamp
from library.draft.practice_marks import marks_following
from library.draft.stills import moments_of, write_stills
from library.draft.to_demo import with_stills
from library.files import library_errors, link_or_copy
from library.model import SECOND_HEARING_MS, Demo, DemoNotFound, FileFacts, LibraryError
from library.storage.bundle import write_bundle
from library.storage.staging import VersionTaken
from library.storage.store import Store, Trashed, find_trashed, newest, newest_of

_ATTEMPTS = 50
"""Attempts to file a version. Each failed one means that another writer succeeded, so contention decreases."""
FIELD_LABELS = {
    "title": "title", "author": "author", "owner": "owner", "tags": "tags", "collections": "collections",
    "review_unix_ms": "review date",
}  # fmt: skip
"""What people call the fields that ``library/maintenance/edit.py`` changes."""


def current(library: Library, demo_id: str) -> Demo:
    """The newest version of a demo, from its bundle. Raises DemoNotFound, LibraryError."""
    return newest(library.store, demo_id)


def revise(
    library: Library,
    demo_id: str,
    change: Callable[[Demo], Demo],
    progress: Progress = silent,
    *,
    by: str = "",
    write: Callable[[Demo], Demo] | None = None,
) -> Demo:
    """File a demo's next version, signed ``by``; ``change`` is called again when another writer was faster.

    If it returns the record unchanged, no version is made. ``write`` writes a version with another clip; without it the
    clip stays. Raises DemoNotFound, LibraryError, and as ``change`` and ``write``.
    """
    library.store.sweep()
    for _ in range(_ATTEMPTS):
        # The new number and its base come from one listing, so that a version filed in between is not overwritten.
        versions = library.store.versions(demo_id)
        before = newest_of(library.store, demo_id, versions)
        after = change(before)
        if after == before:
            return before
        if after.steps != before.steps and after.practice == before.practice:
            after = replace(after, practice=marks_following(before.practice, before.steps, after.steps))
        now = max(round(time.time() * 1000), before.updated_unix_ms)
        after = replace(after, version=versions[0] + 1, updated_unix_ms=now, edited_by=by)
        library.mark_pending(demo_id)
        try:
            if write is not None:
                filed = write(after)
            else:
                filed = write_version(library.store.fetch_local(before), after, library.store, progress)
        except VersionTaken:
            continue
        make_findable(library, filed)
        forget_older(library, filed, versions)
        return filed
    raise _contended(demo_id)


def forget_older(library: Library, demo: Demo, versions: Sequence[int]) -> None:
    """Delete those of a demo's ``versions``, newest first, that show what it blurs.

    Raises LibraryError, which says that the demo is filed.
    """
    if versions[-1] >= demo.oldest:
        return
    try:
        library.store.forget(demo.demo_id, demo.oldest)
    except LibraryError as error:
        what = f"“{demo.title}” is filed, but older versions still show what it blurs: {error.what}"
        raise LibraryError(what, "They are deleted with its next change.") from error


def amend(library: Library, demo_id: str, change: Callable[[Demo], Demo]) -> Demo:
    """Add to a demo's newest version what no person changed, such as the text on its stills; it stays that version.

    Author and dates stay too. Raises DemoNotFound, LibraryError, and as ``change``.
    """
    before = current(library, demo_id)
    after = change(before)
    if after == before:
        return before
    library.mark_pending(demo_id)
    library.store.amend(after)
    versions = library.store.versions(demo_id)
    now = newest_of(library.store, demo_id, versions)  # another may have filed a version meanwhile
    make_findable(library, now)
    forget_older(library, now, versions)
    return now


def write_version(before: Demo, demo: Demo, store: Store, progress: Progress = silent) -> Demo:
    """File a changed record as the next version of a demo, with the same clip; raises as ``write_bundle``.

    A later version number in ``demo`` is used, because an unreadable version keeps its number. Stills are made again
    when the times of steps changed. Other files are hard-linked where the drive supports it, so a version takes little
    space.
    """
    later = demo.version if demo.version > before.version else before.version + 1
    demo = replace(demo, version=later, steps=with_stills(demo.steps))

    def fill(folder: Path) -> Demo:
        known = _link(before, demo, {before.clip.path: demo.clip.path}, folder)
        if moments_of(demo.steps) != moments_of(before.steps):
            write_stills(folder / demo.clip.path, demo.steps, folder, progress)
        else:
            pairs = zip(before.steps, demo.steps, strict=True)
            known |= _link(
                before,
                demo,
                {name: new for old, step in pairs for name, new in zip(old.stills, step.stills, strict=True)},
                folder,
            )
        return replace(demo, files=known)

    return write_bundle(demo, store, fill)


def _link(before: Demo, demo: Demo, names: Mapping[str, str], folder: Path) -> dict[str, FileFacts]:
    """Link existing files of the previous version under their new names; returns their known checksums."""
    with library_errors(f"file the demo {demo.demo_id}"):
        for old, new in names.items():
            (folder / new).parent.mkdir(exist_ok=True)
            if old == before.clip.path or (before.path / old).is_file():
                link_or_copy(before.path / old, folder / new)
    return {new: before.files[old] for old, new in names.items() if old in before.files}


def make_findable(library: Library, demo: Demo) -> None:
    """Insert a demo that was just filed into the catalog, and make its vectors.

    Raises LibraryError, which says that the demo is filed.
    """
    try:
        library.catalog.insert(demo, folder_stamp(demo.path.parent))
        library.clear_pending(demo.demo_id)
    except LibraryError as error:
        what = f"“{demo.title}” is filed as {demo.demo_id}, but cannot be searched yet: {error.what}"
        raise LibraryError(what, "It is found when the library is opened the next time.") from error
    library.meaning.add(demo)


def remove_demo(library: Library, demo_id: str) -> Trashed:
    """Move a demo with all its versions into the trash; returns its entry there.

    ``restore_demo`` brings it back. Raises DemoNotFound, LibraryError.
    """
    try:
        trash = library.store.remove(demo_id)
    except DemoNotFound:
        library.catalog.remove(demo_id)
        raise
    library.catalog.remove(demo_id)
    return trash


def restore_demo(library: Library, name: str) -> Demo:
    """Restore the demo that was last removed under an id or title. Raises DemoNotFound, LibraryError."""
    trashed = find_trashed(library.store, name)
    library.mark_pending(trashed.demo_id)
    library.store.restore(trashed)
    demo = current(library, trashed.demo_id)
    make_findable(library, demo)
    return demo


def restore_version(library: Library, demo_id: str, version: int, by: str = "") -> Demo:
    """File an older version again, as the next one. Raises DemoNotFound when there is no such version, LibraryError.

    One that shows what a later one blurs, and was not deleted yet, counts as gone.
    """
    versions = library.store.versions(demo_id)
    oldest = newest_of(library.store, demo_id, versions).oldest if versions else 1
    versions = [one for one in versions if one >= oldest]
    if version not in versions:
        known = ", ".join(str(number) for number in reversed(versions))
        raise DemoNotFound(f"{demo_id} has no version {version}", f"Its versions are {known}." if known else "")
    old = library.store.fetch_local(library.store.read(demo_id, version))
    for _ in range(_ATTEMPTS):
        latest = library.store.versions(demo_id)[0]  # an unreadable version keeps its number
        stamp = {"updated_unix_ms": round(time.time() * 1000), "edited_by": by}
        library.mark_pending(demo_id)
        try:
            filed = write_version(old, replace(old, version=latest + 1, **stamp), library.store)
        except VersionTaken:
            continue
        make_findable(library, filed)
        return filed
    raise _contended(demo_id)


def _contended(demo_id: str) -> LibraryError:
    return LibraryError(f"{demo_id} is being changed by many at once", "Try again in a moment.")


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
        first = before is None and version == 1
        by = demo.filed_by or demo.author if first else demo.edited_by
        what = "filed" if first else _changed(before, demo)
        found.append(
            VersionInfo(version=version, updated_unix_ms=demo.updated_unix_ms, by=by, what=what, title=demo.title)
        )
        before = demo
    return found[::-1]


def _changed(before: Demo | None, demo: Demo) -> str:
    """What a version changed; the version before it is None when it cannot be read or was deleted."""
    what = _compared(before, demo) if before is not None else "changed"
    if demo.oldest == demo.version > 1:
        return f"{what}; older versions are deleted, because they showed what it blurs"
    return what


def _compared(before: Demo, demo: Demo) -> str:
    changed = [label for name, label in FIELD_LABELS.items() if getattr(before, name) != getattr(demo, name)]
    if before.transcript != demo.transcript:
        changed.append("words")
    if before.steps != demo.steps:
        changed.append("steps")
    if before.files.get(before.clip.path) != demo.files.get(demo.clip.path):
        changed.append("clip")
    what = f"changed {', '.join(changed)}" if changed else "the same"
    heard = SECOND_HEARING_MS in demo.timings and SECOND_HEARING_MS not in before.timings
    return f"heard once more, {what}" if heard else what
