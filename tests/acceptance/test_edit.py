"""A misheard word in a filed demo is put right by a command, in everything people read, find and export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from library.connection.library import open_library
from tests.library.factories import demo, put_bundle
from tests.support.command import run_command

NAME = "approve-an-order-k3f9"


@pytest.fixture
def filed(home: Path) -> str:
    with open_library(home / "library") as library:
        heard = "the order is outweating for approval"
        put_bundle(library.demos, demo(NAME, "Approve an order", "Open the list", heard, titles=["Open", "Outweating"]))
        library.refresh()
    return NAME


def answer(*words: str) -> dict[str, Any]:
    done = run_command(*words, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def exported(name: str, form: str, to: Path) -> str:
    path = to / f"out.{form}"
    done = run_command("export", name, "--format", form, "--output", str(path))
    assert done.returncode == 0, done.stderr
    return path.read_text(encoding="utf-8")


def test_the_words_of_one_step(filed: str, tmp_path: Path) -> None:
    text = "The order is now waiting for approval"
    assert answer("edit", filed, "--step", "2", "--text", text)["version"] == 2
    assert text in exported(filed, "srt", tmp_path)
    assert "outweating" not in exported(filed, "vtt", tmp_path)
    assert [hit["demo_id"] for hit in answer("search", "now waiting for approval")["hits"]] == [filed]
    assert answer("show", filed)["steps"][1]["text"] == text


def test_one_word_wherever_it_stands(filed: str, tmp_path: Path) -> None:
    done = run_command("edit", filed, "--replace-word", "outweating", "now waiting")
    assert done.stdout == (
        "Replaced “outweating” by “now waiting” in 3 places (1 in what was said · 1 in the words of steps · 1 in "
        "titles).\n“Approve an order” is version 2 now.\n"
    )
    shown = answer("show", filed)
    assert [step["title"] for step in shown["steps"]] == ["Open", "Now waiting"]
    for told in (
        exported(filed, "srt", tmp_path),
        exported(filed, "markdown", tmp_path),
        shown["transcript"]["segments"],
    ):
        assert "now waiting" in str(told)
    assert answer("search", '"now waiting"')["hits"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--step", "9", "--text", "x"], "has no step 9"),
        (["--step", "1", "--text", "  "], "cannot be empty"),
        (["--replace-word", "zebra", "horse"], "“zebra” is nowhere in “Approve an order”"),
        (["--replace-word", "outweating", ""], "cannot be empty"),
        (["--text", "x"], "--step goes together with"),
        (["--replace-word", "a", "b", "--title", "T"], "without other changes"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_and_changes_nothing(filed: str, wrong: list[str], told: str) -> None:
    done = run_command("edit", filed, *wrong)
    assert done.returncode != 0
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert answer("show", filed)["version"] == 1


def test_the_same_words_again_are_no_new_version(filed: str) -> None:
    done = run_command("edit", filed, "--step", "1", "--text", "Open the list")
    assert (done.returncode, done.stdout) == (0, "Nothing is different: “Approve an order” stays version 1.\n")
