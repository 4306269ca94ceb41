"""In pipes and without a terminal: UTF-8 whatever the system says, and one line in place of the application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from library.connection.library import open_library
from tests.library.factories import demo, put_bundle

SHOWHOW = Path(sys.executable).with_name("showhow")
TITLE = "発注書を作成する – “Bestellung” ✓"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, demo("order-ab12", TITLE, "Open the menu."))
        library.refresh()
    return tmp_path


def piped(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    given = os.environ | {"SHOWHOW_HOME": str(home)} | environment
    return subprocess.run([SHOWHOW, *words], env=given, capture_output=True, stdin=subprocess.DEVNULL, check=False)


@pytest.mark.parametrize(
    "encoding", ["cp1252", *(pytest.param(one, marks=pytest.mark.long) for one in ("cp437", "ascii"))]
)
def test_output_into_a_pipe_is_utf_8(home: Path, encoding: str) -> None:
    for words in (["list"], ["show", "order"], ["export", "order"], ["search", "order"]):
        done = piped(home, *words, PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr
        assert TITLE in done.stdout.decode("utf-8").replace("\\", "") or words == ["search", "order"]
    listed = json.loads(piped(home, "list", "--json", PYTHONIOENCODING=encoding).stdout.decode("utf-8"))
    assert [one["title"] for one in listed["demos"]] == [TITLE]
    doctor = piped(home, "doctor", PYTHONIOENCODING=encoding)
    assert "✓" in doctor.stdout.decode("utf-8")
    assert b"Traceback" not in doctor.stderr


def test_an_error_line_is_utf_8_too(home: Path) -> None:
    done = piped(home, "show", "無い", PYTHONIOENCODING="cp1252")
    assert "無い" in done.stderr.decode("utf-8")


def test_without_a_terminal_the_application_ends_with_one_line(home: Path) -> None:
    done = piped(home)
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == [
        "The application needs a terminal. Without one there are commands: showhow --help"
    ]
