"""Files beside the demos: whole, bounded, and the same in a folder and in a bucket."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from library.connection.library import Library
from library.model import LibraryError
from tests.library.storage.stores import folder_library


def test_what_is_written_is_read_listed_and_removed_in_each_store(library: Library) -> None:
    shelf = library.store.shelf("people")
    assert shelf.sizes() == {}
    assert shelf.read("one.json", 100) is None
    shelf.write("one.json", b"first")
    shelf.write("one.json", b"second")
    shelf.write("two.json", b"")
    assert shelf.sizes() == {"one.json": 6, "two.json": 0}
    assert shelf.read("one.json", 6) == b"second"
    with pytest.raises(LibraryError, match="larger"):
        shelf.read("one.json", 5)
    shelf.remove("one.json")
    shelf.remove("one.json")
    assert library.store.shelf("handed").sizes() == {}
    assert shelf.sizes() == {"two.json": 0}
    with pytest.raises(ValueError, match="not a name"):
        shelf.write("../one.json", b"")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_in_a_folder_that_a_group_shares_the_group_may_take_a_file_away_again(tmp_path: Path) -> None:
    with folder_library(tmp_path / "library") as library:
        library.folder.chmod(0o770)
        library.store.shelf("handed").write("one.age", b"1")
        assert stat.S_IMODE((library.folder / "handed").stat().st_mode) == 0o770
        assert stat.S_IMODE((library.folder / "handed" / "one.age").stat().st_mode) == 0o660
