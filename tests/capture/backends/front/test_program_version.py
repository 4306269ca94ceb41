"""The version of the program in front, from its package: the program itself is never asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from capture.backends.front.program_version import version_of_file, version_of_process
from capture.backends.windows import front_window
from tests.support.desktop import Stage, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packages of Linux")
STATUS = """Package: libreoffice-core
Status: install ok installed
Version: 4:7.4.7-1+deb12u14

Package: xterm
Status: install ok installed
Description: a terminal
 of X
Version: 379-1
"""


@pytest.fixture
def system(tmp_path: Path) -> Path:
    info = tmp_path / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS)
    (info / "libreoffice-common.list").write_text("/usr/lib/libreoffice/program/shell\n")
    (info / "libreoffice-core.list").write_text("/usr/lib/libreoffice/program/soffice.bin\n")
    (info / "xterm.list").write_text("/usr/bin/xterm\n/usr/bin/lxterm\n")
    (tmp_path / "snap/vlc/3/meta").mkdir(parents=True)
    (tmp_path / "snap/vlc/3/meta/snap.yaml").write_text("name: vlc\nversion: '3.0.20'\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "version"),
    [
        ("/usr/lib/libreoffice/program/soffice.bin", "7.4.7"),
        ("/usr/bin/xterm", "379"),
        ("/snap/vlc/3/usr/bin/vlc", "3.0.20"),
        ("/home/eve/xterm", ""),
        ("/usr/bin/python3.11", ""),
        ("/usr/local/bin/mine", ""),
    ],
)
def test_the_package_that_has_the_file_tells_the_version(system: Path, file: str, version: str) -> None:
    assert version_of_file(file, system) == version


def test_a_process_that_has_ended_or_never_was_has_none(system: Path) -> None:
    assert version_of_process(2**30, system) == version_of_process(0, system) == ""


@pytest.mark.x11
@pytest.mark.skipif(not Path("/var/lib/dpkg/info/xterm.list").exists(), reason="xterm of a package")
def test_the_window_in_front_tells_its_programs_version(stage: Stage) -> None:
    terminal = stage.spawn(["xterm", "-T", "Shell"])
    try:
        front = wait_for(lambda: (found := front_window()).title == "Shell" and found, "xterm")
        assert front.app == "XTerm"
        assert front.app_version.isdigit()
    finally:
        stage.end(terminal)
