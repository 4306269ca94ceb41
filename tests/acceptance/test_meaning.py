"""Search by meaning at the door: told when something is missing, and never in the way of the search by words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from library.connection.library import open_library
from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.library.factories import demo, put_bundle
from tests.support.sentence_model import made_sentence_model


@pytest.fixture
def filed(home: Path) -> Path:
    """A library with two demos, and a sentence model."""
    with open_library(home / "library") as library:
        put_bundle(library.demos, demo("leave", "Book leave", "Open the calendar", "Send the request"))
        put_bundle(library.demos, demo("order", "Raise a purchase order", "Open the menu", "Choose the supplier"))
    made_sentence_model(home / "models")
    return home


def test_vectors_are_made_by_a_rebuild_and_then_other_words_find_the_demo(filed: Path) -> None:
    before = showhow("search", "holiday")
    assert "Nothing found" in before.stdout
    assert "showhow library rebuild" in before.stderr
    assert showhow("library", "rebuild").returncode == 0
    found = showhow("search", "holiday")
    assert "Book leave" in found.stdout
    assert "means the same" in found.stdout
    assert found.stderr == ""
    document = json.loads(showhow("search", "holiday", "--json").stdout)
    assert [(hit["demo_id"], hit["why"], hit["nearest"]) for hit in document["hits"]][:1] == [
        ("leave", "meaning", False)
    ]


@pytest.mark.parametrize("damage", [b"damaged", b""])
def test_a_damaged_model_takes_one_line_and_no_hit_by_words(filed: Path, damage: bytes) -> None:
    (filed / "models" / "all-MiniLM-L6-v2" / "model.onnx").write_bytes(damage)
    found = showhow("search", "purchase order")
    assert found.returncode == 0
    assert "Raise a purchase order" in found.stdout
    assert len(found.stderr.splitlines()) == 1
    assert "showhow model download all-MiniLM-L6-v2" in found.stderr
    assert showhow("library", "rebuild").returncode == 0
    assert next(line for line in showhow("doctor").stdout.splitlines() if "by meaning" in line).startswith("·")


def test_a_folder_with_another_model_is_a_setting_and_its_vectors_are_made_anew(
    filed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    showhow("library", "rebuild")
    other = made_sentence_model(filed / "elsewhere", "multilingual", groups=("urlaub leave",), dimensions=96)
    monkeypatch.setenv("SHOWHOW_SENTENCE_MODEL", str(other.path))
    meanwhile = showhow("search", "leave")
    assert "Book leave" in meanwhile.stdout
    assert "showhow library rebuild" in meanwhile.stderr
    assert showhow("library", "rebuild").returncode == 0
    found = showhow("search", "urlaub")
    assert "Book leave" in found.stdout
    assert found.stderr == ""
    assert "multilingual" in showhow("model", "list").stdout


def test_doctor_says_what_is_missing_and_how_much_it_is(filed: Path) -> None:
    shutil.rmtree(filed / "models")
    told = showhow("doctor").stdout
    assert "all-MiniLM-L6-v2 (23 MB) is missing" in told
    assert "showhow model download all-MiniLM-L6-v2" in told


def test_the_model_is_listed_and_removed(filed: Path) -> None:
    listed = json.loads(showhow("model", "list", "--json").stdout)["sentence_model"]
    assert (listed["name"], listed["used"]) == ("all-MiniLM-L6-v2", str(filed / "models" / "all-MiniLM-L6-v2"))
    assert "search by meaning" in showhow("model", "list").stdout
    assert showhow("model", "remove", "minilm", "--yes").returncode == 0
    assert not (filed / "models" / "all-MiniLM-L6-v2").exists()
    assert_one_line(showhow("model", "remove", "minilm", "--yes"), "There is no sentence model")
