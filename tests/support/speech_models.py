"""Whisper models for tests and benches, fetched once a machine by the product's own download, with checked sums."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from tests.support.cache import CACHE, Unavailable, locked, sha256
from transcribe.model import TranscribeError
from transcribe.models.download import download
from transcribe.models.known import folder_name

MODELS = CACHE / "models"
SUMS = {
    "base": {
        "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    },
    "tiny.en": {
        "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
        "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    },
}
"""The official SHA-256 of each model's files, as ``Systran/faster-whisper-NAME`` has them on the hub."""


@lru_cache
def model(name: str) -> Path:
    """The folder of a complete model of SUMS. A file whose sum is wrong is fetched anew.

    Raises Unavailable when the model cannot be fetched, or arrives with wrong sums.
    """
    folder = MODELS / folder_name(name)
    with locked(f"model-{name}"):
        if _wrong(name, folder):
            shutil.rmtree(folder, ignore_errors=True)
            try:
                download(name, MODELS)
            except TranscribeError as error:
                raise Unavailable(f"The tests' speech model {name} cannot be fetched into {folder}: {error}") from None
        if wrong := _wrong(name, folder):
            raise Unavailable(f"The tests' speech model {name} in {folder} has wrong SHA-256 sums: {', '.join(wrong)}.")
    return folder


def _wrong(name: str, folder: Path) -> list[str]:
    return [file for file, official in SUMS[name].items() if sha256(folder / file) != official]
