"""Settings from the TOML file, the environment and command-line flags; later ones win over earlier ones.

Nothing else reads the environment: all other modules take what they need as arguments.
"""

from __future__ import annotations

import codecs
import getpass
import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec.toml
import platformdirs
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from capture.errors import ShowhowError
from capture.files import in_use, write_bytes
from library.meaning.sentence_models import WantedModel, wanted_model
from library.storage.bucket import AWS, MediaOptions
from tui.aws_profile import media_options

ENVIRONMENT = {
    "SHOWHOW_LIBRARY": "library_url",
    "SHOWHOW_MODEL": "model",
    "SHOWHOW_SENTENCE_MODEL": "sentence_model",
    "SHOWHOW_AUTHOR": "author",
    "SHOWHOW_MICROPHONE": "microphone",
    "SHOWHOW_LANGUAGE": "language",
    "SHOWHOW_ENDPOINT_KEY": "endpoint_key",
    "SHOWHOW_READER_TOKEN": "reader_token",
    "SHOWHOW_READER_URL": "reader_url",
}
_SWITCHES = {"SHOWHOW_SECOND_HEARING": "second_hearing"}
_ON, _OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class SettingsError(ShowhowError):
    """The settings file or an environment variable has an invalid value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The user's settings. ``home`` holds takes, models, drafts and, by default, the library."""

    home: Path
    library_url: str = ""
    model: str | None = None
    sentence_model: str = ""
    author: str = ""
    microphone: str | None = None
    language: str | None = None
    endpoint_url: str = ""
    endpoint_model: str = "whisper-1"
    endpoint_timeout_s: int = 60
    endpoint_key: str = field(default="", repr=False)
    reader_token: str = ""
    reader_url: str = ""
    share_days: int = 30
    embed_in: tuple[str, ...] = ()
    countdown_s: int = 3
    fps: int = 30
    live_words: bool = True
    second_hearing: bool = True
    share_use: bool = True
    hotkeys: Mapping[str, str] = field(default_factory=lambda: asdict(_Hotkeys()))
    media: MediaOptions = AWS

    @property
    def takes_folder(self) -> Path:
        """Raw recordings."""
        return self.home / "takes"

    @property
    def indexes_folder(self) -> Path:
        """Local indexes of shared libraries, and files fetched from them."""
        return self.home / "indexes"

    @property
    def models_folder(self) -> Path:
        """Downloaded models."""
        return self.home / "models"

    @property
    def sentences(self) -> WantedModel:
        """The sentence model for search by meaning, looked up anew, or why there is none."""
        return wanted_model(self.sentence_model, self.models_folder)

    @property
    def mine_folder(self) -> Path:
        """The learner's own attempts, which nobody else sees."""
        return self.home / "mine"

    @property
    def drafts_folder(self) -> Path:
        """Drafts of video files; a take keeps its own draft."""
        return self.home / "drafts"


_Text = str | UnsetType


class _Endpoint(Struct, forbid_unknown_fields=True, rename={"timeout_s": "timeout"}):
    """Write url = "http://localhost:8000/v1" and, if you like, model and timeout. Its key: SHOWHOW_ENDPOINT_KEY."""

    url: _Text = UNSET
    model: _Text = UNSET
    timeout_s: Annotated[int, Meta(ge=1, le=3600)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if not self.url and msgspec.to_builtins(self):
            raise ValueError("needs a url")


class _Hotkeys(Struct, forbid_unknown_fields=True):
    """Write them like stop = "ctrl+alt+s", or "" for none."""

    stop: str = "ctrl+alt+s"
    pause: str = "ctrl+alt+p"
    mark: str = "ctrl+alt+k"
    scrap: str = "ctrl+alt+z"
    mute: str = "ctrl+alt+m"
    abandon: str = ""  # off by default: it deletes the recording and cannot ask first


class _File(Struct, forbid_unknown_fields=True, rename={"library_url": "library", "countdown_s": "countdown"}):
    """The settings file, by the names of ``Settings``. The docstrings of its tables are shown in error messages."""

    library_url: _Text = UNSET
    model: _Text = UNSET
    sentence_model: _Text = UNSET
    author: _Text = UNSET
    microphone: _Text = UNSET
    language: _Text = UNSET
    reader_token: _Text = UNSET
    reader_url: _Text = UNSET
    share_days: Annotated[int, Meta(ge=0, le=3650)] | UnsetType = UNSET
    embed_in: tuple[str, ...] | UnsetType = UNSET
    countdown_s: Annotated[int, Meta(ge=0, le=120)] | UnsetType = UNSET
    fps: Annotated[int, Meta(ge=1, le=120)] | UnsetType = UNSET
    live_words: bool | UnsetType = UNSET
    second_hearing: bool | UnsetType = UNSET
    share_use: bool | UnsetType = UNSET
    endpoint: _Endpoint = msgspec.field(default_factory=_Endpoint)
    hotkeys: _Hotkeys = msgspec.field(default_factory=_Hotkeys)


def settings_file(environment: Mapping[str, str]) -> Path:
    """Path of the settings file; it need not exist."""
    if path := environment.get("SHOWHOW_CONFIG"):
        return Path(path).expanduser()
    return platformdirs.user_config_path("showhow") / "config.toml"


def load_settings(environment: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Settings from defaults, then the TOML file, then the environment, then ``flags`` that are not None.

    Raises SettingsError with the file's name and the invalid setting.
    """
    environment = os.environ if environment is None else environment
    home = environment.get("SHOWHOW_HOME") or platformdirs.user_data_path("showhow")
    settings = Settings(home=Path(home).expanduser().absolute(), author=_user_name())
    settings = replace(settings, **_read_file(settings_file(environment)), media=media_options(environment))
    named: dict[str, Any] = {name: environment[key] for key, name in ENVIRONMENT.items() if environment.get(key)}
    named |= {name: _switch(key, environment[key]) for key, name in _SWITCHES.items() if environment.get(key)}
    settings = replace(settings, **(named | {k: v for k, v in flags.items() if v is not None}))
    return settings if settings.library_url else replace(settings, library_url=str(settings.home / "library"))


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables with which ``load_settings`` in another process comes to the same settings, on the same file."""
    given = {key: str(value) for key, name in ENVIRONMENT.items() if (value := getattr(settings, name))}
    return given | {"SHOWHOW_HOME": str(settings.home)}


def places_given(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that say where things are, for a program that starts in another folder and without them."""
    names = ("SHOWHOW_HOME", "SHOWHOW_CONFIG", "SHOWHOW_LIBRARY")
    return {name: whole_place(environment[name]) for name in names if environment.get(name)}


def whole_place(place: str) -> str:
    """A folder's path from the root; an address as it is."""
    return place if "://" in place else str(Path(place).expanduser().absolute())


def _switch(key: str, text: str) -> bool:
    if (said := text.strip().casefold()) in _ON | _OFF:
        return said in _ON
    raise SettingsError(f"{key} is “{text}”", "Write true or false.")


def _read_file(path: Path) -> dict[str, Any]:
    """The values in the settings file, by the names of ``Settings``."""
    try:
        found = msgspec.toml.decode(path.read_bytes().removeprefix(codecs.BOM_UTF8), type=_File)
    except FileNotFoundError:
        return {}
    except msgspec.ValidationError as error:
        raise _settings_error(path, str(error)) from error
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        remedy = "Write paths of Windows in single quotes." if "\\" in str(error) else "Mend or remove it."
        raise SettingsError(f"The settings file {path} cannot be read: {error}", remedy) from error
    given = asdict(found) | {f"endpoint_{name}": value for name, value in asdict(found.endpoint).items()}
    given["hotkeys"] = asdict(found.hotkeys)
    return {name: value for name, value in given.items() if not isinstance(value, Struct | UnsetType)}


_UNKNOWN = "Object contains unknown field `"


def _settings_error(path: Path, found: str) -> SettingsError:
    """A message with the setting's name and allowed values; msgspec's ends with a path."""
    problem, _, place = found.removesuffix("`").partition(" - at `$.")
    tables = msgspec.json.schema(_File)["$defs"]
    rule, hint = tables["_File"], ""
    for key in filter(None, place.split(".")):
        rule = rule["properties"][key]
        if "$ref" in rule:
            rule = tables[rule["$ref"].rpartition("/")[2]]
            hint = rule.get("description", "")  # none under python -OO
    if problem.startswith(_UNKNOWN):
        name = ".".join(filter(None, (place, problem.removeprefix(_UNKNOWN).removesuffix("`"))))
        hint = f"It knows {', '.join(sorted(rule['properties']))}. {hint}".strip()
        return SettingsError(f"{path} sets “{name}”, which showhow does not know", hint)
    allowed = {
        "string": "text in quotes",
        "boolean": "true or false",
        "integer": f"a whole number from {rule.get('minimum')} to {rule.get('maximum')}",
        "object": "a table",
        "array": "texts in brackets",
    }
    name = f"[{place}]" if rule["type"] == "object" else f"“{place}”"
    requirement = f"must be {allowed[rule['type']]}" if problem.startswith("Expected") else problem
    return SettingsError(f"{path}: {name} {requirement}", hint)


def _user_name() -> str:
    """The user's full name from the system, else the login name; the default author of demos."""
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
    """Set one text setting in the settings file, keeping all other lines; returns the file. Raises SettingsError."""
    path = settings_file(os.environ if environment is None else environment)
    _read_file(path)  # never overwrite a file that cannot be parsed
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
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
        write_bytes(path, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        remedy = "Close it there." if in_use(error) else "Check the folder's permissions."
        raise SettingsError(f"{path} cannot be written: {error.strerror}", remedy) from error
    return path
