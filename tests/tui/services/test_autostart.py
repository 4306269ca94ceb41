"""The help key works from the login on, where its user wants that, and nothing is left when it is taken back."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from tests.support.windows import WINDOWS
from tui.services.learning.autostart import NAME, HelpAtLogin


@pytest.mark.skipif(WINDOWS, reason="Windows starts no programs by such a file, and its paths would be escaped in it")
def test_it_is_installed_and_undone_without_a_trace(tmp_path: Path) -> None:
    one = HelpAtLogin(tmp_path, Path("/opt/show how/bin/showhow"))
    assert not one.installed
    one.install()
    assert one.installed
    assert not HelpAtLogin(tmp_path, Path("/elsewhere/showhow")).installed
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(tmp_path / "autostart" / NAME, encoding="utf-8")
    told = entry["Desktop Entry"]
    assert shlex.split(told["Exec"]) == ["/opt/show how/bin/showhow", "watch", "--browser"]
    assert told["Type"] == "Application"
    assert one.undo()
    assert not one.undo()
    assert list((tmp_path / "autostart").iterdir()) == []


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file where a folder is needed")
    with pytest.raises(ShowhowError, match="cannot be written"):
        HelpAtLogin(tmp_path, Path("/opt/showhow")).install()
