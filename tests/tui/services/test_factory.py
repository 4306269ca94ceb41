"""The product's own services: a real recorder, a real draft and a real library behind the screens' seam."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from capture.model import Take, TakeState, Target
from capture.progress import silent
from capture.recorder.options import RecorderCommand
from capture.takes import load_take
from library.draft.journal import Journal
from library.model import DemoNotFound, Draft
from tests.support.desktop import Stage, wait_for
from tui.config import Settings
from tui.model import DemoEdit, RecordChoice
from tui.services.factory import open_services, words_ready
from tui.services.protocols import Services

pytestmark = [pytest.mark.x11, pytest.mark.sound]


@pytest.fixture
def services(stage: Stage, home: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(home)
    return open_services(settings(home))


def settings(home: Path) -> Settings:
    return Settings(home=home, library_url=str(home / "library"), author="Priya", hotkeys={})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one real recording of this module is kept for the tests after the first."""
    return tmp_path_factory.mktemp("kept") / "take"


@pytest.fixture
def take(services: Services, stage: Stage, home: Path, kept: Path) -> Take:
    """A finished take in this test's own home: recorded once, then copied."""
    if not kept.exists():
        shutil.copytree(record(services, stage).path, kept)
        shutil.rmtree(home / "takes")
    shutil.copytree(kept, home / "takes" / "20310417-101500-ab12")
    return load_take(home / "takes" / "20310417-101500-ab12")


def record(services: Services, stage: Stage) -> Take:
    """Two seconds of a moving pointer and clicks, without a microphone."""
    recorder = services.recording.record(RecordChoice(Target(monitor=1), "Monitor 1", None))
    recorder.wait_started()
    began = time.monotonic()
    for step in range(6):
        stage.xdo(f"mousemove {100 + 90 * step} {100 + 60 * step} click 1")
    recorder.send(RecorderCommand.MARK)
    wait_for(lambda: recorder.status.elapsed_ms > 1500, "a second and a half")
    assert recorder.status.microphone is None
    assert recorder.status.bytes_written >= 0
    assert recorder.status.elapsed_ms <= (time.monotonic() - began) * 1000 + 1000
    return recorder.stop()


def test_a_real_recording_becomes_a_draft_and_a_demo_that_is_found_read_edited_and_removed(
    services: Services, take: Take, home: Path
) -> None:
    assert take.state is TakeState.FINISHED
    [waiting] = services.review.unfiled()
    assert waiting.path == take.path
    assert not waiting.damaged

    draft = services.review.propose(take, "Move the pointer about", silent, services.review.keep)
    assert draft.title == "Move the pointer about"
    assert "Move the pointer about" in services.review.unfiled()[0].title
    assert services.review.frame(draft, 800).shape == (720, 1280, 3)
    moments = [at_ms for at_ms, _ in services.review.motion(draft, 0, 160)]
    assert moments == sorted(moments)
    assert all(any(span.contains(at) for span in draft.clip.kept) for at in moments)

    demo = services.review.file(draft, silent)
    assert services.review.unfiled() == []
    assert services.library.count() == 1
    found = services.library.search("pointer")
    assert found.hits[0].demo_id == demo.demo_id
    assert services.library.search("").hits[0].demo_id == demo.demo_id

    assert demo.steps
    still = services.library.still(demo, demo.steps[0].number)
    assert still is not None
    assert still.read_bytes()[8:12] == b"WEBP"
    at_ms, picture = next(services.library.motion(demo, 500, 160))
    assert at_ms >= 500
    assert picture.shape == (90, 160, 3)

    edited = services.library.edit(demo, DemoEdit(title="Move it", tags=("desk",)))
    assert (edited.title, edited.tags, edited.version) == ("Move it", ("desk",), 2)
    written = services.library.export(edited, "markdown", 1).path
    assert written.is_relative_to(home)
    assert "Move it" in written.read_text(encoding="utf-8")

    services.library.remove(edited)
    assert services.library.count() == 0
    with pytest.raises(DemoNotFound):
        services.library.demo(demo.demo_id)


def test_a_draft_is_taken_up_where_it_was_left_and_let_go_only_when_asked(services: Services, take: Take) -> None:
    from library.draft import edits

    draft = services.review.propose(take, "", silent, services.review.keep)
    changed = edits.with_tags(draft, ["later"])
    services.review.keep(changed)
    [waiting] = services.review.unfiled()
    assert services.review.resume(waiting, silent, services.review.keep).tags == ("later",)
    edited = edits.with_title(changed, "Mine")
    journal = Journal()
    journal.edited(changed, edited)
    services.review.keep(edited, journal.take_unwritten())
    assert services.review.journal(edited).undo(edited) is not None
    (take.path / edits.DRAFT_FILE).write_text("not a draft", encoding="utf-8")
    [waiting] = services.review.unfiled()
    fresh = services.review.resume(waiting, silent, services.review.keep)
    assert isinstance(fresh, Draft)
    assert fresh.tags == ()
    assert services.review.journal(fresh).done == []
    services.review.discard(fresh)
    assert not take.path.exists()
    assert services.review.unfiled() == []


def test_an_added_video_is_never_deleted_with_its_draft(services: Services, take: Take, home: Path) -> None:
    video = home / "mine.mp4"
    shutil.copy(take.video, video)
    services.review.discard(services.review.propose(take, "", silent, services.review.keep))
    from library.intake.pipeline import propose

    draft = propose(video)
    services.review.keep(draft)
    [waiting] = services.review.unfiled()
    services.review.discard(services.review.resume(waiting, silent, services.review.keep))
    assert services.review.unfiled() == []
    assert video.exists()


def test_what_this_machine_has_is_offered_and_shown(services: Services, stage: Stage) -> None:
    recorder = services.recording
    assert [m.region.width for m in recorder.monitors()] == [stage.size[0]]
    assert recorder.preview(Target(monitor=1)).shape == (stage.size[1], stage.size[0], 3)
    assert recorder.preview(Target(monitor=0)).shape == (stage.size[1], stage.size[0], 3)
    assert isinstance(recorder.windows(), list)
    name = recorder.preferred_microphone()
    assert name in [microphone.name for microphone in recorder.microphones()]
    assert name is not None
    meter = recorder.open_meter(name)
    wait_for(lambda: meter.level().silent, "three seconds of a microphone at which nothing is said")
    meter.close()


def test_a_window_that_has_gone_is_one_line(services: Services) -> None:
    with pytest.raises(ShowhowError, match="no window"):
        services.recording.preview(Target(window="Nothing of that name", window_id=1))


def test_without_a_model_the_setup_says_that_demos_are_filed_all_the_same(home: Path) -> None:
    assert "filed all the same" in words_ready(settings(home))
