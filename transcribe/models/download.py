"""Fetching a speech model from the hub, asked for by the user: with progress, cancellable, whole or not at all.

Owns the download: what was fetched by a try that was broken off is gone on with, byte for byte, and nothing becomes a
model whose checksums are not the hub's. Refuses to be called by anything but that wish: showhow never fetches a model
on its own.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from pathlib import Path
from typing import Any

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
_PATIENCE_S = 10.0
"""Without a byte for so long the connection has stalled. The hub's library makes it again where it left off: once, or
five times where something had arrived, so a minute in all."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_SPARE = 50_000_000  # bytes left to the system when the model is there
_CHUNK = 250_000  # bytes between two looks at whether the user has had enough


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
    import huggingface_hub
    from huggingface_hub import constants, errors
    from huggingface_hub.utils import logging

    constants.DOWNLOAD_CHUNK_SIZE, constants.HF_HUB_DOWNLOAD_TIMEOUT = _CHUNK, round(_PATIENCE_S)
    logging.get_logger().setLevel("ERROR")  # its warnings would be written across the screen
    # Whichever HTTP library the hub's version speaks, its errors share a base with the hub's own.
    mro: tuple[Any, ...] = errors.HfHubHTTPError.__mro__
    base: type[Exception] = next((c for c in mro if c.__name__ == "HTTPError"), OSError)
    try:
        _fetch_files(huggingface_hub, repository, folder, progress)
    except errors.RepositoryNotFoundError as error:
        raise TranscribeError(f"The hub has no model {repository}", "Check the name.") from error
    except (OSError, base, ValueError) as error:  # ValueError: facts that are no JSON, as a hotel's login page
        if isinstance(error, PermissionError) or getattr(error, "errno", None) in _NO_ROOM:
            raise
        raise TranscribeError(
            f"{Path(repository).name} cannot be downloaded, the hub does not answer ({_first_line(error)})",
            "Check the network and run it again, or copy a model's folder here and name it with SHOWHOW_MODEL.",
        ) from error


def _fetch_files(hub: Any, repository: str, folder: Path, progress: Progress) -> None:
    # This question fails at once without a network; the download itself would try again.
    facts = hub.HfApi().model_info(repository, files_metadata=True, timeout=_PATIENCE_S)
    files = [_described(sibling) for sibling in facts.siblings or () if sibling.rfilename in _WANTED]
    counted = _Counted(progress, sum(file.size for file in files), f"Downloading {Path(repository).name}")
    todo = [file for file in files if not _is_there(folder / file.name, file)]
    counted.add(sum(file.size for file in files if file not in todo))
    parts = {file: folder / f"{file.name}.{(facts.sha or '')[:12]}.part" for file in todo}
    have = sum(part.stat().st_size for part in parts.values() if part.exists())
    _check_room(folder, sum(file.size for file in todo) - have, Path(repository).name)
    for file in sorted(todo, key=lambda one: one.size):
        _fetch_file(hub.hf_hub_url(repository, file.name, revision=facts.sha), file, parts[file], counted)
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
    from huggingface_hub import utils
    from huggingface_hub.file_download import http_get

    part.touch()
    if part.stat().st_size > file.size:
        part.write_bytes(b"")
    with part.open("r+b") as sink:
        done = sink.seek(0, 2)
        counted.add(done)
        headers = utils.build_hf_headers()  # type: ignore[attr-defined]  # documented there all the same
        bar: Any = counted.bar  # a function that makes one is all the hub needs
        http_get(
            url, sink, resume_size=done, headers=headers, expected_size=file.size,
            displayed_filename=file.name, tqdm_class=bar, _nb_retries=1,
        )  # fmt: skip
    if damage := _damage(part, file):
        part.unlink()
        raise TranscribeError(f"{file.name} arrived damaged: {damage}", "Run it again; it is fetched anew.")


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

    def add(self, count: float) -> None:
        self._done += int(count)
        self._progress(min(self._done, self._total), self._total, self._what)

    def bar(self, *_: object, **__: object) -> _Bar:
        """What the hub takes for a progress bar class; it asks for one a file."""
        return _Bar(self)


class _Bar:
    def __init__(self, counted: _Counted) -> None:
        self._counted = counted

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def update(self, count: float | None = 1) -> None:
        self._counted.add(count or 0)


def _first_line(error: Exception) -> str:
    cause = error.__cause__ or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")
