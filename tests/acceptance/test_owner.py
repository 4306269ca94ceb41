"""Keeping demos right at the command line: what may be out of date, whose owner is gone, and another owner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from library.connection.library import open_library
from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.library.factories import demo, put_bundle


def answer(*words: str) -> Any:
    return json.loads(showhow(*words, "--json").stdout)


def test_a_renamed_button_is_told_to_its_owner_and_the_demos_of_somebody_gone_get_another_owner(home: Path) -> None:
    with open_library(home / "library") as library:
        put_bundle(library.demos, demo("order", "Raise an order", "Open it", "Click New order", author="Priya"))
        put_bundle(library.demos, demo("travel", "Book a trip", "Open it", author="Priya"))
    noted = answer("note", "order#2", "--outdated", "--seen", "Create order")
    assert (noted["seen"], "of" in noted, "machine" in noted) == ("Create order", False, False)
    assert_one_line(showhow("note", "order#2", "--helped", "--seen", "x"), "--outdated", code=2)
    assert showhow("show", "order").stdout.splitlines()[1].startswith("0:")  # one person alone: not yet
    [stale] = answer("owner", "list", "--of", "Priya")["demos"]
    assert (stale["demo_id"], [one["step"] for one in stale["reasons"]]) == ("order", [2])
    assert "showhow record --replace DEMO#STEP" in showhow("owner", "list", "--of", "Priya").stdout
    assert "Priya owns 2 demos" in showhow("owner", "gone", "Priya").stdout
    assert len(answer("owner", "orphaned")["demos"]) == 2
    moved = answer("owner", "set", "Tom", "--from", "priya")["demos"]
    assert [(one["owner"], one["version"]) for one in moved] == [("Tom", 2), ("Tom", 2)]
    assert answer("owner", "orphaned")["demos"] == []
    assert_one_line(showhow("owner", "set", "Ada", "--from", "Nobody"), "owns no demo")
    assert_one_line(showhow("owner", "set", "Ada"), "name demos", code=2)
    assert_one_line(showhow("owner", "set", " \n", "order"), "Say who")
    assert answer("show", "order")["owner"] == "Tom"
