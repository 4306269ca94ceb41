"""A sentence model of the tests' own."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.meaning.sentence_models import SentenceModel
from tests.support.sentence_model import made_sentence_model


@pytest.fixture
def sentence_model(tmp_path: Path) -> SentenceModel:
    """A tiny one, run by the product's own encoder."""
    return made_sentence_model(tmp_path / "models")
