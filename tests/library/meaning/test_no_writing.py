"""Where nothing can be written, demos are found by their words, and by meaning as far as there are vectors."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from library.connection.library import Library, open_library
from library.meaning.sentence_models import SentenceModel, WantedModel
from library.search.ask import ask
from tests.library.factories import demo, put_bundle
from tests.support.small_disk import small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk with a library of one demo on it."""
    with small_disk(tmp_path, 4, all_closed=True) as place:
        with open_library(place, cache=tmp_path / "cache") as library:
            put_bundle(library.demos, demo("leave", "Book leave", "Open the calendar", "Send the request"))
        yield place


def opened(place: Path, model: SentenceModel) -> Library:
    return open_library(place, cache=place.parent / "cache", sentences=WantedModel(model))


def found(library: Library, question: str) -> list[str]:
    return [hit.demo_id for hit in ask(library.catalog, library.meaning, question).hits]


def fill_up(place: Path) -> None:
    with suppress(OSError), (place / "full").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def test_on_a_full_disk_demos_are_found_by_meaning_where_they_have_vectors(
    disk: Path, sentence_model: SentenceModel
) -> None:
    with opened(disk, sentence_model) as library:
        assert library.meaning.fill() == 1
    fill_up(disk)
    with opened(disk, sentence_model) as library:
        assert found(library, "vacation") == ["leave"]
        assert library.meaning.trouble == ""
        library.meaning.fill_quietly()
        assert found(library, "calendar") == ["leave"]


def test_on_a_full_disk_without_vectors_demos_are_found_by_their_words_and_one_line_says_why(
    disk: Path, sentence_model: SentenceModel
) -> None:
    opened(disk, sentence_model).close()
    fill_up(disk)
    with opened(disk, sentence_model) as library:
        assert found(library, "leave") == ["leave"]
        library.meaning.fill_quietly()
        assert "disk is full" in library.meaning.trouble
        assert "\n" not in library.meaning.trouble
        assert found(library, "calendar") == ["leave"]
        assert library.catalog.get("leave").title == "Book leave"


def test_the_vectors_of_a_read_only_library_are_kept_on_this_machine(disk: Path, sentence_model: SentenceModel) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with opened(disk, sentence_model) as library:
        assert found(library, "leave") == ["leave"]
        assert library.meaning.fill() == 1
    with opened(disk, sentence_model) as library:
        assert found(library, "vacation") == ["leave"]
        assert library.meaning.trouble == ""
