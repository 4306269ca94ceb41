"""Rendering a clip: the right pictures at the right times, sound with them, key frames at steps, all or nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from bisect import bisect_right
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from capture.errors import Cancelled, VideoError
from capture.model import Blur, Clip, Cut, CutReason, Region, SpeedUp
from capture.render.clip_audio import FADE_MS
from capture.render.clip_renderer import render_clip
from capture.render.keyframes import KEY_EVERY
from capture.video.reader import frames, grab_frame
from tests.support.sample_videos import RATE, beep, film, number_of, numbered, onsets
from tests.support.whole_sound import read_sound
from tests.support.windows import WINDOWS

END = 12_000
FLASHES = [700, 2_900, 3_400, 5_800, 8_100, 9_600, 11_300]
"""At each flash the picture changes and a beep begins: what a viewer sees and hears at once."""


def clip_of(*cuts: tuple[int, int], end_ms: int = END) -> Clip:
    return Clip(end_ms, tuple(Cut(a, b, reason=CutReason.STILL) for a, b in cuts))


def packets(path: Path) -> list[Any]:
    with av.open(str(path)) as file:
        return [p for p in file.demux(video=0) if p.dts is not None]


def decoded_sound(path: Path, rate: int = RATE) -> NDArray[np.float32]:
    from capture.video.audio_reader import AudioTrackReader

    with AudioTrackReader(path, rate=rate) as track:
        blocks = []
        while not track.ended:
            blocks.append(track.read(rate)[0])
    return np.concatenate(blocks)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures = [(at, numbered(n)) for n, at in enumerate([0, *FLASHES])]
    return film(tmp_path_factory.mktemp("source") / "take.mkv", pictures, END, [beep(FLASHES, END)], sound_codec="flac")


def test_a_clip_shows_what_was_kept_when_it_was_kept(source: Path, tmp_path: Path) -> None:
    clip = clip_of((1_000, 2_500), (6_000, 8_000))
    render_clip(source, clip, tmp_path / "clip.mp4")
    for at in range(0, clip.duration_ms, 97):
        expected = bisect_right(FLASHES, clip.to_take(at))
        assert number_of(grab_frame(tmp_path / "clip.mp4", at)) == expected, at


def test_sound_and_picture_stay_within_ten_milliseconds_of_each_other(source: Path, tmp_path: Path) -> None:
    clip = clip_of((0, 333), (1_000, 2_517), (4_001, 5_003), (6_000, 8_011), (10_000, 11_111))
    render_clip(source, clip, tmp_path / "clip.mp4")
    changes, last = [], 0
    for shown in frames(tmp_path / "clip.mp4"):
        if number_of(shown.picture) != last:
            changes.append(shown.at_ms)
            last = number_of(shown.picture)
    heard = onsets(decoded_sound(tmp_path / "clip.mp4"), RATE)
    true = [clip.to_clip(at) for at in FLASHES]
    assert np.abs(np.subtract(changes, true)).max() <= 1
    assert np.abs(np.subtract(heard, true)).max() <= 2


def test_key_frames_stand_at_every_step_and_where_there_would_be_much_to_decode(source: Path, tmp_path: Path) -> None:
    steps = [1, 777, 2_000, 3_333, 6_789, 11_998]
    render_clip(source, clip_of(), tmp_path / "clip.mp4", [*steps, 0, -5, END, END + 1])
    made = packets(tmp_path / "clip.mp4")
    keys = [n for n, p in enumerate(made) if p.is_keyframe]
    assert set(steps) <= {round(made[n].pts * made[n].time_base * 1000) for n in keys}
    assert max(np.diff([*keys, len(made)])) <= KEY_EVERY
    assert max(np.diff([float(p.pts * p.time_base) for p in made])) <= 5  # what stands is said again
    with av.open(str(tmp_path / "clip.mp4")) as file:
        assert not file.streams.video[0].codec_context.has_b_frames


def test_pictures_keep_their_true_times_and_the_last_stands_to_the_end(source: Path, tmp_path: Path) -> None:
    render_clip(source, clip_of((0, 50)), tmp_path / "clip.mp4")
    stamps = [float(p.pts * p.time_base) * 1000 for p in packets(tmp_path / "clip.mp4")]
    assert stamps[0] == 0
    assert all(any(abs(s - (at - 50)) < 0.1 for s in stamps) for at in FLASHES)
    with av.open(str(tmp_path / "clip.mp4")) as file:
        for stream in file.streams:
            assert not stream.start_time
            assert float(stream.duration * stream.time_base) * 1000 == pytest.approx(END - 50, abs=25)
        assert float(file.streams.video[0].duration * file.streams.video[0].time_base) * 1000 == pytest.approx(
            END - 50, abs=1
        )


def test_a_clip_begins_to_play_before_it_is_all_there(source: Path, tmp_path: Path) -> None:
    render_clip(source, clip_of(), tmp_path / "clip.mp4")
    head = (tmp_path / "clip.mp4").read_bytes()
    assert 0 < head.index(b"moov") < head.index(b"mdat")


def test_nothing_is_shifted_by_an_edit_list(source: Path, tmp_path: Path) -> None:
    """Players differ in what they make of one; each track simply begins at its first picture and sample."""
    render_clip(source, clip_of(), tmp_path / "clip.mp4")
    data = (tmp_path / "clip.mp4").read_bytes()
    for found in re.finditer(b"elst", data):
        version, count = data[found.end()], int.from_bytes(data[found.end() + 4 : found.end() + 8])
        size = 8 if version else 4
        media_time = int.from_bytes(data[found.end() + 8 + size : found.end() + 8 + 2 * size], signed=True)
        assert (count, media_time) == (1, 0)


def test_sound_is_cut_to_the_sample_and_no_joint_clicks(tmp_path: Path) -> None:
    t = np.arange(6 * RATE) / RATE
    tone = (0.4 * np.sin(2 * np.pi * (200 + 40 * t) * t)).astype(np.float32)  # rises, so that every moment differs
    source = film(tmp_path / "a.mkv", [(0, numbered(1))], 6_000, [tone], sound_codec="flac")
    clip = clip_of((1_003, 2_501), (4_000, 4_777), end_ms=6_000)
    render_clip(source, clip, tmp_path / "clip.mp4")
    heard = decoded_sound(tmp_path / "clip.mp4")
    wanted = np.concatenate([tone[s.start_ms * 48 : s.end_ms * 48] for s in clip.kept])
    for span in clip.kept:
        at, length = clip.to_clip(span.start_ms) * 48 + 2_000, 9_600
        lags = range(-40, 41)
        fits = [float(np.dot(heard[at + lag : at + lag + length], wanted[at : at + length])) for lag in lags]
        assert lags[int(np.argmax(fits))] == 0
    for joint in (clip.to_clip(1_003) * 48, clip.to_clip(4_000) * 48):
        assert np.abs(heard[joint - 20 : joint + 20]).max() < 0.1  # faded out and in
        assert np.abs(np.diff(heard[joint - 480 : joint + 480])).max() < 0.05
        edge = (FADE_MS + 3) * 48
        assert np.abs(heard[joint - edge - 240 : joint - edge]).max() > 0.3  # and not for long


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=st.lists(st.integers(0, END), min_size=2, max_size=12, unique=True))
def test_any_cuts_give_a_clip_of_that_length_and_those_pictures(source: Path, tmp_path: Path, edges: list[int]) -> None:
    edges = sorted(edges)[: len(edges) // 2 * 2]
    clip = clip_of(*zip(edges[::2], edges[1::2], strict=True))
    if not clip.duration_ms:
        return
    render_clip(source, clip, tmp_path / "clip.mp4")
    shown = list(frames(tmp_path / "clip.mp4"))
    assert all(number_of(p) == bisect_right(FLASHES, clip.to_take(at)) for at, p in shown)
    with av.open(str(tmp_path / "clip.mp4")) as file:
        length = file.streams.video[0].duration * file.streams.video[0].time_base
    assert float(length) * 1000 == pytest.approx(clip.duration_ms, abs=1)


@pytest.mark.parametrize(
    ("name", "size", "making"),
    [
        ("a.webm", (320, 180), {"codec": "libvpx", "sound_codec": "libopus", "options": {"deadline": "realtime"}}),
        ("a.mov", (320, 180), {"pix_fmt": "yuv444p", "sound_codec": "pcm_s16le"}),
        ("odd.mkv", (319, 179), {"pix_fmt": "yuv444p"}),
        ("turned.mp4", (320, 180), {"rotation": 90}),
        (
            "hdr.mkv",
            (320, 180),
            {"pix_fmt": "yuv420p10le", "tags": {"color_trc": 16, "color_primaries": 9, "colorspace": 9}},
        ),
        ("full.mkv", (320, 180), {"pix_fmt": "yuvj420p", "tags": {"color_range": 2}}),
        ("rgb.mkv", (320, 180), {"codec": "ffv1", "pix_fmt": "bgr0"}),
        ("late.ts", (320, 180), {"shift_ms": 3_000}),
    ],
)
def test_any_film_becomes_an_ordinary_mp4(
    tmp_path: Path, name: str, size: tuple[int, int], making: dict[str, Any]
) -> None:
    width, height = size
    pictures = [(at, numbered(n, width, height)) for n, at in enumerate([0, 400, 900])]
    source = film(tmp_path / name, pictures, 1_500, [beep([400, 900], 1_500)], **making)
    render_clip(source, clip_of((450, 750), end_ms=1_500), tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as file:
        picture, sound = file.streams.video[0], file.streams.audio[0]
        assert (picture.codec_context.name, picture.pix_fmt, sound.codec_context.name) == ("h264", "yuv420p", "aac")
        wanted = (width & ~1, height & ~1)
        assert (picture.width, picture.height) == (wanted[::-1] if making.get("rotation") else wanted)
    seen = [grab_frame(tmp_path / "clip.mp4", at) for at in (100, 420, 700)]
    turned = [np.rot90(p, -1) if making.get("rotation") else p for p in seen]
    assert [number_of(p) for p in turned] == [0, 1, 2]
    assert onsets(read_sound(tmp_path / "clip.mp4"), 16_000) == [pytest.approx(400, abs=4), pytest.approx(600, abs=4)]


@pytest.mark.parametrize("making", [{}, {"tags": {"colorspace": 1, "color_range": 1}}, {"pix_fmt": "yuv444p"}])
def test_colours_survive(tmp_path: Path, making: dict[str, Any]) -> None:
    picture = np.zeros((120, 240, 3), np.uint8)
    colours = [(30, 40, 200), (200, 60, 40), (60, 180, 70), (128, 128, 128)]
    for n, colour in enumerate(colours):
        picture[:, n * 60 : n * 60 + 60] = colour
    render_clip(film(tmp_path / "a.mkv", [(0, picture)], 500, **making), clip_of(end_ms=500), tmp_path / "clip.mp4")
    source, clip = grab_frame(tmp_path / "a.mkv", 0), grab_frame(tmp_path / "clip.mp4", 0)
    assert np.abs(clip[:, 10::60].astype(int) - source[:, 10::60]).max() <= 6


def test_a_take_keeps_its_colours_and_its_sound_lies_true(tmp_path: Path) -> None:
    from capture.video.take_writer import TakeWriter

    picture = np.zeros((240, 320, 4), np.uint8)
    picture[:, :160, :3], picture[:, 160:, :3] = (200, 80, 30), (40, 160, 220)
    writer = TakeWriter(tmp_path / "take.mp4", 320, 240, channels=(1, 2))
    writer.paint(picture, Region(0, 0, 320, 240))
    writer.show(0, key=True)
    writer.write_sound(0, (beep([500, 2_500], 3_000) * 32767).astype(np.int16)[:, None])
    writer.write_sound(1, (np.stack([beep([1_500], 3_000)] * 2, axis=1) * 32767).astype(np.int16))
    picture[:, :, :3] = 255 - picture[:, :, :3]
    writer.paint(picture, Region(0, 0, 320, 240))
    writer.show(2_500_000_000)
    writer.close(3_000_000_000)
    render_clip(tmp_path / "take.mp4", clip_of((600, 1_400), end_ms=3_000), tmp_path / "clip.mp4", tracks=(0, 1))
    for path, before, after in ((tmp_path / "take.mp4", 2_499, 2_500), (tmp_path / "clip.mp4", 1_699, 1_700)):
        assert np.abs(grab_frame(path, before)[100, 50].astype(int) - (200, 80, 30)).max() <= 6
        assert np.abs(grab_frame(path, after)[100, 250].astype(int) - (215, 95, 35)).max() <= 6
    assert onsets(read_sound(tmp_path / "take.mp4"), 16_000) == [pytest.approx(at, abs=2) for at in (500, 2_500)]
    assert onsets(read_sound(tmp_path / "clip.mp4"), 16_000) == [pytest.approx(at, abs=2) for at in (500, 700, 1_700)]


def test_a_film_whose_size_changes_on_its_way_keeps_the_first(tmp_path: Path) -> None:
    small, large = tmp_path / "small.ts", tmp_path / "large.ts"
    film(small, [(0, numbered(5, 320, 180))], 1_000, options={"bf": "0"})
    film(large, [(0, numbered(9, 640, 480))], 1_000, options={"bf": "0"}, shift_ms=1_000)
    (tmp_path / "both.ts").write_bytes(small.read_bytes() + large.read_bytes())
    render_clip(tmp_path / "both.ts", clip_of(end_ms=1_800), tmp_path / "clip.mp4")
    assert {shown.picture.shape for shown in frames(tmp_path / "clip.mp4")} == {(180, 320, 3)}
    assert number_of(grab_frame(tmp_path / "clip.mp4", 200)) == 5


def test_a_film_without_sound_gives_a_clip_without(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4", [(0, numbered(1)), (600, numbered(2))], 1_000)
    render_clip(source, clip_of((200, 400), end_ms=1_000), tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as file:
        assert not file.streams.audio


def test_sound_that_ends_early_is_silence_to_the_end(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mkv", [(0, numbered(1))], 3_000, [beep([500], 1_000)], sound_codec="flac")
    render_clip(source, clip_of(end_ms=3_000), tmp_path / "clip.mp4")
    assert len(decoded_sound(tmp_path / "clip.mp4")) / RATE == pytest.approx(3.0, abs=0.03)


def test_progress_counts_the_clip_and_ends_at_its_end(source: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    clip = clip_of((3_000, 5_000))
    render_clip(source, clip, tmp_path / "clip.mp4", progress=lambda *report: told.append(report))
    assert told == sorted(told)
    assert len(told) > 10
    assert told[-1][:2] == (clip.duration_ms, clip.duration_ms)


def test_cancelling_leaves_what_was_there_and_nothing_else(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "clip.mp4"
    output.write_bytes(b"the clip of before")

    def enough(done: int, total: int, what: str) -> None:
        if done > 3_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        render_clip(source, clip_of(), output, progress=enough)
    assert output.read_bytes() == b"the clip of before"
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.skipif(WINDOWS, reason="Windows limits no size of files")
def test_a_full_disk_is_told_in_one_line_and_leaves_nothing_half_made(source: Path, tmp_path: Path) -> None:
    """A limit on the size of files is a disk that runs full in mid-write, without needing one."""
    script = (
        "import resource, sys; from pathlib import Path; from capture.render.clip_renderer import render_clip\n"
        "from capture.model import Clip; from capture.errors import VideoError\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))\n"
        "try: render_clip(Path(sys.argv[1]), Clip(12_000), Path(sys.argv[2]))\n"
        "except VideoError as error: print(error)\n"
    )
    output = tmp_path / "clip.mp4"
    render_clip(source, clip_of(), output)
    size = output.stat().st_size
    output.unlink()
    for limit in (100, size // 3, size - 1_000):
        command = [sys.executable, "-c", script, str(source), str(output), str(limit)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("\n") == 1
        assert "no room" in done.stdout
        assert not list(tmp_path.iterdir())


def test_what_cannot_be_rendered_is_told(source: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="Nothing of"):
        render_clip(source, clip_of((0, END)), tmp_path / "clip.mp4")
    with pytest.raises(VideoError, match="take"):
        render_clip(tmp_path / "take.mp4", clip_of(), tmp_path / "clip.mp4")
    with pytest.raises(VideoError, match="nowhere"):
        render_clip(source, clip_of(), tmp_path / "nowhere" / "clip.mp4")
    assert not list(tmp_path.iterdir())


def lettered(text: str) -> NDArray[np.uint8]:
    """A white picture with small black writing, as on a screen."""
    picture = np.full((360, 640, 3), 250, np.uint8)
    for row in range(4):
        cv2.putText(picture, text, (60, 120 + 22 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA)
    return picture


def test_a_blur_leaves_nothing_to_read_in_its_span_and_touches_nothing_else(tmp_path: Path) -> None:
    box = Region(51, 91, 241, 120)
    clips = []
    for name, text in (("one", "Pa55word: hunter2"), ("two", "Ra66weed: kumter7")):
        source = film(tmp_path / f"{name}.mkv", [(0, lettered(text))], 6_000, options={"qp": "5"})
        clips.append(tmp_path / f"{name}.mp4")
        clip = clip_of((1_000, 2_000), end_ms=6_000)
        render_clip(source, clip, clips[-1], blurs=[Blur(2_500, 4_000, region=box)])
    rows, columns = slice(92, 210), slice(54, 290)
    for at in range(1_500, 3_000, 83):
        one, two = (grab_frame(path, at)[rows, columns].astype(int) for path in clips)
        assert np.abs(one - two).max() <= 12  # which of the two it was cannot be told
        assert np.abs(np.diff(one, axis=1)).max() <= 40  # and no stroke is left
    for at in (0, 1_499, 3_000, 4_900):
        assert np.abs(np.diff(grab_frame(clips[0], at)[rows, columns].astype(int), axis=1)).max() > 150
    before, during = grab_frame(clips[0], 1_400), grab_frame(clips[0], 2_000)
    assert np.abs(before[:80].astype(int) - during[:80]).max() <= 8


def test_a_blur_that_moves_is_where_it_should_be_though_the_picture_stands_still(tmp_path: Path) -> None:
    source = film(
        tmp_path / "a.mkv", [(0, lettered("Invoice 4711 of 2026, to be paid by the end of the month"))], 4_000
    )
    moving = Blur(1_000, 3_000, region=Region(40, 60, 120, 200), until=Region(440, 60, 120, 200))
    render_clip(source, clip_of(end_ms=4_000), tmp_path / "clip.mp4", blurs=[moving])
    plain = grab_frame(tmp_path / "clip.mp4", 500).astype(int)
    assert plain[60:260].min(axis=(0, 2))[60:420].mean() < 150, "there is writing along the way"
    for at in (1_000, 1_700, 2_400):
        changed = np.abs(grab_frame(tmp_path / "clip.mp4", at).astype(int) - plain).max(axis=2) > 60
        columns = np.flatnonzero(changed.any(axis=0))
        place = moving.at(at)
        assert place.x - 20 <= columns.min()
        assert columns.max() <= place.right + 20


def test_what_runs_fast_shows_each_moment_in_its_turn_without_its_sound(source: Path, tmp_path: Path) -> None:
    clip = Clip(END, (Cut(6_000, 7_000, reason=CutReason.STILL),), (SpeedUp(2_000, 9_000, factor=7),))
    render_clip(source, clip, tmp_path / "clip.mp4")
    for at in range(0, clip.duration_ms, 37):
        shown = {bisect_right(FLASHES, clip.to_take(max(0, at - 34))), bisect_right(FLASHES, clip.to_take(at))}
        assert number_of(grab_frame(tmp_path / "clip.mp4", at)) in shown, at
    heard = onsets(decoded_sound(tmp_path / "clip.mp4"), RATE)
    assert heard == [pytest.approx(clip.to_clip(at), abs=2) for at in FLASHES if not 2_000 <= at < 9_000]
