"""A take that replaces a step is reviewed like any other: proposed, kept when it is left, filed as the next version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from capture.model import Target
from capture.progress import silent
from capture.takes import load_take
from library.connection.library import Library, open_library
from library.intake.options import IntakeOptions
from library.intake.replacing.step_wanted import note_wanted
from library.model import Demo, LibraryError
from tests.support.replaced_steps import striped_take, three_steps
from tests.tui.fakes import FakeRecordingService
from tui.config import Settings
from tui.model import RecordChoice
from tui.services.review_service import LocalReviewService
from tui.state.recording_session import Phase, RecordingSession


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, library_url=str(tmp_path / "library"), author="Tom", hotkeys={})


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    with open_library(settings.library_url, cache=tmp_path / "cache") as opened:
        yield opened


@pytest.fixture
def demo(library: Library, settings: Settings) -> Demo:
    return three_steps(library, settings.takes_folder)


def test_it_waits_under_not_filed_yet_and_is_filed_as_the_next_version(
    library: Library, settings: Settings, demo: Demo
) -> None:
    reviews = LocalReviewService(settings, library, IntakeOptions(author="Tom"))
    take = striped_take(settings.takes_folder / "20310418-090000-cd34", 40, 4_000, [2_000])
    note_wanted(take.path, reviews.step_wanted(demo.demo_id, 2))
    (waiting,) = [one for one in reviews.unfiled() if one.path == take.path]
    assert waiting.title.startswith(f"Step 2 of {demo.demo_id} anew")
    draft = reviews.resume(waiting, silent, lambda _: None)
    assert (draft.title, draft.revises, len(draft.steps)) == ("Raise an order", demo.demo_id, 3)
    reviews.close()  # it is left; the application ends

    later = LocalReviewService(settings, library, IntakeOptions(author="Tom"))
    (kept,) = [one for one in later.unfiled() if "changes to version 1" in one.title]
    assert load_take(take.path).filed_as == demo.demo_id
    assert later.unfiled() == [kept]
    filed = later.file(later.resume(kept, silent, lambda _: None), silent)
    assert (filed.version, filed.edited_by) == (2, "Tom")
    assert filed.steps[2].title == demo.steps[2].title
    assert later.unfiled() == []
    later.close()


def test_letting_it_go_leaves_the_demo_and_the_recording_as_they_are(
    library: Library, settings: Settings, demo: Demo
) -> None:
    reviews = LocalReviewService(settings, library, IntakeOptions(author="Tom"))
    take = striped_take(settings.takes_folder / "20310418-090000-cd34", 40, 2_000, [])
    before = len(list(settings.takes_folder.iterdir()))
    note_wanted(take.path, reviews.step_wanted(demo.demo_id, 2))
    reviews.discard(reviews.propose(take, "", silent, lambda _: None))
    assert len(list(settings.takes_folder.iterdir())) == before
    assert library.store.versions(demo.demo_id) == [1]
    assert reviews.unfiled() == []
    reviews.close()


async def test_a_recording_of_another_size_is_given_up_when_it_begins(tmp_path: Path) -> None:
    recorder = FakeRecordingService(tmp_path)

    def refused(_: Path) -> None:
        raise LibraryError("The picture is 10 x 10, that of the demo 20 x 20")

    choice = RecordChoice(Target(monitor=1), "Monitor 1", None)
    session = RecordingSession(recorder, choice, countdown_s=0, begun=refused)
    with pytest.raises(ShowhowError, match="10 x 10"):
        await session.start()
    assert session.phase is Phase.OVER
    assert "abandon" in recorder.recording.asked


def test_a_recording_that_does_not_fit_leaves_the_demo_free_for_others(
    library: Library, settings: Settings, demo: Demo
) -> None:
    reviews = LocalReviewService(settings, library, IntakeOptions(author="Tom"))
    small = striped_take(settings.takes_folder / "20310418-090000-ff00", 40, 2_000, [], width=160, sound=False)
    note_wanted(small.path, reviews.step_wanted(demo.demo_id, 2))
    with pytest.raises(LibraryError, match="160 x 180"):
        reviews.propose(small, "", silent, lambda _: None)
    other = LocalReviewService(settings, library, IntakeOptions(author="Ada"))
    assert other.reopen(demo.demo_id, silent).revises == demo.demo_id
    with pytest.raises(LibraryError, match="under review in another window"):
        reviews.reopen(demo.demo_id, silent)
    other.close()
