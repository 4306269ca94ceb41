"""Vectors follow the demos: made when filed, gone on with when broken off, made anew for another model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from capture.errors import Cancelled
from library.catalog.catalog import Catalog
from library.catalog.postgres_catalog import PostgresCatalog
from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection.library import open_library
from library.maintenance.revisions import make_findable
from library.meaning.meaning import MeaningSearch
from library.meaning.sentence_models import SentenceModel, WantedModel
from library.model import Demo
from tests.library.factories import demo, put_bundle
from tests.support.postgres_server import PostgresServer
from tests.support.sentence_model import made_sentence_model

ORDER = demo("order", "Raise a purchase order", "Open the menu", "Choose the supplier")
LEAVE = demo("leave", "Book leave", "Open the calendar", "Send the request")
PRINTER = demo("printer", "Printer jam", "The printer is stuck", "Open the lid")


def many(count: int) -> list[Demo]:
    return [demo(f"demo-{number}", "Printer jam", "The printer is stuck") for number in range(count)]


def put(catalog: Catalog, *demos: Demo) -> None:
    catalog.put_all((one, 0) for one in demos)


def nearest(meaning: MeaningSearch, question: str) -> list[str]:
    found, cutoff = meaning.nearest(question, 10)
    return [one.demo_id for one in found if one.sureness >= cutoff]


def test_a_demo_is_found_by_other_words_and_its_nearest_step_is_told(
    catalog: Catalog, sentence_model: SentenceModel
) -> None:
    put(catalog, ORDER, LEAVE, PRINTER)
    meaning = MeaningSearch(catalog, sentence_model)
    assert meaning.fill() == 3
    assert nearest(meaning, "create purchase order") == ["order"]
    assert nearest(meaning, "holiday") == ["leave"]
    [first, *_], _ = meaning.nearest("vendor", 10)
    assert (first.demo_id, first.entries[0]) == ("order", 2)
    assert nearest(meaning, "kubernetes") == []
    assert meaning.trouble == ""


def test_work_broken_off_is_gone_on_with_not_begun_again(catalog: Catalog, sentence_model: SentenceModel) -> None:
    put(catalog, *many(100))
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int, _what: str) -> None:
        told.append((done, total))
        if done >= 64:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        MeaningSearch(catalog, sentence_model).fill(progress)
    again = MeaningSearch(catalog, sentence_model)
    assert told[0] == (0, 100)
    assert again.missing() == 36
    assert again.fill() == 36
    assert again.fill() == 0


def test_an_edited_demo_is_embedded_anew_and_a_removed_one_is_forgotten(
    catalog: Catalog, sentence_model: SentenceModel
) -> None:
    put(catalog, ORDER, LEAVE)
    meaning = MeaningSearch(catalog, sentence_model)
    meaning.fill()
    put(catalog, replace(LEAVE, version=2, title="Reset a password", steps=(), transcript=ORDER.transcript))
    catalog.remove("order")
    assert meaning.missing() == 1
    assert meaning.fill() == 1
    assert nearest(meaning, "forgotten password") == ["leave"]
    assert nearest(meaning, "holiday") == []
    assert catalog.vectors.versions(_key(catalog, meaning)) == {"leave": 2}


def _key(catalog: Catalog, meaning: MeaningSearch) -> str:
    return meaning._open()[0].key


def test_vectors_of_another_model_are_not_compared_but_made_anew(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, ORDER, LEAVE)
    MeaningSearch(catalog, made_sentence_model(tmp_path / "old")).fill()
    other = MeaningSearch(catalog, made_sentence_model(tmp_path / "new", dimensions=128))
    assert other.nearest("holiday", 10) == ((), 1.0)
    assert "showhow library rebuild" in other.trouble
    other.fill_quietly()
    assert other.trouble == ""
    assert nearest(other, "holiday") == ["leave"]


def test_a_model_with_one_vector_for_the_whole_text_answers_too(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, ORDER, LEAVE, PRINTER)
    meaning = MeaningSearch(catalog, made_sentence_model(tmp_path, pooled=True))
    meaning.fill()
    assert nearest(meaning, "vacation") == ["leave"]
    assert nearest(meaning, "kubernetes") == []
    assert meaning.trouble == ""


def test_a_demo_that_lacks_what_one_word_of_the_question_means_is_no_answer(
    catalog: Catalog, sentence_model: SentenceModel
) -> None:
    put(catalog, ORDER, LEAVE, PRINTER)
    meaning = MeaningSearch(catalog, sentence_model)
    meaning.fill()
    found, cutoff = meaning.nearest("make purchase order printer", 1)
    assert found[0].demo_id == "order"
    assert found[0].likeness > cutoff > found[0].sureness


def test_people_of_a_team_may_use_different_models(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, ORDER, LEAVE)
    one = MeaningSearch(catalog, made_sentence_model(tmp_path / "one"), shared=True)
    other = MeaningSearch(catalog, made_sentence_model(tmp_path / "other", dimensions=128), shared=True)
    one.fill()
    other.fill()
    assert nearest(one, "holiday") == nearest(other, "holiday") == ["leave"]


def test_what_others_file_is_found_by_a_search_that_is_open(catalog: Catalog, sentence_model: SentenceModel) -> None:
    put(catalog, LEAVE)
    reading, filing = MeaningSearch(catalog, sentence_model), MeaningSearch(catalog, sentence_model)
    filing.fill()
    assert nearest(reading, "create order") == []
    put(catalog, ORDER)
    filing.add(ORDER)
    assert nearest(reading, "create order") == ["order"]


@pytest.mark.parametrize("damage", ["model.onnx", "tokenizer.json"])
def test_a_damaged_model_is_told_once_and_finds_nothing(
    catalog: Catalog, sentence_model: SentenceModel, damage: str
) -> None:
    put(catalog, ORDER)
    (sentence_model.path / damage).write_bytes(b"damaged")
    meaning = MeaningSearch(catalog, sentence_model)
    meaning.add(ORDER)
    assert meaning.nearest("order", 10) == ((), 1.0)
    assert not meaning.ready
    assert meaning.trouble.startswith("The sentence model all-MiniLM-L6-v2 cannot be used")


def test_a_model_to_which_all_texts_are_alike_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, ORDER)
    meaning = MeaningSearch(catalog, SentenceModel("flat", tmp_path), load=lambda _: _Flat())
    meaning.fill_quietly()
    assert "no more alike" in meaning.trouble
    assert not meaning.ready


class _Flat:
    key, dimensions = "flat", 64

    def encode(self, texts: Sequence[str], _pause: object = None) -> object:
        import numpy as np

        return np.full((len(texts), self.dimensions), 1 / 8, np.float32)


def test_a_damaged_file_of_vectors_is_made_anew(tmp_path: Path, sentence_model: SentenceModel) -> None:
    with_vectors = SqliteCatalog(tmp_path / "index.sqlite", tmp_path / "demos")
    put(with_vectors, LEAVE)
    MeaningSearch(with_vectors, sentence_model).fill()
    with_vectors.close()
    (tmp_path / "index-vectors.sqlite").write_bytes(b"damaged" * 1000)
    catalog = SqliteCatalog(tmp_path / "index.sqlite", tmp_path / "demos")
    meaning = MeaningSearch(catalog, sentence_model)
    assert meaning.nearest("holiday", 10) == ((), 1.0)
    meaning.fill_quietly()
    assert nearest(meaning, "holiday") == ["leave"]
    catalog.close()


def test_a_filed_demo_is_found_by_meaning_at_once_and_a_rebuild_keeps_its_vectors(
    tmp_path: Path, sentence_model: SentenceModel
) -> None:
    with open_library(tmp_path / "library", sentences=WantedModel(sentence_model)) as library:
        make_findable(library, put_bundle(library.demos, LEAVE))
        assert nearest(library.meaning, "holiday") == ["leave"]
        library.rebuild()
        assert library.meaning.missing() == 0
        assert nearest(library.meaning, "holiday") == ["leave"]


def test_without_a_model_no_file_of_vectors_is_made(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        make_findable(library, put_bundle(library.demos, LEAVE))
        library.rebuild()
        assert library.meaning.nearest("holiday", 10) == ((), 1.0)
    assert not (tmp_path / "library" / "index-vectors.sqlite").exists()


def test_a_database_that_cannot_compare_vectors_says_so(postgres: PostgresServer, tmp_path: Path) -> None:
    catalog = PostgresCatalog(postgres.create(f"own{uuid4().hex}"), tmp_path)
    by_server = catalog.vectors.compares  # where the machine has pgvector
    assert ("compared by the database" in catalog.vectors.how) == by_server
    assert ("compared on this machine" in catalog.vectors.how) != by_server
    catalog.close()
