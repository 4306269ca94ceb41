"""The files by which other processes find a recorder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from capture.errors import CaptureError
from capture.recorder.control import ControlServer, send_command
from capture.recorder.options import RecorderCommand, Status
from tests.capture.recorder.fakes import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets are files elsewhere only")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sockets, of a short name."""
    runtime = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("DISPLAY", ":fake")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return runtime / "showhow"


def server(obeyed: list[str]) -> ControlServer:
    return ControlServer(obeyed.append, lambda: Status(state="recording"))


def test_what_a_killed_recorder_left_goes_with_the_next(folder: Path) -> None:
    killed = server([])
    assert len(list(folder.glob("*.sock"))) == 1
    obeyed: list[str] = []
    following = server(obeyed)
    assert len(list(folder.glob("*.sock"))) == 1
    assert send_command(RecorderCommand.MARK, "here").state == "recording"
    wait_until(lambda: obeyed == ["mark here"])
    following.close()
    assert list(folder.iterdir()) == []
    killed.close()


def test_a_recorder_that_ends_late_does_not_hide_the_next(folder: Path) -> None:
    obeyed: list[str] = []
    before = server([])
    following = server(obeyed)
    before.close()
    send_command(RecorderCommand.STOP)
    wait_until(lambda: obeyed == ["stop"])
    following.close()


def test_a_damaged_file_is_no_recorder(folder: Path) -> None:
    last = server([])
    (told,) = folder.glob("*.control")
    told.write_text("{")
    with pytest.raises(CaptureError, match="Nothing is being recorded"):
        send_command(RecorderCommand.MARK)
    last.close()
