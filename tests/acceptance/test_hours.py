"""Recordings of hours need no more memory than short ones: nothing holds all of a film's sound or pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.peak_memory import peak_mb
from tests.support.scripted_task import speak, write_track
from tests.support.speech import TALK

_MORE_MB = 40
"""What hours may need more: FFmpeg's own lists of where each picture and piece of sound lies, read and written."""


def long_film(path: Path, minutes: int) -> Path:
    """A picture a second, half a minute of which stands still, and a sentence every half minute."""
    told = path.with_suffix(".wav")
    write_track(told, 30 * len(TALK), [(30 * n, speak(text, path.parent)) for n, text in enumerate(TALK)])
    picture = "testsrc=size=640x360:rate=1"
    still = "select='gt(mod(t,60),30)+eq(n,0)'"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-stream_loop", "-1", "-i", told]
    command += ["-filter_complex", f"[0]{still}[v]"]
    command += ["-map", "[v]", "-map", "1:a", "-fps_mode", "vfr", "-t", str(minutes * 60)]
    command += ["-preset", "ultrafast", "-g", "60"]
    subprocess.run([*command, "-aac_coder", "fast", path], check=True)
    return path


def peak_of_adding(folder: Path, minutes: int, env: dict[str, str]) -> int:
    """The most memory (MiB) that ``showhow add`` had at a time."""
    return peak_mb(folder, "add", long_film(folder / f"{minutes}.mp4", minutes), "--json", env=env)


def test_a_longer_film_needs_no_more_memory(tmp_path: Path, tiny_en: Path) -> None:
    env = os.environ | {"SHOWHOW_MODEL": str(tiny_en)}
    short, long = (peak_of_adding(tmp_path, minutes, env) for minutes in (3, 15))
    assert long < short + _MORE_MB


@pytest.mark.long
def test_three_hours_need_about_the_memory_of_ten_minutes(tmp_path: Path, tiny_en: Path) -> None:
    env = os.environ | {"SHOWHOW_MODEL": str(tiny_en)}
    short, long = (peak_of_adding(tmp_path, minutes, env) for minutes in (10, 180))
    sys.stdout.write(f"10 minutes: {short} MB, 3 hours: {long} MB\n")
    assert long < short + 3 * _MORE_MB
