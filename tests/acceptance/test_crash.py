"""A recorder killed in mid-take costs two seconds at most: ``showhow recover`` files what was shown until then."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.support.command import SHOWHOW, run_command
from tests.support.desktop import Stage, wait_for


def children_of(pid: int) -> list[int]:
    """The processes a process started that still run."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_killed_recording_is_recovered_and_filed(stage: Stage, home: Path, tiny_en: Path) -> None:
    recording = subprocess.Popen([SHOWHOW, "record"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert recording.stderr is not None
    assert recording.stderr.readline().startswith("Recording")
    began = time.monotonic()
    changes = next((home / "takes").glob("*/changes.jsonl"))
    positions = iter(range(10_000))

    def last_change_ms() -> int:
        stage.xdo(f"mousemove {100 + next(positions) * 7 % 900} 300")
        lines = changes.read_bytes().splitlines()
        return json.loads(lines[-2])["at_ms"] if len(lines) > 1 else 0

    wait_for(lambda: last_change_ms() > 5000, "five seconds of changes")
    recorder = next(pid for pid in children_of(recording.pid) if "recorder" in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(recorder, signal.SIGKILL)
    shown_ms = round((time.monotonic() - began) * 1000)
    complaint = recording.communicate(timeout=20)[1].strip()
    assert recording.returncode == 1
    assert "showhow recover" in complaint

    environment = os.environ | {"SHOWHOW_MODEL": str(tiny_en)}
    mended = run_command("recover", "--json", env=environment, check=True)
    [demo] = json.loads(mended.stdout)["demos"]
    assert demo["take"]["duration_ms"] >= shown_ms - 2000
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", demo["clip"]["path"], "-f", "null", "-"], check=True)
    again = run_command("recover", check=True)
    assert again.stdout.startswith("Nothing to recover")
