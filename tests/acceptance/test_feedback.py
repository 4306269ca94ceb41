"""A learner hands a try to a colleague, by commands: nothing of it is anywhere else before, and a sealed file after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from library.assistant.answers import Answers
from library.connection.library import open_library
from library.model import LibraryError
from library.practice.feedback.opening import forget_attempt, hand_over, open_feedback
from library.practice.feedback.preparing import draft_of
from library.practice.store import PracticeStore
from tests.support.practice_desk import bytes_outside
from tests.support.practised_attempt import SEEN, file_demo, keep_attempt
from tests.support.web_library import ask, served

SHOWHOW = Path(sys.executable).with_name("showhow")
MESSAGE, REMARK = "Was that the shortway", "F2 opens the quickmenu"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(home: Path) -> Run:
    """``run("Tom", "mine", "list")``: showhow for one person, each with a home of their own and one library."""

    def started(who: str, *words: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | {
            "SHOWHOW_HOME": str(home / who), "SHOWHOW_CONFIG": str(home / who / "config.toml"),
            "SHOWHOW_LIBRARY": str(home / "library"), "SHOWHOW_AUTHOR": who,
        }  # fmt: skip
        return subprocess.run([SHOWHOW, *words], capture_output=True, text=True, check=False, env=env)

    return started


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def said_elsewhere(library_folder: Path, words: tuple[str, ...], hand_id: str) -> list[str]:
    """Those of the words that the reader says or an assistant finds."""
    with open_library(library_folder) as library, served(library) as running:
        pages = [ask(running, path).body for path in ("/", "/demo/order", f"/handed/{hand_id}.age", "/people/")]
        answers = Answers(library)
        found = [word for word in words if word in json.dumps(answers.search_steps(word)["found"], ensure_ascii=False)]
        return [*found, *(word for word in words if any(word.encode() in page for page in pages))]


def test_a_try_is_handed_over_signed_off_and_taken_back_and_nobody_else_sees_anything_of_it(
    run: Run, home: Path
) -> None:
    tried = keep_attempt(home / "Tom" / "mine", file_demo(home / "library"))
    words = (SEEN, MESSAGE, tried.attempt_id)
    assert bytes_outside(home, *words) == []
    mark = document(run("Priya", "feedback", "join", "--json"))["fingerprint"]

    hand = ("mine", "hand", "2026", "--to", "Priya", "--from", "0:00.5", "--message", MESSAGE)
    done = run("Tom", *hand)
    assert done.returncode == 0, done.stderr
    assert mark in done.stderr, "the first time the key is shown"
    [file] = (home / "library" / "handed").iterdir()
    assert bytes_outside(home, *words, REMARK) == []
    assert said_elsewhere(home / "library", words, file.stem) == []

    [waiting] = document(run("Priya", "feedback", "list", "--json"))["handed"]
    assert (waiting["learner"], waiting["message"], waiting["vouched"]) == ("Tom", MESSAGE, True)
    assert [one["seen"] for one in waiting["attempt"]["comparison"]["verdicts"]] == [SEEN, "Supplier"]
    assert run("Priya", "feedback", "remark", waiting["hand_id"][:6], REMARK, "--step", "1").returncode == 0
    assert "Tom is told" in run("Priya", "feedback", "sign-off", waiting["hand_id"][:6]).stdout
    [one] = document(run("Tom", "mine", "handed", "--json"))["handed"]
    assert [(said["outcome"], said["remarks"]) for said in one["feedback"]] == [
        ("signed_off", [{"text": REMARK, "step": 1}])
    ]  # fmt: skip
    assert "secret" not in json.dumps(one)
    assert bytes_outside(home, *words, REMARK) == []

    assert "Taken back from Priya" in run("Tom", "mine", "take-back", "2026").stdout
    assert list((home / "library" / "handed").iterdir()) == []
    assert "Tom took a try back" in run("Priya", "feedback", "list").stderr


def test_everything_is_exported_once_and_forgotten_with_what_was_handed_over(run: Run, home: Path) -> None:
    tried = keep_attempt(home / "Tom" / "mine", file_demo(home / "library"))
    with open_library(home / "library") as library:
        priya = open_feedback(library, PracticeStore(home / "Priya" / "mine"), "Priya").people.join()
        tom = open_feedback(library, PracticeStore(home / "Tom" / "mine"), "Tom")
        hand_over(tom, tried, draft_of(tried), priya)
    target = home / "Tom" / "all.json"
    assert document(run("Tom", "mine", "export", str(target), "--json"))["records"] == 5
    kinds = {record["kind"] for record in json.loads(target.read_text())["records"]}
    assert kinds == {"attempt", "hand_over", "key", "known_key", "signing_key"}
    before = target.read_bytes()
    again = run("Tom", "mine", "export", str(target))
    assert again.returncode != 0
    assert "is there already" in again.stderr
    assert target.read_bytes() == before
    assert run("Tom", "mine", "forget", "--all", "--yes").returncode == 0
    assert not (home / "Tom" / "mine").exists()
    assert list((home / "library" / "handed").iterdir()) == []
    assert [path.name.partition("-")[0] for path in (home / "library" / "people").iterdir()] == ["priya"]


def test_a_try_that_was_handed_over_in_another_library_says_where_it_is_taken_back(run: Run, home: Path) -> None:
    tried = keep_attempt(home / "Tom" / "mine", file_demo(home / "library"))
    with open_library(home / "library") as library:
        priya = open_feedback(library, PracticeStore(home / "Priya" / "mine"), "Priya").people.join()
        store = PracticeStore(home / "Tom" / "mine")
        hand_over(open_feedback(library, store, "Tom"), tried, draft_of(tried), priya)
    elsewhere = ("--library", str(home / "other"))
    done = run("Tom", *elsewhere, "mine", "take-back", "2026")
    assert f"showhow --library {home / 'library'} mine take-back" in done.stderr
    assert "Nobody" not in done.stdout
    with open_library(home / "other") as other, pytest.raises(LibraryError, match="handed over in"):
        forget_attempt(other, store, tried)
    otherwise_typed = f"{home / 'other'}/../library/"
    assert "Taken back from Priya" in run("Tom", "--library", otherwise_typed, "mine", "take-back", "2026").stdout


def test_points_that_are_shared_in_another_library_are_not_left_there(run: Run, home: Path) -> None:
    file_demo(home / "library")
    pathway = document(run("Tom", "pathway", "new", "Orders", "order", "--json"))["pathway_id"]
    assert run("Tom", "pathway", "join", pathway).returncode == 0
    assert run("Tom", "pathway", "share", pathway, "on").returncode == 0
    done = run("Tom", "--library", str(home / "other"), "mine", "forget", "--all", "--yes")
    assert f"showhow --library {home / 'library'} pathway leave {pathway}" in done.stderr
    assert (home / "Tom" / "mine").exists()
    assert run("Tom", "mine", "forget", "--all", "--yes").returncode == 0
    assert list((home / "library" / "progress" / pathway).iterdir()) == []
