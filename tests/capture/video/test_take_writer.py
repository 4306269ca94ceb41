"""The take's video: true times, true colours, sound from zero, and readable whenever it was killed."""

from __future__ import annotations

import errno
import os
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from capture.errors import VideoError
from capture.model import Region
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from capture.video.repair import check
from capture.video.take_writer import TakeWriter
from tests.support.fresh_process import run_apart
from tests.support.windows import KILL, KILLED

WIDTH, HEIGHT = 320, 240
WHOLE = Region(0, 0, WIDTH, HEIGHT)
S = 1_000_000_000


def picture(blue: int, green: int, red: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    made = np.empty((HEIGHT, WIDTH, 4), np.uint8)
    made[:] = (blue, green, red, 255)
    return made


def write(path: Path, moments: list[float], end: float, *, lag: float = 0.1) -> TakeWriter:
    """Pictures at moments (s), each of another grey, with sound written ``lag`` behind them."""
    writer = TakeWriter(path, WIDTH, HEIGHT)
    heard = 0.0
    for number, moment in enumerate(moments):
        writer.paint(picture(*[20 + number * 3] * 3), WHOLE)
        while heard + 0.1 <= moment - lag:
            writer.write_sound(0, np.zeros((4800, 1), np.int16))
            heard += 0.1
        writer.show(round(moment * S), key=number == 0)
    writer.write_sound(0, np.zeros((round((end - heard) * 48_000), 1), np.int16))
    return writer


def times(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        moments = [p.pts * p.time_base for p in container.demux(video=0) if p.pts is not None]
    return [float(moment) for moment in moments]


@pytest.mark.parametrize(
    "moments",
    [
        [0.0, 0.1, 0.2, 0.3, 1.3, 2.3, 3.3],
        [0.0, 0.5, 1.2],
        [0.0, 0.033, 0.9, 0.94, 2.5, 2.52, 2.54],
        [n / 30 for n in range(60)],
    ],
)
def test_every_picture_keeps_its_moment_across_fragments(tmp_path: Path, moments: list[float]) -> None:
    path = tmp_path / "take.mp4"
    write(path, moments, moments[-1] + 0.7).close(round((moments[-1] + 0.7) * S))
    assert times(path) == pytest.approx(moments, abs=2e-5)
    facts = probe(path)
    assert facts.duration_ms == pytest.approx((moments[-1] + 0.7) * 1000, abs=3)
    assert (facts.width, facts.height, facts.has_video, facts.has_sound) == (WIDTH, HEIGHT, True, True)


def test_a_closed_take_is_an_ordinary_file_that_ffmpeg_decodes_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    write(path, [0.0, 0.4, 0.8, 3.0], 3.5).close(round(3.5 * S))
    boxes = path.read_bytes()
    assert b"moof" not in boxes[:200], "the fragments are hidden inside"
    done = subprocess.run(
        ["ffmpeg", "-v", "warning", "-xerror", "-i", str(path), "-f", "null", "-"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_moments_that_do_not_advance_are_put_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    write(path, [0.0, 0.5, 0.5, 0.4], 1.0).close(S)
    assert times(path) == sorted(set(times(path)))


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 60, 30), (30, 160, 240), (10, 10, 200)])
def test_colours_come_back(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    path = tmp_path / "take.mp4"
    writer = TakeWriter(path, WIDTH, HEIGHT, channels=())
    writer.paint(picture(*colour), WHOLE)
    writer.show(0)
    writer.close(S)
    seen = grab_frame(path, 0)[HEIGHT // 2, WIDTH // 2]
    assert seen.astype(int) == pytest.approx(colour, abs=6)


def test_a_box_changes_its_own_pixels_only(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    writer = TakeWriter(path, WIDTH, HEIGHT, channels=())
    writer.paint(picture(255, 255, 255), WHOLE)
    writer.show(0)
    writer.paint(picture(0, 0, 0), Region(34, 50, 62, 46))
    writer.show(S // 2)
    writer.close(S)
    seen = grab_frame(path, 700).astype(int).mean(axis=2)
    assert seen[52:94, 36:94].max() < 40
    outside = np.ones_like(seen, bool)
    outside[48:98, 32:98] = False
    assert seen[outside].min() > 220


def test_key_frames_come_where_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    writer = TakeWriter(path, WIDTH, HEIGHT, channels=())
    writer.paint(picture(9, 9, 9), WHOLE)
    for number in range(40):
        writer.show(number * S // 30, key=number == 21)
    writer.close(2 * S)
    with av.open(str(path)) as container:
        keys = [n for n, p in enumerate(p for p in container.demux(video=0) if p.size) if p.is_keyframe]
    assert keys == [0, 21]


def test_sound_begins_at_time_zero_to_the_millisecond(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    writer = TakeWriter(path, WIDTH, HEIGHT, channels=(1, 2))
    writer.paint(picture(9, 9, 9), WHOLE)
    writer.show(0)
    sound = np.zeros((96_000, 1), np.int16)
    sound[48_000:52_800, 0] = (12_000 * np.sin(np.arange(4800) / 7)).astype(np.int16)
    writer.write_sound(0, sound)
    writer.write_sound(1, np.zeros((96_000, 2), np.int16))
    writer.close(2 * S)
    with av.open(str(path)) as container:
        assert [stream.channels for stream in container.streams.audio] == [1, 2]
        frames = [(f.pts * f.time_base, f.to_ndarray()[0]) for f in container.decode(audio=0)]
    heard = np.concatenate([samples for _, samples in frames])
    onset = np.flatnonzero(np.abs(heard) > 0.1)[0] / 48_000 + float(frames[0][0])
    assert onset == pytest.approx(1.0, abs=0.003)


def write_until_killed(path: Path, seconds: float, busy: bool, sound: bool) -> None:
    """Write, and be killed at ``seconds``, as in a crash."""
    writer = TakeWriter(path, WIDTH, HEIGHT, channels=(1,) if sound else ())
    writer.paint(picture(9, 9, 9), WHOLE)
    heard, at, shown = 0.0, 0.0, -1.0
    while at < seconds:
        if busy or at - shown >= (1 if sound else 0.5):
            writer.show(round(at * S))
            shown = at
        while sound and heard + 0.1 < at - 0.1:
            writer.write_sound(0, np.zeros((4800, 1), np.int16))
            heard += 0.1
        at += 1 / 30
    os.kill(os.getpid(), KILL)


@pytest.mark.parametrize(("busy", "sound"), [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("seconds", [3.9, 7.3])
def test_a_kill_costs_less_than_a_second_and_leaves_a_file_that_seeks(
    tmp_path: Path, seconds: float, busy: bool, sound: bool
) -> None:
    path = tmp_path / "take.mp4"
    assert run_apart(write_until_killed, path, seconds, busy, sound) == KILLED
    # Without sound and with nothing moving there is nothing to lose but time: pictures come every half second then.
    allowed = 0.6 if busy or sound else 1.05
    assert check(path) >= (seconds - allowed) * 1000


class Disk:
    """A disk that is full after so many bytes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        self.room = room
        monkeypatch.setattr("capture.video.take_writer.write_what_fits", self.put)

    def put(self, file: Any, data: memoryview) -> int:
        taken = min(len(data), self.room)
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= taken
        return int(file.write(data[:taken]))


def test_a_disk_that_fills_up_leaves_what_was_written_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "take.mp4"
    disk = Disk(monkeypatch, 300_000)
    writer = TakeWriter(path, WIDTH, HEIGHT)
    rng = np.random.default_rng(1)
    for number in range(90):
        writer.paint(rng.integers(0, 255, (HEIGHT, WIDTH, 4), np.uint8), Region(0, 0, 64, 64))
        writer.show(number * S // 30)
        writer.write_sound(0, np.zeros((1600, 1), np.int16))
    assert writer.failure is not None
    assert writer.failure.errno == errno.ENOSPC
    disk.room = 10**9  # somebody makes room: too late, pieces are missing already
    writer.close(3 * S)
    assert path.stat().st_size <= 300_000
    assert 300 < check(path) < 3000
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b""), "not even its end is torn"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="cannot be written"):
        TakeWriter(tmp_path / "none" / "take.mp4", WIDTH, HEIGHT)


def test_pictures_are_tagged_with_the_colours_they_were_made_in(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    write(path, [0.0, 0.5], 1.0).close(S)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(video=0))
        assert (frame.colorspace, frame.color_range) == (6, 1)
        assert stream.time_base == Fraction(1, 90_000)
        assert not stream.codec_context.has_b_frames
