"""Sharing at the door: a link made by the command opens in the served reader without a token, until it is revoked."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import pytest

from library.connection.library import open_library
from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.library.factories import demo, put_bundle


@pytest.fixture
def filed(home: Path) -> Path:
    """A library with two demos, and a reader that asks for a token."""
    with open_library(home / "library") as library:
        put_bundle(library.demos, demo("order-ab12", "Raise a purchase order", "Open the menu", "Choose the supplier"))
        put_bundle(library.demos, demo("leave-ab12", "Book a day off", "Open the calendar"))
    (home / "config.toml").write_text(
        'reader_token = "secret"\nauthor = "Priya"\nembed_in = ["https://wiki.example"]\n'
    )
    return home


@contextmanager
def serving() -> Iterator[str]:
    """``showhow serve``, and its address."""
    command = [Path(sys.executable).with_name("showhow"), "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            document = "".join(takewhile(lambda line: line != "}\n", process.stdout)) + "}"
            yield f"http://127.0.0.1:{json.loads(document)['port']}"
        finally:
            process.terminate()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_link_is_made_listed_opened_and_taken_back(filed: Path) -> None:
    assert "reader_url" in showhow("share", "link", "order-ab12#2").stderr
    with serving() as address:
        (filed / "config.toml").write_text(f'reader_url = "{address}"\n' + (filed / "config.toml").read_text())
        said = showhow("share", "link", "order-ab12#2")
        url = said.stdout.splitlines()[0]
        assert url.startswith(f"{address}/s/order-ab12/")
        assert url.endswith("#step-2")
        assert "Raise a purchase order" in said.stdout
        assert showhow("share", "link", url).stdout.splitlines()[0] == url  # a link names its demo, and is used again
        made = json.loads(showhow("share", "link", "leave", "--lasting", "--json").stdout)
        assert made["expires_unix_ms"] == 0
        assert f'src="{address}/embed/leave-ab12/' in made["embed"]
        listed = json.loads(showhow("share", "list", "--json").stdout)["shares"]
        assert {(one["demo_id"], one["step"], one["by"], one["state"]) for one in listed} == {
            ("order-ab12", 2, "Priya", "live"), ("leave-ab12", 0, "Priya", "live")
        }  # fmt: skip
        assert [status(url), status(f"{address}/demo/order-ab12")] == [200, 401]
        share_id = next(one["share_id"] for one in listed if one["step"] == 2)
        assert "Took back" in showhow("share", "revoke", share_id[:6]).stdout
        assert status(url) == 410
        assert status(made["url"]) == 200
    assert share_id not in showhow("share", "list").stdout
    assert "taken back" in showhow("share", "list", "--all").stdout


@pytest.mark.usefixtures("filed")
def test_what_makes_no_sense_is_one_line() -> None:
    assert_one_line(showhow("share", "link", "order-ab12#9"), "has no step 9")
    assert_one_line(showhow("share", "link", "nothing"), "There is no demo")
    assert_one_line(showhow("share", "revoke", "zz"), "There is no share link zz")
    both = showhow("share", "link", "order-ab12", "--days", "3", "--lasting")
    assert (both.returncode, "one of --days and --lasting" in both.stderr) == (2, True)
    assert_one_line(showhow("serve", "--port", "0", "--embed-in", "https://x; script-src *"), "no address of a site")
    assert "Nothing is shared" in showhow("share", "list").stdout


def test_settings_that_make_no_sense_say_what_may_be_there(home: Path) -> None:
    (home / "config.toml").write_text("embed_in = 7\n")
    assert_one_line(showhow("share", "list"), "must be texts in brackets")
    (home / "config.toml").write_text("share_days = -1\n")
    assert_one_line(showhow("share", "list"), "must be a whole number from 0 to 3650")


@pytest.mark.skipif(sys.platform != "linux", reason="showhow tells desktops of Linux only")
def test_the_desktop_is_told_and_it_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert json.loads(showhow("integrate", "--json").stdout)["installed"] is True
    assert "already" in showhow("integrate").stdout
    assert "starts at the next login" in showhow("integrate", "--watch").stdout
    assert json.loads(showhow("integrate", "--json").stdout)["watch"]["installed"] is True
    assert showhow("integrate", "--undo").stdout.count("Removed") == 2
    assert "Nothing to take back" in showhow("integrate", "--undo").stdout
    assert not list((tmp_path / "data/applications").glob("*.desktop"))


@pytest.mark.skipif(sys.platform == "linux", reason="desktops of Linux are told")
def test_another_desktop_is_told_nothing_which_is_one_line() -> None:
    assert_one_line(showhow("integrate", "--yes"), "Linux desktops only")
