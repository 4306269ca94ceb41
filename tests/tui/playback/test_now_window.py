"""The browser window of ``showhow now``: no browser is started where nobody would see it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.acceptance.test_bad_input import showhow
from tui.playback.now_window import open_small_window

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="displays of Linux")


def test_without_a_display_no_browser_starts_and_the_steps_are_printed(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    started, browser = tmp_path / "started", tmp_path / "chromium"
    browser.write_text(f"#!/bin/sh\ntouch {started}\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert not open_small_window("http://127.0.0.1:1/")
    assert "Nobody has shown anything in Foo yet." in showhow("now", "--app", "Foo").stdout
    assert not started.exists()
