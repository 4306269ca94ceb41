"""Help at the moment of need: a key pressed in any window shows its steps, in the terminal or a browser window."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from library.connection.library import open_library
from tests.library.factories import put_bundle
from tests.library.learning.test_now import DEMOS
from tests.support.command import SHOWHOW, run_command
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import paper
from tests.support.terminal import Terminal

TITLE = "New order 4711 Schulze · ERP — Mozilla Firefox"

pytestmark = pytest.mark.x11


@pytest.fixture
def filled(home: Path) -> Path:
    with open_library(home / "library") as library:
        for one in DEMOS:
            library.catalog.insert(put_bundle(library.demos, one))
    return home


def showhow(*words: str) -> str:
    return run_command(*words, check=True).stdout


def test_a_hotkey_in_any_window_shows_its_steps_in_the_terminal(stage: Stage, filled: Path) -> None:
    with (
        paper(TITLE, (100, 100, 300, 200), window_class="firefox") as front,
        Terminal([str(SHOWHOW), "watch"], os.environ, columns=80, rows=24) as terminal,
    ):
        terminal.shows("Ctrl+Alt+H", 60)
        stage.run(["xdotool", "windowactivate", "--sync", str(front.window.id)])
        stage.run(["xdotool", "key", "ctrl+alt+h"])
        terminal.shows("in firefox", 60)
        assert "Fill in the supplier" in terminal.screen()
    assert b"Schulze" not in everything_below(filled, but="demos")


def test_the_command_tells_the_steps_of_the_window_behind_it(stage: Stage, filled: Path) -> None:
    with (
        paper("Shell", (0, 0, 200, 100), window_class="xterm"),
        paper(TITLE, (100, 100, 300, 200), window_class="firefox") as front,
        paper("Shell", (500, 300, 210, 110), window_class="xterm") as shell,
    ):
        for sheet in (front, shell):
            stage.run(["xdotool", "windowactivate", "--sync", str(sheet.window.id)])
        told: dict[str, Any] = json.loads(showhow("now", "--json"))
        assert told["app"] == "firefox"
        assert (told["hits"][0]["demo_id"], told["hits"][0]["step"]) == ("order-1", 3)
        assert "schulze" not in told["words"]


def test_a_program_can_be_named_where_no_desktop_tells_it(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    named = run_command("now", "--list", "--app", "Thunderbird", check=True)
    assert "Open the settings   [mail-1#1]" in named.stdout
    unknown = run_command("now", "--list", check=True)
    assert "Which program is in front is not known here: There is no screen here" in unknown.stderr
    assert len(unknown.stderr.splitlines()) == 1
    none = run_command("now", "--list", "--app", "Blender", check=True)
    assert none.stdout == "Nobody has shown anything in Blender yet.\n"


def test_without_a_terminal_a_browser_gets_the_page_without_the_customers_name(
    stage: Stage, filled: Path, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "chromium"
    browser.write_text(f'#!/bin/sh\necho "$@" > {opened}.new\nmv {opened}.new {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with paper(TITLE, (100, 100, 300, 200), window_class="firefox") as front:
        watching = subprocess.Popen(
            [SHOWHOW, "watch", "--browser"], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        try:
            assert watching.stdout is not None
            assert "Ctrl+Alt+H" in watching.stdout.readline()
            stage.run(["xdotool", "windowactivate", "--sync", str(front.window.id)])
            stage.run(["xdotool", "key", "ctrl+alt+h"])
            address = wait_for(lambda: opened.exists() and opened.read_text(encoding="utf-8"), "the window", 60)
            assert "/now?app=firefox&title=" in address
            assert "order" in address
            assert "chulze" not in address
            assert "4711" not in address
        finally:
            watching.terminate()
            watching.wait()
            if watching.stdout is not None:
                watching.stdout.close()


def everything_below(folder: Path, *, but: str) -> bytes:
    """The contents of all files, those of demos, which hold the titles of their own windows, left out."""
    files = (one for one in folder.rglob("*") if one.is_file() and but not in one.parts and "index" not in one.name)
    return b"".join(one.read_bytes() for one in files)
