"""Which model the screens offer: the one the settings name, else the suggested one; none where none is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.model_files import made_model
from transcribe.models.hardware import suggested_model, this_machine
from tui.config import Settings, load_settings
from tui.services.model_service import LocalModelService


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def settings() -> Settings:
    return load_settings()


def offered(settings: Settings) -> str | None:
    offer = LocalModelService(settings).offer()
    return offer.name if offer is not None else None


def test_it_is_the_one_the_settings_name_else_the_one_for_this_machine(settings: Settings) -> None:
    assert offered(settings) == suggested_model(this_machine())
    assert offered(replace(settings, model="tiny.en")) == "tiny.en"


def test_none_is_offered_where_there_is_one_or_where_it_would_not_be_used(settings: Settings, tmp_path: Path) -> None:
    assert offered(replace(settings, endpoint_url="http://127.0.0.1:9/v1")) is None
    assert offered(replace(settings, model=str(tmp_path / "gone"))) is None
    made_model(settings.models_folder / "tiny")
    assert offered(settings) is None
    assert offered(replace(settings, model="base")) == "base"


def test_a_damaged_one_is_offered_again(settings: Settings) -> None:
    (made_model(settings.models_folder / "base") / "tokenizer.json").unlink()
    assert offered(replace(settings, model="base")) == "base"
