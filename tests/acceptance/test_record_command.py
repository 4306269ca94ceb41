"""``showhow record`` on a real desktop: what it says, and how it takes signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.capture.desktop.test_input_listener import listening
from tests.support.desktop import Stage, wait_for

SHOWHOW = Path(sys.executable).with_name("showhow")

pytestmark = [pytest.mark.x11, pytest.mark.sound]


def record(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A recording to its end."""
    environment = os.environ | dict(env or {})
    command = [SHOWHOW, "record", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@contextmanager
def recording(*words: str, until: str = "Recording", **more: Any) -> Iterator[subprocess.Popen[str]]:
    """A running command that has said so; killed at the end, should a test fail."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([SHOWHOW, "record", "--no-words", *words], **pipes, **more) as command:
        try:
            assert command.stderr is not None
            assert command.stderr.readline().startswith(until)
            yield command
        finally:
            command.kill()


def take_of(folder: Path) -> dict[str, Any]:
    """The record of the only take."""
    (path,) = folder.glob("takes/*/take.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_microphone_that_gives_nothing_is_told_while_it_records(stage: Stage) -> None:
    done = record("--for", "5")
    assert done.returncode == 0, done.stderr
    assert "Nothing is heard from the microphone Monitor of Stage: it may be muted or turned down." in done.stderr


def test_a_hotkey_that_will_not_work_is_told_once_and_before_the_start(stage: Stage) -> None:
    with listening(hotkeys={"ctrl+alt+s": lambda: None}):  # another program holds it
        done = record("--for", "1", "--countdown", "1", "--microphone", "none")
    assert done.returncode == 0, done.stderr
    first, then, *rest = done.stderr.splitlines()
    assert first == "The hotkey ctrl+alt+s is held by another program and will not work."
    assert then.startswith("Recording in 1")
    assert not [line for line in rest if "hotkey" in line]


@pytest.mark.parametrize("signals", [["SIGUSR1"], ["SIGUSR2", "SIGUSR1", "SIGUSR1", "SIGUSR1"]])
def test_signals_in_the_countdown_neither_shorten_it_nor_pause_what_follows(
    stage: Stage, home: Path, signals: list[str]
) -> None:
    words = ("--countdown", "3", "--for", "0.5", "--microphone", "none")
    begun_s = time.time()
    with recording(*words, until="Recording in 3") as command:
        for name in signals:
            command.send_signal(getattr(signal, name))
        stderr = command.stderr
        assert stderr is not None
        wait_for(lambda: stderr.readline().startswith("Recording /"), "the recording")
        assert command.wait(60) == 0
    take = take_of(home)
    assert take["started_unix_ms"] / 1000 - begun_s > 2.9, "the countdown goes on"
    assert 400 <= take["duration_ms"] < 3_000
    assert "marker" not in next((home / "takes").glob("*/events.jsonl")).read_text()


def test_nohup_is_respected(stage: Stage, home: Path) -> None:
    def ignored() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    words = ("--for", "2", "--microphone", "none")
    with recording(*words, preexec_fn=ignored) as command:
        command.send_signal(signal.SIGHUP)
        assert command.wait(60) == 0
    assert take_of(home)["duration_ms"] >= 1_900


def test_a_terminal_that_closes_stops_the_recording_and_it_is_filed_as_asked(stage: Stage, home: Path) -> None:
    master, slave = os.openpty()

    def on_terminal() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.login_tty(slave)

    words = ["--no-words", "--microphone", "none", "--file-it"]
    more: dict[str, Any] = {"preexec_fn": on_terminal, "pass_fds": (slave,)}
    with subprocess.Popen([SHOWHOW, "record", *words], **more) as command:
        os.close(slave)
        changes = wait_for(lambda: list((home / "takes").glob("*/changes.jsonl")), "the take")
        wait_for(lambda: b"REC" in os.read(master, 4096), "the status line")
        stage.xdo("mousemove 300 300")
        wait_for(changes[0].read_bytes, "a change")
        os.close(master)
        assert command.wait(60) == 0
    assert take_of(home)["state"] == "finished"
    assert take_of(home)["filed_as"]


def test_a_folder_for_locks_that_is_gone_does_not_matter(stage: Stage, home: Path, tmp_path: Path) -> None:
    done = record("--for", "0.5", "--microphone", "none", env={"XDG_RUNTIME_DIR": str(tmp_path / "gone")})
    assert done.returncode == 0, done.stderr
    assert take_of(home)["state"] == "finished"


def test_a_recording_that_was_cut_short_is_kept_and_the_exit_code_says_so(own_stage: Stage, home: Path) -> None:
    with recording("--microphone", "none") as command:
        assert own_stage.x_server is not None
        own_stage.end(own_stage.x_server)
        assert command.wait(60) == 1
        assert command.stdout is not None
        assert "File it: showhow add" in command.stdout.read()
    assert take_of(home)["state"] == "finished"
