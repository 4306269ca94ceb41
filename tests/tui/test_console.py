"""What the door prints is readable, and harmless whatever others wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capture.model import Take
from tui.console import print_json, say


def test_escape_sequences_in_a_title_never_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("Raise \x1b[31ma\x07 purchase \u202eorder\x9b2J")
    assert capsys.readouterr().out == "Raise [31ma purchase order2J\n"


def test_json_writes_paths_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(Take(take_id="t", started_unix_ms=1, width=2, height=2, path=Path("/takes/t")))
    assert json.loads(capsys.readouterr().out)["path"] == "/takes/t"
