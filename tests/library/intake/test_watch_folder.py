"""A folder of recordings: videos are found, copies of what is filed are known, a file still growing is waited for."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec.structs import replace

from library.files import fingerprint
from library.intake.watch_folder import WatchFolder, find_duplicate, recordings_in
from library.model import Demo, TakeFacts
from tests.support.windows import WINDOWS


def test_videos_and_takes_are_found_by_name_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.MKV", "notes.txt", ".hidden.mp4", "deep/c.webm", "take-1/take.json", "take-1/take.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    if not WINDOWS:
        (tmp_path / "linked.mp4").symlink_to(tmp_path / "b.mp4")
    assert [path.name for path in recordings_in(tmp_path)] == ["a.MKV", "b.mp4", "c.webm", "take-1"]


def test_a_copy_under_another_name_is_known_by_its_checksum(tmp_path: Path) -> None:
    for name, data in (("a.mp4", b"one" * 999), ("copy of a.mp4", b"one" * 999), ("other.mp4", b"two" * 999)):
        (tmp_path / name).write_bytes(data)
    filed = Demo(demo_id="a-1", title="A", take=TakeFacts(fingerprint=fingerprint(tmp_path / "a.mp4")))
    old = replace(filed, demo_id="old", take=TakeFacts())
    assert find_duplicate(tmp_path / "copy of a.mp4", [old, filed]) == filed
    assert find_duplicate(tmp_path / "other.mp4", [old, filed]) is None


def test_a_file_is_named_once_when_it_has_stopped_growing_and_again_when_it_changes(tmp_path: Path) -> None:
    watched, video = WatchFolder(tmp_path), tmp_path / "a.mp4"
    assert watched.ready() == []
    video.write_bytes(b"1")
    assert watched.ready() == []
    video.write_bytes(b"12")
    assert watched.ready() == []
    assert watched.ready() == [video]
    assert watched.ready() == []
    video.write_bytes(b"123")
    os.utime(video, ns=(1, 2))
    assert watched.ready() == []
    assert watched.ready() == [video]
