"""Fetching a model: whole or not at all, with progress, and one line when it cannot be."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from capture.file_lock import FileLock
from tests.support.model_hub import hub, opened, serving
from transcribe.model import TranscribeError
from transcribe.models.download import download
from transcribe.models.known import KNOWN
from transcribe.models.registry import faults, find_model

# In a process of its own, because the hub's library reads its address when it is imported.
SCRIPT = """
import json, shutil, sys, types
from pathlib import Path
from capture.errors import Cancelled, ShowhowError
from transcribe.models import download as module
from transcribe.models.download import download
wish = sys.argv[3] if len(sys.argv) > 3 else ""
if wish == "impatient": module._TIMEOUT_S = 1
if wish == "no room": shutil.disk_usage = lambda path: types.SimpleNamespace(free=60_000_000 - 10_000_000)
told = []
def progress(done, total, what):
    told.append((done, total, what))
    if wish == "stop in the middle" and done > total // 2: raise Cancelled
try:
    ref, error = str(download(sys.argv[1], Path(sys.argv[2]), progress).path), ""
except ShowhowError as problem:
    ref, error = "", f"{type(problem).__name__}: {problem}"
print(json.dumps({"path": ref, "error": error, "told": told}))
"""


def fetch(address: str, name: str, folder: Path, *more: str) -> dict[str, Any]:
    environment = os.environ | {"HF_ENDPOINT": address, "HF_HOME": str(folder.parent / "hf"), "HF_HUB_OFFLINE": "0"}
    command = [sys.executable, "-c", SCRIPT, name, str(folder), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True, env=environment)
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


def test_a_model_is_fetched_whole_with_its_bytes_counted(model_files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    with hub(KNOWN["base"].repository, model_files, {"huge.onnx": bytes(1_000)}) as (address, asked):
        result = fetch(address, "base", folder)
        assert result["error"] == ""
        assert not any("huge" in request for request in asked)
    assert faults(folder / "base") == ""
    assert find_model("base", folder).path == folder / "base"
    assert [p.name for p in folder.iterdir()] == ["base"]
    assert not (folder / "base" / ".cache").exists()
    counts = [done for done, _, _ in result["told"]]
    total = result["told"][0][1]
    assert counts == sorted(counts)
    assert counts[-1] == total == sum(f.stat().st_size for f in (folder / "base").iterdir())
    assert len(counts) > 4


def test_what_is_there_is_not_fetched_again(model_files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    with hub(KNOWN["tiny"].repository, model_files) as (address, asked):
        fetch(address, "tiny", folder)
        asked.clear()
        assert fetch(address, "tiny", folder)["path"] == str(folder / "tiny")
        assert asked == []


def test_broken_off_it_is_no_model_and_goes_on_from_the_files_it_has(model_files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    with hub(KNOWN["base"].repository, model_files) as (address, asked):
        assert fetch(address, "base", folder, "stop in the middle")["error"].startswith("Cancelled")
        assert not (folder / "base").exists()
        asked.clear()
        assert fetch(address, "base", folder)["error"] == ""
        assert not any(r.startswith("GET") and r.endswith("tokenizer.json") for r in asked)  # it was there already
    assert faults(folder / "base") == ""


def test_a_file_that_broke_off_is_gone_on_with_where_it_ended(model_files: Path, tmp_path: Path) -> None:
    folder, size = tmp_path / "models", (model_files / "model.bin").stat().st_size
    with opened(serving(KNOWN["base"].repository, model_files)) as hub:
        hub.hang_up_in = "model.bin"
        first = fetch(hub.address, "base", folder)
        assert "cannot be downloaded" in first["error"]
        assert not (folder / "base").exists()
        hub.hang_up_in = ""
        hub.asked.clear()
        second = fetch(hub.address, "base", folder)
    assert second["error"] == ""
    assert max(done for done, _, _ in second["told"][:2]) > size // 3  # what was there counts from the start
    (asked,) = [request for request in hub.asked if request.startswith("GET") and "model.bin" in request]
    assert int(asked.rpartition(" ")[2]) > size // 3
    assert (folder / "base" / "model.bin").read_bytes() == (model_files / "model.bin").read_bytes()
    assert sorted(p.name for p in folder.iterdir()) == ["base"]


@pytest.mark.parametrize("no_ranges", [False, True])
def test_a_connection_that_breaks_is_made_again(model_files: Path, tmp_path: Path, no_ranges: bool) -> None:
    """Without being asked, and where it left off; from the beginning at a hub that sends nothing but whole files."""
    folder = tmp_path / "models"
    with opened(serving(KNOWN["base"].repository, model_files)) as hub:
        hub.breaks_once_in, hub.no_ranges = "model.bin", no_ranges
        result = fetch(hub.address, "base", folder)
        again = [request for request in hub.asked if "model.bin from" in request]
    assert result["error"] == ""
    assert len(again) == 1
    assert (folder / "base" / "model.bin").read_bytes() == (model_files / "model.bin").read_bytes()
    assert result["told"][-1][0] == result["told"][-1][1]


def test_a_hub_that_goes_silent_is_given_up(model_files: Path, tmp_path: Path) -> None:
    """In seconds, not never; and the files that came are kept."""
    with opened(serving(KNOWN["base"].repository, model_files)) as hub:
        hub.hang_at = "model.bin"
        result = fetch(hub.address, "base", tmp_path / "models", "impatient")
    assert "cannot be downloaded" in result["error"]
    assert "\n" not in result["error"]
    assert (tmp_path / "models" / ".base.part" / "tokenizer.json").is_file()


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
def test_what_arrives_damaged_becomes_no_model(model_files: Path, tmp_path: Path, name: str) -> None:
    """Of the right length, so that only its checksum tells."""
    folder = tmp_path / "models"
    with opened(serving(KNOWN["base"].repository, model_files)) as hub:
        hub.spoil = name
        assert f"{name} arrived damaged" in fetch(hub.address, "base", folder)["error"]
        assert not (folder / "base").exists()
        hub.spoil = ""
        assert fetch(hub.address, "base", folder)["error"] == ""
    assert faults(folder / "base") == ""


def test_without_room_nothing_is_fetched(model_files: Path, tmp_path: Path) -> None:
    with opened(serving(KNOWN["base"].repository, model_files)) as hub:
        error = fetch(hub.address, "base", tmp_path / "models", "no room")["error"]
        assert "There is no room for faster-whisper-base" in error
        assert not any("resolve" in request for request in hub.asked)


def test_a_login_page_is_no_hub(model_files: Path, tmp_path: Path) -> None:
    """As in a hotel: every address answers with the same page."""
    with opened(serving(KNOWN["base"].repository, model_files)) as hub:
        hub.page = b"<!doctype html><title>Welcome! Please sign in</title>"
        error = fetch(hub.address, "base", tmp_path / "models")["error"]
    assert "cannot be downloaded" in error
    assert "\n" not in error


def test_two_downloads_of_one_model_do_not_mix(model_files: Path, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    held = FileLock(tmp_path / "models" / ".base.lock")
    assert held.take()
    with hub(KNOWN["base"].repository, model_files) as (address, _):
        assert "being downloaded by another" in fetch(address, "base", tmp_path / "models")["error"]
        held.release()
        assert fetch(address, "base", tmp_path / "models")["error"] == ""


def test_a_damaged_model_is_replaced(model_files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    (folder / "base").mkdir(parents=True)
    (folder / "base" / "model.bin").write_bytes(b"half")
    with hub(KNOWN["base"].repository, model_files) as (address, _):
        assert fetch(address, "base", folder)["error"] == ""
    assert faults(folder / "base") == ""


def test_a_repository_that_holds_no_such_model_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text("{}")
    with hub("somebody/something", other) as (address, _):
        error = fetch(address, "somebody/something", tmp_path / "models")["error"]
        assert "no speech model showhow can use" in error
        assert "lacks model.bin" in error
        error = fetch(address, "somebody/nothing", tmp_path / "models")["error"]
        assert "has no model somebody/nothing" in error
    assert not any(not p.name.startswith(".") for p in (tmp_path / "models").iterdir())


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://hub.invalid"])
def test_without_a_network_it_says_so(tmp_path: Path, address: str) -> None:
    """Nobody listens at the first address, and the second has no place."""
    result = fetch(address, "base", tmp_path / "models")
    assert result["error"].startswith("TranscribeError: ")
    assert "cannot be downloaded" in result["error"]
    assert "\n" not in result["error"]
    assert not (tmp_path / "models" / "base").exists()


def test_a_hub_that_hangs_up_is_not_asked_again_and_again(tmp_path: Path) -> None:
    """The hub's own download would try again for 20 seconds before it says that there is no network."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        calls: list[int] = []

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    server.accept()[0].close()
                    calls.append(1)

        threading.Thread(target=hang_up, daemon=True).start()
        result = fetch(f"http://127.0.0.1:{server.getsockname()[1]}", "base", tmp_path / "models")
    assert "cannot be downloaded" in result["error"]
    assert len(calls) <= 3


def test_a_name_nobody_knows_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(TranscribeError, match="no speech model called bass"):
        download("bass", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(TranscribeError, match="cannot be kept in"):
        download("base", tmp_path / "models")
