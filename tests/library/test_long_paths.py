"""A library whose paths Windows would refuse is told, before the first demo is lost to it."""

from __future__ import annotations

from pathlib import Path

from library.long_paths import long_path_faults
from library.text import make_demo_id

DEEP = Path("/") / "/".join(["a folder of thirty-two letters xx"] * 5)


def test_a_deep_library_is_told_where_long_paths_are_refused_and_a_shallow_one_is_not() -> None:
    (line,) = long_path_faults(DEEP, allowed=False)
    assert "260 letters" in line
    assert "LongPathsEnabled" in line
    assert list(long_path_faults(DEEP, allowed=True)) == []
    assert list(long_path_faults(Path("/home/anna/howtos"), allowed=False)) == []


def test_the_longest_path_of_a_demo_fits_below_a_library_that_is_not_told() -> None:
    demo = make_demo_id("supercalifragilistic " * 9, "x")
    deepest = Path("demos") / ".staging-4194304-0123456789ab" / demo / "v100" / "steps" / "100.webp"
    drive = Path("/").absolute().anchor
    root = Path(drive + "r" * (140 - len(drive)))
    assert list(long_path_faults(root, allowed=False)) == []
    assert len(str(root / deepest)) <= 260
