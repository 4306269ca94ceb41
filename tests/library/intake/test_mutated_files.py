"""Media files that were damaged at random are filed, or refused in one line; nothing is ever filed in part."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from capture.video.media_info import probe
from library.connection.library import open_library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.maintenance.check import check
from library.model import Demo
from tests.support.mutations import mutated_bytes

AAC, OPUS = ("-c:a", "aac"), ("-c:a", "libopus")
X264 = ("-c:v", "libx264", "-g", "10")
KINDS: dict[str, Sequence[str]] = {
    "a.mp4": (*X264, *AAC, "-movflags", "+faststart"),
    "b.mp4": (*X264, *AAC, "-movflags", "frag_keyframe+empty_moov"),
    "c.mkv": (*X264, *AAC),
    "d.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", *OPUS),
    "e.mov": (*X264, "-c:a", "pcm_s16le"),
    "f.ts": (*X264, *AAC),
    "g.avi": ("-c:v", "mpeg4", "-c:a", "mp2"),
    "h.flv": ("-c:v", "flv1", "-c:a", "aac"),
    "i.gif": ("-an",),
    "j.mpg": ("-c:v", "mpeg2video", "-c:a", "mp2"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A film of two seconds in each kind of file."""
    folder = tmp_path_factory.mktemp("films")
    inputs = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25", "-f", "lavfi", "-i", "sine=r=44100"]
    for name, options in KINDS.items():
        subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, "-t", "2", *options, folder / name], check=True)
    return [folder / name for name in KINDS]


def file_or_refuse(whole: Path, seed: int, folder: Path) -> Demo | None:
    """The demo of a mutated file, or None when it was refused. Any error but a ShowhowError fails the test."""
    path = folder / f"damaged{whole.suffix}"
    path.write_bytes(mutated_bytes(whole.read_bytes(), seed))
    demo = None
    with open_library(folder / "library", cache=folder / "cache") as library:
        try:
            demo = file(propose(path, IntakeOptions(keep_all=True)), library)
        except ShowhowError as error:
            told = str(error)
        else:
            told = ""
            assert probe(demo.path / demo.clip.path).duration_ms > 0
        assert "\n" not in told
        assert [one.demo_id for one in library.catalog.list()] == ([demo.demo_id] if demo else [])
        assert not check(library)
        assert not list(library.demos.glob(".staging-*"))
    return demo


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_file_is_filed_or_refused(tmp_path: Path, whole: list[Path], seed: int) -> None:
    file_or_refuse(whole[seed % len(whole)], seed, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_damaged_files_are_filed_or_refused(tmp_path: Path, whole: list[Path], seed: int) -> None:
    file_or_refuse(whole[seed % len(whole)], 1_000 + seed, tmp_path)
