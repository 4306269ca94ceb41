"""Settings: the only reader of the environment, the TOML file and the flags. Later ones win over earlier ones.

Everything else takes what it needs as arguments, so that a test or another program can run it without an environment.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from capture.errors import ShowhowError
from library.storage.bucket import AWS, MediaOptions
from tui.aws_profile import media_options

ENVIRONMENT = {
    "SHOWHOW_LIBRARY": "library_url",
    "SHOWHOW_MODEL": "model",
    "SHOWHOW_AUTHOR": "author",
    "SHOWHOW_MICROPHONE": "microphone",
    "SHOWHOW_LANGUAGE": "language",
    "SHOWHOW_ENDPOINT_KEY": "endpoint_key",
    "SHOWHOW_READER_TOKEN": "reader_token",
    "SHOWHOW_READER_URL": "reader_url",
}
_IN_FILE = {"library": "library_url", "countdown": "countdown_s"}
_NOT_IN_FILE = {"home", "media"}
HOTKEYS = {
    "stop": "ctrl+alt+s",
    "pause": "ctrl+alt+p",
    "mark": "ctrl+alt+k",
    "scrap": "ctrl+alt+z",
    "mute": "ctrl+alt+m",
    "abandon": "",  # it cannot ask before, so nobody gets it unasked
}


class SettingsError(ShowhowError):
    """The settings file or a variable does not say what it should."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the user chose. ``home`` holds takes, models, drafts and, unless told otherwise, the library."""

    home: Path
    library_url: str = ""
    model: str | None = None
    author: str = ""
    microphone: str | None = None
    language: str | None = None
    endpoint_url: str = ""
    endpoint_model: str = "whisper-1"
    endpoint_timeout_s: int = 60
    endpoint_key: str = field(default="", repr=False)
    reader_token: str = ""
    reader_url: str = ""
    countdown_s: int = 3
    fps: int = 30
    live_words: bool = True
    hotkeys: Mapping[str, str] = field(default_factory=lambda: dict(HOTKEYS))
    media: MediaOptions = AWS

    @property
    def takes_folder(self) -> Path:
        """Raw recordings."""
        return self.home / "takes"

    @property
    def indexes_folder(self) -> Path:
        """This machine's indexes of shared libraries, and what it fetched from them."""
        return self.home / "indexes"

    @property
    def models_folder(self) -> Path:
        """Downloaded speech models."""
        return self.home / "models"

    @property
    def drafts_folder(self) -> Path:
        """Drafts of video files; a take keeps its own draft."""
        return self.home / "drafts"


def settings_file(environment: Mapping[str, str]) -> Path:
    """Where the settings file is looked for; it need not exist."""
    if path := environment.get("SHOWHOW_CONFIG"):
        return Path(path).expanduser()
    return platformdirs.user_config_path("showhow") / "config.toml"


def load_settings(environment: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Settings from defaults, then the TOML file, then the environment, then ``flags`` that are not None.

    Raises SettingsError with the file's name and line when it cannot be understood.
    """
    environment = os.environ if environment is None else environment
    home = environment.get("SHOWHOW_HOME") or platformdirs.user_data_path("showhow")
    settings = Settings(home=Path(home).expanduser().absolute(), author=_own_name())
    settings = replace(settings, **_read_file(settings_file(environment)), media=media_options(environment))
    named = {name: environment[key] for key, name in ENVIRONMENT.items() if environment.get(key)}
    settings = replace(settings, **(named | {k: v for k, v in flags.items() if v is not None}))
    return settings if settings.library_url else replace(settings, library_url=str(settings.home / "library"))


def _read_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}", "Mend or remove it.") from error
    endpoint = _checked_endpoint(path, found.pop("endpoint", {}))
    return endpoint | {_IN_FILE.get(key, key): _checked(path, key, value) for key, value in found.items()}


def _checked(path: Path, key: str, value: object) -> object:
    name = _IN_FILE.get(key, key)
    known = {f.name: f for f in fields(Settings) if f.name not in _NOT_IN_FILE and not f.name.startswith("endpoint_")}
    if name not in known:
        raise SettingsError(f"{path} sets “{key}”, which showhow does not know", f"It knows {', '.join(_names())}.")
    if name in {"countdown_s", "fps"}:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 120:
            raise SettingsError(f"{path}: “{key}” must be a whole number from 0 to 120")
        return max(1, value) if name == "fps" else value
    if name == "live_words":
        if not isinstance(value, bool):
            raise SettingsError(f"{path}: “{key}” must be true or false")
        return value
    if name == "hotkeys":
        return _checked_hotkeys(path, value)
    if not isinstance(value, str):
        raise SettingsError(f"{path}: “{key}” must be text in quotes")
    return value


def _checked_endpoint(path: Path, value: object) -> dict[str, Any]:
    """``[endpoint]``: where speech is sent instead of being heard here. Its key never stands in the file."""
    example = f'{path}: [endpoint] is written like url = "http://localhost:8000/v1", model = "whisper-1"'
    if not isinstance(value, dict) or set(value) - {"url", "model", "timeout"}:
        raise SettingsError(example, "It may also set timeout, in seconds; the key comes from SHOWHOW_ENDPOINT_KEY.")
    if not all(isinstance(value.get(name, ""), str) for name in ("url", "model")) or (value and not value.get("url")):
        raise SettingsError(example, "It needs a url.")
    wait = value.get("timeout", 60)
    if not isinstance(wait, int) or isinstance(wait, bool) or not 1 <= wait <= 3600:
        raise SettingsError(f"{path}: the endpoint's “timeout” must be 1 to 3600 seconds")
    names = {"url": "endpoint_url", "model": "endpoint_model", "timeout": "endpoint_timeout_s"}
    return {names[key]: given for key, given in value.items()}


def _checked_hotkeys(path: Path, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()) or set(value) - set(HOTKEYS):
        names = ", ".join(HOTKEYS)
        raise SettingsError(
            f"{path}: [hotkeys] may set {names}", 'Write them like stop = "ctrl+alt+s", or "" for none.'
        )
    return HOTKEYS | value


def _names() -> list[str]:
    turned = {v: k for k, v in _IN_FILE.items()}
    named = {f.name.partition("_")[0] if f.name.startswith("endpoint_") else f.name for f in fields(Settings)}
    return sorted(turned.get(name, name) for name in named - _NOT_IN_FILE)


def _own_name() -> str:
    """The person's own name as the system knows it, else the login name; showhow signs demos with it."""
    if sys.platform != "win32":
        import pwd

        try:
            full = re.split(r"[,;]", pwd.getpwuid(os.getuid()).pw_gecos)[0].strip()
        except KeyError:
            full = ""
        if full and full != "root":
            return full
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def save_setting(key: str, value: str, environment: Mapping[str, str] | None = None) -> Path:
    """Set one text setting in the settings file, keeping every other line; returns the file. Raises SettingsError."""
    path = settings_file(os.environ if environment is None else environment)
    _read_file(path)  # a file that cannot be read is not written over
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    top = next((i for i, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    # JSON's string form is a valid TOML basic string, escapes included.
    assignment = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    at = next((i for i, line in enumerate(lines[:top]) if re.match(rf"\s*{re.escape(key)}\s*=", line)), None)
    if at is None:
        lines.insert(top, assignment)
    else:
        lines[at] = assignment
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}", "Check the folder's permissions.") from error
    return path
