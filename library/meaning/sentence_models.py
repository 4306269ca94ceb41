"""Sentence models on disk: the known name, where a model is looked for, and the files it consists of.

A model is a folder with ``model.onnx`` and ``tokenizer.json``, in showhow's models folder or named by a path. Owns
names and folders. Does not load a model (``encoder.py``) or fetch one (``fetch.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from capture.files import remove_folder
from library.model import LibraryError

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
DEFAULT = "all-MiniLM-L6-v2"
MEGABYTES = 23
"""Size of the default model."""
NONE = "none"
"""The setting that turns search by meaning off."""
_ALIASES = {"minilm"}


class ModelUnusable(LibraryError):
    """A sentence model is missing, incomplete or damaged. The search by words goes on without it."""


class SentenceModel(msgspec.Struct, frozen=True):
    """A model on disk: its name and its folder."""

    name: str
    path: Path


def known_name(name: str) -> str:
    """The name of the known model that may be given in another case or by an alias; else the name as it is."""
    name = name.strip()
    return DEFAULT if name.casefold() in {DEFAULT.casefold(), *_ALIASES} else name


def find_sentence_model(name_or_path: str, models_folder: Path) -> SentenceModel | None:
    """The model of a setting: empty for the default one if it is here; None for none. Raises ModelUnusable."""
    if name_or_path.strip().casefold() == NONE:
        return None
    name = known_name(name_or_path or DEFAULT)
    own = models_folder / name
    folder = own if name == DEFAULT or own.is_dir() else Path(name).expanduser()
    if not folder.is_dir() and not name_or_path:
        return None
    remedy = (
        f"Get it: showhow model download {name}" if name == DEFAULT else f"Name a folder with {MODEL} and {TOKENIZER}."
    )
    if not folder.is_dir():
        raise ModelUnusable(f"The sentence model {name} is not on this machine", remedy)
    if fault := model_fault(folder):
        raise ModelUnusable(f"The sentence model {name} is incomplete: {fault}", remedy)
    return SentenceModel(folder.name, folder)


class WantedModel(NamedTuple):
    """The sentence model to use; None with the reason in one line, which is empty where nobody asked for one."""

    model: SentenceModel | None = None
    trouble: str = ""


NO_MODEL = WantedModel()


def wanted_model(name_or_path: str, models_folder: Path) -> WantedModel:
    """The model of a setting, or why it cannot be used; see ``find_sentence_model``."""
    try:
        return WantedModel(find_sentence_model(name_or_path, models_folder))
    except ModelUnusable as error:
        return WantedModel(trouble=str(error))


def model_fault(folder: Path) -> str:
    """What a model's folder lacks, in a few words; empty when it is complete."""
    missing = [
        name for name in (MODEL, TOKENIZER) if not (folder / name).is_file() or not (folder / name).stat().st_size
    ]
    return f"it lacks {', '.join(missing)}" if missing else ""


def remove_sentence_model(models_folder: Path) -> Path:
    """Delete the known model; returns its former folder. Raises ModelUnusable when it is not here."""
    folder = models_folder / DEFAULT
    if not folder.is_dir():
        raise ModelUnusable(f"There is no sentence model {DEFAULT} in {models_folder}", "See: showhow model list")
    try:
        remove_folder(folder)
    except OSError as error:
        raise ModelUnusable(f"{folder} cannot be deleted: {error.strerror}", "Check its permissions.") from error
    return folder
