"""An expert's marks of steps: filed like any edit, and they follow their steps when steps change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection.library import Library, open_library
from library.draft.practice_marks import marks_following
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import revise
from library.model import Demo, DemoNotFound, Practice, PracticeMode
from library.practice.marks import mark_practice
from tests.library.factories import demo, put_bundle
from transcribe.model import Step


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, demo("d1", "Raise an order", "Open it.", "Fill in.", "Check it.", "Save it."))
        library.refresh()
        yield library


def test_marks_are_filed_signed_and_kept_by_other_edits(library: Library) -> None:
    marked = mark_practice(
        library, "d1", mode=PracticeMode.PRACTISE, why="Errors are costly", free=[3, 2], optional=[4], by="Priya"
    )
    assert marked.practice == Practice(mode=PracticeMode.PRACTISE, why="Errors are costly", free=(2, 3), optional=(4,))
    assert (marked.version, marked.edited_by) == (2, "Priya")
    assert edit_demo(library, "d1", title="Order").practice == marked.practice
    assert library.catalog.get("d1").practice == marked.practice
    assert mark_practice(library, "d1", optional=[]).practice.free == (2, 3)


def test_a_step_that_is_not_there_is_told_and_nothing_is_filed(library: Library) -> None:
    with pytest.raises(DemoNotFound, match="no step 9"):
        mark_practice(library, "d1", free=[2, 9])
    assert library.catalog.get("d1").version == 1


def test_marks_follow_their_steps_when_one_before_them_goes(library: Library) -> None:
    mark_practice(library, "d1", free=[2, 3], optional=[4])
    kept = with_steps(library, slice(1, None))
    assert (kept.practice.free, kept.practice.optional) == ((1, 2), (3,))
    gone = with_steps(library, slice(0, 2))
    assert (gone.practice.free, gone.practice.optional) == ((1, 2), ())


def test_a_step_with_a_new_title_keeps_its_mark() -> None:
    before = demo("d", "D", "Open it.", "Fill in.", "Save it.").steps
    after = (before[0], replace(before[1], title="Fill in the supplier"), before[2])
    assert marks_following(Practice(optional=(2,)), before, after).optional == (2,)


def test_of_two_steps_of_one_title_the_mark_stays_with_its_own() -> None:
    before = demo("d", "D", "Press OK.", "Fill in.", "Press OK.").steps
    assert marks_following(Practice(optional=(3,)), before, before[:2]) == Practice()
    assert marks_following(Practice(optional=(1, 3)), before, _numbered(before[1:])).optional == (2,)


def with_steps(library: Library, kept: slice) -> Demo:
    """The next version, with some of its steps."""
    return revise(
        library, "d1", lambda now: replace(now, steps=_numbered(now.steps[kept])),
        write=lambda demo: put_bundle(library.store, demo),
    )  # fmt: skip


def _numbered(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(replace(step, number=n) for n, step in enumerate(steps, 1))
