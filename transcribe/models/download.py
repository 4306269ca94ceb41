"""Fetching a speech model from the hub, asked for by the user: with progress, cancellable, whole or not at all.

Owns the download: what was fetched by a try that was broken off is gone on with, byte for byte, and nothing becomes a
model whose checksums are not the hub's. Refuses to be called by anything but that wish: showhow never fetches a model
on its own.

The hub's ``snapshot_download`` deletes what had come of a file when the connection breaks, and tells progress only once
in 10 MB: it could neither be gone on with nor soon be broken off.
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
from transcribe.models.known import KNOWN, ModelRef, canonical, folder_name
from transcribe.models.registry import faults

_WANTED = (
    "model.bin",
    "config.json",
    "tokenizer.json",
    "preprocessor_config.json",
    "vocabulary.json",
    "vocabulary.txt",
)
_PATIENCE_S, _TRIES, _PAUSE_S = 10.0, 3, 1.0
"""Without a byte for so long the connection has stalled. It is made again where it left off, after a pause, until so
many in a row have brought nothing."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_SPARE = 50_000_000  # bytes left to the system when the model is there


class _File(msgspec.Struct, frozen=True):
    """A file as the hub describes it: ``sha256`` of its bytes, or ``blob``, git's SHA-1 of them; or neither."""

    name: str
    size: int
    sha256: str = ""
    blob: str = ""


def download(name: str, models_folder: Path, progress: Progress = silent) -> ModelRef:
    """Fetch a known model (or ``owner/repository`` of the hub) into ``models_folder``; progress counts bytes.

    What is there and whole is left as it is. Raises TranscribeError when the name is unknown, the hub cannot be
    reached, what arrives is damaged or the disk is full; Cancelled when told to. The next try goes on from there.
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
            _fetch(KNOWN[name].repository if name in KNOWN else name, part, progress)
            if fault := faults(part):
                raise TranscribeError(
                    f"The hub's {name} is no speech model showhow can use: {fault}", "Choose another."
                )
            _put(part, target)
        finally:
            lock.path.unlink(missing_ok=True)
            lock.release()
    except OSError as error:
        raise TranscribeError(f"The model cannot be kept in {models_folder}: {error.strerror or error}") from error
    return ModelRef(name, target)


def _put(part: Path, target: Path) -> None:
    for left in part.glob("*.part"):  # of an older revision
        left.unlink()
    if target.exists():  # a damaged one, or we would not be here
        shutil.rmtree(target)
    part.replace(target)


def _fetch(repository: str, folder: Path, progress: Progress) -> None:
    import httpx2
    from huggingface_hub import errors
    from huggingface_hub.utils import logging

    logging.get_logger().setLevel("ERROR")  # its warnings would be written across the screen
    try:
        _fetch_files(repository, folder, progress)
    except errors.RepositoryNotFoundError as error:
        raise TranscribeError(f"The hub has no model {repository}", "Check the name.") from error
    except (OSError, httpx2.HTTPError, ValueError) as error:  # ValueError: no JSON, as a hotel's login page
        if isinstance(error, PermissionError) or getattr(error, "errno", None) in _NO_ROOM:
            raise
        raise TranscribeError(
            f"{Path(repository).name} cannot be downloaded, the hub does not answer ({_first_line(error)})",
            "Check the network and run it again, or copy a model's folder here and name it with SHOWHOW_MODEL.",
        ) from error


def _fetch_files(repository: str, folder: Path, progress: Progress) -> None:
    import huggingface_hub

    facts = huggingface_hub.HfApi().model_info(repository, files_metadata=True, timeout=_PATIENCE_S)
    files = [_described(sibling) for sibling in facts.siblings or () if sibling.rfilename in _WANTED]
    todo = [file for file in files if not _is_there(folder / file.name, file)]
    parts = {file: folder / f"{file.name}.{(facts.sha or '')[:12]}.part" for file in todo}
    total, left = (sum(file.size for file in some) for some in (files, todo))
    have = sum(part.stat().st_size for part in parts.values() if part.exists())
    _check_room(folder, left - have, Path(repository).name)
    counted = _Counted(progress, total, f"Downloading {Path(repository).name}")
    counted.add(total - left)
    for file in sorted(todo, key=lambda one: one.size):
        url = huggingface_hub.hf_hub_url(repository, file.name, revision=facts.sha)
        _fetch_file(url, file, parts[file], counted)
        parts[file].replace(folder / file.name)


def _described(sibling: Any) -> _File:
    lfs = sibling.lfs or {}
    return _File(sibling.rfilename, sibling.size or 0, lfs.get("sha256") or "", "" if lfs else sibling.blob_id or "")


def _is_there(path: Path, file: _File) -> bool:
    return path.is_file() and path.stat().st_size == file.size and not _damage(path, file)


def _check_room(folder: Path, needed: int, name: str) -> None:
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise TranscribeError(
            f"There is no room for {name}: it needs {needed // 1_000_000} MB more, {free // 1_000_000} MB are free",
            "Free some space, or choose a smaller one: showhow model list",
        )


def _fetch_file(url: str, file: _File, part: Path, counted: _Counted) -> None:
    """Fetch the rest of a file into ``part``; what is damaged in the end is thrown away."""
    with part.open("ab") as sink:
        counted.add(sink.tell())
        _fetch_rest(url, file, sink, counted)
    if damage := _damage(part, file):
        part.unlink()
        raise TranscribeError(f"{file.name} arrived damaged: {damage}", "Run it again; it is fetched anew.")


def _fetch_rest(url: str, file: _File, sink: BinaryIO, counted: _Counted) -> None:
    """Fetch what ``sink`` lacks; a connection that breaks is made again where it left off."""
    import httpx2

    left = _TRIES
    while (done := sink.tell()) < file.size:
        try:
            return _append(url, file, sink, counted)
        except httpx2.TransportError:
            left = _TRIES if sink.tell() > done else left - 1
            if not left:
                raise
            time.sleep(_PAUSE_S)
            counted.add(0)
    return None


def _append(url: str, file: _File, sink: BinaryIO, counted: _Counted) -> None:
    from huggingface_hub import get_session, get_token

    done, token = sink.tell(), get_token()
    headers = {"Accept-Encoding": "identity", "Range": f"bytes={done}-"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    with get_session().stream("GET", url, headers=headers, timeout=_PATIENCE_S) as response:
        response.raise_for_status()
        if response.status_code != HTTPStatus.PARTIAL_CONTENT:  # it sends the whole
            sink.truncate(sink.seek(0))
            counted.add(-done)
        for piece in response.iter_bytes():
            sink.write(piece)
            counted.add(len(piece))
            if sink.tell() > file.size:
                return  # it would go on for ever, perhaps; its checksum tells


def _damage(path: Path, file: _File) -> str:
    """What is wrong with a fetched file, in a few words; empty when it is what the hub says it is."""
    if file.sha256:
        with path.open("rb") as opened:
            good = hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    elif file.blob:
        data = path.read_bytes()  # not in LFS, so small
        good = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == file.blob
    else:
        good = path.stat().st_size == file.size
    return "" if good else "its checksum is not the hub's"


class _Counted:
    """Counts bytes over all files and passes them on as progress."""

    def __init__(self, progress: Progress, total: int, what: str) -> None:
        self._progress, self._total, self._what, self._done = progress, total, what, 0

    def add(self, count: int) -> None:
        self._done += count
        self._progress(min(self._done, self._total), self._total, self._what)


def _first_line(error: Exception) -> str:
    cause = error.__cause__ or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")
