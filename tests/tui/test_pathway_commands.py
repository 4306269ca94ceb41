"""``showhow pathway``: the whole way of a learner by commands, and what is refused in one line."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from library.connection.library import open_library
from library.model import LibraryError, RecordNotFound
from library.practice.attempts import AttemptLog
from library.practice.pathways.pathways import pathways_of
from library.practice.store import PracticeStore
from tests.library.factories import demo, put_bundle
from tests.library.practice.pathways.attempts import attempt
from tests.support.record_store import small_record_store
from tui.commands.root.app import app

Run = Callable[..., Any]


@pytest.fixture
def showhow(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in a library of two demos; returns its JSON document."""
    (home / "config.toml").write_text('author = "Priya"\n')
    with open_library(home / "library") as library:
        for demo_id, title in (("split-1", "Split an order"), ("merge-1", "Merge two orders")):
            put_bundle(library.demos, demo(demo_id, title, "Open it.", "Do it."))

    def run(*words: str) -> Any:
        capsys.readouterr()
        code = app([*words, "--json"], standalone_mode=False)
        assert not code
        return json.loads(capsys.readouterr().out)

    return run


def states(document: Any) -> list[str]:
    return [point["state"] for point in document["points"]]


def test_a_pathway_is_made_joined_walked_shared_and_left(showhow: Run, home: Path) -> None:
    made = showhow("pathway", "new", "Orders", "split", "Merge two orders", "--sign-off", "Shift lead=Tom")
    name = made["pathway_id"]
    assert [point["kind"] for point in made["points"]][:2] == ["watch", "practise"]
    assert (made["owner"], made["joined"], len(made["points"])) == ("Priya", False, 7)
    assert showhow("pathway", "join", "orders")["joined"]
    assert states(showhow("pathway", "tick", "orders", "1"))[0] == "reached"
    AttemptLog(PracticeStore(home / "mine")).keep(attempt(1, 0))
    walked = showhow("pathway", "show", "orders")
    assert (walked["reached"], walked["counted"], walked["complete"], walked["learners"]) == (2, 7, False, None)
    assert states(walked)[4] == "waiting"
    assert not (home / "library" / "progress").exists()
    assert showhow("pathway", "share", "orders", "on")["shares"]
    assert len(list((home / "library" / "progress" / name).iterdir())) == 1
    assert [one["pathway_id"] for one in showhow("pathway", "list")["pathways"]] == [name]
    assert showhow("pathway", "leave", name) == {"left": name}
    assert list((home / "library" / "progress" / name).iterdir()) == []
    assert states(showhow("pathway", "tick", "orders", "1", "--off"))[0] == "open"


def test_points_are_edited_and_a_closed_pathway_is_listed_no_more(showhow: Run) -> None:
    showhow("pathway", "new", "Orders", "--point", "watch:split-1", "--point", "assess:split-1@5")
    edited = showhow(
        "pathway", "edit", "orders", "--title", "All orders", "--point", "practise:merge-1", "--at", "1",
        "--remove", "2", "--owner", "Tom",
    )  # fmt: skip
    assert [(one["kind"], one["after_days"]) for one in edited["points"]] == [("practise", 0), ("watch", 0)]
    assert (edited["title"], edited["owner"], edited["version"], edited["edited_by"]) == (
        "All orders", "Tom", 2, "Priya"
    )  # fmt: skip
    moved = showhow("pathway", "edit", "all orders", "--move", "2", "--at", "1")
    assert [one["kind"] for one in moved["points"]] == ["watch", "practise"]
    assert showhow("pathway", "edit", "all orders", "--close")["closed"]
    assert showhow("pathway", "list")["pathways"] == []
    with pytest.raises(LibraryError, match="closed"):
        showhow("pathway", "join", "all orders")


def test_all_that_is_kept_of_the_learner_is_forgotten_in_the_library_too(showhow: Run, home: Path) -> None:
    name = showhow("pathway", "new", "Orders", "split")["pathway_id"]
    showhow("pathway", "join", name)
    showhow("pathway", "share", name, "on")
    showhow("mine", "forget", "--all", "--yes")
    assert list((home / "library" / "progress" / name).iterdir()) == []
    assert not (home / "mine").exists()


def test_a_record_store_is_told_only_after_a_yes(
    showhow: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    showhow("pathway", "new", "Orders", "split")
    showhow("pathway", "join", "orders")
    showhow("pathway", "tick", "orders", "1")
    (home / "password").write_text("secret\n")
    with small_record_store() as lrs:
        assert showhow("pathway", "xapi")["address"] == ""
        told = showhow(
            "pathway", "xapi", lrs.address, "--user", "a", "--password-file", str(home / "password"), "--yes"
        )  # fmt: skip
        assert (told["sent"], told["waiting"], len(lrs.taken)) == (1, 0, 1)
        assert showhow("pathway", "xapi")["sent"] == 0
        assert showhow("pathway", "xapi", "--off")["address"] == ""
        monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
        with pytest.raises(typer.Abort):
            showhow("pathway", "xapi", lrs.address)
        assert len(lrs.taken) == 1


def test_a_package_is_written_and_a_library_is_copied_with_its_pathways(
    showhow: Run, home: Path, tmp_path: Path
) -> None:
    showhow("pathway", "new", "Orders", "split")
    path = showhow("pathway", "export", "orders", "--output", str(tmp_path / "orders.zip"))["path"]
    assert "demos/1/index.html" in zipfile.ZipFile(path).namelist()
    showhow("library", "copy", str(home / "library"), str(tmp_path / "other"))
    with open_library(tmp_path / "other") as other:
        assert [one.title for one in pathways_of(other).all()] == ["Orders"]


REFUSED: tuple[tuple[str, type[Exception]], ...] = (
    ("show nothing", RecordNotFound),
    ("new Orders nobody’s", RecordNotFound),
    ("export empty", LibraryError),
    ("tick empty 1", LibraryError),
    ("share empty on", RecordNotFound),
    ("share empty maybe", typer.BadParameter),
    ("xapi http://lrs.example --yes", LibraryError),
)


def test_what_cannot_be_done_is_one_line(showhow: Run) -> None:
    showhow("pathway", "new", "Empty")
    for words, kind in REFUSED:
        with pytest.raises(kind) as refused:
            showhow("pathway", *words.split(" "))
        assert str(refused.value), words
        assert "\n" not in str(refused.value), words
    assert len(showhow("pathway", "list")["pathways"]) == 1
