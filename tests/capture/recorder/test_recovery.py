"""Whatever a crash left is mended, or answered in one line; a live take is never touched."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from capture.errors import TakeError
from capture.files import Lines
from capture.model import Marker, Notice, Region, Take, TakeState
from capture.recorder.recovery import recover
from capture.takes import load_take, lock_of, new_take_folder, read_events, write_take
from capture.video.repair import check
from capture.video.take_writer import TakeWriter
from tests.support.fresh_process import run_apart

S = 1_000_000_000


def write_film(video: Path, seconds: float, close: bool) -> None:
    """What the recorder writes of a black screen and silence; without ``close`` as a kill leaves it."""
    writer = TakeWriter(video, 320, 240)
    writer.paint(np.zeros((240, 320, 4), np.uint8), Region(0, 0, 320, 240))
    for number in range(round(seconds * 30)):
        writer.show(number * S // 30)
        writer.write_sound(0, np.zeros((1600, 1), np.int16))
    if close:
        writer.close(round(seconds * S))
    os._exit(0)


def left(folder: Path, *, seconds: float = 3.0, close: bool = False) -> Take:
    """A take as a killed recorder leaves it."""
    path = new_take_folder(folder)
    take = Take(take_id=path.name, started_unix_ms=5, width=320, height=240, path=path)
    write_take(take)
    assert run_apart(write_film, take.video, seconds, close) == 0
    return take


def test_a_take_left_by_a_crash_is_mended_and_says_so(tmp_path: Path) -> None:
    take = left(tmp_path)
    lines = Lines(take.path / "events.jsonl")
    lines.add(Marker(1000, "a"), Notice(1500, "The microphone went away."), Marker(3900, "too late"))
    lines.close()
    (take.path / "reserve").write_bytes(b"x")
    mended = recover(take.path)
    assert mended.state is TakeState.RECOVERED
    assert 2300 < mended.duration_ms <= 3000
    assert mended.notices[0] == "The microphone went away."
    assert "cut short" in mended.notices[1]
    assert load_take(take.path) == mended
    assert check(mended.video) == mended.duration_ms
    assert b"moof" not in mended.video.read_bytes(), "an ordinary file now"
    assert [event.at_ms for event in read_events(mended)] == [1000, 1500]
    assert sorted(p.name for p in take.path.iterdir()) == ["events.jsonl", "take.json", "take.mp4"]


def test_mending_twice_changes_nothing(tmp_path: Path) -> None:
    take = left(tmp_path)
    once = recover(take.path)
    data = once.video.read_bytes()
    assert recover(take.path) == once
    assert once.video.read_bytes() == data


def test_a_finished_take_that_is_whole_is_left_alone(tmp_path: Path) -> None:
    take = left(tmp_path, close=True)
    finished = Take(**{f: getattr(take, f) for f in take.__struct_fields__} | {"state": TakeState.FINISHED})
    write_take(finished)
    assert recover(take.path).state is TakeState.FINISHED


@pytest.mark.parametrize("record", [None, "", "{", '{"take_id": 5}'])
def test_a_take_whose_record_is_lost_is_mended_from_its_video(tmp_path: Path, record: str | None) -> None:
    take = left(tmp_path)
    path = take.path / "take.json"
    path.unlink() if record is None else path.write_text(record)
    mended = recover(take.path)
    assert (mended.take_id, mended.width, mended.height) == (take.path.name, 320, 240)
    assert mended.state is TakeState.RECOVERED


@pytest.mark.parametrize("cut", [0.5, 0.64, 0.77, 0.95])
def test_a_video_torn_anywhere_keeps_what_is_before_the_tear(tmp_path: Path, cut: float) -> None:
    take = left(tmp_path)
    data = take.video.read_bytes()
    take.video.write_bytes(data[: int(len(data) * cut)])
    assert recover(take.path).duration_ms > 3000 * cut - 1000


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"ftyp" * 1000, None])
def test_a_video_in_which_nothing_is_left_is_one_line_and_stays_as_it_is(tmp_path: Path, data: bytes | None) -> None:
    take = left(tmp_path)
    take.video.write_bytes(take.video.read_bytes()[:1200] if data is None else data)
    before = take.video.read_bytes()
    with pytest.raises(TakeError) as caught:
        recover(take.path)
    assert "\n" not in str(caught.value)
    assert take.video.read_bytes() == before
    assert load_take(take.path).state is TakeState.RECORDING
    assert not list(take.path.glob("*mended*"))


def test_a_live_take_is_not_touched(tmp_path: Path) -> None:
    take = left(tmp_path)
    before = take.video.read_bytes()
    lock = lock_of(take.path)
    assert lock.take()
    with pytest.raises(TakeError, match="being recorded"):
        recover(take.path)
    lock.release()
    assert take.video.read_bytes() == before


def test_folders_that_are_no_takes_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match="There is no take"):
        recover(tmp_path / "none")
    with pytest.raises(TakeError, match="holds no video"):
        recover(tmp_path)


def test_without_room_for_a_copy_the_original_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import capture.video.repair as mending
    from capture.errors import VideoError

    def no_room(_path: Path, _output: Path) -> int:
        raise VideoError("There is no room left")

    take = left(tmp_path)
    before = take.video.read_bytes()
    monkeypatch.setattr(mending, "repair", no_room)
    mended = recover(take.path)
    assert mended.state is TakeState.RECOVERED
    assert mended.duration_ms > 2300
    assert take.video.read_bytes() == before
