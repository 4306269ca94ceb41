"""The Whisper models showhow knows by name: sizes, repositories, aliases."""

from __future__ import annotations

from pathlib import Path

import msgspec

WANTED = (
    "model.bin",
    "config.json",
    "tokenizer.json",
    "preprocessor_config.json",
    "vocabulary.json",
    "vocabulary.txt",
)
"""The files a model may consist of."""


class ModelRef(msgspec.Struct, frozen=True):
    """A complete model on disk: its name and its folder; ``source`` says where it was fetched from just now."""

    name: str
    path: Path
    source: str = ""


class KnownModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model of about ``megabytes``, installed or downloadable; ``path`` is its folder, None when not installed."""

    name: str
    megabytes: int
    repository: str = ""
    english_only: bool = False
    path: Path | None = None

    @property
    def installed(self) -> bool:
        """Whether it is complete on this machine."""
        return self.path is not None

    @property
    def translates(self) -> bool:
        """Whether it can translate other languages into English; turbo was not trained for it."""
        return not self.english_only and self.name != "turbo"


def _known(name: str, megabytes: int, repository: str = "") -> KnownModel:
    return KnownModel(
        name=name,
        megabytes=megabytes,
        repository=repository or f"Systran/faster-whisper-{name}",
        english_only=name.endswith(".en") or name.startswith("distil"),
    )


KNOWN = {
    model.name: model
    for model in (
        _known("tiny", 78),
        _known("tiny.en", 78),
        _known("base", 148),
        _known("base.en", 148),
        _known("small", 486),
        _known("small.en", 486),
        _known("medium", 1_530),
        _known("medium.en", 1_530),
        _known("large-v2", 3_090),
        _known("large-v3", 3_090),
        _known("turbo", 1_620, "mobiuslabsgmbh/faster-whisper-large-v3-turbo"),
        _known("distil-small.en", 336, "Systran/faster-distil-whisper-small.en"),
        _known("distil-medium.en", 792, "Systran/faster-distil-whisper-medium.en"),
        _known("distil-large-v3", 1_520, "Systran/faster-distil-whisper-large-v3"),
    )
}
_ALIASES = {"large": "large-v3", "large-v3-turbo": "turbo"}


def canonical(name: str) -> str:
    """The canonical name of a model that may be given by an alias."""
    return _ALIASES.get(name.strip(), name.strip())


def folder_name(name: str) -> str:
    """Name of a model's folder inside the models folder."""
    return name.replace("/", "--")
