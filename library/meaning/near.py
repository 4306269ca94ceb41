"""NearDemo: a demo that is near a question in meaning. Imports nothing heavy."""

from __future__ import annotations

from typing import NamedTuple


class NearDemo(NamedTuple):
    """A demo near a question: how alike they are (the cosine, -1 to 1), and its nearest entries, best first.

    ``entries``: 0 for the whole demo, n for its nth step. ``sureness``: how sure it is an answer, on the scale of
    ``library/meaning/scale.py``.
    """

    demo_id: str
    likeness: float
    entries: tuple[int, ...]
    sureness: float = 0.0
