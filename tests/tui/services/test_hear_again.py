"""A recording heard again before it is filed: title and id come from the words it ends with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as with_changes
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.progress import silent
from library.connection.library import Library, open_library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.maintenance.spoken_languages import spoken_languages
from library.model import Draft
from tests.support.narrated_video import film
from tests.support.scripted_recognizer import ScriptedRecognizer
from transcribe.model import TranscribeError, Transcript
from tui.config import Settings
from tui.services.recognizers import likely_languages
from tui.services.review_service import LocalReviewService


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film"), "take.mp4", ("Enter the name of the supplier.",))[0]


@pytest.fixture
def settings(tmp_path: Path, tiny_en: Path) -> Settings:
    return Settings(home=tmp_path, library_url=str(tmp_path / "library"), model=str(tiny_en), hotkeys={})


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with open_library(settings.library_url, cache=settings.home / "cache") as library:
        yield library


@pytest.fixture
def reviews(settings: Settings, library: Library) -> LocalReviewService:
    return LocalReviewService(settings, library, IntakeOptions())


@pytest.fixture
def draft(video: Path) -> Draft:
    return propose(video, IntakeOptions(recognizer=lambda: ScriptedRecognizer(("Open a wholly different matter.",))))


def test_title_and_id_are_those_of_the_words_heard_again(
    reviews: LocalReviewService, library: Library, draft: Draft
) -> None:
    assert "matter" in draft.title
    again = reviews.hear_again(draft, "en", silent)
    assert "supplier" in again.transcript.text
    assert "supplier" in again.title
    assert "supplier" in file(again, library).demo_id


def test_a_language_the_model_does_not_know_is_said_and_the_words_stay(
    reviews: LocalReviewService, draft: Draft
) -> None:
    with pytest.raises(TranscribeError, match="only English, not German"):
        reviews.hear_again(draft, "de", silent)


def test_languages_to_choose_from_begin_with_those_it_may_be(reviews: LocalReviewService, draft: Draft) -> None:
    doubtful = replace(draft, transcript=Transcript(language="en", languages={"en": 0.4, "cy": 0.3}))
    codes = reviews.languages(doubtful)
    assert codes[:2] == ["en", "cy"]
    assert {"de", "fr", "es"} < set(codes)
    assert len(codes) == len(set(codes))


def test_the_languages_of_system_and_library_are_preferred(
    settings: Settings, library: Library, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spoken_languages(settings.library_url) == ()
    monkeypatch.setenv("LC_ALL", "de_AT.UTF-8")
    french = replace(draft, transcript=Transcript(segments=draft.transcript.segments, language="fr"))
    file(french, library)
    assert spoken_languages(settings.library_url) == ("fr",)
    assert likely_languages(settings) == ("de", "fr")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert likely_languages(settings) == ("fr",)
    assert likely_languages(with_changes(settings, library_url=str(settings.home / "none"))) == ()
