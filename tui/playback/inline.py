"""``play``: shows the frames of a clip at the pace they were recorded.

Owns the timing. Does not decode (an iterator gives times and frames) or draw (a callable takes them).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from tui.model import Picture

_LATE_S = 0.25
"""Frames later than this are skipped: half-blocks over a slow connection must not fall behind."""


async def play(
    pictures: Iterator[tuple[int, Picture]],
    show: Callable[[int, Picture], None],
    *,
    speed: float = 1.0,
    until_ms: int | None = None,
) -> None:
    """Show each frame at its time (ms) divided by ``speed``; ends with the frames or at ``until_ms``. Cancel to stop.

    Raises what the iterator raises. Each frame is decoded in a thread.
    """
    first_ms: int | None = None
    began = 0.0
    while (found := await asyncio.to_thread(next, pictures, None)) is not None:
        at_ms, picture = found
        if until_ms is not None and at_ms >= until_ms:
            return
        if first_ms is None:
            first_ms, began = at_ms, time.monotonic()
        wait = (at_ms - first_ms) / 1000 / speed - (time.monotonic() - began)
        if wait > 0:
            await asyncio.sleep(wait)
        if wait > -_LATE_S:
            show(at_ms, picture)
