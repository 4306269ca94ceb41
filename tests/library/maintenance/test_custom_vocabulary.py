"""A library's own names, phrases and languages: of a folder and of a team alike."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from library.connection.library import Library, make_library, open_library
from library.maintenance.copy_library import copy_library
from library.maintenance.custom_vocabulary import LEXICON, custom_vocabulary, keep_lexicon, lexicon_text
from library.maintenance.glossary import glossary_of
from library.maintenance.revisions import make_findable
from library.maintenance.spoken_languages import spoken_languages
from library.model import LibraryError
from tests.library.factories import demo, put_bundle
from tests.library.storage.stores import options
from tests.support.postgres_server import PostgresServer
from tests.support.s3_server import BUCKET, S3

ONBOARD = '[en]\nverbs = ["onboard"]\n'


class Shelf(NamedTuple):
    """An open library and its address as the settings have it."""

    library: Library
    url: str


@pytest.fixture(params=["folder", "team"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """An empty library of each kind: a folder, or PostgreSQL with a bucket."""
    if request.param == "folder":
        with open_library(tmp_path / "library", cache=tmp_path) as opened:
            yield Shelf(opened, str(tmp_path / "library"))
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    s3: S3 = request.getfixturevalue("s3")
    address = postgres.create(f"team_{secrets.token_hex(4)}")
    make_library(address, f"s3://{BUCKET}/how tos", tmp_path / "maker", options(s3))
    with open_library(address, cache=tmp_path, media=options(s3)) as opened:
        yield Shelf(opened, address)


def test_names_come_from_the_glossary_and_phrases_from_the_word_lists(shelf: Shelf) -> None:
    assert custom_vocabulary(shelf.url).phrases == {}
    assert lexicon_text(shelf.library) == ""
    glossary_of(shelf.library).add(["Ariba"])
    keep_lexicon(shelf.library, ONBOARD)
    found = custom_vocabulary(shelf.url)
    assert found.terms == ("Ariba",)
    assert found.phrases == {"en": {"verbs": ["onboard"]}}
    assert lexicon_text(shelf.library) == ONBOARD
    keep_lexicon(shelf.library, "")
    assert custom_vocabulary(shelf.url).phrases == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[en\nverbs", "no TOML"),
        ('verbs = ["onboard"]', "“verbs” in the lexicon is no language"),
        ('[en]\nverb = ["onboard"]', "“verb” of “en”"),
        ('[en]\nverbs = "onboard"', "no list of phrases"),
        ("[en]\nverbs = [7]", "no list of phrases"),
    ],
)
def test_word_lists_that_are_none_are_refused_and_those_before_stay(shelf: Shelf, text: str, why: str) -> None:
    keep_lexicon(shelf.library, ONBOARD)
    with pytest.raises(LibraryError, match=why):
        keep_lexicon(shelf.library, text)
    assert lexicon_text(shelf.library) == ONBOARD


def test_the_languages_of_a_library_are_those_of_its_demos(shelf: Shelf) -> None:
    assert spoken_languages(shelf.url) == ()
    for n, language in enumerate(("fr", "de", "de")):
        one = demo(f"order-{n}", "Raise an order", "Open it")
        one = put_bundle(shelf.library.store, replace(one, transcript=replace(one.transcript, language=language)))
        make_findable(shelf.library, one)
    assert spoken_languages(shelf.url) == ("de", "fr")


def test_a_copy_has_the_word_lists_unless_it_has_its_own(shelf: Shelf, tmp_path: Path) -> None:
    keep_lexicon(shelf.library, ONBOARD)
    with open_library(tmp_path / "copy", cache=tmp_path / "copied") as target:
        copy_library(shelf.library, target)
        assert lexicon_text(target) == ONBOARD
        keep_lexicon(target, "# none")
        copy_library(shelf.library, target)
        assert lexicon_text(target) == "# none"


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    assert custom_vocabulary("postgresql://nobody@127.0.0.1:1/nothing").phrases == {}
    assert spoken_languages("postgresql://nobody@127.0.0.1:1/nothing") == ()
    (tmp_path / LEXICON).write_text("[en\nverbs", "utf-8")
    assert custom_vocabulary(str(tmp_path)).phrases == {}
    (tmp_path / LEXICON).write_text('[en]\nverbs = ["onboard", 7]\nclosings = "no list"\nother = ["x"]\n', "utf-8")
    assert custom_vocabulary(str(tmp_path)).phrases == {"en": {"verbs": ["onboard"]}}


def test_without_the_packages_for_teams_hearing_goes_on_without_names_and_phrases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "library.catalog.postgres_catalog", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    address = "postgresql://ann@db.example/howtos"
    found = custom_vocabulary(address)
    assert (found.terms, found.phrases) == ((), {})
    assert spoken_languages(address) == ()
