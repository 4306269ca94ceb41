"""What the documents promise is there: commands, options, export forms, files and links."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from library.export.exporter import FORMS
from tests.architecture.source_tree import ROOT
from tui.commands.root.app import app

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PATH = re.compile(r"(?<![\w/.~-])((?:capture|transcribe|library|tui|tests|scripts|docs)/[\w./-]*\w/?)")
TREE: Any = get_command(app)


def commands() -> dict[str, Any]:
    """Every command by the words it is called with: ``add``, ``library check``."""
    found = {}
    for name, command in TREE.commands.items():
        inner = getattr(command, "commands", None)
        found |= {name: command} if inner is None or command.invoke_without_command else {}
        found |= {f"{name} {word}": one for word, one in (inner or {}).items()}
    return found


def options(command: Any) -> set[str]:
    """What may follow a command."""
    return {word for one in command.params for word in (*one.opts, *one.secondary_opts)}


def promised(document: str) -> Iterator[tuple[str, list[str]]]:
    """Commands written in a document, with the options beside each; ``library trash`` is spelled in full."""
    for line in document.splitlines():
        group = ""
        for span in re.findall(r"`([^`]+)`", line.replace("\\|", "|")):
            words = span.split()
            if words[0] != "showhow" and not (group and words[0].split("|")[0] in TREE.commands[group].commands):
                continue
            if words[0] == "showhow" and (len(words) == 1 or not re.fullmatch(r"[a-z][a-z|]*", words[1])):
                continue
            if words[0] == "showhow":
                group = words[1] if hasattr(TREE.commands.get(words[1]), "commands") else ""
                words = words[1:]
            inner = words[1] if words[0] == group and len(words) > 1 else words[0]
            alone = words[0] == group and not (len(words) > 1 and words[1][0].isalpha())
            flags = re.findall(r"(?<![\w-])--[a-z][\w-]*", span)
            for one in inner.split("|"):
                yield (group if alone else f"{group} {one}" if group else one), flags if "|" not in inner else []


def showhow(*words: str) -> subprocess.CompletedProcess[str]:
    """The installed command."""
    return subprocess.run(
        [Path(sys.executable).with_name("showhow"), *words], capture_output=True, text=True, check=False
    )


def test_the_installed_command_shows_its_help() -> None:
    shown = showhow("--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in TREE.commands)
    titles = re.findall(r"^(\w.*):$", shown.stdout, re.MULTILINE)
    assert titles[:2] == ["Options", "Record"]
    assert "Commands" not in titles, "a command is in no section"


@pytest.mark.parametrize("command", commands())
def test_every_command_can_answer_in_json(command: str) -> None:
    assert "--json" in options(commands()[command])


def test_readme_names_every_command_and_both_make_targets() -> None:
    assert "make demo" in README.split("##")[0]
    assert "make test" in README.split("##")[0]
    assert set(commands()) - {command for command, _ in promised(README)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_and_option_a_document_names_exists(document: Path) -> None:
    known = commands()
    for command, flags in promised(document.read_text(encoding="utf-8")):
        assert command in known, f"showhow {command}"
        assert set(flags) - options(known[command]) == set(), f"showhow {command}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_way_to_install_exists(document: Path) -> None:
    """Nothing of ours is in a package index; what make is told to make, it can."""
    blocks = re.findall(r"```\w*\n(.*?)```", text := document.read_text(encoding="utf-8"), re.DOTALL)
    assert not [line for line in "\n".join(blocks).splitlines() if re.search(r"install .*\bshowhow-app\b", line)]
    named = set(re.findall(r"^make (\w[\w-]*)", "\n".join(blocks), re.MULTILINE))
    named |= set(re.findall(r"`make (\w[\w-]*)", text))
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named - targets == set()


def test_readme_lists_every_export_form() -> None:
    row = next(line for line in README.splitlines() if line.startswith("| `showhow export DEMO"))
    listed = re.search(r"--format ([\w\\|-]+)", row)
    assert listed
    assert set(listed[1].replace("\\", "").split("|")) == set(FORMS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_a_document_names_exists(document: Path) -> None:
    named = {match.rstrip(".") for match in PATH.findall(document.read_text(encoding="utf-8"))}
    assert sorted(path for path in named if "NAME" not in path and not (ROOT / path).exists()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_constraints_pin_exactly_and_name_no_place() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line), line
