"""kill -9 of a filing process at any moment: what is visible afterwards is whole, and the rest is swept away."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from library.connection.library import open_library
from library.maintenance.check import check
from library.search.search import search
from library.storage.bundle import read_bundle
from library.storage.staging import sweep
from library.text import is_demo_id

WORKER = """
import sys
from itertools import count
from pathlib import Path
from library.draft import edits
from library.connection.library import open_library
from library.intake.pipeline import file, propose
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import remove_demo
video, folder = Path(sys.argv[1]), Path(sys.argv[2])
library = open_library(folder, cache=folder.parent / "cache")
draft = propose(video)
print("ready", flush=True)
for number in count():
    demo = file(edits.with_title(draft, f"Zebra {sys.argv[3]} {number}"), library)
    edit_demo(library, demo.demo_id, tags=[f"tag{number}"])
    if number % 3 == 2:
        remove_demo(library, demo.demo_id)
"""


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "moving.mp4"
    command = [
        "ffmpeg",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=160x120:r=10:d=1",
        "-pix_fmt",
        "yuv420p",
    ]
    subprocess.run([*command, str(path)], check=True)
    return path


def start(video: Path, folder: Path, name: str) -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", WORKER, str(video), str(folder), name], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"ready"
    return child


def kill(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


def test_killed_at_random_moments_the_library_stays_whole_and_loses_nothing_it_showed(
    video: Path, tmp_path: Path
) -> None:
    folder, dice = tmp_path / "library", random.Random(3)  # noqa: S311  moments, no secrets
    shown: set[str] = set()
    for round_ in range(4):
        children = [start(video, folder, f"{round_}{name}") for name in "ab"]
        for child in children:
            time.sleep(dice.uniform(0.05, 0.6))  # the moment of death is the matter here, not a wait for something
            kill(child)
        with open_library(folder, cache=tmp_path / "cache") as library:
            homes = {home.name for home in library.demos.iterdir() if is_demo_id(home.name)}
            trashed = {home.name.partition("--")[0] for home in (library.folder / ".trash").glob("*")}
            assert shown <= homes | trashed
            shown = homes
            for home in homes:
                read_bundle(library.demos / home)
            assert {demo.demo_id for demo in library.catalog.list()} == homes
            assert {fault.kind for fault in check(library)} <= {"index", "duplicate"}
            assert {fault.kind for fault in check(library)} <= {"duplicate"}
            for demo in library.catalog.list():
                assert demo.demo_id in {hit.demo_id for hit in search(library.catalog, demo.title).hits}, demo.title
            assert not library.notices
    assert shown
    sweep(folder / "demos", grace_s=-1)
    assert {entry.name for entry in (folder / "demos").iterdir()} == shown
