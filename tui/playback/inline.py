"""Motion: pictures of a clip one after another at the pace they were recorded, until told to stop.

Owns the pace. Refuses to decode (an iterator gives moments and pictures) and to draw (a callable takes them).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from tui.model import Picture

_LATE_S = 0.25
"""A picture later than this is skipped: half-blocks over a slow line must not fall behind the words."""


async def play(
    pictures: Iterator[tuple[int, Picture]],
    show: Callable[[int, Picture], None],
    *,
    speed: float = 1.0,
    until_ms: int | None = None,
) -> None:
    """Show each picture at its moment; ends with the pictures or at ``until_ms``. Cancel the task to stop it.

    Raises what the iterator raises. Decoding runs in a thread, one picture ahead of the screen.
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
