"""A recorder that is given up while it starts: it ends, and nothing of it is left."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from capture.errors import CaptureError
from capture.recorder import process as recorder_process
from capture.recorder.handle import Recording
from capture.recorder.options import RecordOptions
from capture.recorder.process import StatusPipe
from capture.takes import RECORD, VIDEO, is_live, list_takes
from tests.support.desktop import Stage, wait_for
from tests.support.recorder_on_desktop import options

pytestmark = [pytest.mark.x11, pytest.mark.sound]

MOMENTS = ["launched", "folder made", "video opened", "take described"]


@pytest.fixture
def launched(stage: Stage, tmp_path: Path) -> Iterator[Recording]:
    """A recorder that has just been launched; killed afterwards should it still be there."""
    recording = Recording.launch(options(tmp_path, hotkeys={"stop": "ctrl+alt+s"}, events=True))
    yield recording
    if not recording.status.ended:
        os.kill(recording.pid, signal.SIGKILL)
        wait_for(lambda: recording.status.ended, "the end of a recorder")


def reached(moment: str, folder: Path) -> bool:
    """Whether a start has come so far."""
    wanted = {"launched": "", "folder made": "*", "video opened": f"*/{VIDEO}", "take described": f"*/{RECORD}"}[moment]
    return not wanted or any(folder.glob(wanted))


@pytest.mark.parametrize("moment", MOMENTS)
def test_abandoned_while_it_starts_it_leaves_nothing(launched: Recording, tmp_path: Path, moment: str) -> None:
    takes = tmp_path / "takes"
    wait_for(lambda: reached(moment, takes), moment)
    launched.abandon()
    assert not process_runs(launched.pid)
    assert not list(takes.glob("*"))


def test_whoever_waits_for_a_start_that_is_abandoned_is_told(launched: Recording) -> None:
    launched.abandon()
    with pytest.raises(CaptureError, match="nothing was recorded"):
        launched.wait_started()


def gone(recording: Recording) -> None:
    """Its parent goes away without a word."""
    recording._child.end()


def terminated(recording: Recording) -> None:
    """The system says good-bye."""
    os.kill(recording.pid, signal.SIGTERM)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("leave", [gone, terminated])
def test_left_alone_while_it_starts_it_ends_and_no_take_goes_on(
    launched: Recording, tmp_path: Path, moment: str, leave: Callable[[Recording], None]
) -> None:
    takes = tmp_path / "takes"
    wait_for(lambda: reached(moment, takes), moment)
    leave(launched)
    wait_for(lambda: not process_runs(launched.pid), "the end of the recorder")
    assert not any(is_live(take.path) for take in list_takes(takes))
    if launched.status.take_path == "":
        assert not list(takes.glob("*")), "it had not begun"


@pytest.mark.parametrize("word", ["stop", "abandon", "orphaned"])
def test_devices_that_do_not_open_hold_nobody_who_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    opening, let_go = threading.Event(), threading.Event()

    def hangs(_: RecordOptions, **_more: object) -> None:
        opening.set()
        let_go.wait()

    monkeypatch.setattr(recorder_process, "Recorder", hangs)
    monkeypatch.setattr(recorder_process, "_CANCEL_S", 0.1)
    commands: queue.SimpleQueue[str] = queue.SimpleQueue()
    commands.put(word)
    with pytest.raises(CaptureError, match="nothing was recorded"):
        recorder_process._open_recorder(options(tmp_path), commands, StatusPipe(os.open(os.devnull, os.O_WRONLY)))
    assert opening.is_set()
    let_go.set()


def process_runs(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
