"""What the documents promise is there: commands, files and links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    "record",
    "add",
    "search",
    "show",
    "list",
    "edit",
    "remove",
    "play",
    "export",
    "takes",
    "recover",
    "model",
    "transcribe",
    "doctor",
    "library",
    "collection",
    "worker",
    "serve",
)
GROUPS = {"model": "list", "library": "check", "collection": "list"}
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def showhow(*words: str) -> subprocess.CompletedProcess[str]:
    """The installed command."""
    return subprocess.run(
        [Path(sys.executable).with_name("showhow"), *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_that_names_its_json_form(command: str) -> None:
    words = (command, GROUPS[command]) if command in GROUPS else (command,)
    shown = showhow(*words, "--help")
    assert shown.returncode == 0
    assert "--json" in shown.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert all((document.parent / target).exists() for target in targets), targets


def test_readme_names_every_command_and_both_make_targets() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme.split("##")[0]
    assert "make test" in readme.split("##")[0]
    assert not [command for command in COMMANDS if f"showhow {command}" not in readme]


def test_constraints_pin_exactly_and_name_no_place() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line), line
