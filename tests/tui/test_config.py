"""Settings come from defaults, the file, the environment and the flags, later over earlier; mistakes get one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import Settings, SettingsError, environment_of, load_settings, save_setting


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"SHOWHOW_HOME": str(tmp_path / "home"), "SHOWHOW_CONFIG": str(tmp_path / "config.toml")}


def write(environment: dict[str, str], text: str) -> None:
    Path(environment["SHOWHOW_CONFIG"]).write_text(text, encoding="utf-8")


def test_the_library_lies_in_the_home_unless_told_otherwise(environment: dict[str, str]) -> None:
    settings = load_settings(environment)
    assert settings.library_url == str(settings.home / "library")
    assert settings.takes_folder.parent == settings.home


def test_flags_win_over_the_environment_which_wins_over_the_file(environment: dict[str, str]) -> None:
    write(environment, 'model = "tiny"\nlibrary = "/in/file"\nauthor = "Tom"\n')
    environment |= {"SHOWHOW_MODEL": "base", "SHOWHOW_LIBRARY": "/in/environment"}
    settings = load_settings(environment, library_url="/in/flag", model=None)
    assert (settings.author, settings.model, settings.library_url) == ("Tom", "base", "/in/flag")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("model = [", "config.toml"),
        ('modle = "base"', "modle"),
        ('modle = "base"', "It knows author, countdown, embed_in, endpoint"),
        ("model = 3", "quotes"),
        ('countdown = "soon"', "whole number"),
        ("fps = 100000", "“fps” must be a whole number from 1 to 120"),
        ("fps = true", "“fps” must be a whole number from 1 to 120"),
        ('live_words = "yes"', "“live_words” must be true or false"),
        ('[hotkeys]\nfly = "ctrl+f"', "hotkeys"),
        ("[hotkeys]\nstop = 3", "“hotkeys.stop” must be text in quotes"),
        ('endpoint = "http://gpu/v1"', "[endpoint]"),
        ('[endpoint]\nmodel = "small"', "needs a url"),
        ('[endpoint]\nurl = "http://gpu/v1"\nkey = "secret"', "SHOWHOW_ENDPOINT_KEY"),
        ('[endpoint]\nurl = "http://gpu/v1"\ntimeout = 0', "“endpoint.timeout” must be a whole number from 1 to 3600"),
    ],
)
def test_a_mistake_in_the_file_gets_one_line_that_names_it(environment: dict[str, str], text: str, told: str) -> None:
    write(environment, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_endpoint_is_none_unless_the_file_names_one(environment: dict[str, str]) -> None:
    assert load_settings(environment).endpoint_url == ""
    write(environment, '[endpoint]\nurl = "http://gpu:8000/v1"\nmodel = "small"\n')
    settings = load_settings(environment | {"SHOWHOW_ENDPOINT_KEY": "s3cret"})
    told = (settings.endpoint_url, settings.endpoint_model, settings.endpoint_key)
    assert told == ("http://gpu:8000/v1", "small", "s3cret")
    assert "s3cret" not in repr(settings)


def test_a_hotkey_set_in_the_file_leaves_the_others_as_they_are(environment: dict[str, str]) -> None:
    write(environment, '[hotkeys]\nstop = "ctrl+shift+f9"\n')
    hotkeys = load_settings(environment).hotkeys
    assert hotkeys["stop"] == "ctrl+shift+f9"
    assert hotkeys["pause"] == Settings(home=Path()).hotkeys["pause"]


def test_saving_a_setting_keeps_every_other_line(environment: dict[str, str]) -> None:
    write(environment, '# mine\nauthor = "Tom"\nmodel = "tiny"\n[hotkeys]\nstop = "ctrl+s"\n')
    save_setting("model", 'C:\\models\\"big"', environment)
    text = Path(environment["SHOWHOW_CONFIG"]).read_text(encoding="utf-8")
    assert text.startswith('# mine\nauthor = "Tom"\n')
    assert load_settings(environment).model == 'C:\\models\\"big"'
    assert load_settings(environment).hotkeys["stop"] == "ctrl+s"


def test_saving_makes_the_file_where_there_was_none(environment: dict[str, str]) -> None:
    save_setting("model", "base", environment)
    assert load_settings(environment).model == "base"


def test_a_broken_file_is_not_written_over(environment: dict[str, str]) -> None:
    write(environment, "model = [")
    with pytest.raises(SettingsError):
        save_setting("model", "base", environment)
    assert Path(environment["SHOWHOW_CONFIG"]).read_text(encoding="utf-8") == "model = ["


@pytest.mark.parametrize(("text", "on"), [("false", False), ("0", False), ("Yes", True), ("", True)])
def test_the_second_hearing_is_on_unless_switched_off(environment: dict[str, str], text: str, on: bool) -> None:
    assert load_settings(environment | {"SHOWHOW_SECOND_HEARING": text}).second_hearing is on


def test_a_switch_that_is_neither_is_told_in_a_line(environment: dict[str, str]) -> None:
    write(environment, "second_hearing = false")
    assert not load_settings(environment).second_hearing
    with pytest.raises(SettingsError, match=r"SHOWHOW_SECOND_HEARING is “perhaps”\. Write true or false"):
        load_settings(environment | {"SHOWHOW_SECOND_HEARING": "perhaps"})


def test_another_process_comes_to_the_same_settings(environment: dict[str, str]) -> None:
    write(environment, 'author = "Tom"\nlanguage = "de"\n')
    settings = load_settings(environment, library_url="/in/flag", model="base")
    assert load_settings(environment | environment_of(settings)) == settings


def test_a_file_that_windows_wrote_is_read(environment: dict[str, str]) -> None:
    path = Path(environment["SHOWHOW_CONFIG"])
    path.write_bytes(b"\xef\xbb\xbfauthor = \"Anna\"\r\nlibrary = '\\\\server\\howtos'\r\n")
    settings = load_settings(environment)
    assert settings.author == "Anna"
    assert settings.library_url == "\\\\server\\howtos"
    save_setting("author", "Bert", environment)
    assert load_settings(environment).author == "Bert"
    path.write_text('library = "\\\\server\\howtos"', encoding="utf-8")
    with pytest.raises(SettingsError, match="single quotes"):
        load_settings(environment)
