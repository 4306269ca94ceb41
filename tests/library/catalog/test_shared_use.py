"""The use log of a folder on a shared drive: a lead sees what was searched elsewhere, and nobody's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.catalog import shared_use
from library.catalog.usage import Use
from library.connection import library as opening
from library.connection.library import Library, open_library
from library.files import read_bounded
from library.learning.signals.gaps import gaps
from tests.library.factories import demo, put_bundle
from tests.support.windows import symbolic_link


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library whose index each machine keeps in its own cache, as on a network drive."""
    monkeypatch.setattr(opening, "index_path", lambda _, cache: cache / "index.sqlite")
    with open_library(tmp_path / "library", cache=tmp_path / "lead") as library:
        put_bundle(library.demos, demo("one-1", "Open the menu", "Open the menu"))
        library.gather_use(True)
    return tmp_path


def machine(shared: Path, name: str, *, share_use: bool = True) -> Library:
    return open_library(shared / "library", cache=shared / name, share_use=share_use)


def test_a_lead_sees_what_others_searched_in_vain(shared: Path) -> None:
    with machine(shared, "ana") as ana, machine(shared, "bo") as bo:
        ana.catalog.use.keep_names(True)
        ana.catalog.use.note_search("vacation days", 0, "Ana", "a")
        bo.catalog.use.note_search("Vacation day", 0, "Bo", "b")
        bo.catalog.use.note("one-1", Use.NO_HELP, "Bo", "b")
    with machine(shared, "lead") as lead:
        [gap] = gaps(lead.catalog, lead.catalog.use)
        assert (gap.times, gap.who) == (2, ())
        assert lead.catalog.used(["one-1"]) == {"one-1": -3}
    files = list((shared / "library" / "use").iterdir())
    assert len(files) == 2
    assert not any(name in file.read_text("utf-8") + file.name for file in files for name in ("Ana", "Bo", "ana", "bo"))


def test_ones_own_use_is_not_counted_twice(shared: Path) -> None:
    with machine(shared, "ana") as ana:
        ana.catalog.use.note("one-1", Use.REPLAY)
        assert ana.catalog.used(["one-1"]) == {"one-1": 1}
        assert len(ana.catalog.use.uses()) == 1


def test_nothing_leaves_a_machine_whose_user_or_library_does_not_want_it(shared: Path) -> None:
    with machine(shared, "ana", share_use=False) as ana:
        ana.catalog.use.note_search("secret plan", 0)
        ana.gather_use(False)
    with machine(shared, "bo") as bo:
        bo.catalog.use.note_search("secret too", 0)
    assert not (shared / "library" / "use").exists()


def test_a_torn_or_strange_file_hides_nothing_of_the_others(shared: Path) -> None:
    with machine(shared, "ana") as ana:
        ana.catalog.use.note_search("vacation", 0)
    folder = shared / "library" / "use"
    (folder / "torn.jsonl").write_bytes(b'{"at_unix_ms":1,"query":"leave","hits":0}\n{"at_unix_ms":1,"que\n\xff\n[1]\n')
    (folder / "folder.jsonl").mkdir()
    with machine(shared, "lead") as lead:
        assert {one.query for one in lead.catalog.use.searches()} == {"vacation", "leave"}


def test_a_file_that_could_not_be_read_once_is_read_the_next_time(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OSError(5, "Input/output error")]

    def failing_once(path: Path, limit: int) -> bytes:
        if failures:
            raise failures.pop()
        return read_bounded(path, limit)

    with machine(shared, "ana") as ana, machine(shared, "lead") as lead:
        ana.catalog.use.note_search("vacation", 0)
        monkeypatch.setattr(shared_use, "read_bounded", failing_once)
        assert not lead.catalog.use.searches()
        assert [one.query for one in lead.catalog.use.searches()] == ["vacation"]
        failures.append(OSError(5, "Input/output error"))
        ana.catalog.use.note_search("leave", 0)
        assert [one.query for one in lead.catalog.use.searches()] == ["vacation"]
        assert {one.query for one in lead.catalog.use.searches()} == {"vacation", "leave"}


def test_a_search_after_a_failed_look_at_the_files_looks_again(shared: Path) -> None:
    with machine(shared, "ana") as ana, machine(shared, "lead") as lead:
        ana.catalog.use.note("one-1", Use.HELPED)
        lead.catalog.use.note("one-1", Use.REPLAY)
        broken = shared / "library" / "use" / "broken.jsonl"
        symbolic_link(broken, shared / "nowhere")
        assert lead.catalog.used(["one-1"]) == {"one-1": 1}
        broken.unlink()
        assert lead.catalog.used(["one-1"]) == {"one-1": 4}
