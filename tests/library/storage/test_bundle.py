"""A bundle is there whole or not at all, and what lies in one is not trusted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from library.maintenance.revisions import write_version
from library.model import Demo, DemoNotFound, LibraryError
from library.storage.bundle import newest_bundle, read_bundle, versions
from library.storage.staging import Staging, VersionTaken, sweep
from tests.library.factories import demo, put_bundle, store_in
from tests.support.windows import symbolic_link

NAME = "raise-k3f9"


@pytest.fixture
def demos(tmp_path: Path) -> Path:
    folder = tmp_path / "demos"
    folder.mkdir()
    return folder


@pytest.fixture
def filed(demos: Path) -> Demo:
    return put_bundle(demos, demo(NAME, "Raise", "Open the menu", "Click new order"))


def test_what_is_written_is_read_back_the_same(filed: Demo, demos: Path) -> None:
    assert read_bundle(demos / NAME / "v1") == read_bundle(demos / NAME) == filed
    assert sorted(p.name for p in filed.path.iterdir()) == ["captions.vtt", "clip.mp4", "demo.json", "steps"]
    assert [p.name for p in demos.iterdir()] == [NAME]


def test_the_record_does_not_say_where_it_lies(filed: Demo) -> None:
    assert "path" not in json.loads((filed.path / "demo.json").read_bytes())


def test_a_new_version_is_a_new_folder_that_shares_clip_and_stills(filed: Demo, demos: Path) -> None:
    second = write_version(filed, replace(filed, title="Order"), store_in(demos))
    assert (second.version, second.path) == (2, demos / NAME / "v2")
    assert read_bundle(demos / NAME) == second
    assert read_bundle(filed.path) == filed  # the old one is as it was
    for name in ("clip.mp4", "steps/01.webp"):
        assert (second.path / name).stat().st_ino == (filed.path / name).stat().st_ino


def test_versions_are_copied_where_the_drive_has_no_hard_links(
    filed: Demo, demos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    second = write_version(filed, replace(filed, title="Order"), store_in(demos))
    assert (second.path / "clip.mp4").read_bytes() == b"not a video of raise-k3f9"
    assert (second.path / "clip.mp4").stat().st_ino != (filed.path / "clip.mp4").stat().st_ino


def test_of_two_who_file_the_same_version_one_is_told(filed: Demo, demos: Path) -> None:
    write_version(filed, replace(filed, title="Order"), store_in(demos))
    with pytest.raises(VersionTaken):
        write_version(filed, replace(filed, title="Another"), store_in(demos))
    with pytest.raises(VersionTaken):
        put_bundle(demos, filed)
    assert read_bundle(demos / NAME).title == "Order"
    assert [p.name for p in demos.iterdir()] == [NAME]


def test_a_version_of_a_demo_removed_meanwhile_does_not_bring_it_back(filed: Demo, demos: Path, tmp_path: Path) -> None:
    with Staging(demos, NAME, 2) as staging:
        (demos / NAME).rename(tmp_path / "trash")
        with pytest.raises(DemoNotFound, match="removed meanwhile"):
            staging.publish()
    assert list(demos.iterdir()) == []


def test_many_who_file_at_once_each_get_a_version_of_their_own(filed: Demo, demos: Path) -> None:
    def file_one(number: int) -> None:
        while True:
            before = newest_bundle(demos / NAME)
            try:
                write_version(before, replace(before, tags=(*before.tags, str(number))), store_in(demos))
            except VersionTaken:
                continue
            return

    threads = [threading.Thread(target=file_one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(newest_bundle(demos / NAME).tags) == [str(number) for number in range(6)]
    assert len(versions(demos / NAME)) == 7


def fail_half_way(demos: Path, error: BaseException) -> None:
    with Staging(demos, NAME, 1) as staging:
        (staging.folder / "clip.mp4").write_bytes(b"half")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device"), MemoryError()])
def test_whatever_goes_wrong_before_the_rename_leaves_nothing(demos: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        fail_half_way(demos, error)
    assert list(demos.iterdir()) == []


HALF = """
import sys, time
from pathlib import Path
from library.storage.staging import Staging
with Staging(Path(sys.argv[1]), "raise-k3f9", 1) as staging:
    (staging.folder / "clip.mp4").write_bytes(b"half")
    print("half", flush=True)
    time.sleep(60)
"""


def test_what_a_killed_process_left_half_written_is_never_visible_and_removed_by_the_next(demos: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HALF, str(demos)], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"half"
        assert sweep(demos, grace_s=0) == 0  # its owner lives
        assert [p.name[:9] for p in demos.iterdir()] == [".staging-"]
    finally:
        child.kill()
        child.wait()
        child.stdout.close()  # type: ignore[union-attr]  # it was asked for
    assert sweep(demos) == 0  # too young: its owner might be about to take its lock
    assert sweep(demos, grace_s=-1) == 1
    assert list(demos.iterdir()) == []


def test_sweeping_follows_no_link(demos: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    symbolic_link(demos / ".staging-1-2", precious)
    assert sweep(demos, grace_s=-1) == 0
    assert precious.is_dir()


def spoil(filed: Demo, change: dict[str, Any]) -> None:
    record = filed.path / "demo.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | change))


STEP = {"number": 1, "title": "x", "start_ms": 0, "end_ms": 10}


@pytest.mark.parametrize(
    "change",
    [
        {"clip": {"path": "/etc/passwd"}},
        {"clip": {"path": "../../secret"}},
        {"clip": {"path": "steps/../../x"}},
        {"clip": {"path": "a\\..\\b"}},
        {"clip": {"path": "C:x"}},
        {"clip": {"path": ""}},
        {"clip": {"path": "."}},
        {"clip": {"path": "steps//01.webp"}},
        {"clip": {"path": "--script=evil.lua"}},
        {"clip": {"path": "clip.mp4", "duration_ms": -1}},
        {"clip": {"path": "clip.mp4", "duration_ms": 10**30}},
        {"steps": [STEP | {"still": "/etc/passwd"}]},
        {"steps": [STEP | {"still": "../v1/x"}]},
        {"steps": [STEP | {"number": 2}]},
        {"steps": [STEP | {"end_ms": -5}]},
        {"steps": [STEP | {"at_ms": 10**19}]},
        {"steps": [STEP | {"number": n} for n in range(1, 10_002)]},
        {"demo_id": "another"},
        {"demo_id": "../raise"},
        {"version": 7},
        {"created_unix_ms": -1},
        {"title": None},
        {"tags": "finance"},
        {"path": "/etc"},
        {"cuts": [{"start_ms": 0, "end_ms": 1, "reason": "boredom"}]},
    ],
)
def test_a_hostile_record_is_refused_in_one_line(filed: Demo, change: dict[str, Any]) -> None:
    spoil(filed, change)
    with pytest.raises(LibraryError, match="damaged") as caught:
        read_bundle(filed.path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[" * 200_000, b"\xff\xfe", b'{"demo_id": "\\ud800"}'])
def test_what_is_no_record_is_refused_in_one_line(filed: Demo, content: bytes) -> None:
    (filed.path / "demo.json").write_bytes(content)
    with pytest.raises(LibraryError) as caught:
        read_bundle(filed.path)
    assert "\n" not in str(caught.value)


def test_a_record_of_a_newer_showhow_asks_for_an_update(filed: Demo) -> None:
    spoil(filed, {"schema_version": 2, "title": None})
    with pytest.raises(LibraryError, match=r"newer showhow.*Update showhow"):
        read_bundle(filed.path)


def test_fields_this_showhow_does_not_know_are_passed_over(filed: Demo) -> None:
    spoil(filed, {"mood": "sunny"})
    assert read_bundle(filed.path) == filed


def test_links_inside_a_bundle_are_refused(filed: Demo, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (filed.path / "clip.mp4").unlink()
    symbolic_link(filed.path / "clip.mp4", tmp_path / "secret")
    with pytest.raises(LibraryError, match="outside"):
        read_bundle(filed.path)


def test_a_linked_stills_folder_or_record_is_refused(filed: Demo, tmp_path: Path) -> None:
    (filed.path / "steps").rename(tmp_path / "steps")
    symbolic_link(filed.path / "steps", tmp_path / "steps")
    with pytest.raises(LibraryError, match="outside"):
        read_bundle(filed.path)
    (filed.path / "demo.json").rename(tmp_path / "demo.json")
    symbolic_link(filed.path / "demo.json", tmp_path / "demo.json")
    with pytest.raises(LibraryError, match="not an ordinary file"):
        read_bundle(filed.path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_a_record_does_not_hang(filed: Demo) -> None:
    (filed.path / "demo.json").unlink()
    os.mkfifo(filed.path / "demo.json")
    with pytest.raises(LibraryError, match="not an ordinary file"):
        read_bundle(filed.path)


def test_a_huge_record_is_not_read(filed: Demo) -> None:
    with (filed.path / "demo.json").open("r+b") as file:
        file.truncate(33 << 20)
    with pytest.raises(LibraryError, match="larger than 32 MiB"):
        read_bundle(filed.path)


def test_control_characters_never_reach_a_terminal(filed: Demo) -> None:
    evil = "Click \x1b]0;owned\x07\u202e\x9b2J here"
    spoil(filed, {"title": evil, "tags": [evil], "steps": [STEP | {"title": evil, "text": evil}]})
    read = read_bundle(filed.path)
    for text in (read.title, *read.tags, read.steps[0].title, read.steps[0].text):
        assert text == "Click ]0;owned 2J here"


def test_an_older_version_stands_in_for_one_that_cannot_be_read(filed: Demo, demos: Path) -> None:
    second = write_version(filed, replace(filed, title="Order"), store_in(demos))
    (second.path / "demo.json").write_bytes(b"{")
    assert read_bundle(demos / NAME) == filed


def test_an_empty_or_missing_demo_folder_is_one_line(demos: Path) -> None:
    (demos / "empty").mkdir()
    for name in ("empty", "missing"):
        with pytest.raises(LibraryError) as caught:
            read_bundle(demos / name)
        assert "\n" not in str(caught.value)


def test_versions_are_numbers_not_words(demos: Path, filed: Demo) -> None:
    for name in ("v10", "v9", "v01", "vx", "v", "notes"):
        (demos / NAME / name).mkdir()
    assert [p.name for p in versions(demos / NAME)] == ["v10", "v9", "v1"]
