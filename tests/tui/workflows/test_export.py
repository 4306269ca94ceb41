"""Every form a demo can be taken elsewhere in, by command and by keys: both write the same file under the same name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from library.connection.library import open_library
from library.export.exporter import FORMS, file_name
from library.model import Demo
from tests.support.command import run_command
from tests.support.web_library import filed
from tests.tui.conftest import Desk
from tui.app import Showhow
from tui.config import Settings
from tui.services.factory import open_services

BEGINS = {
    "md": b"# ", "html": b"<!doctype html>", "pdf": b"%PDF-", "webp": b"RIFF", "srt": b"1", "vtt": b"WEBVTT",
    "m4a": b"\0\0\0", "mp4": b"\0\0\0", "gif": b"GIF8", "docx": b"PK", "zip": b"PK",
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Demo]]:
    home = tmp_path_factory.mktemp("exports")
    (home / "films").mkdir()
    with open_library(home / "library") as library:
        yield home, filed(library, home / "films", "Raise a purchase order")


def is_one(file: Path) -> bool:
    """Whether a file is what its ending says, and a folder a skill."""
    if file.is_dir():
        return (file / "SKILL.md").read_bytes().startswith(b"---\nname: ")
    data = file.read_bytes()
    return data[4:8] == b"ftyp" if file.suffix == ".mp4" else data.startswith(BEGINS[file.suffix[1:]])


@pytest.mark.parametrize("form", FORMS)
def test_each_form_by_command(shelf: tuple[Path, Demo], tmp_path: Path, form: str) -> None:
    home, demo = shelf
    words = ["--library", str(home / "library"), "export", demo.demo_id, "--format", form]
    done = run_command(*words, "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert is_one(tmp_path / file_name(demo, form))
    assert file_name(demo, form) in done.stdout


async def test_each_form_by_keys(shelf: tuple[Path, Demo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, demo = shelf
    monkeypatch.chdir(tmp_path)
    settings = Settings(home=home, library_url=str(home / "library"), hotkeys={})
    app = Showhow(partial(open_services, settings))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        desk = Desk(app, pilot, None)  # type: ignore[arg-type]  # the house is a real one here
        await desk.shows("1 demo")
        await desk.press("down")
        for number, form in enumerate(FORMS):
            await desk.press("x")
            await desk.shows("Export as")
            await desk.press(*["down"] * number, "enter")
            file = tmp_path / file_name(demo, form)
            await desk.until(file.exists, f"{file.name} to be written")
            await desk.hides("Export as")
            assert is_one(file)
    app.services.close()
