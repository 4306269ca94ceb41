"""Every screen looks as it did when somebody last looked at it: the text of each, at three sizes.

A wanted change: ``make snapshots``, look at the difference, commit it.
"""

from __future__ import annotations

import difflib

import pytest

from scripts.snapshots import NAMES, SIZES, path_of, take


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", NAMES)
async def test_a_screen_shows_what_it_showed(name: str, size: tuple[int, int]) -> None:
    kept = path_of(name, size).read_text(encoding="utf-8")
    text = await take(name, size, lambda text: text == kept)
    difference = "\n".join(difflib.unified_diff(kept.splitlines(), text.splitlines(), "kept", "now", lineterm=""))
    assert text == kept, difference
