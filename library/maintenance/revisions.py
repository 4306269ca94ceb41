"""Looking after filed demos: the next version, words for those that wait, older versions, removal and its undoing.

Owns that two people changing the same demo both get their change, and that removing only moves. Refuses to cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

from capture.progress import Progress, silent
from library.connection.library import Library
from library.connection.sync import folder_stamp
from library.draft.stills import write_stills
from library.draft.to_demo import with_stills
from library.files import library_errors, link_or_copy
from library.model import Demo, DemoNotFound, FileFacts, LibraryError
from library.storage.bundle import StagingProvider, write_bundle
from library.storage.staging import VersionTaken
from library.storage.store import Trashed, find_trashed, newest, newest_of

_ATTEMPTS = 50
"""Each failed one means that somebody else's change went through, so the crowd gets smaller."""


def current(library: Library, demo_id: str) -> Demo:
    """The newest version of a demo, from its bundle. Raises DemoNotFound, LibraryError."""
    return newest(library.store, demo_id)


def revise(
    library: Library, demo_id: str, change: Callable[[Demo], Demo], progress: Progress = silent, *, by: str = ""
) -> Demo:
    """File a demo's next version, signed ``by``; ``change`` may be asked again when somebody else was quicker.

    A record it leaves as it is makes no version. Raises DemoNotFound, LibraryError, and whatever ``change`` raises.
    """
    library.store.sweep()
    for _ in range(_ATTEMPTS):
        # The number and what it builds on come from one look: a version filed in between is not to be passed over.
        there = library.store.versions(demo_id)
        before = newest_of(library.store, demo_id, there)
        after = change(before)
        if after == before:
            return before
        now = max(round(time.time() * 1000), before.updated_unix_ms)
        after = replace(after, version=there[0] + 1, updated_unix_ms=now, edited_by=by)
        library.mark_pending(demo_id)
        try:
            filed = write_version(library.store.fetch_local(before), after, library.store, progress)
        except VersionTaken:
            continue
        make_findable(library, filed)
        return filed
    raise _crowded(demo_id)


def write_version(before: Demo, demo: Demo, place: Path | StagingProvider, progress: Progress = silent) -> Demo:
    """File a changed record as the next version of a demo, with the same clip; raises as ``write_bundle``.

    The next, or a still later one where ``demo`` says so: an unreadable version keeps its number.
    Stills are taken anew where the steps' moments changed. The clip is the same file under a second name where the
    drive can do that, so a version costs next to nothing.
    """
    later = demo.version if demo.version > before.version else before.version + 1
    demo = replace(demo, version=later, steps=with_stills(demo.steps))

    def fill(folder: Path) -> Demo:
        known = _link(before, demo, {before.clip.path: demo.clip.path}, folder)
        if [step.at_ms for step in demo.steps] != [step.at_ms for step in before.steps]:
            write_stills(folder / demo.clip.path, demo.steps, folder, progress)
        else:
            pairs = zip(before.steps, demo.steps, strict=True)
            known |= _link(before, demo, {old.still: new.still for old, new in pairs if old.still}, folder)
        return replace(demo, files=known)

    return write_bundle(demo, place, fill)


def _link(before: Demo, demo: Demo, names: Mapping[str, str], folder: Path) -> dict[str, FileFacts]:
    """Files of the version before under their new names, as far as they are there; returns what is known of them."""
    with library_errors(f"file the demo {demo.demo_id}"):
        for old, new in names.items():
            (folder / new).parent.mkdir(exist_ok=True)
            if old == before.clip.path or (before.path / old).is_file():
                link_or_copy(before.path / old, folder / new)
    return {new: before.files[old] for old, new in names.items() if old in before.files}


def make_findable(library: Library, demo: Demo) -> None:
    """Put what was just filed into the catalog. Raises LibraryError that says: it is filed all the same."""
    try:
        library.catalog.insert(demo, folder_stamp(demo.path.parent))
        library.clear_pending(demo.demo_id)
    except LibraryError as error:
        what = f"“{demo.title}” is filed as {demo.demo_id}, but cannot be searched yet: {error.what}"
        raise LibraryError(what, "It is found when the library is opened the next time.") from error


def remove_demo(library: Library, demo_id: str) -> Trashed:
    """Take a demo out of the library; returns where it lies now, in the trash, with all its versions.

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
    """Bring back what was last removed under an id or title. Raises DemoNotFound, LibraryError."""
    trashed = find_trashed(library.store, name)
    library.mark_pending(trashed.demo_id)
    library.store.restore(trashed)
    demo = current(library, trashed.demo_id)
    make_findable(library, demo)
    return demo


def restore_version(library: Library, demo_id: str, version: int, by: str = "") -> Demo:
    """File an older version again, as the next one. Raises DemoNotFound when there is no such version, LibraryError."""
    there = library.store.versions(demo_id)
    if version not in there:
        known = ", ".join(str(number) for number in reversed(there))
        raise DemoNotFound(f"{demo_id} has no version {version}", f"Its versions are {known}." if known else "")
    old = library.store.fetch_local(library.store.read(demo_id, version))
    for _ in range(_ATTEMPTS):
        latest = library.store.versions(demo_id)[0]  # even one that cannot be read has its number
        stamp = {"updated_unix_ms": round(time.time() * 1000), "edited_by": by}
        library.mark_pending(demo_id)
        try:
            filed = write_version(old, replace(old, version=latest + 1, **stamp), library.store)
        except VersionTaken:
            continue
        make_findable(library, filed)
        return filed
    raise _crowded(demo_id)


def _crowded(demo_id: str) -> LibraryError:
    return LibraryError(f"{demo_id} is being changed by many at once", "Try again in a moment.")
