"""Packages of the Python package index that carry files of models; those of speech models are in ``packages.toml``."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import msgspec

from capture.files import prepared


class Package(msgspec.Struct, frozen=True):
    """A package of the index; ``size`` is that of its wheel in bytes."""

    name: str
    version: str
    size: int

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def wheel_prefix(self) -> str:
        """How the file name of its wheel starts."""
        return f"{re.sub(r'[-_.]+', '_', self.name).lower()}-{self.version}-"


class PackagedFile(msgspec.Struct, frozen=True):
    """A file of ``size`` bytes: its name, its SHA-256, and the paths in the wheels that make it up, in order."""

    name: str
    size: int
    sha256: str
    members: tuple[str, ...]


class PackageSource(msgspec.Struct, frozen=True):
    """Files, and the packages of the index that carry them."""

    packages: tuple[Package, ...]
    files: tuple[PackagedFile, ...]

    def __str__(self) -> str:
        return ", ".join(str(package) for package in self.packages)


@cache
def package_sources() -> dict[str, PackageSource]:
    """Where the package index has a speech model, by the model's name."""
    text = resources.files("transcribe.models").joinpath("packages.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=prepared(dict[str, PackageSource]))
