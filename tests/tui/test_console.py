"""What the door prints is readable, and harmless whatever others wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capture.model import Take
from tui.console import ago, print_json, say, size

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (59 * 60, "59 minutes ago"),
        (3 * 3600, "3 hours ago"),
        (86_400 * 1.5, "yesterday"),
        (86_400 * 3, "3 days ago"),
        (86_400 * 15, "2 weeks ago"),
        (86_400 * 70, "2 months ago"),
        (86_400 * 800, "2 years ago"),
    ],
)
def test_ages_are_told_in_the_words_people_use(seconds: float, words: str) -> None:
    assert ago(round((NOW - seconds) * 1000), NOW) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (999, "999 B"), (1_600_000, "1.6 MB"), (145_000_000, "145 MB"), (48 * 10**9, "48.0 GB")],
)
def test_sizes_are_told_in_decimal_units(count: int, words: str) -> None:
    assert size(count) == words


def test_escape_sequences_in_a_title_never_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("Raise \x1b[31ma\x07 purchase \u202eorder\x9b2J")
    assert capsys.readouterr().out == "Raise [31ma purchase order2J\n"


def test_json_writes_paths_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(Take(take_id="t", started_unix_ms=1, width=2, height=2, path=Path("/takes/t")))
    assert json.loads(capsys.readouterr().out)["path"] == "/takes/t"
