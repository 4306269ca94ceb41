"""Damaged and half-copied recordings are filed as far as they can be read, and it is said how far that is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from capture.errors import VideoError
from library.connection.library import open_library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from tests.support.sample_videos import beep, film, numbered

END_MS = 6_000
FORMS = (".mp4", ".mkv", ".webm", ".avi", ".ts", ".flv")


def whole(folder: Path, form: str) -> Path:
    """A film of 6 s with much in its pictures, as cameras and recorders write them: ten pictures a second."""
    path = folder / f"whole{form}"
    codecs = (
        ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
        if form == ".webm"
        else ["-c:v", "libx264", "-c:a", "aac"]
    )
    start = ["-movflags", "+faststart"] if form in {".mp4", ".mov"} else []
    inputs = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=10", "-f", "lavfi", "-i", "sine"]
    rest = ["-t", "6", "-g", "10", *codecs, *(start if form != ".avi" else [])]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, *rest, path], check=True)
    return path


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.with_name(f"cut{path.suffix}").write_bytes(data[: int(len(data) * share)])
    return path.with_name(f"cut{path.suffix}")


def notes_of(path: Path) -> tuple[str, ...]:
    return tuple(note for note in propose(path, IntakeOptions(keep_all=True)).notes if "could be read" in note)


def read_s(note: str) -> float:
    return float(note.split(" of ", maxsplit=1)[0])


@pytest.mark.parametrize("form", [".mp4", ".mkv", ".webm", ".avi", ".flv"])
def test_of_a_half_copied_file_it_is_said_how_much_could_be_read(tmp_path: Path, form: str) -> None:
    path = cut(whole(tmp_path, form), 0.6)
    if form == ".avi":  # its index is at its end; FFmpeg reads on without it
        assert notes_of(path)
        return
    [note] = notes_of(path)
    assert 2 < read_s(note) < 5
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(propose(path), library)
    assert 0 < demo.clip.duration_ms < END_MS


@pytest.mark.parametrize("form", [".mp4", ".mkv"])
def test_of_a_file_with_lost_sectors_it_is_said_how_much_could_be_read(tmp_path: Path, form: str) -> None:
    path = whole(tmp_path, form)
    data = bytearray(path.read_bytes())
    third = len(data) // 3
    data[third : 2 * third] = bytes(third)
    path.write_bytes(data)
    [note] = notes_of(path)
    assert 2 < read_s(note) < 5.5


@pytest.mark.parametrize("form", FORMS)
def test_of_a_whole_file_nothing_is_said(tmp_path: Path, form: str) -> None:
    assert notes_of(whole(tmp_path, form)) == ()


@pytest.mark.parametrize("form", [".mp4", ".mkv"])
def test_a_last_picture_that_is_shown_for_long_is_no_damage(tmp_path: Path, form: str) -> None:
    slides = ["-f", "lavfi", "-i", "color=s=320x240:r=1/20:d=40", "-fps_mode", "passthrough"]
    subprocess.run(["ffmpeg", "-v", "error", *slides, "-c:v", "libx264", tmp_path / f"a{form}"], check=True)
    assert notes_of(tmp_path / f"a{form}") == ()
    pictures = [(at, numbered(at // 500)) for at in (0, 500, 1_000)]
    source = film(tmp_path / f"b{form}", pictures, 3_000, [beep([500], END_MS)])
    assert notes_of(source) == ()


def test_a_picture_in_a_codec_nobody_knows_is_refused_in_one_line(tmp_path: Path) -> None:
    for form, name in ((".mp4", b"avc1"), (".avi", b"H264"), (".mkv", b"V_MPEG4/ISO/AVC")):
        path = whole(tmp_path, form)
        path.write_bytes(path.read_bytes().replace(name, b"xxxx" if len(name) == 4 else b"V_ZZZZZ/XXX/YYY"))
        with pytest.raises(VideoError, match="no picture that can be decoded") as told:
            propose(path)
        assert path.name in str(told.value)


def test_of_a_sound_in_a_codec_nobody_knows_the_picture_is_filed_and_that_is_told(tmp_path: Path) -> None:
    path = whole(tmp_path, ".mkv")
    path.write_bytes(path.read_bytes().replace(b"A_AAC", b"A_ZZZ"))
    draft = propose(path)
    assert not draft.has_sound
    assert any("sound" in note and "not known" in note for note in draft.notes)
