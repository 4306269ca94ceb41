"""What the door prints is readable, and harmless whatever others wrote."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path

import pytest

from capture.model import Take
from tui.console import print_json, progress_bar, say, shell_word


def test_escape_sequences_in_a_title_never_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("Raise \x1b[31ma\x07 purchase \u202eorder\x9b2J")
    assert capsys.readouterr().out == "Raise [31ma purchase order2J\n"


def test_json_writes_paths_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(Take(take_id="t", started_unix_ms=1, width=2, height=2, path=Path("/takes/t")))
    assert json.loads(capsys.readouterr().out)["path"] == str(Path("/takes/t"))


@pytest.mark.parametrize("query", ["order", "feed the zoo's zebra", '"the new menu" of Ana\'s'])
def test_a_command_that_is_printed_can_be_pasted_into_the_shells_of_each_system(query: str) -> None:
    assert shlex.split(shell_word(query, "linux")) == [query]
    pasted = shell_word(query, "win32")
    assert pasted[0] == pasted[-1] == '"'
    assert pasted[1:-1].split() == query.replace('"', "").split()


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error from now on; no fixture, because pytest puts its own in place before the test begins."""
    monkeypatch.setenv("TERM", "xterm-256color")
    made = Terminal()
    monkeypatch.setattr("tui.console.sys.stderr", made)
    return made


def test_no_bar_is_drawn_while_the_work_may_be_short(monkeypatch: pytest.MonkeyPatch) -> None:
    error = terminal(monkeypatch)
    with progress_bar(after_s=3_600) as progress:
        progress(1, 2, "Reading demos")
        assert error.getvalue() == ""


def test_work_within_other_work_shares_its_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch)
    with progress_bar() as outer, progress_bar(after_s=3_600) as inner:
        assert inner is outer
    with progress_bar() as next_one:
        assert next_one is not outer
