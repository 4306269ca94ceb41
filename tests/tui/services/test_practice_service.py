"""The attempts of this user: nothing is recorded of a demo that has nothing to compare with."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.connection.library import open_library
from library.model import LibraryError
from library.practice.model import PracticeLevel
from library.practice.store import PracticeStore
from tests.library.factories import demo
from tui.services.practice.service import LocalPracticeService


def test_a_demo_without_steps_is_not_tried(tmp_path: Path) -> None:
    store = PracticeStore(tmp_path / "mine")
    with open_library(tmp_path / "library") as library:
        service = LocalPracticeService(library, store, None, lambda _take: None)
        with pytest.raises(LibraryError, match="showhow transcribe d1"):
            service.begin(demo("d1", "Without words"), PracticeLevel.TRY)
    assert not store.folder.exists()
