"""LinkHandler: makes a Linux desktop open ``showhow://`` links with ``showhow play``, and takes that back.

Owns one ``.desktop`` file and one line of ``mimeapps.list`` (freedesktop.org's Desktop Entry and MIME Applications
specifications). Everything else in that file stays as it is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from capture.errors import ShowhowError
from capture.files import write_bytes
from library.links import SCHEME

NAME = "showhow-links.desktop"
_KIND = f"x-scheme-handler/{SCHEME}"
_SECTION = "[Default Applications]"
_RESERVED = re.compile(r'(["`$\\])')
_TIMEOUT_S = 20
_LINUX: bool = sys.platform == "linux"


class LinkHandler:
    """The handler of one user. ``data`` and ``config``: the folders for user data and settings of all programs."""

    def __init__(self, data: Path, config: Path, program: Path) -> None:
        self.file, self._list, self._program = data / "applications" / NAME, config / "mimeapps.list", program

    @property
    def installed(self) -> bool:
        """Whether links open with this very program."""
        try:
            written = self.file.read_text(encoding="utf-8") == self._entry()
            return written and f"{_KIND}={NAME}" in self._lines()
        except (OSError, UnicodeDecodeError):
            return False

    def install(self) -> None:
        """Write the file and the line. Raises ShowhowError."""
        with file_errors(self.file):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self.file, self._entry().encode())
            lines = self._without_ours()
            at = next((n for n, line in enumerate(lines) if line.strip() == _SECTION), None)
            if at is None:
                lines += [*([""] if lines else []), _SECTION]
                at = len(lines) - 1
            lines.insert(at + 1, f"{_KIND}={NAME}")
            self._write(lines)
        self._tell_desktop()

    def undo(self) -> bool:
        """Remove both; returns whether there was anything. Raises ShowhowError."""
        there = self.file.exists() or f"{_KIND}={NAME}" in self._lines()
        if not there:
            return False
        with file_errors(self.file):
            self.file.unlink(missing_ok=True)
            if (lines := self._without_ours()) != self._lines():
                self._write(lines)
        self._tell_desktop()
        return True

    def _entry(self) -> str:
        return "\n".join((
            "[Desktop Entry]", "Type=Application", "Name=showhow", "Comment=Opens links to demos",
            f"Exec={quoted(self._program)} play --notify %u", "Terminal=false", "NoDisplay=true",
            f"MimeType={_KIND};", "",
        ))  # fmt: skip

    def _lines(self) -> list[str]:
        try:
            return self._list.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise ShowhowError(f"{self._list} cannot be read", "Mend or remove it.") from error

    def _without_ours(self) -> list[str]:
        """The lines without what opens showhow's links."""
        return [line for line in self._lines() if line.partition("=")[0].strip() != _KIND]

    def _write(self, lines: list[str]) -> None:
        self._list.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(self._list.resolve(), "".join(f"{line}\n" for line in lines).encode())

    def _tell_desktop(self) -> None:
        """Let the desktop read its files anew; those that need no such program have none."""
        if program := shutil.which("update-desktop-database"):
            with suppress(OSError, subprocess.SubprocessError):
                subprocess.run([program, self.file.parent], check=False, timeout=_TIMEOUT_S, capture_output=True)


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn an OSError into a ShowhowError of one line."""
    try:
        yield
    except OSError as error:
        what = f"{error.filename or path} cannot be written: {error.strerror}"
        raise ShowhowError(what, "Check the folder's permissions.") from error


def user_handler() -> LinkHandler:
    """The handler for this user and this program. Raises ShowhowError where the desktop is of another kind."""
    import platformdirs

    if not _LINUX:
        raise ShowhowError(f"{SCHEME}:// links open with showhow on Linux desktops only", "Here: showhow play LINK")
    return LinkHandler(platformdirs.user_data_path(), platformdirs.user_config_path(), own_program())


def own_program() -> Path:
    """The file of this showhow, as the desktop can start it."""
    beside = Path(sys.executable).with_name("showhow")
    return beside if beside.exists() else Path(shutil.which("showhow") or beside)


def quoted(program: Path) -> str:
    """An argument of ``Exec``: quoted, then escaped once more as any text of such a file."""
    quoted = _RESERVED.sub(r"\\\1", str(program)).replace("%", "%%")
    return f'"{quoted}"'.replace("\\", "\\\\")
