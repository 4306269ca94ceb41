"""Worse days of a library: processes killed in the middle, disks that fill up, places that may only be read."""

from __future__ import annotations

import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from library.connection.library import make_library, open_library
from library.intake.watch_folder import duplicates_of
from library.maintenance.check import check
from library.maintenance.copy_library import copy_library
from library.maintenance.edit import edit_demo
from library.model import LibraryError
from library.search.search import search
from tests.library.factories import demo, put_bundle
from tests.library.storage.stores import bucket, bucket_library, folder_library, options
from tests.support.postgres_server import PostgresServer
from tests.support.s3_server import BUCKET, S3

FILER = """
import sys
from itertools import count
from pathlib import Path
from library.connection.library import open_library
from library.storage.bucket import MediaOptions
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import make_findable
from tests.library.factories import demo, put_bundle
library = open_library(sys.argv[1], cache=Path(sys.argv[2]), media=MediaOptions(endpoint=sys.argv[3]))
print("ready", flush=True)
for number in count():
    name = f"{sys.argv[4]}-{number}"
    library.mark_pending(name)
    make_findable(library, put_bundle(library.store, demo(name, f"Zebra {name}", "Open the menu")))
    edit_demo(library, name, tags=["done"])
"""
REBUILD = """
import sys
from pathlib import Path
from library.connection.library import open_library
library = open_library(sys.argv[1], cache=Path(sys.argv[2]))
print("ready", flush=True)
while True:
    library.rebuild()
"""


def run_and_kill(code: str, *words: str, environment: dict[str, str], seconds: float) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd()), **environment},
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"ready"
    time.sleep(seconds)  # the moment of death is the matter here, not a wait for something
    child.kill()
    child.wait()
    child.stdout.close()


def test_filers_killed_at_random_moments_leave_whole_demos_that_everybody_finds(
    postgres: PostgresServer, s3: S3, tmp_path: Path
) -> None:
    address, dice = postgres.create(f"killed_{secrets.token_hex(4)}"), random.Random(7)  # noqa: S311  moments, no secrets
    make_library(address, f"s3://{BUCKET}/team", tmp_path / "maker", options(s3))
    with open_library(address, cache=tmp_path / "seen", media=options(s3)) as library:
        for round_ in range(3):
            run_and_kill(
                FILER, address, str(tmp_path / "filer"), s3.endpoint, f"r{round_}", environment=s3.environment,
                seconds=dice.uniform(0.1, 0.6),
            )  # fmt: skip
            assert library.team is not None
            library.team.catch_up(library.store, fresh_s=0.0)
            there = set(library.store.demo_ids())
            assert {one.demo_id for one in library.catalog.list()} == there
            assert {fault.kind for fault in check(library)} <= {"duplicate"}
            found = {hit.demo_id for hit in search(library.catalog, "zebra", limit=1000).hits}
            assert found == there
        assert there


def test_a_rebuild_killed_at_random_moments_is_made_good_at_the_next_opening(tmp_path: Path) -> None:
    dice = random.Random(9)  # noqa: S311  moments, no secrets
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        for n in range(60):
            put_bundle(library.store, demo(f"d-{n}", f"Thing {n}", "Open the menu"))
    for _ in range(3):
        words = (str(tmp_path / "library"), str(tmp_path / "cache"))
        run_and_kill(REBUILD, *words, environment={}, seconds=dice.uniform(0.02, 0.3))
        with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
            assert library.catalog.count() == 60
            assert len(search(library.catalog, "thing", limit=1000).hits) == 60
            assert {fault.kind for fault in check(library)} <= {"duplicate"}


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_copy_onto_a_full_disk_is_one_line_whole_as_far_as_it_went_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    with folder_library(tmp_path / "source") as source, small_disk(tmp_path / "disk", "2m") as disk:
        for n in range(12):
            source.catalog.insert(put_bundle(source.store, demo(f"d-{n}", f"Thing {n}", *["Open the menu"] * 4)))
        with open_library(disk / "library", cache=tmp_path / "cache") as target:
            filler = disk / "filler"
            filler.write_bytes(b"x" * (disk_free(disk) - 120_000))
            with pytest.raises(LibraryError, match="disk is full") as told:
                copy_library(source, target)
            assert "\n" not in str(told.value)
            assert not [fault for fault in check(target) if fault.kind not in {"duplicate", "index"}]
            filler.unlink()
            done = copy_library(source, target)
            assert done.copied + done.present == 12
            assert not check(target)


def disk_free(place: Path) -> int:
    import shutil

    return shutil.disk_usage(place).free


def test_filing_into_a_bucket_from_a_full_disk_sends_nothing_half(s3: S3, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk, bucket_library(bucket(s3), disk) as library:
        (disk / "filler").write_bytes(b"x" * max(0, disk_free(disk) - 4096))
        with pytest.raises((LibraryError, OSError)):
            put_bundle(library.store, demo("raise-1", "Raise", "Open the menu"))
        assert not list(library.store.demo_ids())
        (disk / "filler").unlink()
        put_bundle(library.store, demo("raise-1", "Raise", "Open the menu"))
        assert library.store.versions("raise-1") == [1]


def test_a_team_library_that_may_only_be_read_is_searched_and_an_edit_is_refused_in_one_line(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    address = postgres.create(f"reading_{secrets.token_hex(4)}")
    make_library(address, str(tmp_path / "share"), tmp_path / "cache")
    with open_library(address, cache=tmp_path / "cache") as library:
        library.catalog.insert(put_bundle(library.store, demo("raise-1", "Raise", "Open the menu")))
    reading = f"{address}&options=-c%20default_transaction_read_only%3Don"
    with open_library(reading, cache=tmp_path / "cache") as library:
        assert search(library.catalog, "menu").hits
        with pytest.raises(LibraryError, match="may not be written") as told:
            edit_demo(library, "raise-1", title="x")
        assert "\n" not in str(told.value)
        assert library.store.versions("raise-1") == [1]


def test_a_second_filing_of_the_same_recording_is_recognised(tmp_path: Path) -> None:
    from msgspec.structs import replace

    from library.model import TakeFacts

    with folder_library(tmp_path / "library") as library:
        one, same, other = (
            replace(demo(f"d-{n}", f"Thing {n}"), take=TakeFacts(fingerprint=mark))
            for n, mark in enumerate(("abc", "abc", ""))
        )
        for each in (one, same, other):
            library.catalog.insert(put_bundle(library.store, each))
        assert [twin.demo_id for twin in duplicates_of(library.catalog, one)] == ["d-1"]
        assert not duplicates_of(library.catalog, other)
