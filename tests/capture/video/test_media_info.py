"""Facts of any file, and one line for a file that is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from capture.errors import VideoError
from capture.video.media_info import probe


def made(path: Path, *arguments: str) -> Path:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, str(path)], check=True)
    return path


PICTURE = ("-f", "lavfi", "-i", "testsrc=size=128x96:rate=25:duration=2")
SOUND = ("-f", "lavfi", "-i", "sine=duration=2:sample_rate=48000")


def test_pictures_and_sound(tmp_path: Path) -> None:
    facts = probe(made(tmp_path / "a.mp4", *PICTURE, *SOUND, "-shortest"))
    assert facts.duration_ms == pytest.approx(2000, abs=40)
    assert (facts.width, facts.height, facts.has_video, facts.has_sound, facts.fps) == (128, 96, True, True, 25.0)


def test_pictures_alone_and_sound_alone(tmp_path: Path) -> None:
    silent = probe(made(tmp_path / "a.webm", *PICTURE))
    assert (silent.has_video, silent.has_sound) == (True, False)
    blind = probe(made(tmp_path / "a.wav", *SOUND))
    assert (blind.has_video, blind.has_sound, blind.width, blind.fps) == (False, True, 0, 0.0)


def test_a_file_whose_index_was_cut_off_is_read_through(tmp_path: Path) -> None:
    whole = made(tmp_path / "a.mkv", *PICTURE)
    cut = tmp_path / "b.ts"
    made(cut, *PICTURE)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 2 // 3])
    assert probe(whole).duration_ms == pytest.approx(2000, abs=50)
    assert 500 < probe(cut).duration_ms < 2000


def test_what_is_no_video_is_one_line(tmp_path: Path) -> None:
    empty, text, folder = tmp_path / "empty.mp4", tmp_path / "text.mp4", tmp_path / "folder.mp4"
    empty.touch()
    text.write_text("a letter to my aunt\n" * 100)
    folder.mkdir()
    torn = made(tmp_path / "torn.mp4", *PICTURE)
    torn.write_bytes(torn.read_bytes()[:3000])
    locked = made(tmp_path / "still.png", "-f", "lavfi", "-i", "testsrc=size=64x64:duration=1", "-frames:v", "1")
    for path in (empty, text, folder, torn, tmp_path / "none.mp4", locked):
        with pytest.raises(VideoError) as caught:
            probe(path)
        assert "\n" not in str(caught.value)
        assert path.name in str(caught.value)


def test_a_file_that_lasts_no_time_is_one_line(tmp_path: Path) -> None:
    path = made(tmp_path / "a.mp4", *SOUND[:2], "-i", "sine=duration=2", "-t", "0")
    with pytest.raises(VideoError):
        probe(path)
