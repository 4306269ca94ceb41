"""Records are written whole or not at all, and what is broken on disk is one line."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from capture.errors import TakeError
from capture.file_lock import FileLock
from capture.files import Lines, LinesTail, read_lines, read_record, remove_file, remove_folder, take_error, write_bytes
from capture.model import Marker, Region
from tests.support.windows import WINDOWS, symbolic_link


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    write_bytes(path, msgspec.json.encode(Region(1, 2, 3, 4)))
    assert read_record(path, Region, "region") == Region(1, 2, 3, 4)
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_record_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    write_bytes(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("winerror", "tries"), [(32, 3), (5, 3), (32, 10_000), (None, 1)])
def test_a_record_that_a_virus_scanner_has_open_for_a_moment_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int | None, tries: int
) -> None:
    path = tmp_path / "record.json"
    write_bytes(path, b"old")
    replace, left = Path.replace, [tries]

    def refusing(new: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] >= 0:
            error = PermissionError(13, "Access is denied", str(new))
            if winerror is not None:
                error.winerror = winerror
            raise error
        return replace(new, target)

    monkeypatch.setattr(Path, "replace", refusing)
    monkeypatch.setattr("capture.files._WAIT_S", 0)
    if tries == 3:
        write_bytes(path, b"new")
        assert path.read_bytes() == b"new"
        return
    with pytest.raises(PermissionError) as caught:  # it stays open, or the folder may not be written
        write_bytes(path, b"new")
    assert ("open in another program" in str(take_error("write", path, caught.value))) == (winerror is not None)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("remove", [remove_file, remove_folder])
def test_what_somebody_has_open_for_a_moment_is_deleted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remove: Callable[[Path], None]
) -> None:
    path = tmp_path / "draft"
    path.touch() if remove is remove_file else (path / "inside").mkdir(parents=True)
    refused = PermissionError(13, "The file is in use")
    refused.winerror = 32
    answers = [refused, refused]
    delete = os.unlink if remove is remove_file else os.rmdir

    def refusing(*place: object, **how: object) -> None:
        if answers:
            raise answers.pop()
        delete(*place, **how)  # type: ignore[arg-type]  as it was called

    monkeypatch.setattr(os, delete.__name__, refusing)
    monkeypatch.setattr("capture.files._WAIT_S", 0)
    remove(path)
    assert answers == list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"x": "a"}', b"[" * 100_000])
def test_a_damaged_record_is_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(data)
    with pytest.raises(TakeError, match=r"record\.json is damaged") as caught:
        read_record(path, Region, "region")
    assert "\n" not in str(caught.value)


def test_a_missing_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match="holds no take"):
        read_record(tmp_path / "take.json", Region, "take")


def test_lines_can_be_read_while_they_grow_and_a_torn_one_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    lines = Lines(path)
    lines.add(Marker(1, "a"), Marker(2, "b"))
    assert [m.at_ms for m in read_lines(path, Marker)] == [1, 2]
    lines.add(Marker(3))
    lines.close()
    with path.open("ab") as file:
        file.write(b'{"kind": "marker", "at_ms": "no"}\nrubbish\n' + b'{"kind":"marker","at_ms":4}\n{"kind":"mar')
    assert [m.at_ms for m in read_lines(path, Marker)] == [1, 2, 3, 4]


def test_lines_that_are_not_there_are_none(tmp_path: Path) -> None:
    assert list(read_lines(tmp_path / "none.jsonl", Marker)) == []


@pytest.mark.skipif(WINDOWS, reason="Windows has no /dev/full")
def test_a_full_disk_costs_lines_and_nothing_else() -> None:
    lines = Lines(Path("/dev/full"))
    lines.add(Marker(1), Marker(2))
    assert lines.lost == 2
    lines.close()


def test_a_lock_is_held_by_one_and_let_go_when_its_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not FileLock(path).held
    code = f"from capture.file_lock import FileLock; from pathlib import Path; l = FileLock(Path({str(path)!r})); "
    code += "l.take(); l.note('me'); print('held', flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder.stdin, holder.stdout:
        assert holder.stdout.readline().strip() == b"held"
        lock = FileLock(path)
        assert lock.held
        assert not lock.take()
        assert lock.holder() == "me"
        holder.kill()
        holder.wait()
    assert not lock.held
    assert lock.take()
    lock.release()
    assert not lock.held


def test_a_lock_is_removed_with_its_file_and_by_nobody_who_waits_for_it(tmp_path: Path) -> None:
    lock, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert lock.take()
    assert not other.take()
    with lock.path.open("rb"):  # another process looks at it: Windows deletes no file that is open
        lock.remove()
    assert not lock.held
    lock.path.unlink(missing_ok=True)
    lock.remove()
    assert other.take()
    other.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(WINDOWS, reason="Windows has no shared locks")
def test_asking_twice_at_once_takes_nobody_for_the_holder(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.take()
    lock.release()
    asking = os.open(lock.path, os.O_RDONLY)
    try:
        import fcntl

        fcntl.flock(asking, fcntl.LOCK_SH)
        assert not lock.held
    finally:
        os.close(asking)


def test_a_lock_is_released_from_another_thread_and_its_note_outlives_those_who_fail_to_take_it(tmp_path: Path) -> None:
    lock, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert lock.take()
    lock.note("a long note")
    lock.note("a note")
    assert not other.take(), "two handles in one process exclude each other"
    assert other.holder() == "a note"
    releasing = threading.Thread(target=lock.release)
    releasing.start()
    releasing.join()
    assert other.take()
    other.release()


def test_a_lock_whose_folder_is_missing_or_that_is_a_link_is_an_error_and_not_held(tmp_path: Path) -> None:
    link = tmp_path / "link"
    symbolic_link(link, tmp_path / "elsewhere")
    for path in (tmp_path / "none" / "lock", link):
        assert not FileLock(path).held
        with pytest.raises(OSError, match=path.name):
            FileLock(path).take()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(WINDOWS, reason="Windows has no flock")
def test_a_file_system_without_locks_gives_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    assert not FileLock(tmp_path / "lock").take()


def test_a_growing_file_is_read_line_by_line_and_a_half_line_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    tail = LinesTail(path, Region)
    assert tail.read() == []
    one, other = (msgspec.json.encode(Region(n, 2, 3, 4)) + b"\n" for n in (1, 5))
    path.write_bytes(one + b"no record\n" + other[:7])
    assert tail.read() == [Region(1, 2, 3, 4)]
    assert tail.read() == []
    with path.open("ab") as file:
        file.write(other[7:])
    assert tail.read() == [Region(5, 2, 3, 4)]
