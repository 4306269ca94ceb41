"""Takes on disk: made, listed, read, filed, deleted; and hostile folders answered in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.errors import TakeError
from capture.files import Lines
from capture.model import Change, Click, Marker, Take, TakeState
from capture.takes import (
    delete,
    is_live,
    list_takes,
    load_take,
    lock_of,
    mark_filed,
    new_take_folder,
    read_changes,
    read_events,
    write_take,
)
from tests.support.windows import WINDOWS, symbolic_link


def made(folder: Path, started: int = 1000, **facts: object) -> Take:
    path = new_take_folder(folder)
    values = {"take_id": path.name, "started_unix_ms": started, "width": 64, "height": 48, "path": path} | facts
    take = Take(**values)  # type: ignore[arg-type]  # a test's own facts
    write_take(take)
    return take


def test_a_take_comes_back_as_it_was_also_from_where_it_was_moved_to(tmp_path: Path) -> None:
    take = made(tmp_path, state=TakeState.FINISHED, notices=("a",), microphone="m")
    assert load_take(take.path) == take
    moved = take.path.rename(tmp_path / "elsewhere")
    assert load_take(moved).path == moved
    assert load_take(moved).video == moved / "take.mp4"


def test_folders_are_private_and_never_the_same(tmp_path: Path) -> None:
    paths = {new_take_folder(tmp_path / "takes") for _ in range(20)}
    assert len(paths) == 20
    assert WINDOWS or all(path.stat().st_mode & 0o077 == 0 for path in paths)  # there the user's folder is private


def test_takes_are_listed_newest_first_and_a_broken_one_is_not_hidden(tmp_path: Path) -> None:
    old, new = made(tmp_path, 1000), made(tmp_path, 2000)
    broken = made(tmp_path, 3000)
    (broken.path / "take.json").write_text("{")
    (tmp_path / "other").mkdir()
    (tmp_path / "file").touch()
    found = list_takes(tmp_path)
    assert [take.take_id for take in found[1:]] == [new.take_id, old.take_id]
    assert found[0].take_id == broken.take_id
    assert found[0].state is TakeState.RECORDING, "so that recover is offered"


def test_no_folder_of_takes_is_no_takes(tmp_path: Path) -> None:
    assert list_takes(tmp_path / "none") == []


@pytest.mark.parametrize(
    "text",
    [
        '{"take_id": "a"}',
        '{"take_id": "a", "started_unix_ms": 1e300, "width": 1, "height": 1}',
        '{"take_id": "a", "started_unix_ms": 99999999999999999, "width": 1, "height": 1}',
        '{"take_id": "a", "started_unix_ms": 1, "width": 1, "height": 1, "duration_ms": -5}',
        '{"take_id": "a", "started_unix_ms": 1, "width": 1, "height": 1, "path": "/etc"}',
        '{"take_id": "a", "started_unix_ms": 1, "width": 1, "height": 1, "state": "eaten"}',
    ],
)
def test_a_record_that_makes_no_sense_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "take.json").write_text(text)
    with pytest.raises(TakeError, match="is damaged"):
        load_take(tmp_path)


def test_a_record_of_a_newer_showhow_says_so(tmp_path: Path) -> None:
    take = made(tmp_path, schema_version=2)
    with pytest.raises(TakeError, match="newer showhow"):
        load_take(take.path)


def test_no_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match="There is no take"):
        load_take(tmp_path / "none")


def test_events_come_by_time_and_those_a_kill_left_ahead_of_the_pictures_stay_away(tmp_path: Path) -> None:
    take = made(tmp_path, state=TakeState.FINISHED, duration_ms=1000)
    lines = Lines(take.path / "events.jsonl")
    lines.add(Marker(900, "b"), Click(100, 1, 2), Marker(1400, "c"))
    lines.close()
    assert [event.at_ms for event in read_events(take)] == [100, 900, 1400]
    recovered = made(tmp_path, state=TakeState.RECOVERED, duration_ms=1000)
    (recovered.path / "events.jsonl").write_bytes((take.path / "events.jsonl").read_bytes())
    assert [event.at_ms for event in read_events(recovered)] == [100, 900]


def test_changes_are_read_in_order_past_a_torn_line(tmp_path: Path) -> None:
    take = made(tmp_path)
    lines = Lines(take.path / "changes.jsonl")
    lines.add(Change(5, 0, 0, 2, 2, checksum=2**32 - 1), Change(9, 2, 2, 4, 4, pointer=True))
    lines.close()
    with (take.path / "changes.jsonl").open("ab") as file:
        file.write(b'{"at_ms": 12, "x"')
    assert [(c.at_ms, c.pointer) for c in read_changes(take)] == [(5, False), (9, True)]
    assert list(read_changes(made(tmp_path))) == []


def test_filing_is_noted_in_the_take(tmp_path: Path) -> None:
    take = made(tmp_path, state=TakeState.FINISHED)
    mark_filed(take.path, "demo-1")
    assert load_take(take.path).filed_as == "demo-1"


def test_a_live_take_is_known_and_not_deleted(tmp_path: Path) -> None:
    take = made(tmp_path)
    assert not is_live(take.path)
    lock = lock_of(take.path)
    assert lock.take()
    assert is_live(take.path)
    with pytest.raises(TakeError, match="being recorded"):
        delete(take.path)
    lock.release()
    delete(take.path)
    assert not take.path.exists()


def test_only_takes_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("dear")
    link = tmp_path / "link"
    symbolic_link(link, made(tmp_path).path)
    for path in (tmp_path / "precious", tmp_path, tmp_path / "none", link):
        with pytest.raises(TakeError, match="is no take"):
            delete(path)
    assert (tmp_path / "precious" / "letter.txt").exists()
