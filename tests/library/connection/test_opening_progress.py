"""Opening a library whose index has to be made says how far it is, and goes on where it was broken off."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from capture.errors import Cancelled
from library.connection import bulk_read
from library.connection.address import index_path
from library.connection.library import open_library
from tests.library.factories import demo, put_bundle

DEMOS = 20
Reports = list[tuple[int, int, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library whose demos are in no index yet, and are read a few at a time."""
    monkeypatch.setattr(bulk_read, "BATCH", 4)
    for number in range(DEMOS):
        one = demo(f"demo-{number:02}", f"Lesson {number}", "Open the menu")
        put_bundle(tmp_path / "library" / "demos", one)
        home = tmp_path / "library" / "demos" / one.demo_id
        for path in (*home.rglob("*"), home):
            os.utime(path, (1_700_000_000, 1_700_000_000))  # not filed just now
    return tmp_path / "library"


def opened(folder: Path, reports: Reports, stop_at: int = DEMOS) -> int:
    def progress(done: int, total: int, what: str) -> None:
        reports.append((done, total, what))
        if stop_at <= done < DEMOS:
            raise Cancelled("enough")

    with open_library(folder, progress=progress) as library:
        return library.catalog.count()


def test_the_first_index_says_how_far_it_is(folder: Path) -> None:
    reports: Reports = []
    assert opened(folder, reports) == DEMOS
    assert reports[0] == (0, DEMOS, "Reading demos")
    assert reports[-1] == (DEMOS, DEMOS, "Reading demos")


def test_what_was_read_before_it_was_broken_off_is_not_read_again(folder: Path) -> None:
    with pytest.raises(Cancelled):
        opened(folder, [], stop_at=1)
    reports: Reports = []
    assert opened(folder, reports) == DEMOS
    assert 0 < reports[0][1] < DEMOS


@pytest.mark.parametrize("damage", [b"damaged" * 1000, None])
def test_an_index_made_anew_says_how_far_it_is(folder: Path, tmp_path: Path, damage: bytes | None) -> None:
    opened(folder, [])
    index = index_path(folder, tmp_path)
    index.write_bytes(damage) if damage else index.unlink()
    reports: Reports = []
    assert opened(folder, reports) == DEMOS
    assert reports[-1] == (DEMOS, DEMOS, "Reading demos")
