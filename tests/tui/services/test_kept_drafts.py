"""Where nothing can be filed: that is said before the work, and what was heard is not heard again."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from library.connection.library import Library, open_library
from library.intake.late_words import complete
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.intake.screen_text import read_stills
from library.model import LibraryError
from tests.support.narrated_video import film
from tests.support.scripted_recognizer import ScriptedRecognizer
from transcribe.model import TextLine
from tui.commands.add import file_one
from tui.commands.options import CommandContext

LINES = ("Click the new order button.",)
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film"), "an-order.mp4", LINES)[0]


def refuse(*_: object) -> None:
    raise FULL


@pytest.fixture
def recognizer(monkeypatch: pytest.MonkeyPatch) -> ScriptedRecognizer:
    """What hears for the commands; it counts how often it is asked."""
    one = ScriptedRecognizer(LINES)
    monkeypatch.setattr("tui.services.recognizers.recognizer", lambda *_: one)
    return one


def filed_in(library: Library) -> list[str]:
    return [demo.title for demo in library.catalog.list()]


def test_what_was_heard_is_kept_when_it_cannot_be_filed(
    home: Path, video: Path, recognizer: ScriptedRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = CommandContext()
    with monkeypatch.context() as disk:
        disk.setattr("library.storage.bundle.write_synced", refuse)
        with pytest.raises(LibraryError, match=r"full.*What was heard is kept"):
            file_one(cli, video)
    assert recognizer.asked == 1
    with cli.open_library() as library:
        assert filed_in(library) == []
        assert file_one(CommandContext(), video).title
        assert recognizer.asked == 1
        library.refresh()
        assert len(filed_in(library)) == 1
    assert not list((home / "drafts").glob("*.json"))


def test_a_kept_draft_is_not_used_for_another_file_or_other_wishes(
    home: Path, video: Path, tmp_path: Path, recognizer: ScriptedRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr("library.storage.bundle.write_synced", refuse)
        with pytest.raises(LibraryError, match="full"):
            file_one(CommandContext(), video)
    file_one(CommandContext(), video, keep_all=True)
    assert recognizer.asked == 2
    other = film(tmp_path, video.name, LINES)[0]
    file_one(CommandContext(), other)
    assert recognizer.asked == 3


def test_a_place_that_cannot_be_written_is_said_before_the_work(
    video: Path, recognizer: ScriptedRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("library.storage.folder_store.write_synced", refuse)
    with pytest.raises(LibraryError, match="full"):
        file_one(CommandContext(), video)
    assert recognizer.asked == 0


def test_so_it_is_for_words_that_come_later_and_for_reading_the_screen(
    tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognizer = ScriptedRecognizer(LINES)
    options = IntakeOptions(recognizer=lambda: recognizer)
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(propose(video), library)
        monkeypatch.setattr("library.storage.folder_store.write_synced", refuse)
        with pytest.raises(LibraryError, match="full"):
            complete(demo.demo_id, library, options)
        assert recognizer.asked == 0
        with pytest.raises(LibraryError, match="full"):
            read_stills(demo.demo_id, library, NeverAsked())


class NeverAsked:
    def lines(self, _picture: object) -> list[TextLine]:
        raise AssertionError("nothing was to be read")
