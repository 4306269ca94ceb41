"""A folder that several share: what one makes in it, the others may read, change and remove, whatever the umask."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection.library import Library, make_library, open_library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.maintenance.custom_vocabulary import keep_lexicon
from library.maintenance.edit import edit_demo
from library.maintenance.glossary import glossary_of
from library.maintenance.revisions import amend
from library.rights import rights_faults, take_rights
from tests.support.sample_videos import film, numbered
from tui.config import Settings
from tui.doctor import CHECKS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no such rights")


@pytest.fixture(params=[0o022, 0o077, 0o002], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "a.mp4", [(0, numbered(1)), (500, numbered(2))], 1_000)


def used(folder: Path, cache: Path, video: Path) -> Library:
    """A library in which somebody filed, edited, removed and named things."""
    with open_library(folder, cache=cache) as library:
        first = file(propose(video, IntakeOptions(keep_all=True)), library)
        edit_demo(library, first.demo_id, title="Another title", by="Anna")
        library.store.remove(first.demo_id)
        second = file(propose(video, IntakeOptions(keep_all=True)), library)
        amend(library, second.demo_id, lambda now: replace(now, timings={**now.timings, "screen_ms": 1}))
        keep_lexicon(library, '[en]\nverbs = ["onboard"]\n')
        library.rename("Ours")
        library.gather_use(on=True)
        glossary_of(library).add(["Ariba"])
        library.synonyms.add("bill", "invoice")
        library.store.inbox.send("task-1", {"video.mp4": video})
    with open_library(folder, cache=cache) as library:
        library.catalog.use.note_search("okapi", 0)
        return library


def rights(folder: Path) -> dict[str, int]:
    """The rights of all in a library that is not hidden or SQLite's."""
    kept = (path for path in folder.rglob("*") if ".sqlite" not in path.name and ".staging" not in str(path))
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in kept}


def test_what_is_made_in_a_shared_folder_has_its_rights(tmp_path: Path, video: Path, umask: int) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    folder.chmod(0o2775)
    used(folder, tmp_path / "cache", video)
    found = rights(folder)
    assert {name: oct(mode) for name, mode in found.items() if (folder / name).is_dir() and mode != 0o2775} == {}
    assert {name: oct(mode) for name, mode in found.items() if (folder / name).is_file() and mode != 0o664} == {}
    assert any(name.endswith("clip.mp4") for name in found)
    assert not list(rights_faults(folder))


def test_what_is_made_in_a_private_folder_stays_private(tmp_path: Path, video: Path, umask: int) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    folder.chmod(0o700)
    used(folder, tmp_path / "cache", video)
    assert {mode & 0o077 for mode in rights(folder).values()} == {0}
    assert not list(rights_faults(folder))


def test_a_drive_without_rights_refuses_no_demo(tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    for name in ("chmod", "lchmod", "chown"):
        monkeypatch.setattr(os, name, refuse, raising=False)
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        assert file(propose(video), library).clip.duration_ms


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    other = tmp_path / "other"
    other.touch(0o600)
    (tmp_path / "link").symlink_to(other)
    take_rights(tmp_path / "link", tmp_path)
    assert stat.S_IMODE(other.stat().st_mode) == 0o600


def test_doctor_and_init_say_what_is_wrong_and_init_mends_what_is_ones_own(tmp_path: Path, video: Path) -> None:
    folder = tmp_path / "library"
    used(folder, tmp_path / "cache", video)
    folder.chmod(0o775)
    [group, closed] = rights_faults(folder)
    assert "g+s" in group
    assert "chmod -R g+rwX" in closed
    finding = CHECKS["library"](Settings(home=tmp_path / "home", library_url=str(folder)))
    assert finding.state == "limited"
    assert "g+s" in finding.remedy
    folder.chmod(0o2775)
    make_library(str(folder), "", tmp_path / "cache")
    assert not list(rights_faults(folder))
    finding = CHECKS["library"](Settings(home=tmp_path / "home", library_url=str(folder)))
    assert finding.state == "ok"
