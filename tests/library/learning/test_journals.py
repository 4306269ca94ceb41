"""Journals lose nothing: torn lines, copies of sync programs, many machines at once, strangers' files."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from library.learning.journals import folder_journal
from library.learning.journals.folder_journal import FolderJournal
from library.learning.journals.installation import Installation
from library.learning.journals.model import JournalRecord
from library.model import LibraryError
from tests.library.learning.conftest import SharedLibrary
from tests.support.windows import WINDOWS, skip_on_windows

MACHINES, RECORDS = 4, 25
WRITER = """
import sys
from pathlib import Path
from library.learning.journals.folder_journal import FolderJournal
from library.learning.journals.installation import Installation
from library.learning.journals.model import JournalRecord
folder, home, name, count = sys.argv[1:]
journal = FolderJournal(Path(folder), Installation(Path(home)), JournalRecord)
for number in range(int(count)):
    journal.append(JournalRecord(record_id=f"{name}-{number}", at_unix_ms=1_800_000_000_000, machine=journal.machine))
"""


def journal(tmp_path: Path, name: str = "ana") -> FolderJournal[JournalRecord]:
    return FolderJournal(tmp_path / "notes", Installation(tmp_path / name), JournalRecord)


def record(name: str) -> JournalRecord:
    return JournalRecord(record_id=name, at_unix_ms=1_800_000_000_000, machine="m")


def names(kept: FolderJournal[JournalRecord]) -> set[str]:
    return {one.record_id for one in kept.records()}


def test_programs_of_one_machine_and_of_several_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    homes = [f"home{number}" for number in range(MACHINES)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path / "notes", tmp_path / home, f"{home}-{twin}", str(RECORDS)]
        )
        for home in homes
        for twin in range(2)
    ]
    assert [writer.wait(150) for writer in writers] == [0] * len(writers)
    wanted = {f"{home}-{twin}-{number}" for home in homes for twin in range(2) for number in range(RECORDS)}
    assert names(journal(tmp_path, "reader")) == wanted
    assert len(list((tmp_path / "notes").glob("*/*.jsonl"))) == MACHINES


def test_threads_of_one_program_write_at_once_and_nothing_is_lost(shared: SharedLibrary) -> None:
    machines = [shared.machine(name).needs for name in ("ana", "bo")]
    words = ("apple", "beetroot", "carrot", "date", "elder")
    threads = [
        threading.Thread(target=lambda needs=needs, word=word: needs.ask(f"grow {word}"))
        for needs in machines
        for word in words
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = shared.machine("lead").needs.every()
    assert {need.query: len(need.votes) for need in found} == {f"grow {word}": 2 for word in words}


def test_a_line_torn_by_a_crash_loses_neither_the_one_before_nor_the_one_after(tmp_path: Path) -> None:
    kept = journal(tmp_path)
    kept.append(record("before"))
    [path] = (tmp_path / "notes").glob("*/*.jsonl")
    with path.open("ab") as file:
        file.write(b'{"record_id":"torn","at_un')
    kept.append(record("after"))
    assert names(kept) == names(journal(tmp_path, "bo")) == {"before", "after"}


@pytest.mark.parametrize(
    "copy", ["{0} (conflicted copy 2026-11-26).jsonl", "{0}.sync-conflict-20261126.jsonl", "{0}.jsonl.bak"]
)
def test_a_copy_that_a_sync_program_makes_counts_nothing_twice_and_loses_nothing(tmp_path: Path, copy: str) -> None:
    kept = journal(tmp_path)
    kept.append(record("one"))
    [path] = (tmp_path / "notes").glob("*/*.jsonl")
    other = path.with_name(copy.format(path.stem))
    other.write_bytes(path.read_bytes() + b'{"record_id":"two","at_unix_ms":1,"machine":"m"}\n')
    assert sorted(one.record_id for one in kept.records()) == ["one", "two"]


def test_strange_files_hide_nothing_of_the_others(tmp_path: Path) -> None:
    kept = journal(tmp_path)
    kept.append(record("one"))
    month = next((tmp_path / "notes").iterdir())
    (month / "folder.jsonl").mkdir()
    if not WINDOWS:
        (month / "link.jsonl").symlink_to("/etc/passwd")
    (month / "bytes.jsonl").write_bytes(b"\xff\xfe\n[1]\n{}\nnull\n")
    (month / ".DS_Store").write_bytes(b"x")
    (tmp_path / "notes" / "file").write_text("x")
    assert names(kept) == {"one"}


def test_a_full_file_is_refused_in_one_line_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = journal(tmp_path)
    kept.append(record("one"))
    monkeypatch.setattr(folder_journal, "LARGEST", 60)
    with pytest.raises(LibraryError, match="full"):
        kept.append(record("two"))
    assert names(journal(tmp_path, "bo")) == {"one"}


def test_files_take_the_rights_of_the_librarys_folder(tmp_path: Path) -> None:
    skip_on_windows("rights of POSIX")
    tmp_path.chmod(0o770)
    journal(tmp_path).append(record("one"))
    made = [tmp_path / "notes", *(tmp_path / "notes").rglob("*")]
    assert {oct(path.stat().st_mode & 0o777) for path in made} == {"0o770", "0o660"}


def test_a_machine_keeps_its_name_which_says_nothing_of_anybody(tmp_path: Path) -> None:
    first = Installation(tmp_path / "ana").machine_id
    assert Installation(tmp_path / "ana").machine_id == first != Installation(tmp_path / "bo").machine_id
    assert int(first, 16) >= 0
