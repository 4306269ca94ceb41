"""Screens that lack what most have."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.windows import skip_on_windows


@pytest.fixture(scope="module")
def poor_server() -> Iterator[str]:
    """The name of an X server without DAMAGE and RECORD, and without a window manager."""
    skip_on_windows("Xvfb")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"]
    for extension in ("DAMAGE", "RECORD"):
        command += ["-extension", extension]
    server = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def poor_screen(poor_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """This process's display is the poor one."""
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", poor_server)
    return poor_server
