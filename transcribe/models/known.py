"""The Whisper models showhow knows by name: sizes, repositories, aliases."""

from __future__ import annotations

from pathlib import Path

import msgspec


class ModelRef(msgspec.Struct, frozen=True):
    """A whole model on disk: the name it goes by, and its folder."""

    name: str
    path: Path


class KnownModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be had, of about so many megabytes; ``path`` is where it lies, None when it is not installed."""

    name: str
    megabytes: int
    repository: str = ""
    english_only: bool = False
    path: Path | None = None

    @property
    def installed(self) -> bool:
        """Whether it lies on this machine, whole."""
        return self.path is not None

    @property
    def translates(self) -> bool:
        """Whether it can write in English what is said in another language; turbo was not taught to."""
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


_ALSO = {"large": "large-v3", "large-v3-turbo": "turbo"}


def canonical(name: str) -> str:
    """The one name of a model that has several."""
    return _ALSO.get(name.strip(), name.strip())


def folder_name(name: str) -> str:
    """What a model's folder inside the models folder is called."""
    return name.replace("/", "--")
