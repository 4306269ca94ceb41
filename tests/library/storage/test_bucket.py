"""A library in a bucket on its bad days: refused, failing, slow, cut off, damaged; nothing half is ever seen."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from library.connection.library import Library
from library.maintenance.check import check
from library.maintenance.edit import edit_demo
from library.model import FileFacts, LibraryError
from library.storage.bucket import Bucket, MediaMissing, MediaTaken
from library.storage.store import newest
from tests.library.factories import demo, put_bundle
from tests.library.storage.stores import bucket, bucket_library, options
from tests.support.s3_server import BUCKET, S3

NAME = "raise-k3f9"
BIG = os.urandom(6_000_000)


@pytest.fixture
def filled(s3: S3, tmp_path: Path) -> Iterator[Library]:
    with bucket_library(bucket(s3), tmp_path / "mine") as opened:
        opened.catalog.insert(put_bundle(opened.store, demo(NAME, "Raise", "Open the menu")))
        yield opened


@pytest.fixture
def other(s3: S3, tmp_path: Path) -> Iterator[Library]:
    """A colleague's machine: the same bucket, nothing fetched yet."""
    with bucket_library(bucket(s3, read_timeout_s=1.0, retry_timeout_s=1.0), tmp_path / "theirs") as opened:
        yield opened


def test_a_wrong_signature_is_refused_in_one_line_and_the_right_one_is_not() -> None:
    with S3() as server:
        bucket(server).check_create_only()
        assert not server.refused
        wrong = Bucket(f"s3://{BUCKET}", replace(options(server), secret_access_key="guessed"))  # noqa: S106  made up
        with pytest.raises(LibraryError, match="refuses access") as told:
            wrong.check_create_only()
        assert "\n" not in str(told.value)
        assert server.refused


def test_names_with_spaces_and_other_scripts_are_signed_rightly(s3: S3) -> None:
    media = bucket(s3, "how tos/発注 & co")
    media.write("demos/a b/ü+1.json", b"{}", new=True)
    assert media.read("demos/a b/ü+1.json", 10) == b"{}"
    assert [item.name for item in media.items("demos/")] == ["demos/a b/ü+1.json"]
    assert media.folders("demos/") == ["a b"]
    media.remove("demos/a b/ü+1.json")
    with pytest.raises(MediaMissing):
        media.read("demos/a b/ü+1.json", 10)


def test_of_many_who_write_the_same_new_object_one_wins(s3: S3) -> None:
    media, won = bucket(s3), []

    def write(number: int) -> None:
        try:
            media.write("one.json", str(number).encode(), new=True)
            won.append(number)
        except MediaTaken:
            return

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(number).encode() for number in won] == [media.read("one.json", 10)]


def test_a_server_that_fails_now_and_then_is_asked_again_and_nobody_notices(s3: S3, tmp_path: Path) -> None:
    for method in ("PUT", "GET", "HEAD"):
        s3.fail("503", 2, method=method)
    with bucket_library(bucket(s3), tmp_path) as library:
        put_bundle(library.store, demo(NAME, "Raise", "Open the menu"))
        assert newest(library.store, NAME).title == "Raise"


@pytest.mark.parametrize(
    ("kind", "words"), [("500", "the server has failed"), ("403", "refuses access"), ("slow", "does not answer")]
)
@pytest.mark.parametrize("part", ["files/", "demo.json"])
def test_a_filing_the_server_does_not_take_leaves_nothing_to_be_seen_and_a_rerun_completes(
    s3: S3, other: Library, kind: str, words: str, part: str
) -> None:
    one = demo(NAME, "Raise", "Open the menu")
    s3.fail(kind, 100, method="PUT", part=part, seconds=1.5)
    with pytest.raises(LibraryError, match=words) as told:
        put_bundle(other.store, one)
    assert "\n" not in str(told.value)
    s3.faults.clear()
    if (kind, part) != ("slow", "demo.json"):  # an answer that came too late may all the same have filed the whole
        assert not other.store.versions(NAME)
    assert not list(other.demos.rglob("clip.mp4"))
    put_bundle(other.store, one)
    assert other.store.versions(NAME) == [1]


def test_a_record_whose_answer_was_lost_is_not_taken_for_somebody_elses(s3: S3, other: Library) -> None:
    s3.fail("cut", 1, method="PUT", part="demo.json")
    assert put_bundle(other.store, demo(NAME, "Raise")).version == 1
    assert other.store.versions(NAME) == [1]


def test_a_download_that_is_cut_goes_on_where_it_was(s3: S3, tmp_path: Path) -> None:
    media = bucket(s3, read_timeout_s=2.0, retry_timeout_s=0.0)
    media.write("big.mp4", BIG)
    facts = media.facts_of("big.mp4")
    s3.requests.clear()
    s3.fail("cut", 2, method="GET", part="big.mp4")
    media.fetch("big.mp4", tmp_path / "big.mp4", facts)
    assert (tmp_path / "big.mp4").read_bytes() == BIG


def test_a_download_that_is_cut_for_ever_is_given_up_in_one_line(s3: S3, filled: Library, other: Library) -> None:
    one = newest(other.store, NAME)
    s3.fail("cut", 10_000, method="GET", part="/files/")
    with pytest.raises(LibraryError, match="broke off") as told:
        other.store.fetch_local(one)
    assert "\n" not in str(told.value)
    s3.faults.clear()
    assert (other.store.fetch_local(one).path / "clip.mp4").is_file()


def test_what_was_fetched_once_is_not_fetched_again_not_even_for_the_next_version(
    s3: S3, filled: Library, other: Library
) -> None:
    other.store.fetch_local(newest(other.store, NAME))
    edit_demo(filled, NAME, title="Order")
    s3.requests.clear()
    second = other.store.fetch_local(newest(other.store, NAME), "clip.mp4")
    assert (second.path / "clip.mp4").is_file()
    assert not [path for method, path in s3.requests if method == "GET" and path.endswith(".mp4")]


def test_a_title_costs_no_second_clip_in_the_bucket(s3: S3, filled: Library) -> None:
    edit_demo(filled, NAME, title="Order")
    assert len([name for name in s3.objects() if name.endswith(".mp4")]) == 1


def test_a_damaged_object_is_never_shown_and_the_check_finds_it(s3: S3, filled: Library, other: Library) -> None:
    [clip] = [name for name in s3.objects() if name.endswith(".mp4")]
    s3.damage(clip)
    with pytest.raises(LibraryError, match="is not as it was filed"):
        other.store.fetch_local(newest(other.store, NAME))
    assert not list(other.demos.rglob("clip.mp4"))
    [fault] = check(filled)
    assert (fault.kind, fault.demo_id) == ("changed", NAME)
    assert fault.mend


def test_a_check_finds_what_is_missing_and_what_belongs_to_nothing(
    s3: S3, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = bucket(s3)
    media.write(f"files/{NAME}/{'0' * 64}.webp", b"left by an upload")
    media.remove(next(item.name for item in media.items(f"files/{NAME}/") if item.name.endswith(".vtt")))
    assert [fault.kind for fault in check(filled)] == ["missing"]  # what is young may be on its way
    monkeypatch.setattr("library.storage.bucket_store._GRACE_S", -1.0)
    assert [fault.kind for fault in check(filled, quick=True)] == ["missing", "orphaned"]


def test_a_server_without_conditional_writes_is_not_taken_for_a_library(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = bucket(s3)
    real = Bucket.write
    monkeypatch.setattr(Bucket, "write", lambda self, name, data, **_: real(self, name, data))
    with pytest.raises(LibraryError, match="If-None-Match"):
        media.check_create_only()


def test_the_cache_keeps_to_its_limit_and_lets_go_of_what_was_used_longest_ago(s3: S3, tmp_path: Path) -> None:
    with bucket_library(bucket(s3), tmp_path / "mine") as mine:
        for name in "abc":
            put_bundle(mine.store, demo(f"{name}-1", name, "Said"))
    with bucket_library(bucket(s3), tmp_path / "small", limit=60) as small:
        for name in "ab":
            one = small.store.fetch_local(newest(small.store, f"{name}-1"))
            for path in [one.path, *(tmp_path / "small" / "cache" / "parts").iterdir()]:
                os.utime(path, (1_000, 1_000))
        small.store.fetch_local(newest(small.store, "c-1"))
        assert [path.parent.name for path in small.demos.glob("*/v1")] == ["c-1"]


def test_a_full_disk_is_one_line_and_the_file_is_fetched_when_there_is_room(
    s3: S3, filled: Library, tmp_path: Path
) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting a disk needs root")
    try:
        bucket(s3).write("big.mp4", BIG)
        facts = bucket(s3).facts_of("big.mp4")
        with pytest.raises(LibraryError, match="disk is full") as told:
            bucket(s3).fetch("big.mp4", place / "big.mp4", facts)
        assert "\n" not in str(told.value)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_checksums_that_lie_about_the_size_do_not_pass(s3: S3, tmp_path: Path) -> None:
    media = bucket(s3)
    media.write("a.mp4", b"abc")
    with pytest.raises(LibraryError, match="not as it was filed"):
        media.fetch("a.mp4", tmp_path / "a.mp4", FileFacts(size=3, sha256="0" * 64))


def test_an_edit_never_builds_on_an_older_version_because_the_newest_could_not_be_asked_for(
    s3: S3, filled: Library, other: Library
) -> None:
    edit_demo(filled, NAME, title="Order", by="Tom")
    s3.fail("500", 100, method="GET", part="/v2/demo.json")
    with pytest.raises(LibraryError, match="server has failed"):
        edit_demo(other, NAME, tags=["office"])
    s3.faults.clear()
    assert other.store.versions(NAME) == [2, 1]
    assert edit_demo(other, NAME, tags=["office"]).title == "Order"
