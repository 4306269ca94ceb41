"""How long work reports: one callable, told how much is done. Raising Cancelled from it cancels the work."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""``progress(done, total, what)``: units are the stage's own, ``what`` is a few words for people; total 0 = unknown."""


def silent(done: int, total: int, what: str) -> None:
    """Report to nobody."""
