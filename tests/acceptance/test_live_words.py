"""The expert speaks, and sees the words while the recording goes on; on stop they are in the review."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from capture.file_lock import FileLock
from tests.benches.stand import children_of
from tests.support.desktop import Stage, wait_for
from tests.support.scripted_task import RATE, write_track
from tests.support.speech import say
from tests.support.terminal import Terminal
from transcribe.streaming.transcript_log import LOCK, read_words

SHOWHOW = Path(sys.executable).with_name("showhow")
SAID = (
    "First, press the new order button.",
    "Enter the name of the supplier.",
    "Finally, submit the order and confirm.",
)


def narration(stage: Stage, sentences: tuple[str, ...] = SAID) -> Path:
    """Sentences, a second and a half apart."""
    pieces, at = [], 1.0
    for sentence in sentences:
        sound = (say(sentence, RATE) * 32_767).astype(np.int16)
        pieces.append((at, sound))
        at += len(sound) / RATE + 1.5
    write_track(stage.folder / "said.wav", at, pieces)
    return stage.folder / "said.wav"


def environment(stage: Stage, home: Path, model: Path) -> dict[str, str]:
    return stage.env | {"SHOWHOW_HOME": str(home), "SHOWHOW_MODEL": str(model), "SHOWHOW_CONFIG": str(home / "c.toml")}


SIZES = [(80, 24), pytest.param(120, 36, marks=pytest.mark.long)]


@pytest.mark.parametrize(("columns", "rows"), SIZES, ids=["80x24", "120x36"])
def test_words_are_on_the_screen_while_it_records(
    stage: Stage, home: Path, tiny_en: Path, columns: int, rows: int
) -> None:
    with Terminal([str(SHOWHOW)], environment(stage, home, tiny_en), columns=columns, rows=rows) as terminal:
        terminal.shows("Record the first demo")
        terminal.keys("C-r")
        terminal.shows("on while recording (tiny.en")
        terminal.keys("c", "c", "c", "Enter")
        terminal.shows("Your words appear here")
        player = stage.play(narration(stage))
        for word in ("press", "Enter the", "submit"):
            screen = terminal.shows(word, 60)
            assert "● REC" in screen, "it records while the words appear"
        player.wait(30)
        terminal.keys("Enter")
        terminal.shows("Review", 60)
        [take] = (home / "takes").iterdir()
        words = wait_for(lambda: (w := read_words(take)).ended_ms is not None and w, "the last words")
        terminal.shows(words.transcript.segments[-1].text.split()[-1].strip("."), 60)
        kept = wait_for(lambda: kept_segments(take), "the draft with its words")
    assert kept[0]["text"] == words.transcript.segments[0].text


def kept_segments(take: Path) -> list[dict[str, Any]]:
    """The segments of the draft that is kept; none before there is one."""
    draft = take / "draft.json"
    return list(json.loads(draft.read_text())["transcript"]["segments"]) if draft.is_file() else []


def test_a_recording_without_the_application_prints_them(stage: Stage, home: Path, tiny_en: Path) -> None:
    env = environment(stage, home, tiny_en)
    command = [SHOWHOW, "record", "--words", "--no-events"]
    recording = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: any(FileLock(take / LOCK).held for take in (home / "takes").glob("*")), "somebody who hears along")
    stage.play(narration(stage, SAID[::2])).wait(30)
    recording.send_signal(signal.SIGINT)
    said, told = recording.communicate(timeout=60)
    assert recording.returncode == 0, told
    assert "button" in told
    assert "confirm" in told
    assert "showhow add" in said


def commands_of_children(pid: int) -> list[bytes]:
    """The commands of the processes a process has started; none while one of them, just begun, has none yet."""
    commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children_of(pid)]
    return commands if all(commands) else []


def test_labels_are_read_beside_a_recording_that_notes_clicks(stage: Stage, home: Path) -> None:
    beside = {}
    for events in ("--events", "--no-events"):
        command = [SHOWHOW, "record", "--no-words", events]
        with subprocess.Popen(command, env=environment(stage, home, home), stderr=subprocess.PIPE) as recording:
            assert recording.stderr is not None
            assert recording.stderr.readline().startswith(b"Recording")
            commands = wait_for(partial(commands_of_children, recording.pid), "the commands of its processes")
            beside[events] = sum(b"live_labels" in command for command in commands)
            recording.send_signal(signal.SIGINT)
    assert beside == {"--events": 1, "--no-events": 0}


def test_without_words_nobody_hears_along(stage: Stage, home: Path, tiny_en: Path) -> None:
    env = environment(stage, home, tiny_en)
    subprocess.run([SHOWHOW, "record", "--no-words", "--for", "1"], env=env, check=True, capture_output=True)
    [take] = (home / "takes").iterdir()
    assert not (take / "words.jsonl").exists()
