"""Progress: the callable that long work reports to. Raising Cancelled from it cancels the work."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""``progress(done, total, what)``: units depend on the stage, ``what`` is a few words for users; total 0 = unknown."""


def silent(done: int, total: int, what: str) -> None:
    """Ignore the report."""
