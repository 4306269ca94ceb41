"""A take goes through the corridor: its log decides the cuts, its events make steps, and it knows what it became."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from capture.errors import TakeError
from capture.model import Change, Click, CutReason, Event, Marker, Pointer, Scrap, Take, TakeState, Typed
from capture.span import Span
from capture.takes import load_take, lock_of, mark_filed, write_take
from library.catalog.catalog import CatalogBusy
from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection.library import Library, open_library
from library.draft import edits
from library.intake.pipeline import file, propose
from library.model import Draft, LibraryError
from tests.support.narrated_video import film

LENGTH_MS = 18_000


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film"))[0]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        yield opened


def lines(path: Path, records: Sequence[object]) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))


@pytest.fixture
def take(tmp_path: Path, video: Path) -> Take:
    """As the recorder leaves it: two clicks, some typing, and something taken back near the end."""
    path = tmp_path / "takes" / "20310417-140500-ab12"
    path.mkdir(parents=True)
    shutil.copy(video, path / "take.mp4")
    started = round(time.mktime((2031, 4, 17, 14, 5, 0, 0, 0, -1)) * 1000)
    made = Take(
        take_id=path.name, started_unix_ms=started, width=320, height=240, duration_ms=LENGTH_MS,
        state=TakeState.FINISHED, path=path,
    )  # fmt: skip
    write_take(made)
    events: list[Event] = [
        Pointer(1_100, 10, 10), Click(1_500, 20, 20, window="Orders"), Typed(2_000, count=5, end_ms=2_600),
        Marker(6_500, note="Supplier"), Click(7_000, 50, 60, window="Orders"), Scrap(14_500, start_ms=13_000),
    ]  # fmt: skip
    lines(path / "events.jsonl", events)
    lines(path / "changes.jsonl", [Change(at, 0, 0, 300, 200, checksum=at) for at in (1_500, 2_100, 7_000, 12_500)])
    return made


@pytest.mark.parametrize("name", ["", "take.json", "take.mp4"])
def test_a_take_is_named_by_its_folder_or_a_file_in_it(take: Take, name: str) -> None:
    draft = propose(take.path / name)
    assert draft.source == str(take.path)
    assert draft.take.take_id == take.take_id
    assert draft.take.started_unix_ms == take.started_unix_ms
    assert draft.title == "Orders"  # the window in which something was clicked


def test_what_the_expert_took_back_is_cut_by_hand(take: Take) -> None:
    by_hand = [cut.span for cut in propose(take.path).cuts if cut.reason is CutReason.BY_HAND]
    assert by_hand == [Span(13_000, 14_500)]


def test_activity_comes_from_the_recorders_log_and_without_one_from_the_pictures(take: Take) -> None:
    by_log = propose(take.path).activity
    assert any(span.contains(12_500) for span in by_log)
    assert not any(span.contains(13_300) for span in by_log)
    (take.path / "changes.jsonl").unlink()
    by_pictures = propose(take.path).activity
    assert any(span.contains(13_300) for span in by_pictures)  # the box still moves there


def test_what_is_known_at_once_comes_before_anybody_listened(take: Take) -> None:
    seen: list[Draft] = []

    def listening(done: int, total: int, what: str) -> None:
        assert seen, f"{what} before the first draft"

    whole = propose(take.path, progress=listening, begun=seen.append)
    first, heard = seen
    assert (heard.cuts, heard.transcript, heard.speech) == (whole.cuts, whole.transcript, whole.speech)
    assert (first.draft_id, first.take, first.activity, first.events) == (
        whole.draft_id, whole.take, whole.activity, whole.events,
    )  # fmt: skip
    assert [step.clicked or step.title for step in first.steps]
    assert Span(13_000, 14_500) in [cut.span for cut in first.cuts]
    assert first.waiting_for_words
    assert not first.transcript.words


def test_a_microphone_that_gave_nothing_is_told(take: Take) -> None:
    assert propose(take.path).notes == ()
    write_take(replace(take, figures=replace(take.figures, narration_peak_db=-90.0)))
    (note,) = propose(take.path).notes
    assert "Was the microphone muted" in note


def test_a_draft_keeps_what_was_done_but_not_the_pointers_path(take: Take) -> None:
    kinds = {type(event) for event in propose(take.path).events}
    assert kinds == {Click, Typed, Marker, Scrap}


def test_events_are_filed_in_clip_time_with_their_steps(take: Take, library: Library) -> None:
    draft = propose(take.path)
    demo = file(draft, library)
    events = [event for step in demo.steps for event in step.events]
    clicks = [event.at_ms for event in events if isinstance(event, Click)]
    assert clicks == [draft.clip.to_clip(1_500), draft.clip.to_clip(7_000)]
    for step in demo.steps:
        assert all(step.start_ms <= event.at_ms < step.end_ms for event in step.events)


def test_a_filed_take_knows_what_it_became(take: Take, library: Library) -> None:
    demo = file(propose(take.path), library)
    assert load_take(take.path).filed_as == demo.demo_id
    assert demo.take.take_id == take.take_id


def test_the_draft_beside_a_take_is_filed_as_it_was_edited(take: Take, library: Library) -> None:
    draft = edits.with_title(propose(take.path), "Mine")
    edits.save_draft(draft, take.path)
    assert file(edits.load_draft(take.path), library).title == "Mine"


def test_from_stop_to_searchable_is_told_for_a_take_just_recorded(take: Take, library: Library) -> None:
    demo = file(propose(take.path), library)
    timings = demo.timings
    stages = ("waited_ms", "propose_ms", "file_ms", "index_ms")
    assert timings["stopped_to_searchable_ms"] == sum(timings[stage] for stage in stages)
    assert "stopped_to_searchable_ms" in library.catalog.get(demo.demo_id).timings


def test_a_take_of_yesterday_has_no_such_time(take: Take, library: Library) -> None:
    yesterday = time.time() - 86_400
    os.utime(take.path / "take.json", (yesterday, yesterday))
    assert "stopped_to_searchable_ms" not in file(propose(take.path), library).timings


def test_a_take_being_recorded_is_left_alone(take: Take) -> None:
    lock = lock_of(take.path)
    assert lock.take()
    with pytest.raises(TakeError, match="being recorded"):
        propose(take.path)
    lock.release()
    assert propose(take.path)


def test_a_take_left_by_a_crash_asks_to_be_mended(take: Take) -> None:
    write_take(replace(take, state=TakeState.RECORDING))
    with pytest.raises(TakeError, match="showhow recover"):
        propose(take.path)


def test_a_take_without_its_video_or_with_a_broken_record_is_one_line(take: Take) -> None:
    (take.path / "take.mp4").unlink()
    with pytest.raises(Exception, match=r"take\.mp4") as caught:
        propose(take.path)
    (take.path / "take.json").write_text("{")
    with pytest.raises(TakeError) as broken:
        propose(take.path)
    assert "\n" not in f"{caught.value}{broken.value}"


def test_a_demo_is_filed_even_when_its_take_cannot_be_marked_and_the_line_says_so(
    take: Take, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise TakeError("Could not write take.json: the disk is full", "Free some space.")

    draft = propose(take.path)
    monkeypatch.setattr("library.intake.pipeline.mark_filed", refuse)
    with pytest.raises(LibraryError, match=r"is filed as .*could not be marked"):
        file(draft, library)
    assert library.catalog.count() == 1
    monkeypatch.setattr("library.intake.pipeline.mark_filed", mark_filed)
    assert load_take(take.path).filed_as is None
    again = file(draft, library)  # nothing is filed twice
    assert library.catalog.count() == 1
    assert load_take(take.path).filed_as == again.demo_id


def test_a_demo_whose_indexing_failed_is_filed_all_the_same_and_found_at_the_next_opening(
    take: Take, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise CatalogBusy("The library's index is busy", "Try again in a moment.")

    monkeypatch.setattr(SqliteCatalog, "insert", busy)
    with pytest.raises(LibraryError, match=r"is filed as .*cannot be searched yet"):
        file(propose(take.path), library)
    filed_as = load_take(take.path).filed_as
    with open_library(library.folder, cache=library.folder.parent / "cache") as again:
        assert [demo.demo_id for demo in again.catalog.list()] == [filed_as]
