"""``Remembered``: what somebody chose last in the application: the theme, and how a recording is set up.

Owns one small file. It is not the settings file: nobody edits it, and what stands in it may be lost.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from capture.files import prepared, write_bytes

FILE = "last-choices.json"


class LastSetup(msgspec.Struct, frozen=True, kw_only=True):
    """How a recording was set up. ``source``: its name in the list; ``region``: left, top, width and height in pixels.

    ``microphone``: None for none; empty when there was none to choose. ``countdown_setting`` and
    ``microphone_setting``: what the settings said then. Once they say something else, they count.
    """

    source: str = ""
    region: tuple[int, int, int, int] | None = None
    microphone: str | None = ""
    microphone_setting: str | None = None
    countdown_s: int = 3
    countdown_setting: int = 3
    machine_sound: bool = False
    keys: str = ""
    words: bool = True


class _Choices(msgspec.Struct, frozen=True, kw_only=True):
    theme: str = ""
    asked_about_links: bool = False
    asked_about_watch: bool = False
    setup: LastSetup | None = None


class Remembered:
    """The file in ``home``. What cannot be read is as if nothing had been chosen; what cannot be written is let go."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE

    @property
    def theme(self) -> str:
        """Name of the theme; empty when none was chosen."""
        return self._read().theme

    @property
    def setup(self) -> LastSetup | None:
        """The setup of the last recording."""
        return self._read().setup

    def keep_theme(self, name: str) -> None:
        """Remember a theme."""
        self._write(msgspec.structs.replace(self._read(), theme=name))

    @property
    def asked_about_links(self) -> bool:
        """Whether it was asked if links open in showhow."""
        return self._read().asked_about_links

    def keep_asked_about_links(self) -> None:
        """Remember that it was asked."""
        self._write(msgspec.structs.replace(self._read(), asked_about_links=True))

    @property
    def asked_about_watch(self) -> bool:
        """Whether it was asked if ``showhow watch`` starts at login."""
        return self._read().asked_about_watch

    def keep_asked_about_watch(self) -> None:
        """Remember that it was asked."""
        self._write(msgspec.structs.replace(self._read(), asked_about_watch=True))

    def keep_setup(self, setup: LastSetup) -> None:
        """Remember a setup."""
        self._write(msgspec.structs.replace(self._read(), setup=setup))

    def _read(self) -> _Choices:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=prepared(_Choices))
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return _Choices()

    def _write(self, choices: _Choices) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self._path, msgspec.json.encode(choices))
