"""``showhow serve --assistant`` and ``showhow assistant`` as programs: what they print, and what an assistant gets."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from library.connection.library import open_library
from library.web.server import Running
from tests.acceptance.test_bad_input import showhow
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.command import ONE_PROCESS
from tests.support.web_library import ask
from tests.support.windows import WINDOWS, interrupt

BODY = json.dumps(
    {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_demo", "arguments": {"demo": "one"}}}
).encode()


def test_a_served_library_is_asked_with_the_token_that_is_printed(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, record("one-ab12", "Raise an order", "Open it."))
    command = [*ONE_PROCESS, "--library", str(tmp_path / "library"), "serve", "--assistant", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            text = ""
            while not text.rstrip().endswith("}"):
                assert process.poll() is None
                text += process.stdout.readline()
            said = json.loads(text)
            assert said["token"] == ""  # this machine reads without one; assistants never do
            reader = cast("Running", SimpleNamespace(port=said["port"]))
            headers = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
            assert ask(reader, "/mcp", "POST", body=BODY, **headers).status == 401
            given = {**headers, "Authorization": f"Bearer {said['assistant_token']}"}
            answer = ask(reader, "/mcp", "POST", body=BODY, **given)
            assert answer.status == 200
            assert "Raise an order" in answer.text
            assert "Raise an order" in ask(reader, "/llms.txt").text
            assert "# Raise an order" in ask(reader, "/demo/one-ab12.md").text
        finally:
            interrupt(process)


def test_the_entry_for_an_assistant_s_settings_starts_this_program_on_this_library(tmp_path: Path) -> None:
    done = showhow("--library", str(tmp_path / "library"), "assistant", "--read-only", "--json")
    entry = json.loads(done.stdout)["mcpServers"]["showhow"]
    assert Path(entry["command"]).name == ("showhow.exe" if WINDOWS else "showhow")
    assert entry["args"] == ["--library", str(tmp_path / "library"), "assistant", "--read-only"]
    assert not (tmp_path / "library").exists()


def test_the_entry_works_in_another_folder_and_without_the_variables_of_this_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (beside := tmp_path.with_name("beside")).mkdir()
    monkeypatch.chdir(beside)
    home = os.path.relpath(tmp_path)
    done = showhow("assistant", "--json", env={"SHOWHOW_LIBRARY": f"{home}/library", "SHOWHOW_HOME": home})
    entry = json.loads(done.stdout)["mcpServers"]["showhow"]
    places = [Path(entry["env"][name]) for name in ("SHOWHOW_LIBRARY", "SHOWHOW_HOME")]
    assert all(place.is_absolute() for place in places)
    assert [place.resolve() for place in places] == [tmp_path / "library", tmp_path]
    named = json.loads(showhow("--library", f"{home}/library", "assistant", "--json").stdout)["mcpServers"]["showhow"]
    assert Path(named["args"][1]).is_absolute()
