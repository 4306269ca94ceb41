"""Installed without the extra for teams, every command works or says in one line what to install."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.test_bad_input import make_video

pytestmark = pytest.mark.timeout(900)  # the fixture runs them all

HIDDEN = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"psycopg", "psycopg_pool", "psycopg_binary", "procrastinate", "obstore"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
from tui.cli import main

for line in sys.stdin:
    sys.argv = ["showhow", *json.loads(line)]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        except BaseException as error:
            code, _ = 99, err.write(f"Traceback {type(error).__name__}: {error}")
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
TEAM = "postgresql://ann@db.example/howtos"
WORK = {
    "list": ["list"],
    "search": ["search", "film"],
    "show": ["show", "film"],
    "info": ["library", "info"],
    "info as JSON": ["library", "info", "--json"],
    "check": ["library", "check"],
    "rebuild": ["library", "rebuild"],
    "gaps": ["library", "gaps"],
    "trash": ["library", "trash"],
    "versions": ["library", "versions", "film"],
    "edit": ["edit", "film", "--tag", "one"],
    "export": ["export", "film", "--format", "markdown", "--output", "{folder}/film.md"],
    "collections": ["collection", "list"],
    "glossary": ["glossary", "list"],
    "synonyms": ["synonyms", "list"],
    "takes": ["takes"],
    "models": ["model", "list"],
    "copy": ["library", "copy", "{home}/library", "{folder}/copy"],
    "doctor": ["doctor"],
}
REFUSED = {
    "worker --list": ["worker", "--list"],
    "worker": ["worker", "--once"],
    "add --elsewhere": ["add", "{folder}/film.mp4", "--elsewhere"],
    "transcribe --elsewhere": ["transcribe", "film", "--elsewhere"],
}
TEAMS = {
    "a team's list": ["--library", TEAM, "list"],
    "a team's worker": ["--library", TEAM, "worker", "--list"],
    "a team's init": ["library", "init", TEAM, "--media", "s3://bucket/prefix"],
    "a copy into a team's": ["library", "copy", "{home}/library", TEAM],
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    """Exit code, output and errors of each command, run one after another without those packages."""
    folder = tmp_path_factory.mktemp("without")
    home = folder / "home"
    make_video(folder / "film.mp4", "testsrc=size=320x240")
    environment = {"SHOWHOW_HOME": str(home), "SHOWHOW_CONFIG": str(home / "config.toml"), "DISPLAY": ""}
    asked = {"add": ["add", str(folder / "film.mp4")], **WORK, **REFUSED, **TEAMS}
    lines = "".join(
        json.dumps([word.replace("{folder}", str(folder)).replace("{home}", str(home)) for word in words]) + "\n"
        for words in asked.values()
    )
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN], input=lines, capture_output=True, text=True, check=True,
        env=os.environ | environment, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(asked, map(tuple, found), strict=True))


@pytest.mark.parametrize("command", ["add", *(name for name in WORK if name != "doctor")])
def test_what_needs_no_team_works(answers: dict[str, tuple[int, str, str]], command: str) -> None:
    code, _, errors = answers[command]
    assert code == 0, errors
    assert "Traceback" not in errors


def test_doctor_works(answers: dict[str, tuple[int, str, str]]) -> None:
    _, out, errors = answers["doctor"]
    assert "psycopg" not in out
    assert "Traceback" not in errors


@pytest.mark.parametrize("command", REFUSED)
def test_what_only_a_team_has_is_refused_in_one_line(answers: dict[str, tuple[int, str, str]], command: str) -> None:
    code, _, errors = answers[command]
    assert code == 1
    assert len(errors.strip().splitlines()) == 1
    assert "Traceback" not in errors


@pytest.mark.parametrize("command", TEAMS)
def test_a_teams_library_says_what_to_install(answers: dict[str, tuple[int, str, str]], command: str) -> None:
    code, _, errors = answers[command]
    assert code == 1
    [line] = errors.strip().splitlines()
    assert 'pip install "showhow-app[team]"' in line  # quoted so that every shell takes it, Windows' too
