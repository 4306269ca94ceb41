"""Asking for what nobody has shown, at the command line: asked, voted for, taken, answered by filing, and told."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from library.connection.library import open_library
from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.library.factories import demo, put_bundle


@pytest.fixture
def filed(home: Path) -> None:
    """A library with one demo."""
    with open_library(home / "library") as library:
        put_bundle(library.demos, demo("order", "Raise a purchase order", "Open the menu", "Choose the supplier"))


def answer(*words: str) -> Any:
    return json.loads(showhow(*words, "--json").stdout)


@pytest.mark.usefixtures("filed")
def test_a_search_without_an_answer_says_how_to_ask_and_that_command_works() -> None:
    words = "feed the zoo's zebra"
    line = next(line for line in showhow("search", words).stdout.splitlines() if line.startswith("Ask for it: "))
    command = shlex.split(line.removeprefix("Ask for it: "))
    assert command[0] == "showhow"
    assert showhow(*command[1:]).returncode == 0
    [gap] = answer("library", "gaps")["gaps"]
    assert (gap["query"], sorted(gap["why"])) == (words, [["asked for", 1], ["nothing found", 1]])
    assert "asked for (1)" in showhow("library", "gaps").stdout
    assert [need["query"] for need in answer("insight")["needs"]] == [words]


@pytest.mark.usefixtures("filed")
def test_a_need_is_taken_then_answered_and_its_asker_is_told_once() -> None:
    assert "Ask for it" not in showhow("search", "purchase order").stdout
    assert_one_line(showhow("ask", "tag:finance"), "no words")
    need = answer("ask", "split an order", "--app", "Erp", "--why", "two suppliers")
    assert (need["query"], need["votes"], need["who"]) == ("split an order", 1, [])
    assert answer("needs", "take", "order split")["state"] == "taken"
    assert answer("needs", "answer", need["need_id"][:8], "order")["demo_ids"] == ["order"]
    assert "You asked for “split an order”" in showhow("needs", "list").stdout
    assert "You asked" not in showhow("needs", "list").stdout
    assert_one_line(showhow("needs", "take", "no such thing"), "no such need")


@pytest.mark.usefixtures("filed")
def test_what_is_said_of_a_step_is_listed_there_and_counted_for_nobody_alone() -> None:
    assert showhow("note", "order#2", "Where is the supplier?", "--stuck").returncode == 0
    [note] = answer("note", "order#2")["notes"]
    assert (note["step"], note["kind"], note["text"], note.get("who", "")) == (2, "stuck", "Where is the supplier?", "")
    assert answer("note", "order", "At the top", "--reply", note["record_id"])["about"] == note["record_id"]
    assert "↳ At the top" in showhow("note", "order").stdout
    assert answer("note", "order#1")["notes"] == []
    assert [row["helped"] for row in csv.DictReader(io.StringIO(showhow("insight", "--csv").stdout))] == [""]
    assert_one_line(showhow("note", "order#9", "--helped"), "no step 9")
    assert_one_line(showhow("note", "gone", "--helped"), "no demo")
    assert_one_line(showhow("note", "order", "--helped", "--stuck"), "one thing at a time", code=2)
