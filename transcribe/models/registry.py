"""Speech models on disk: finds, lists, checks, installs and removes them.

Owns names and folders. Does not load a model (``transcribe/asr/whisper.py``), download one (``download.py``) or take
one from files (``by_hand.py``).

A model is a folder with ``model.bin``, ``config.json``, ``tokenizer.json`` and its vocabulary. A name is looked up in
showhow's own models folder, then in the hub's cache. A folder in the working directory with the name of a model is
never used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from capture.files import remove_file, remove_folder, replace_file
from transcribe.model import ModelMissing, TranscribeError
from transcribe.models.hardware import suggested_model, this_machine
from transcribe.models.known import KNOWN, WANTED, KnownModel, ModelRef, canonical, folder_name

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.txt", "vocabulary.json")
"""One of these, which the model cannot be loaded without."""
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def find_model(name_or_path: str | Path | None, models_folder: Path) -> ModelRef:
    """Find a model by its folder, a known name, a name in ``models_folder``, or None for the best that is installed.

    Raises ModelMissing when it is not on this machine, TranscribeError when it is incomplete.
    """
    if name_or_path is None or not str(name_or_path).strip():
        return _any_model(models_folder)
    if isinstance(name_or_path, Path) or _is_path(name_or_path):
        return _in_folder(Path(name_or_path).expanduser())
    return _named(name_or_path.strip(), models_folder)


def list_models(models_folder: Path) -> list[KnownModel]:
    """Every known model, smallest first, then the other models in ``models_folder``."""
    known = [msgspec.structs.replace(model, path=_installed(model.name, models_folder)) for model in KNOWN.values()]
    own = [folder for folder in _folders(models_folder) if folder.name not in KNOWN and not faults(folder)]
    return [*known, *(KnownModel(name=f.name, megabytes=_megabytes(f), path=f) for f in own)]


def install_model(part: Path, target: Path) -> None:
    """Make a folder with the files of a model the model ``target``, without the other files in it. Raises OSError."""
    for other in part.iterdir():
        if other.name not in WANTED:
            remove_folder(other) if other.is_dir() else remove_file(other)
    if target.exists():  # a damaged model; a complete one is never replaced
        remove_folder(target)
    replace_file(part, target)


def remove_model(name: str, models_folder: Path) -> Path:
    """Delete a model of showhow's own folder, and a partial download of it; returns its former folder.

    Raises ModelMissing when there is none, TranscribeError when it is in another place or cannot be deleted.
    """
    name = canonical(name)
    folder = models_folder / folder_name(name)
    part = models_folder / f".{folder.name}.part"
    if not name or name.startswith(".") or folder.parent != models_folder or not (folder.is_dir() or part.is_dir()):
        if not name.startswith(".") and (elsewhere := _installed(name, models_folder)):
            raise TranscribeError(f"{name} lies in the hub's cache, which other programs use too", f"See {elsewhere}")
        raise ModelMissing(f"There is no speech model {name} in {models_folder}", "See: showhow model list")
    try:
        for found in (folder, part):
            if found.is_symlink():  # a link to a model of another program
                found.unlink()
            elif found.is_dir():
                remove_folder(found)
    except OSError as error:
        raise TranscribeError(f"{folder} cannot be deleted: {error.strerror}", "Check its permissions.") from error
    return folder


def faults(folder: Path) -> str:
    """Why a folder is no complete model, in a few words; empty when it is one."""
    missing = [name for name in _NEEDED if not _has(folder / name)]
    if not any(_has(folder / name) for name in _VOCABULARIES):
        missing.append(_VOCABULARIES[0])
    if missing:
        return f"it lacks {', '.join(missing)}"
    try:
        with (folder / "model.bin").open("rb") as file:
            if b"WhisperSpec" not in file.read(64):
                return "its model.bin is no Whisper model in CTranslate2's format"
        for name in ("config.json", "tokenizer.json"):
            json.loads((folder / name).read_bytes())
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    except ValueError:
        return "its config.json or tokenizer.json is damaged"
    return ""


def _has(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _is_path(text: str) -> bool:
    """Whether a text is a path: by its form, or because it cannot be the name of a model."""
    if text.startswith((".", "~")) or Path(text).is_absolute() or "\\" in text:
        return True
    return "/" in text and (not _REPOSITORY.fullmatch(text) or Path(text).is_dir())


def _in_folder(folder: Path) -> ModelRef:
    if not folder.is_dir():
        raise ModelMissing(f"There is no speech model at {folder}", _download_hint())
    if fault := faults(folder):
        raise TranscribeError(f"{folder} is no speech model: {fault}", _download_hint())
    return ModelRef(folder.resolve().name, folder.resolve())


def _named(name: str, models_folder: Path) -> ModelRef:
    name = canonical(name)
    if path := _installed(name, models_folder):
        return ModelRef(name, path)
    own = models_folder / folder_name(name)
    if own.is_dir() and (fault := faults(own)):
        raise TranscribeError(f"The speech model {name} is damaged: {fault}", _download_hint(name))
    if name in KNOWN or _REPOSITORY.fullmatch(name):
        raise ModelMissing(f"The speech model {name} is not on this machine", _download_hint(name))
    raise ModelMissing(f"There is no speech model called {name}", f"Known ones: {', '.join(KNOWN)}; or give a folder.")


def _any_model(models_folder: Path) -> ModelRef:
    for name in sorted(KNOWN, key=_preference):
        if path := _installed(name, models_folder):
            return ModelRef(name, path)
    for folder in _folders(models_folder):
        if not faults(folder):
            return ModelRef(folder.name, folder)
    raise ModelMissing("There is no speech model on this machine yet", _download_hint())


def _preference(name: str) -> tuple[bool, int, bool, str]:
    """Sort key for the default: the model suggested for the machine, else the best smaller one, else the smallest.

    If only a large model is installed, it was downloaded on purpose, so it is used.
    """
    fitting, size = KNOWN[suggested_model(this_machine())].megabytes, KNOWN[name].megabytes
    return size > fitting, size if size > fitting else -size, KNOWN[name].english_only, name


def _download_hint(name: str = "") -> str:
    known = name if name in KNOWN or "/" in name else suggested_model(this_machine())
    return f"Get one with: showhow model download {known}"


def _installed(name: str, models_folder: Path) -> Path | None:
    own = models_folder / folder_name(name)
    if own.is_dir() and not faults(own):
        return own
    repository = KNOWN[name].repository if name in KNOWN else name
    return next((s for s in _snapshots(repository) if not faults(s)), None) if "/" in repository else None


def _snapshots(repository: str) -> Iterator[Path]:
    """Snapshots of a repository in the hub's cache, the current one first."""
    from huggingface_hub.constants import HF_HUB_CACHE  # 3 ms; the rest of the hub is not loaded

    folder = Path(HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}"
    current = folder / "refs" / "main"
    if current.is_file():
        yield folder / "snapshots" / current.read_text(encoding="utf-8").strip()
    yield from _folders(folder / "snapshots")


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(f for f in parent.iterdir() if f.is_dir() and not f.name.startswith("."))


def _megabytes(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.iterdir() if f.is_file()) // 1_000_000
