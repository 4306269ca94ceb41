"""The main job on Windows by the command line alone, piped: ``make test-windows`` runs it.

Each command has to end with the expected code and to write UTF-8. Nothing is heard: no speech model is needed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.desktop import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="other tests show the same of other systems")
SHOWHOW = Path(sys.executable).with_name("showhow")
TITLE = "Eine Übung mit “発注書”"
"""Letters that the code pages of Windows lack."""


def showhow(*words: str, code: int = 0) -> str:
    """What it prints, both streams."""
    done = subprocess.run([SHOWHOW, *words], capture_output=True, check=False, timeout=300)
    said = done.stdout.decode() + done.stderr.decode()
    assert (done.returncode, "Traceback" in said) == (code, False), f"showhow {' '.join(words)}: {said}"
    return said


@contextmanager
def served() -> Iterator[str]:
    """The address of a running web reader."""
    command = [sys.executable, "-m", "tui.cli", "serve", "--port", "0"]  # by no launcher: that is not what serves
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        try:
            yield next(found[0] for line in reader.stdout if (found := re.search(r"http://\S+", line.decode())))
        finally:
            reader.kill()


def page(address: str) -> str:
    """The text of a page."""
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310  our own reader
        return str(answer.read().decode())


@pytest.mark.timeout(600)
def test_commands_reach_the_recorder_from_another_process() -> None:
    def marked() -> bool:
        return subprocess.run([SHOWHOW, "mark"], capture_output=True, check=False, timeout=300).returncode == 0

    command = [SHOWHOW, "record", "--microphone", "none", "--no-words", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as recorder:
        try:
            wait_for(marked, "a mark", seconds=240)
            showhow("pause")
            assert "Going on" in showhow("pause")
            showhow("stop")
            said = recorder.communicate(timeout=300)[0].decode()
        finally:
            recorder.kill()
    assert '"state": "finished"' in said
    showhow("mark", code=1)


@pytest.mark.timeout(1800)
def test_the_main_job(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_ENDPOINT", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody answers there
    folder = tmp_path
    (home / "config.toml").write_text(f"library = '{folder / 'library'}'\n", encoding="utf-8-sig")
    showhow("doctor")
    assert "base" in showhow("model", "list")
    showhow("record", "--for", "3", "--microphone", "none", "--no-words")
    (take,) = json.loads(showhow("takes", "--json"))["takes"]
    demo = json.loads(showhow("add", take["path"], "--title", TITLE, "--json"))["demo_id"]
    showhow("add", str(Path(take["path"]) / "take.mp4"), "--title", "The same as a video")
    assert TITLE in showhow("list")
    assert TITLE in {one["title"] for one in json.loads(showhow("list", "--json"))["demos"]}
    assert TITLE in showhow("show", demo)
    assert demo in showhow("search", "発注書")
    for form in ("markdown", "html", "pdf", "checklist", "slides", "contact-sheet", "webp"):
        showhow("export", demo, "--format", form, "--output", f"{folder / 'out'}{os.sep}")
    showhow("edit", demo, "--title", f"{TITLE}, anew")
    with served() as address:
        assert TITLE in page(address)
        assert "The index is new" in showhow("library", "rebuild")  # while another program has it open
        assert f"{TITLE}, anew" in page(f"{address.rstrip('/')}/demo/{demo}")
    (folder / "library" / "index.sqlite").write_bytes(b"x")
    assert TITLE in showhow("list")
    showhow("library", "check")
    showhow("remove", demo, "--yes")
    showhow("library", "restore", demo)
    refused = [showhow("model", "download", "tiny.en", code=1) for _ in range(2)]
    assert refused[0] == refused[1], "a failed download leaves nothing behind"
