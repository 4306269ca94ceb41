"""Asking for what nobody has shown, at the door: the search says how, and the list of gaps has it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from library.connection.library import open_library
from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.library.factories import demo, put_bundle


@pytest.fixture
def filed(home: Path) -> None:
    """A library with one demo."""
    with open_library(home / "library") as library:
        put_bundle(library.demos, demo("order", "Raise a purchase order", "Open the menu", "Choose the supplier"))


@pytest.mark.usefixtures("filed")
def test_a_search_without_an_answer_says_how_to_ask_and_that_command_works() -> None:
    words = "feed the zoo's zebra"
    line = next(line for line in showhow("search", words).stdout.splitlines() if line.startswith("Ask for it: "))
    command = shlex.split(line.removeprefix("Ask for it: "))
    assert command[0] == "showhow"
    assert showhow(*command[1:]).returncode == 0
    [gap] = json.loads(showhow("library", "gaps", "--json").stdout)["gaps"]
    assert (gap["query"], sorted(gap["why"])) == (words, [["asked for", 1], ["nothing found", 1]])
    assert "asked for (1)" in showhow("library", "gaps").stdout


@pytest.mark.usefixtures("filed")
def test_where_there_are_answers_or_no_words_there_is_nothing_to_ask_for() -> None:
    assert "Ask for it" not in showhow("search", "purchase order").stdout
    assert_one_line(showhow("library", "gaps", "--ask", "tag:finance"), "no words")
    assert json.loads(showhow("library", "gaps", "--ask", "zebra", "--json").stdout) == {"asked": "zebra"}
