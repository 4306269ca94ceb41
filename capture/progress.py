"""Progress: what long work reports to; raising Cancelled from it cancels the work. StageTimer: how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int, str], None]
"""``progress(done, total, what)``: units depend on the stage, ``what`` is a few words for users; total 0 = unknown."""


def silent(done: int, total: int, what: str) -> None:
    """Ignore the report."""


class StageTimer:
    """Measures stages, in whole milliseconds under ``<stage>_ms``."""

    def __init__(self, timings: dict[str, int] | None = None) -> None:
        self.timings = dict(timings or {})

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Measure the block as a stage."""
        begun = time.monotonic()
        yield
        self.note(stage, time.monotonic() - begun)

    def note(self, stage: str, seconds: float) -> None:
        """Set the time of a stage that was measured elsewhere."""
        self.timings[f"{stage}_ms"] = round(seconds * 1000)
