"""The moments of spoken words beside the text that holds the words already: a few bytes a word. Pure.

Owns the packed form. Words that do not stand in the text as they were said (cut short, with spaces in them) are kept
as they are, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

Spoken = Sequence[tuple[str, int]]
"""Words and when (ms of clip time) each begins."""


def pack(spoken: Spoken, text: str) -> bytes:
    """Spoken words for keeping beside a text: where they begin in it and the times from one to the next."""
    said = " ".join([word for word, _ in spoken])
    if not spoken or not text.endswith(said) or said.count(" ") + 1 != len(spoken):
        return msgspec.json.encode([list(one) for one in spoken])
    times = [at for _, at in spoken]
    steps = [after - before for before, after in zip([0, *times], times, strict=False)]
    return msgspec.json.encode([len(text) - len(said), *steps])


class Moments(NamedTuple):
    """Of the words of a text from character ``begin`` on: ``steps`` are the ms from one's beginning to the next's."""

    begin: int
    steps: list[int]


def moments(packed: bytes) -> Moments | Spoken:
    """When the words of a text were said: by where they stand in it, or the words themselves where they do not."""
    kept = msgspec.json.decode(packed)
    if not kept or isinstance(kept[0], list):
        return tuple((str(word), int(at)) for word, at in kept)
    return Moments(kept[0], kept[1:])
