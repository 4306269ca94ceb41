"""Copies one library into another of any kind: all versions, verified; an interrupted copy can be resumed.

Owns that nothing in the target is overwritten: versions that differ are reported. Does not copy the trash.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
from msgspec.structs import replace

from capture.progress import Progress, silent
from library.connection.library import Library
from library.files import files_of, library_errors, link_or_copy, sync_file, write_synced
from library.maintenance.custom_vocabulary import keep_lexicon, lexicon_text
from library.maintenance.glossary import glossary_of
from library.maintenance.revisions import forget_older, make_findable
from library.model import Demo, LibraryError
from library.records import encode_record
from library.sharing.shares import shares_of
from library.storage.bundle import RECORD
from library.storage.staging import VersionTaken
from library.storage.store import Store, newest

_SIGNS = ("files", "created_unix_ms", "updated_unix_ms", "filed_by", "edited_by")
"""What no two versions of a number have in common that were filed in two places."""


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a copy: versions copied, versions already present, and what was left out, one line each."""

    copied: int = 0
    present: int = 0
    left_out: tuple[str, ...] = ()


def copy_library(source: Library, target: Library, progress: Progress = silent) -> Copied:
    """Copy all demos with all versions, glossary, synonyms, lexicon and share links.

    It skips what is present, so a second run resumes. Versions that show what a copied one blurs are deleted in the
    target, as they were in the source. The checksum of every file is verified before it is filed and by reading it
    back. Raises LibraryError when either library fails or a copy is damaged, Cancelled when ``progress`` does; versions
    copied until then are kept.
    """
    target.store.sweep()
    ids, removed = list(source.store.demo_ids()), {trashed.demo_id for trashed in target.store.trashed()}
    known = {demo.demo_id: demo.version for demo in target.catalog.list()}
    total = Copied()
    for done, demo_id in enumerate(ids):
        progress(done, len(ids), "Copying demos")
        if demo_id in removed:
            total = _left_out(total, f"{demo_id} lies in the trash of {target.name}: showhow library restore {demo_id}")
            continue
        total = _copy_demo(source.store, target.store, demo_id, total)
        if versions := target.store.versions(demo_id):
            there = newest(target.store, demo_id)
            if known.get(demo_id) != versions[0]:
                make_findable(target, there)
            forget_older(target, there, versions)
    try:
        glossary_of(target).add(glossary_of(source).terms())
        for first, *others in source.synonyms.groups():
            for other in others:
                target.synonyms.add(first, other)
        if (phrases := lexicon_text(source)) and not lexicon_text(target):
            keep_lexicon(target, phrases)
        shares_of(source).copy_to(shares_of(target))
    except LibraryError as error:
        total = _left_out(
            total, f"The glossary, the synonyms, the lexicon or the share links were not copied: {error.what}"
        )
    progress(len(ids), len(ids), "Copying demos")
    return total


def _left_out(total: Copied, why: str) -> Copied:
    return replace(total, left_out=(*total.left_out, why))


def _copy_demo(source: Store, target: Store, demo_id: str, total: Copied) -> Copied:
    there = set(target.versions(demo_id))
    for version in sorted(source.versions(demo_id)):
        try:
            demo = source.read(demo_id, version)
        except LibraryError as error:
            total = _left_out(total, f"{demo_id} version {version} cannot be read: {error.what}")
            continue
        if version not in there:
            try:
                _copy_version(source, target, demo)
            except VersionTaken:  # another process filed it just now
                there.add(version)
            else:
                total = replace(total, copied=total.copied + 1)
                continue
        if not _same(demo, target.read(demo_id, version)):
            why = f"{demo_id} was changed in both libraries: both have another version {version}; the target's stays"
            return _left_out(total, why)
        total = replace(total, present=total.present + 1)
    return total


def _same(one: Demo, other: Demo) -> bool:
    """Whether both are the same version; old records have no checksums and are compared whole.

    What was added to one since (``Store.amend``: the text on its stills and what that corrects) makes it no other.
    """
    if not one.files or not other.files:
        return replace(one, files={}, path=Path()) == replace(other, files={}, path=Path())
    return all(getattr(one, name) == getattr(other, name) for name in _SIGNS)


def _copy_version(source: Store, target: Store, demo: Demo) -> None:
    here = source.fetch_local(demo)
    before, new = _before(target, demo), not target.versions(demo.demo_id)
    with target.stage(demo.demo_id, demo.version, new=new) as staging:
        with library_errors(f"copy {demo.demo_id}"):
            for name in _names(here):
                copy = staging.folder / name
                copy.parent.mkdir(exist_ok=True)
                shared = before is not None and name in demo.files and before.files.get(name) == demo.files[name]
                link_or_copy(before.path / name, copy) if before and shared else _copy_file(here.path / name, copy)
            files = files_of(staging.folder, {}, leave_out=RECORD)
        for name, facts in demo.files.items():
            if files.get(name) != facts:
                what = f"{name} of {demo.demo_id} version {demo.version} is not as it was filed"
                raise LibraryError(what, "See what to do: showhow library check")
        with library_errors(f"copy {demo.demo_id}"):
            write_synced(staging.folder / RECORD, encode_record(replace(demo, files=files)))
        staging.publish()
    copied = target.read(demo.demo_id, demo.version)
    for fault in target.faults(copied, quick=False):
        raise LibraryError(f"The copy came out wrong: {fault.what}", fault.mend)


def _names(here: Demo) -> list[str]:
    """The files of a bundle; old records do not list them."""
    if here.files:
        return sorted(here.files)
    return sorted(
        path.relative_to(here.path).as_posix()
        for path in here.path.rglob("*")
        if path.name != RECORD and path.is_file()
    )


def _before(target: Store, demo: Demo) -> Demo | None:
    """The previous version in the target, if its files are local and can be linked."""
    try:
        before = target.read(demo.demo_id, demo.version - 1) if demo.version > 1 else None
    except LibraryError:
        return None
    return before if before is not None and (before.path / before.clip.path).is_file() else None


def _copy_file(source: Path, copy: Path) -> None:
    """Copy a file; not a hard link, because a copy must survive damage to the original."""
    shutil.copyfile(source, copy)
    sync_file(copy)
