"""Raw takes stay until somebody asks for their deletion, and only those that have been filed go."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command import SHOWHOW, run_command

DAY_MS = 86_400_000


def make_take(home: Path, name: str, *, days_ago: int, **facts: object) -> Path:
    folder = home / "takes" / name
    folder.mkdir(parents=True)
    started = round(time.time() * 1000) - days_ago * DAY_MS
    record = {
        "take_id": name,
        "started_unix_ms": started,
        "width": 2,
        "height": 2,
        "state": "finished",
        "duration_ms": 1000,
    }
    (folder / "take.json").write_text(json.dumps(record | facts))
    (folder / "take.mp4").write_bytes(b"x" * 5000)
    return folder


@pytest.fixture
def folders(home: Path) -> dict[str, Path]:
    return {
        "filed long ago": make_take(home, "20260101-090000-aaaa", days_ago=40, filed_as="demo"),
        "filed just now": make_take(home, "20260102-090000-bbbb", days_ago=1, filed_as="demo"),
        "never filed": make_take(home, "20260103-090000-cccc", days_ago=400),
    }


def tidy(*words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([SHOWHOW, "takes", "--tidy", *words], input=said, capture_output=True, text=True, check=False)


def test_only_takes_that_were_filed_long_ago_are_deleted(folders: dict[str, Path]) -> None:
    assert tidy("--yes").returncode == 0
    assert [name for name, folder in folders.items() if folder.exists()] == ["filed just now", "never filed"]


def test_without_a_yes_nothing_is_deleted(folders: dict[str, Path]) -> None:
    done = tidy(said="n\n")
    assert done.returncode == 130
    assert "Delete 1 raw take," in done.stderr
    assert all(folder.exists() for folder in folders.values())


def test_listing_deletes_nothing_and_says_what_became_of_each(folders: dict[str, Path]) -> None:
    listed = run_command("takes", check=True).stdout
    assert "filed as demo" in listed
    assert "not filed" in listed
    assert all(folder.exists() for folder in folders.values())
