"""showhow:// links open in showhow on a Linux desktop, as its own tools say, and nothing else changes there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from tests.support.desktop import wait_for
from tests.support.windows import symbolic_link
from tui.services.sharing.link_handler import NAME, LinkHandler

OLD = "x-scheme-handler/showhow=old.desktop;\n"
OTHERS = f"# mine\n[Added Associations]\n{OLD}\n[Default Applications]\ntext/html=firefox.desktop\n"


def handler(tmp_path: Path, program: str = "/opt/showhow/bin/showhow") -> LinkHandler:
    return LinkHandler(tmp_path / "data", tmp_path / "config", Path(program))


def test_it_is_installed_once_and_undone_without_a_trace(tmp_path: Path) -> None:
    one, listed = handler(tmp_path), tmp_path / "config/mimeapps.list"
    listed.parent.mkdir()
    listed.write_text(OTHERS)
    assert not one.installed
    for _ in range(2):
        one.install()
    assert one.installed
    assert listed.read_text().count(NAME) == 1
    assert "text/html=firefox.desktop" in listed.read_text()
    assert not handler(tmp_path, "/elsewhere/showhow").installed  # a showhow that was moved installs itself anew
    assert one.undo()
    assert listed.read_text() == OTHERS.replace(OLD, "")
    assert not one.file.exists()
    assert not one.undo()


def test_without_a_list_one_is_made(tmp_path: Path) -> None:
    one = handler(tmp_path)
    one.install()
    assert (
        tmp_path / "config/mimeapps.list"
    ).read_text() == f"[Default Applications]\nx-scheme-handler/showhow={NAME}\n"


def test_a_list_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "dotfiles.list").write_text(OTHERS)
    symbolic_link(tmp_path / "config/mimeapps.list", tmp_path / "dotfiles.list")
    handler(tmp_path).install()
    assert (tmp_path / "config/mimeapps.list").is_symlink()
    assert NAME in (tmp_path / "dotfiles.list").read_text()


def test_what_cannot_be_written_or_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder is needed")
    with pytest.raises(ShowhowError, match="cannot be written"):
        handler(tmp_path).install()
    (tmp_path / "config").mkdir()
    (tmp_path / "config/mimeapps.list").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ShowhowError, match="cannot be read"):
        handler(tmp_path).undo()
    assert not handler(tmp_path).installed


@pytest.mark.skipif(shutil.which("gio") is None, reason="needs gio, which is what opens links on most desktops")
@pytest.mark.parametrize("folder", ["bin", 'with space "quote" $x `y` \\z'])
def test_the_desktop_opens_a_link_with_it(tmp_path: Path, folder: str) -> None:
    program = tmp_path / folder / "showhow"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/given.part"\nmv "{tmp_path}/given.part" "{tmp_path}/given"\n'
    )
    program.chmod(0o755)
    handler(tmp_path, str(program)).install()
    env = os.environ | {
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CURRENT_DESKTOP": "",
    }
    asked = subprocess.run(
        ["gio", "mime", "x-scheme-handler/showhow"], env=env, capture_output=True, text=True, check=False
    )
    assert NAME in asked.stdout.splitlines()[0]
    link = "showhow://raise-an-order-k3f9#3"
    subprocess.run(["gio", "open", link], env=env, check=True, capture_output=True, timeout=60)
    wait_for((tmp_path / "given").exists, "the program")
    assert (tmp_path / "given").read_text().splitlines() == ["play", "--notify", link]
