"""Marks a demo to be looked up or practised, and its steps that may be done in any order or left out.

The mark is a new version of the demo's record, signed like any edit.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from library.connection.library import Library
from library.maintenance.revisions import revise
from library.model import Demo, PracticeMode
from library.text import TITLE_LENGTH, clean


def mark_practice(
    library: Library,
    demo_id: str,
    *,
    mode: PracticeMode | None = None,
    why: str | None = None,
    free: Sequence[int] | None = None,
    optional: Sequence[int] | None = None,
    target_ms: int | None = None,
    by: str = "",
) -> Demo:
    """File what is given as the demo's marks; the rest stays. Steps are given by their numbers, 0 ms for no target.

    Raises DemoNotFound when there is no such demo or step, LibraryError.
    """

    def change(demo: Demo) -> Demo:
        given: dict[str, object] = {
            name: tuple(sorted({demo.step(number).number for number in numbers}))
            for name, numbers in (("free", free), ("optional", optional))
            if numbers is not None
        }
        if mode is not None:
            given["mode"] = mode
        if why is not None:
            given["why"] = clean(why, TITLE_LENGTH)
        if target_ms is not None:
            given["target_ms"] = target_ms or None
        return replace(demo, practice=replace(demo.practice, **given))

    return revise(library, demo_id, change, by=clean(by, TITLE_LENGTH))
