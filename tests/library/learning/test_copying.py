"""A copied library keeps what people said of its demos and asked for, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.connection.library import open_library
from library.learning.copying import copy_learning
from library.learning.needs.model import NeedState
from library.learning.notes.model import NoteKind
from library.learning.opening import open_learning
from library.maintenance.copy_library import copy_library
from tests.library.learning.conftest import SharedLibrary


@pytest.fixture
def filed(shared: SharedLibrary) -> SharedLibrary:
    shared.file("order-1", "Raise a purchase order", "Open the menu", "Press Submit")
    return shared


def test_notes_and_needs_go_along_once_with_who_wrote_them_and_when(filed: SharedLibrary, tmp_path: Path) -> None:
    ana, bo = filed.machine("ana"), filed.machine("bo")
    noted = ana.notes.add("order-1", NoteKind.STUCK, step=2, text="Where is it?", who="Ana")
    bo.notes.add("order-1", NoteKind.REPLY, about=noted.record_id, text="At the top")
    need = bo.needs.ask("split an order")
    ana.needs.answer(need.need_id, "order-1")
    with open_library(tmp_path / "copy", cache=tmp_path / "indexes") as target:
        copy_library(filed.library("bo"), target)
        assert copy_learning(filed.library("bo"), target) == 4
        assert copy_learning(filed.library("bo"), target) == 0
        copied = open_learning(target)
        [thread] = copied.notes.threads("order-1")
        assert (thread.note, [one.text for one in thread.replies]) == (noted, ["At the top"])
        assert copied.needs.get(need.need_id).state is NeedState.ANSWERED
        told = copied.needs.ended_for()  # whoever asked and copied is told here too
        assert [one.query for one in told] == ["split an order"]
