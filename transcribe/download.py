"""Fetching a speech model from the hub, asked for by the user: with progress, cancellable, whole or not at all.

Owns the download. Refuses to be called by anything but that wish: showhow never fetches a model on its own.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

from capture.progress import Progress, silent
from transcribe.model import TranscribeError
from transcribe.models import KNOWN, ModelRef, canonical, faults, folder_name

_WANTED = (
    "model.bin",
    "config.json",
    "tokenizer.json",
    "preprocessor_config.json",
    "vocabulary.json",
    "vocabulary.txt",
)
_PATIENCE_S = 10.0
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_CHUNK = 1_000_000  # bytes between two looks at whether the user has had enough


def download(name: str, models_folder: Path, progress: Progress = silent) -> ModelRef:
    """Fetch a known model (or ``owner/repository`` of the hub) into ``models_folder``; progress counts bytes.

    What is there and whole is left as it is. Files already fetched by a try that was broken off are kept for the next.
    Raises TranscribeError when the name is unknown, the hub cannot be reached or the disk is full; Cancelled when
    told to.
    """
    name = canonical(name)
    target = models_folder / folder_name(name)
    if target.is_dir() and not faults(target):
        return ModelRef(name, target)
    if name not in KNOWN and "/" not in name:
        raise TranscribeError(f"There is no speech model called {name}", f"Known ones: {', '.join(KNOWN)}.")
    part = models_folder / f".{target.name}.part"
    try:
        part.mkdir(parents=True, exist_ok=True)
        _fetch(KNOWN[name].repository if name in KNOWN else name, part, progress)
        if fault := faults(part):
            raise TranscribeError(f"The hub's {name} is no speech model showhow can use: {fault}", "Choose another.")
        _put(part, target)
    except OSError as error:
        raise TranscribeError(f"The model cannot be kept in {models_folder}: {error.strerror or error}") from error
    return ModelRef(name, target)


def _put(part: Path, target: Path) -> None:
    shutil.rmtree(part / ".cache", ignore_errors=True)  # the hub's notes on its own download
    if target.exists():  # a damaged one, or we would not be here
        shutil.rmtree(target)
    part.replace(target)


def _fetch(repository: str, folder: Path, progress: Progress) -> None:
    import huggingface_hub
    from huggingface_hub import constants, errors
    from huggingface_hub.utils import logging

    # The plain download is told chunk by chunk and can be broken off; the faster one runs where no exception reaches.
    constants.HF_HUB_DISABLE_XET, constants.DOWNLOAD_CHUNK_SIZE = True, _CHUNK
    logging.get_logger().setLevel("ERROR")  # its warnings would be written across the screen
    # Whichever HTTP library the hub's version speaks, its errors share a base with the hub's own.
    mro: tuple[Any, ...] = errors.HfHubHTTPError.__mro__
    base: type[Exception] = next((c for c in mro if c.__name__ == "HTTPError"), OSError)
    try:
        _fetch_files(huggingface_hub, repository, folder, progress)
    except errors.RepositoryNotFoundError as error:
        raise TranscribeError(f"The hub has no model {repository}", "Check the name.") from error
    except (OSError, base) as error:
        if isinstance(error, PermissionError) or getattr(error, "errno", None) in _NO_ROOM:
            raise
        raise TranscribeError(
            f"{Path(repository).name} cannot be downloaded, the hub does not answer ({_first_line(error)})",
            "Check the network and run it again, or copy a model's folder here and name it with SHOWHOW_MODEL.",
        ) from error


def _fetch_files(hub: Any, repository: str, folder: Path, progress: Progress) -> None:
    # This question fails at once without a network; the download itself would try again for 20 s.
    facts = hub.HfApi().model_info(repository, files_metadata=True, timeout=_PATIENCE_S)
    sizes = {file.rfilename: file.size or 0 for file in facts.siblings or () if file.rfilename in _WANTED}
    counted = _Counted(progress, sum(sizes.values()), f"Downloading {Path(repository).name}")
    for name in sorted(sizes, key=sizes.__getitem__):
        at = folder / name
        if at.is_file() and at.stat().st_size == sizes[name]:
            counted.add(sizes[name])
        else:
            hub.hf_hub_download(
                repository, name, revision=facts.sha, local_dir=folder, tqdm_class=counted.bar, etag_timeout=_PATIENCE_S
            )


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
