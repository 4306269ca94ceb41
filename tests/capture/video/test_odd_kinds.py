"""Kinds of files that are rare: a clock that starts anew, surround sound, pictures that move or do not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from capture.errors import VideoError
from capture.video.audio_reader import AudioTrackReader, mixed
from capture.video.media_info import probe
from capture.video.reader import frames, grab_frame
from tests.support.whole_sound import read_sound

TEST = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=10")


def ffmpeg(*words: str | Path) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True)


@pytest.mark.parametrize("offset", ["0", "1000", "95440"])  # the 33-bit clock starts anew after 95,443.7 s
def test_a_transport_stream_whose_clock_starts_anew_is_read_whole(tmp_path: Path, offset: str) -> None:
    path = tmp_path / "late.ts"
    coded = ("-t", "6", "-c:v", "libx264", "-g", "10", "-c:a", "aac")
    ffmpeg(*TEST, "-f", "lavfi", "-i", "sine", *coded, "-output_ts_offset", offset, "-muxdelay", "0", path)
    seen = [frame.at_ms for frame in frames(path)]
    assert len(seen) == 60
    assert seen[-1] == pytest.approx(5_900, abs=60)
    assert len(read_sound(path)) / 16_000 == pytest.approx(6, abs=0.1)
    assert probe(path).duration_ms == pytest.approx(6_000, abs=60)
    late = [frame.at_ms for frame in frames(path, start_ms=5_000)]
    assert len(late) == pytest.approx(10, abs=1)


@pytest.mark.parametrize("channels", [1, 2])
def test_narration_in_the_centre_of_surround_sound_is_as_loud_as_ffmpeg_makes_it(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "surround.mkv"
    centre = "aevalsrc=0|0|0.8*sin(2*PI*440*t)|0|0|0:c=5.1:d=1"
    ffmpeg("-f", "lavfi", "-i", centre, "-c:a", "pcm_s16le", path)
    ffmpeg("-i", path, "-ac", "2", "-c:a", "pcm_s16le", tmp_path / "theirs.mkv")
    with AudioTrackReader(path, rate=16_000, channels=channels) as ours:
        loudest = np.abs(ours.take(16_000)).max()
    assert loudest == pytest.approx(np.abs(read_sound(tmp_path / "theirs.mkv")).max(), rel=0.1)


def test_channels_of_no_known_speaker_count_alike() -> None:
    block = np.zeros((10, 10), np.float32)
    block[3] = 1
    assert mixed(block, 2, tuple("abcdefghij")) == pytest.approx(0.1)
    assert mixed(block, 1) == pytest.approx(0.1)


def test_pictures_are_refused_as_what_they_are(tmp_path: Path) -> None:
    for name in ("still.png", "still.jpg"):
        ffmpeg(*TEST, "-frames:v", "1", tmp_path / name)
    (tmp_path / "still.webp").write_bytes(b"RIFF\x24\0\0\0WEBPVP8 " + bytes(24))
    (tmp_path / "moving.webp").write_bytes(b"RIFF\x24\0\0\0WEBPVP8X" + bytes(14) + b"ANIM" + bytes(10))
    told = {"still.png": "PNG", "still.jpg": "JPEG", "still.webp": "WebP", "moving.webp": "animated WebP"}
    for name, what in told.items():
        with pytest.raises(VideoError, match=what) as error:
            probe(tmp_path / name)
        assert "cut short" not in str(error.value)


def test_an_apng_is_read_as_a_gif_is(tmp_path: Path) -> None:
    ffmpeg(*TEST, "-t", "2", "-f", "apng", "-plays", "0", tmp_path / "moving.png")
    assert len(list(frames(tmp_path / "moving.png"))) == 20
    assert grab_frame(tmp_path / "moving.png", 1_000).shape == (240, 320, 3)
