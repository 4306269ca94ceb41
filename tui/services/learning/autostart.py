"""HelpAtLogin: starts ``showhow watch`` when its user logs in to a Linux desktop, and takes that back.

Owns one file of the user's autostart folder (freedesktop.org's Desktop Application Autostart specification).
"""

from __future__ import annotations

import sys
from pathlib import Path

from capture.errors import ShowhowError
from capture.files import write_bytes
from tui.services.sharing.link_handler import file_errors, own_program, quoted

NAME = "showhow-watch.desktop"
_LINUX: bool = sys.platform == "linux"


class HelpAtLogin:
    """The entry of one user. ``config``: the folder for settings of all programs."""

    def __init__(self, config: Path, program: Path) -> None:
        self.file, self._program = config / "autostart" / NAME, program

    @property
    def installed(self) -> bool:
        """Whether this very program is started."""
        try:
            return self.file.read_text(encoding="utf-8") == self._entry()
        except (OSError, UnicodeDecodeError):
            return False

    def install(self) -> None:
        """Write the file; it counts from the next login. Raises ShowhowError."""
        with file_errors(self.file):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self.file, self._entry().encode())

    def undo(self) -> bool:
        """Remove the file; returns whether there was one. Raises ShowhowError."""
        there = self.file.exists()
        with file_errors(self.file):
            self.file.unlink(missing_ok=True)
        return there

    def _entry(self) -> str:
        return "\n".join((
            "[Desktop Entry]", "Type=Application", "Name=showhow help",
            "Comment=A hotkey shows the steps for the program in front",
            f"Exec={quoted(self._program)} watch --browser", "Terminal=false", "",
        ))  # fmt: skip


def help_at_login() -> HelpAtLogin:
    """The entry of this user and this program. Raises ShowhowError where the desktop is of another kind."""
    import platformdirs

    if not _LINUX:
        raise ShowhowError(
            "showhow starts at login on Linux desktops only", "Here: add “showhow watch --browser” to what starts."
        )
    return HelpAtLogin(platformdirs.user_config_path(), own_program())
