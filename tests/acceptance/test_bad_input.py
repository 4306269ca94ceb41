"""Bad input at the door gets one clear line and an exit code, and loses nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.command import run_command
from tests.support.desktop import Stage
from tests.support.natural_voice import speak
from tests.support.windows import WINDOWS

on_x11 = pytest.mark.skipif(WINDOWS, reason="Windows always has a desktop, and needs no DISPLAY")


def showhow(*words: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command in this test's environment, changed by ``env``."""
    changed = {k: v for k, v in (os.environ | dict(env or {})).items() if v}
    return run_command(*words, env=changed)


def assert_one_line(done: subprocess.CompletedProcess[str], *told: str, code: int = 1) -> None:
    complaint = done.stderr.strip()
    assert done.returncode == code, complaint
    assert len(complaint.splitlines()) == 1, complaint
    assert "Traceback" not in complaint
    for word in told:
        assert word.lower() in complaint.lower(), complaint


@on_x11
def test_recording_without_a_display_says_so() -> None:
    assert_one_line(showhow("record", "--for", "1", env={"DISPLAY": "", "WAYLAND_DISPLAY": ""}), "display")


@on_x11
def test_recording_on_wayland_without_x_says_what_to_do() -> None:
    assert_one_line(showhow("record", "--for", "1", env={"DISPLAY": "", "WAYLAND_DISPLAY": "wayland-0"}), "wayland")


@on_x11
def test_a_display_that_is_not_there_is_named() -> None:
    assert_one_line(showhow("record", "--for", "1", env={"DISPLAY": ":987"}), ":987")


def test_an_unknown_microphone_is_refused_with_the_names_there_are(stage: Stage) -> None:
    assert_one_line(showhow("record", "--for", "1", "--microphone", "Unicorn"), "Unicorn", "showhow.monitor")


def test_a_region_off_the_screen_is_refused_with_the_size_of_the_desktop(stage: Stage) -> None:
    assert_one_line(showhow("record", "--for", "1", "--region", "9000,9000,100,100"), "1280")


def test_a_monitor_that_is_not_there_is_refused(stage: Stage) -> None:
    assert_one_line(showhow("record", "--for", "1", "--monitor", "7"), "7")


@pytest.mark.parametrize(
    "words",
    [
        ("record", "--region", "1,2,3"),
        ("record", "--monitor", "1", "--window", "x"),
        ("record", "--for", "soon"),
        ("add",),
        ("play", "x", "--at", "noon"),
        ("edit", "x"),
        ("search",),
        ("export", "x", "--format", "scroll"),
        ("fly",),
    ],
    ids=" ".join,
)
def test_wrong_arguments_exit_2_with_one_line(words: tuple[str, ...]) -> None:
    assert_one_line(showhow(*words), code=2)


def make_video(path: Path, *inputs: str, seconds: str = "1") -> Path:
    """A small video by ffmpeg from its own test sources."""
    sources = [word for source in inputs for word in ("-f", "lavfi", "-i", source)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *sources, "-t", seconds, path], check=True)
    return path


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "sound only", "truncated", "no moment"])
def test_a_file_that_is_no_whole_video_is_refused_and_nothing_is_filed(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a film.mp4"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("raise a purchase order")
    elif kind == "sound only":
        make_video(path, "sine=440")
    elif kind == "truncated":
        path.write_bytes(make_video(path, "testsrc").read_bytes()[:3000])
    elif kind == "no moment":
        make_video(path, "testsrc", seconds="0.0001")
        path.write_bytes(path.read_bytes()[:200])
    assert_one_line(showhow("add", path), "a film.mp4")
    assert showhow("list").stdout.startswith("The library is empty")


def test_a_film_without_sound_is_filed_with_one_step(tmp_path: Path, tiny_en: Path) -> None:
    film = make_video(tmp_path / "silent film.mp4", "testsrc=size=320x240", seconds="2")
    done = showhow("add", film, env={"SHOWHOW_MODEL": str(tiny_en)})
    assert done.returncode == 0, done.stderr
    assert "silent film" in done.stdout.lower()


def test_without_model_and_network_the_demo_is_filed_and_completed_later(tmp_path: Path, tiny_en: Path) -> None:
    [speech] = speak(["Click the save button."], tmp_path)
    film = tmp_path / "film.mp4"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240", "-i", speech, "-t", "2", film]
    subprocess.run(command, check=True)
    offline = {"HF_ENDPOINT": "http://127.0.0.1:9", "SHOWHOW_MODEL": "base"}
    added = showhow("add", film, "--title", "Save it", env=offline)
    assert added.returncode == 0, added.stderr
    assert "showhow transcribe" in added.stdout
    assert_one_line(showhow("transcribe", "Save it", env=offline), "showhow model download")
    done = showhow("transcribe", "Save it", "--model", tiny_en)
    assert done.returncode == 0, done.stderr
    assert showhow("search", "save", "button").stdout.startswith("Save it")


@pytest.mark.parametrize("broken", ["empty", "no weights", "torn weights"])
def test_a_broken_model_folder_is_named(tmp_path: Path, tiny_en: Path, broken: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    if broken != "empty":
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            (folder / name).write_bytes((tiny_en / name).read_bytes())
    if broken == "torn weights":
        (folder / "model.bin").write_bytes((tiny_en / "model.bin").read_bytes()[:5000])
    assert_one_line(showhow("model", "use", folder), "model")


def test_a_library_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert_one_line(showhow("--library", blocked / "library", "list"), "library")


def test_a_catalog_from_a_newer_showhow_is_left_alone(home: Path) -> None:
    import sqlite3

    assert showhow("list").returncode == 0
    index = next((home / "library").rglob("*.sqlite"))
    with sqlite3.connect(index) as catalog:
        catalog.execute("PRAGMA user_version = 99000")
    catalog.close()
    assert_one_line(showhow("list"), "newer")


def test_an_unknown_demo_is_named(home: Path) -> None:
    for words in (
        ("show", "ghost"),
        ("play", "ghost"),
        ("remove", "ghost", "--yes"),
        ("export", "ghost"),
        ("transcribe", "ghost"),
    ):
        assert_one_line(showhow(*words), "ghost")


def test_a_settings_file_with_a_mistake_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("fps = ")
    assert_one_line(showhow("list", env={"SHOWHOW_CONFIG": str(tmp_path / "config.toml")}), "config.toml")
