"""``small_disk``: a disk of its own for tests of what a full or read-only one does. Needs root; skips elsewhere."""

from __future__ import annotations

import gc
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.windows import skip_on_windows


@contextmanager
def small_disk(folder: Path, megabytes: int, *, all_closed: bool = False) -> Iterator[Path]:
    """A mounted disk of so many MB in ``folder``; skips the test where mounting is not allowed.

    ``all_closed``: it is an error when a file on it is still open at the end.
    """
    skip_on_windows("mount")
    place = folder / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk needs root")
    try:
        yield place
    finally:
        gc.collect()  # the traceback of an expected error keeps a cursor, and the cursor its file
        lazily = [] if all_closed else ["--lazy"]  # a test that failed may have left a file open
        subprocess.run(["umount", *lazily, str(place)], check=True)
