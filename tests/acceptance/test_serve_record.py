"""``showhow serve --record``: the terminal shows who records, and what a stopped server leaves is recovered."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from library.web.server import Running
from tests.acceptance.test_bad_input import showhow
from tests.support.command import ONE_PROCESS
from tests.support.sent_recording import Sender, browser_film, chunks_of
from tests.support.windows import WINDOWS, interrupt


def test_the_terminal_says_who_records_and_a_stopped_server_leaves_a_take_to_recover(
    home: Path, tmp_path: Path
) -> None:
    chunks = chunks_of(browser_film(tmp_path))
    command = [*ONE_PROCESS, "serve", "--record", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            text = ""
            while not text.rstrip().endswith("}"):
                assert process.poll() is None
                text += process.stdout.readline()
            sender = Sender(cast("Running", SimpleNamespace(port=json.loads(text)["port"])))
            assert sender.begin().status == 200
            assert process.stderr.readline().startswith("● Priya at 127.0.0.1 records a window: ")
            for number in range(6):
                assert sender.chunk(number, chunks[number]).status == 200
        finally:
            interrupt(process)
        assert WINDOWS or "is cut off, the server ends" in process.stderr.read()  # there it had no time to say so
    [take] = (home / "takes").iterdir()
    recovered = showhow("recover", str(take), "--json")
    assert recovered.returncode == 0, recovered.stderr
    assert json.loads((take / "take.json").read_text())["state"] == "recovered"


def test_what_is_only_read_takes_no_recordings() -> None:
    refused = showhow("serve", "--record", "--read-only")
    assert refused.returncode == 2
    assert "takes no recordings" in refused.stderr
