"""A library copied into another, of the same kind or not: all of it, verified, and nothing written over."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.errors import Cancelled
from library.connection.library import Library, open_library
from library.maintenance.check import check
from library.maintenance.copy_library import copy_library
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import amend, remove_demo
from library.model import Demo, LibraryError
from library.search.search import search
from tests.library.factories import demo, put_bundle
from tests.library.storage.stores import bucket, bucket_library, folder_library
from tests.support.s3_server import S3


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Library]:
    with folder_library(tmp_path / "source") as opened:
        for n in range(3):
            opened.catalog.insert(put_bundle(opened.store, demo(f"d-{n}", f"Thing {n}", f"Open the menu {n}")))
        edit_demo(opened, "d-1", title="Thing again", by="Tom")
        yield opened


def contents(library: Library) -> dict[tuple[str, int], object]:
    found = {}
    for demo_id in library.store.demo_ids():
        for version in library.store.versions(demo_id):
            one = library.store.fetch_local(library.store.read(demo_id, version))
            files = {name: (one.path / name).read_bytes() for name in one.files}
            found[demo_id, version] = (replace(one, path=Path()), files)
    return found


def test_there_and_back_everything_is_the_same_and_a_second_run_has_nothing_to_do(
    source: Library, library: Library, tmp_path: Path
) -> None:
    done = copy_library(source, library)
    assert (done.copied, done.present, done.left_out) == (4, 0, ())
    assert contents(library) == contents(source)
    assert search(library.catalog, "menu").hits
    assert not check(library)
    again = copy_library(source, library)
    assert (again.copied, again.present) == (0, 4)
    with folder_library(tmp_path / "back") as back:
        assert copy_library(library, back).copied == 4
        assert contents(back) == contents(source)
        assert not check(back)


def test_what_was_edited_in_both_is_told_and_the_targets_stays(source: Library, library: Library) -> None:
    copy_library(source, library)
    edit_demo(source, "d-0", title="Ours", by="Ann")
    edit_demo(library, "d-0", title="Theirs", by="Tom")
    edit_demo(source, "d-2", title="Newer")
    done = copy_library(source, library)
    assert (done.copied, len(done.left_out)) == (1, 1)
    assert "d-0 was changed in both" in done.left_out[0]
    assert [library.catalog.get(name).title for name in ("d-0", "d-2")] == ["Theirs", "Newer"]


def hide_first_versions(library: Library, demo_id: str) -> Demo:
    """A version that blurs something, as a revision files it: those before it are deleted."""
    versions = library.store.versions(demo_id)
    hiding = versions[0] + 1
    filed = put_bundle(library.store, replace(library.catalog.get(demo_id), version=hiding, oldest=hiding))
    library.catalog.insert(filed)
    library.store.forget(demo_id, hiding)
    return filed


def test_a_demo_whose_first_versions_were_deleted_is_copied(source: Library, library: Library) -> None:
    hide_first_versions(source, "d-1")
    assert source.store.versions("d-1") == [3]
    assert copy_library(source, library).left_out == ()
    assert contents(library) == contents(source)
    assert not check(library)


def test_what_a_version_blurs_is_shown_by_no_older_one_in_the_target(source: Library, library: Library) -> None:
    copy_library(source, library)
    assert library.store.versions("d-1") == [2, 1]
    hide_first_versions(source, "d-1")
    assert copy_library(source, library).left_out == ()
    assert library.store.versions("d-1") == [3]
    assert contents(library) == contents(source)
    assert not check(library)


def test_text_read_on_stills_since_the_last_copy_makes_no_other_version(source: Library, library: Library) -> None:
    copy_library(source, library)
    amend(source, "d-0", lambda now: replace(now, steps=tuple(replace(s, screen_text="Ledger") for s in now.steps)))
    edit_demo(source, "d-0", title="Ledger again", by="Tom")
    again = copy_library(source, library)
    assert (again.left_out, again.copied) == ((), 1)
    assert library.catalog.get("d-0").title == "Ledger again"


def test_what_was_removed_in_the_target_does_not_come_back_by_itself(source: Library, library: Library) -> None:
    copy_library(source, library)
    remove_demo(library, "d-0")
    done = copy_library(source, library)
    assert "trash" in done.left_out[0]
    assert "d-0" not in set(library.store.demo_ids())


def test_a_damaged_source_is_not_passed_on(source: Library, library: Library) -> None:
    (source.demos / "d-1" / "v1" / "clip.mp4").write_bytes(b"not what it was of d-1....")
    with pytest.raises(LibraryError, match="not as it was filed"):
        copy_library(source, library)
    assert set(library.store.demo_ids()) == {"d-0"}
    assert not check(library)


def test_a_record_that_cannot_be_read_is_left_out_and_told(source: Library, library: Library) -> None:
    (source.demos / "d-0" / "v1" / "demo.json").write_text("{")
    done = copy_library(source, library)
    assert (done.copied, len(done.left_out)) == (3, 1)


def test_demos_of_an_older_showhow_get_their_checksums_on_the_way(source: Library, library: Library) -> None:
    record = source.demos / "d-0" / "v1" / "demo.json"
    old = replace(source.store.read("d-0", 1), files={})
    from library.records import encode_record

    record.write_bytes(encode_record(old))
    copy_library(source, library)
    assert "clip.mp4" in library.store.read("d-0", 1).files
    assert copy_library(source, library).present == 4


def test_a_cancelled_copy_goes_on_where_it_was(source: Library, library: Library) -> None:
    def cancel(done: int, total: int, what: str) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        copy_library(source, library, cancel)
    assert copy_library(source, library).copied == 1


COPY = """
import sys
from pathlib import Path
from library.connection.library import open_library
from library.maintenance.copy_library import copy_library
from tests.library.storage.stores import bucket_library
from library.storage.bucket import Bucket, MediaOptions
source = open_library(sys.argv[1], cache=Path(sys.argv[3]))
if sys.argv[2].startswith("s3://"):
    target = bucket_library(Bucket(sys.argv[2], MediaOptions(endpoint=sys.argv[4])), Path(sys.argv[3]) / "bucket")
else:
    target = open_library(sys.argv[2], cache=Path(sys.argv[3]))
print("ready", flush=True)
copy_library(source, target)
print("done", flush=True)
"""


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_a_copy_killed_at_random_moments_shows_nothing_half_and_a_rerun_completes(
    kind: str, tmp_path: Path, s3: S3
) -> None:
    dice = random.Random(5)  # noqa: S311  moments, no secrets
    with open_library(tmp_path / "source", cache=tmp_path) as source:
        for n in range(25):
            put_bundle(source.store, demo(f"d-{n}", f"Thing {n}", "Open the menu", "Click it", "Save it"))
        source.refresh()
        media = bucket(s3)
        address = media.url if kind == "bucket" else str(tmp_path / "target")
        words = [sys.executable, "-c", COPY, str(tmp_path / "source"), address, str(tmp_path), s3.endpoint]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd()), **s3.environment}
        with (
            bucket_library(media, tmp_path / "seen") if kind == "bucket" else open_library(address, cache=tmp_path)
        ) as seen:
            for _ in range(3):
                child = subprocess.Popen(words, stdout=subprocess.PIPE, env=environment)
                assert child.stdout is not None
                assert child.stdout.readline().strip() == b"ready"
                time.sleep(dice.uniform(0.05, 0.5))  # the moment of death is the matter here, not a wait for something
                child.kill()
                child.wait()
                child.stdout.close()
                for demo_id in seen.store.demo_ids():
                    one = seen.store.read(demo_id, 1)
                    assert not list(seen.store.faults(one, quick=False))
            assert copy_library(source, seen).left_out == ()
            assert len(list(seen.store.demo_ids())) == 25
            seen.rebuild()
            assert {fault.kind for fault in check(seen)} <= {"duplicate"}
            assert copy_library(source, seen).present == 25
