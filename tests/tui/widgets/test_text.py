"""The parts beneath the screens: jobs, session, models, pictures, lines of text."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from capture.errors import Cancelled, ShowhowError
from capture.model import Level, Region, Target
from capture.progress import Progress
from capture.recorder.options import RecorderCommand
from library.model import Found, Hit, Match
from tests.tui import fakes as fake
from tui.model import RecordChoice
from tui.state.jobs import Job, Jobs, JobState
from tui.state.library import LibraryModel, LibraryState
from tui.state.record import parse_region
from tui.state.recording_session import Phase, RecordingSession
from tui.widgets import text as words
from tui.widgets.bars import job_words
from tui.widgets.half_blocks import half_blocks, load
from tui.widgets.key_bar import KeyLabel, fitting
from tui.widgets.meter import bars, height
from tui.widgets.still import fitted


def test_the_time_left_is_told_once_there_is_something_to_tell_it_from() -> None:
    now = [100.0]
    job = Job("Filing", lambda _: None, lambda _: None, clock=lambda: now[0])
    job.progress(0, 10, "cutting")
    assert job.left_s is None
    now[0] = 104.0
    job.progress(4, 10, "cutting")
    assert job.left_s == 6
    assert "40%" in job_words(job, 1, 100).plain
    assert "0:06 left" in job_words(job, 1, 100).plain


def test_a_new_stage_of_the_work_starts_its_own_count() -> None:
    now = [0.0]
    job = Job("Filing", lambda _: None, lambda _: None, clock=lambda: now[0])
    job.progress(5, 10, "cutting")
    now[0] = 60.0
    job.progress(1, 10, "indexing")
    assert job.left_s is None


async def run_job(work: object) -> tuple[Jobs, list[str]]:
    said: list[str] = []
    tasks: list[asyncio.Task[None]] = []
    jobs = Jobs(lambda drive: tasks.append(asyncio.ensure_future(drive())), lambda: None)
    jobs.start(Job("Work", work, lambda result: said.append(str(result)), lambda e: said.append(str(e))))  # type: ignore[arg-type]
    await asyncio.gather(*tasks)
    return jobs, said


async def test_a_bug_in_work_is_one_line_and_can_be_tried_again() -> None:
    def broken(_: Progress) -> None:
        raise KeyError("oops")

    jobs, said = await run_job(broken)
    assert jobs.shown is not None
    assert jobs.shown.state is JobState.FAILED
    assert said == ["Work failed (KeyError: 'oops'). Nothing was lost."]


async def test_cancelled_work_is_gone_and_not_a_failure() -> None:
    def left(_: Progress) -> None:
        raise Cancelled

    jobs, said = await run_job(left)
    assert jobs.shown is None
    assert said == ["Cancelled. Nothing was lost; run it again to go on."]


def hit(demo: str, step: int, score: float) -> Hit:
    return Hit(demo_id=demo, title=demo, step=step, step_title="", start_ms=0, snippet="", score=score)


def test_results_are_grouped_by_demo_in_the_order_of_their_best_step() -> None:
    model = LibraryModel(count=2)
    hits = (hit("b", 3, 9), hit("a", 1, 8), hit("b", 1, 7), hit("b", 2, 6), hit("b", 4, 5))
    model.show(Found(query="x", hits=hits))
    assert [(group.demo_id, [h.step for h in group.hits]) for group in model.groups] == [("b", [3, 1, 2]), ("a", [1])]
    assert model.selected == hits[0]
    model.move(99)
    assert model.selected == hits[1]
    model.show(Found(query="x"))
    assert model.state is LibraryState.NO_HITS
    assert model.selected is None


def session(
    tmp_path: Path, now: list[float], countdown_s: int = 3
) -> tuple[RecordingSession, fake.FakeRecordingService]:
    recorder = fake.FakeRecordingService(tmp_path)
    choice = RecordChoice(Target(monitor=1), "Monitor 1", "mic")
    return RecordingSession(recorder, choice, countdown_s=countdown_s, clock=lambda: now[0]), recorder


def test_a_voice_uses_the_middle_of_the_meter() -> None:
    assert height(Level(rms_db=-90)) == 0
    assert 0.3 < height(Level(rms_db=-30)) < 0.7
    assert height(Level(rms_db=3)) == height(Level(rms_db=0)) == 1


async def test_a_session_counts_down_records_and_gives_its_take(tmp_path: Path) -> None:
    now = [10.0]
    made, recorder = session(tmp_path, now)
    seen = []
    while not made.counted:
        seen.append(made.left_s)
        now[0] += 1
    assert seen == [3, 2, 1]
    await made.start()
    assert made.phase is Phase.LIVE
    await made.send(RecorderCommand.TOGGLE_PAUSE)
    assert made.phase is Phase.PAUSED
    assert (await made.stop()).take_id == "take-1"
    assert made.phase is Phase.OVER
    assert recorder.recording.asked == ["pause", "stop"]


async def test_pausing_twice_in_a_blink_goes_on_although_the_figures_lag(tmp_path: Path) -> None:
    made, recorder = session(tmp_path, [0.0], countdown_s=0)
    await made.start()
    recorder.recording.lagging = True
    await made.send(RecorderCommand.TOGGLE_PAUSE)
    assert made.phase is Phase.PAUSED
    await made.send(RecorderCommand.TOGGLE_PAUSE)
    assert made.phase is Phase.LIVE
    assert recorder.recording.asked == ["pause", "resume"]


async def test_leaving_while_the_recorder_starts_leaves_no_recorder_behind(tmp_path: Path) -> None:
    made, recorder = session(tmp_path, [0.0], countdown_s=0)
    starting = asyncio.ensure_future(made.start())
    await asyncio.sleep(0)
    await made.abandon()
    with pytest.raises(Cancelled):
        await starting
    assert recorder.recording.asked == ["abandon"]


def test_regions_are_read_as_people_write_them() -> None:
    for text in ("100,80,1280,720", "100 80 1280x720", " 100, 80, 1280×720 "):
        assert parse_region(text) == Region(100, 80, 1280, 720)
    for text in ("", "1,2,3", "a,b,c,d", "0,0,0,5"):
        with pytest.raises(ShowhowError):
            parse_region(text)


def test_half_blocks_show_two_pixels_a_cell() -> None:
    picture = np.zeros((4, 2, 3), np.uint8)
    picture[0:2] = (255, 0, 0)
    [strip] = half_blocks(picture, 2, 1)
    [segment] = list(strip)
    assert segment.text == "▀▀"
    assert segment.style is not None
    assert str(segment.style.color.triplet) != str(segment.style.bgcolor.triplet)  # type: ignore[union-attr]
    assert segment.style.color.triplet.red == 255  # type: ignore[union-attr]


def test_in_motion_colours_are_fewer_and_hardly_others() -> None:
    picture = np.random.default_rng(7).integers(0, 256, (8, 12, 3), np.uint8)
    shown = {segment.style for strip in half_blocks(picture, 12, 4, moving=True) for segment in strip}
    still = [segment.style for strip in half_blocks(picture, 12, 4) for segment in strip]
    moving = [segment.style for strip in half_blocks(picture, 12, 4, moving=True) for segment in strip]
    assert len(still) == len(moving) == 48
    for one, other in zip(still, moving, strict=True):
        assert one is not None
        assert other is not None
        for before, after in ((one.color, other.color), (one.bgcolor, other.bgcolor)):
            assert max(abs(a - b) for a, b in zip(before.triplet, after.triplet, strict=True)) <= 4  # type: ignore[union-attr,arg-type]  # they are
    assert all(style.color.triplet.red % 8 == 4 for style in shown)  # type: ignore[union-attr]  # they are


@given(st.tuples(st.integers(1, 5000), st.integers(1, 5000)), st.integers(0, 300), st.integers(0, 100))
def test_a_picture_never_leaves_its_box(size: tuple[int, int], columns: int, rows: int) -> None:
    wide, high = fitted(size, columns, rows)
    assert 0 <= wide <= columns
    assert 0 <= high <= rows


def test_a_picture_file_is_read_small_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (1920, 1080), "#102030").save(tmp_path / "a.webp")
    assert load(tmp_path / "a.webp", 480).shape == (270, 480, 3)
    (tmp_path / "b.webp").write_bytes(b"RIFF....WEBP")
    with pytest.raises(OSError, match="cannot identify"):
        load(tmp_path / "b.webp", 480)


@given(st.text(max_size=60), st.text(max_size=30), st.integers(0, 80))
def test_a_line_with_two_sides_has_exactly_its_width(left: str, right: str, width: int) -> None:
    left, right = (text.replace("\n", " ") for text in (left, right))
    assert words.two_sides(left, right, width).cell_length == width


def test_met_words_are_marked_whatever_the_snippet_holds() -> None:
    line = words.snippet("[b]raise[/b] a «purchase»", (Match(3, 8),))
    assert line.plain == "[b]raise[/b] a «purchase»"
    assert [(span.start, span.end) for span in line.spans if "bold" in str(span.style)] == [(3, 8)]


def test_the_meter_uses_its_whole_height_and_no_more() -> None:
    assert bars([-1, 0, 0.5, 1, 2]) == "▁▁▅██"


def test_escape_and_the_keys_key_are_never_crowded_out() -> None:
    keys = [KeyLabel(letter, letter, "a word") for letter in "abcdefghij"]
    keys += [KeyLabel("escape", "Esc", "Back"), KeyLabel("question_mark", "?", "Keys")]
    for width in range(20, 120):
        shown = fitting(keys, width)
        assert [key.key for key in shown[-2:]] == ["escape", "question_mark"]
        assert sum(key.cells + 2 for key in shown) - 2 <= width
