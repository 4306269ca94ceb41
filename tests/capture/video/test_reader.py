"""Reading video: exact moments, true times, sound aligned with the picture, and one line for every broken file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from capture.errors import VideoError
from capture.video.media_file import VideoFile
from capture.video.reader import frames, grab_frame, grab_frames
from tests.support.sample_videos import RATE, beep, film, number_of, numbered, onsets
from tests.support.whole_sound import SOUND_RATE, read_sound

# Uneven on purpose: bursts, a long standstill, times that are no multiple of anything.
TIMES = [0, 33, 71, 450, 460, 1_501, 1_534, 4_000, 4_017, 5_250]
END = 6_000
PICTURES = [(at, numbered(n + 1)) for n, at in enumerate(TIMES)]
BEEPS = [250, 2_000, 4_500]
CONTAINERS: dict[str, dict[str, Any]] = {
    "film.mp4": {"options": {"bf": "3", "g": "250"}},
    "film.mkv": {"options": {"bf": "0"}, "sound_codec": "libopus"},
    "film.webm": {"codec": "libvpx", "sound_codec": "libopus", "options": {"deadline": "realtime", "cpu-used": "8"}},
    "film.mov": {"pix_fmt": "yuv444p", "sound_codec": "pcm_s16le"},
    "film.ts": {"options": {"bf": "0", "g": "3"}},
    "fragments.mp4": {"mux": {"movflags": "frag_keyframe+delay_moov"}, "options": {"bf": "0"}},
    "live.webm": {
        "codec": "libvpx",
        "sound_codec": "libopus",
        "options": {"deadline": "realtime", "cpu-used": "8"},
        "mux": {"live": "1"},
    },
    "late.mp4": {"shift_ms": 1_400, "options": {"bf": "0", "g": "2"}},
}


def _standing(at_ms: int) -> int:
    return max((n for n, at in enumerate(TIMES, 1) if at <= at_ms), default=1)


@pytest.fixture(scope="module", params=list(CONTAINERS))
def footage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / request.param
    return film(path, PICTURES, END, [beep(BEEPS, END)], **CONTAINERS[request.param])


def test_a_moment_gives_the_picture_that_stands_then(footage: Path) -> None:
    moments = [
        0,
        32,
        33,
        34,
        70,
        71,
        449,
        455,
        460,
        1_500,
        1_501,
        1_533,
        3_999,
        4_000,
        4_016,
        4_017,
        5_249,
        5_250,
        5_900,
    ]
    assert [number_of(p) for p in grab_frames(footage, moments)] == [_standing(at) for at in moments]


def test_an_index_that_leads_too_far_is_not_trusted(footage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some files seek past the moment asked for; then the film is read from the top."""
    seek = VideoFile._seek
    monkeypatch.setattr(VideoFile, "_seek", lambda self, stream, at_ms: seek(self, stream, at_ms + 60_000))
    assert [number_of(p) for p in grab_frames(footage, [71, 1_000, 4_000])] == [3, 5, 8]


def test_before_the_first_and_after_the_last_moment_stand_the_first_and_the_last_picture(footage: Path) -> None:
    assert number_of(grab_frame(footage, -500)) == 1
    assert number_of(grab_frame(footage, 3_600_000)) == len(TIMES)


def test_all_pictures_come_in_order_with_their_times(footage: Path) -> None:
    seen = [(shown.at_ms, number_of(shown.picture)) for shown in frames(footage)]
    assert [n for _, n in seen[: len(TIMES)]] == list(range(1, len(TIMES) + 1))
    assert all(abs(at - true) <= 1 for (at, _), true in zip(seen, TIMES, strict=False))


def test_a_part_begins_with_the_picture_that_stands_at_its_start(footage: Path) -> None:
    part = list(frames(footage, start_ms=1_000, end_ms=4_010, width=160, grey=True))
    assert [number_of(shown.picture) for shown in part] == [5, 6, 7, 8]
    assert part[0].at_ms == 1_000
    assert {shown.picture.shape for shown in part} == {(90, 160)}


def test_sound_lies_where_the_picture_says(footage: Path) -> None:
    sound = read_sound(footage)
    assert sound.dtype == np.float32
    assert abs(len(sound) / SOUND_RATE - END / 1000) < 0.1
    found = onsets(sound, SOUND_RATE)
    assert len(found) == len(BEEPS)
    assert all(abs(a - b) <= 3 for a, b in zip(found, BEEPS, strict=True)), found


def test_sound_that_starts_late_is_padded(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", PICTURES, END, [beep([0], 3_000)], sound_from_ms=1_500, sound_codec="pcm_s16le")
    assert onsets(read_sound(path), SOUND_RATE) == [pytest.approx(1_500, abs=2)]


def test_a_gap_in_the_sound_becomes_silence_and_an_overlap_is_dropped(tmp_path: Path) -> None:
    from capture.video.audio_reader import AudioTrackReader

    path = film(tmp_path / "a.mkv", PICTURES, END, [beep([100], 1_000)], sound_codec="pcm_s16le")
    with AudioTrackReader(path, rate=RATE) as track:
        placed = track.take(2 * RATE)
        assert placed.shape == (1, 2 * RATE)
        assert track.ended
        assert not placed[0, RATE:].any()


def test_each_sound_track_can_be_read(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", PICTURES, END, [beep([500], END), beep([3_000], END)])
    assert onsets(read_sound(path, 0), SOUND_RATE) == [pytest.approx(500, abs=3)]
    assert onsets(read_sound(path, 1), SOUND_RATE) == [pytest.approx(3_000, abs=3)]
    assert not len(read_sound(path, 2))


def test_a_film_without_sound_gives_none(tmp_path: Path) -> None:
    assert read_sound(film(tmp_path / "a.mp4", PICTURES, END)).shape == (0,)


@pytest.mark.parametrize(("rotation", "top"), [(90, "right"), (180, "bottom"), (-90, "left")])
def test_a_phone_held_sideways_is_seen_upright(tmp_path: Path, rotation: int, top: str) -> None:
    picture = np.full((120, 200, 3), 20, np.uint8)
    edges = {"right": np.s_[:, 150:], "bottom": np.s_[80:, :], "left": np.s_[:, :50]}
    picture[edges[top]] = 240
    seen = grab_frame(film(tmp_path / "a.mp4", [(0, picture)], 500, rotation=rotation), 0)
    assert seen.shape[:2] == ((200, 120) if rotation in {90, -90} else (120, 200))
    assert seen[:20].mean() > 200
    assert seen[-20:].mean() < 50


def test_a_take_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    mux = {"movflags": "frag_every_frame+empty_moov+default_base_moof"}
    whole = film(tmp_path / "a.mp4", PICTURES, END, mux=mux, options={"bf": "0", "tune": "zerolatency"})
    short = tmp_path / "short.mp4"
    data = whole.read_bytes()
    short.write_bytes(data[: len(data) * 3 // 4])
    seen = [number_of(shown.picture) for shown in frames(short)]
    assert len(seen) > 3
    assert seen == list(range(1, len(seen) + 1))
    assert number_of(grab_frame(short, 3_000)) == min(_standing(3_000), len(seen))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("This is a letter, not a film.\n" * 100)


def _beheaded(path: Path) -> None:
    film(path, PICTURES, END)
    path.write_bytes(path.read_bytes()[:2_000])


def _folder(path: Path) -> None:
    path.mkdir()


def _playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")


def _list_of_files(path: Path) -> None:
    film(path.with_name("other.mp4"), PICTURES, END)
    path.write_text("ffconcat version 1.0\nfile other.mp4\n")


def _nothing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize("make", [_empty, _text, _beheaded, _folder, _playlist, _list_of_files, _nothing])
def test_what_is_no_film_is_told_in_one_line(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "a.mp4"
    make(path)
    for read in (lambda: grab_frame(path, 0), lambda: read_sound(path), lambda: list(frames(path))):
        with pytest.raises(VideoError) as told:
            read()
        assert "\n" not in str(told.value)
        assert "a.mp4" in str(told.value)


def test_sound_alone_has_no_picture_to_grab(tmp_path: Path) -> None:
    import wave

    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((beep([100], 500) * 32767).astype("<i2").tobytes())
    with pytest.raises(VideoError, match="no picture"):
        grab_frame(path, 0)
    assert onsets(read_sound(path), SOUND_RATE) == [pytest.approx(100, abs=2)]


def test_a_name_with_a_colon_is_a_name(tmp_path: Path) -> None:
    path = film(tmp_path / "how to: pay.mp4", PICTURES, END)
    assert number_of(grab_frame(path, 0)) == 1


def test_pictures_asked_for_in_small_are_the_large_ones_shrunk(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    film(path, PICTURES, END)
    large, small = list(frames(path)), list(frames(path, width=160))
    assert [one.at_ms for one in large] == [one.at_ms for one in small]
    for one, other in zip(large, small, strict=True):
        assert other.picture.shape == (round(one.picture.shape[0] * 160 / one.picture.shape[1]), 160, 3)
        shrunk = cv2.resize(one.picture, other.picture.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert np.abs(shrunk.astype(int) - other.picture).mean() < 4
    assert next(frames(path, width=10_000)).picture.shape == large[0].picture.shape
