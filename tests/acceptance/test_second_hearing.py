"""Words heard while recording are heard once more by Whisper base after filing, beside everything else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from capture.takes import lock_of
from library.connection.library import open_library
from library.intake.second_hearing import MARK
from library.model import Demo
from tests.support.command import SHOWHOW, run_command
from tests.support.desktop import wait_for
from tests.support.growing_take import LiveTake
from tests.support.terminal import Terminal
from tests.support.whole_sound import read_sound
from transcribe.asr.silero_vad import Detector
from transcribe.asr.whisper import Whisper
from transcribe.models.known import ModelRef
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import TranscriptHeader, TranscriptLog
from transcribe.surer import sureness
from tui.services.second_hearing import MODULE

SAID = (
    "So in this one we pull prices into the order sheet.",
    "Go over to the prices tab.",
    "and select column A, comma, and",
    "press control shift four",
    "Type the catalog number, that is twelve fifty.",
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Path:
    """The folder of a take with the words that base heard while it was recorded."""
    take = LiveTake(tmp_path_factory.mktemp("takes"), SAID, pause_ms=700)
    take.ends()
    log = TranscriptLog(take.path)
    assert log.take(TranscriptHeader(model="base", language="en"))
    whisper = Whisper(ModelRef("base", base), "en")
    transcribe_stream([read_sound(take.take.video)], whisper, log, Detector(), lambda _: None)
    log.release()
    return take.path


@pytest.fixture
def take(recorded: Path, home: Path) -> Path:
    """The same take, not filed yet, in the home of one test."""
    return shutil.copytree(recorded, home / "takes" / recorded.name)


@pytest.fixture
def environment(home: Path, base: Path) -> dict[str, str]:
    settings = {"SHOWHOW_HOME": str(home), "SHOWHOW_MODEL": str(base), "SHOWHOW_LANGUAGE": "en"}
    return {**os.environ, **settings, "SHOWHOW_SECOND_HEARING": "true"}


def showhow(environment: dict[str, str], *words: str) -> str:
    done = run_command(*words, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def outcome(take: Path) -> dict[str, Any] | None:
    """How the second hearing ended, once it has."""
    return json.loads((take / MARK).read_bytes()) if (take / MARK).is_file() else None


def versions(home: Path, demo_id: str) -> list[Demo]:
    with open_library(home / "library") as library:
        return [library.store.read(demo_id, version) for version in library.store.versions(demo_id)]


def assert_surer(home: Path, ended: dict[str, Any]) -> None:
    """The words were heard again: they are surer, in another version; or they are those of before."""
    now, *before = versions(home, ended["demo_id"])
    assert ended["version"] in {0, now.version}
    if before:
        assert sureness(now.transcript.words) > sureness(before[-1].transcript.words)
        assert now.demo_id == before[-1].demo_id


def test_a_command_files_at_once_and_the_take_is_heard_again_after_it(
    take: Path, home: Path, environment: dict[str, str]
) -> None:
    said = showhow(environment, "add", str(take))
    assert "Its words are heard once more in the background" in said
    ended = wait_for(lambda: outcome(take), "the second hearing", 120)
    assert_surer(home, ended)
    told = showhow(environment, "library", "versions", ended["demo_id"])
    assert ("heard once more" in told) == bool(ended["version"])
    assert "once more" not in showhow(environment, "add", str(take)), "it is not heard a third time"


@pytest.mark.alone  # beside other tests the idle class gets hardly any time
def test_it_runs_in_the_idle_class_and_never_beside_a_recording_and_goes_on_after_a_kill(
    take: Path, home: Path, environment: dict[str, str]
) -> None:
    showhow(environment | {"SHOWHOW_SECOND_HEARING": "false"}, "add", str(take))
    another = home / "takes" / "20310417-140500-ab12"
    another.mkdir()
    recording = lock_of(another)
    assert recording.take()
    command = [sys.executable, "-m", MODULE]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as hears:
        assert hears.stdout is not None
        assert "“" in hears.stdout.readline(), "the title of what it hears"
        if sys.platform == "linux":
            assert os.sched_getscheduler(hears.pid) == os.SCHED_IDLE
            assert os.getpriority(os.PRIO_PROCESS, hears.pid) == 19
        assert "after the recording" in hears.stdout.readline()
        assert outcome(take) is None, "somebody records"
        hears.kill()
    recording.release()
    recording.path.unlink()
    ended = subprocess.run(command, env=environment, input="", capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert outcome(take) is None, "its owner has ended"
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as hears:
        assert hears.stdout is not None
        hears.stdout.read()
    found = outcome(take)
    assert found is not None
    assert_surer(home, found)


def test_the_application_takes_up_what_was_left_and_says_so(
    take: Path, home: Path, environment: dict[str, str]
) -> None:
    showhow(environment | {"SHOWHOW_SECOND_HEARING": "false"}, "add", str(take))
    with Terminal([str(SHOWHOW)], environment, columns=80, rows=24) as terminal:
        terminal.shows("1 demo")
        terminal.shows("Hearing", 60)
        ended = wait_for(lambda: outcome(take), "the second hearing", 120)
        if ended["version"]:
            terminal.shows("surer", 30)  # the line wraps between its words
        terminal.keys("C-q")
    assert_surer(home, ended)
