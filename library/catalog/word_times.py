"""The times of spoken words, packed in a few bytes for each word beside the text that holds the words. Pure.

Owns the packed form. If the words are not in the text as spoken (cut short, with spaces in them), they are stored too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

Spoken = Sequence[tuple[str, int]]
"""Words and when (ms of clip time) each begins."""


def pack(spoken: Spoken, text: str) -> bytes:
    """Pack spoken words: the offset of the first one in the text, then the ms from each word's start to the next's."""
    speech = " ".join([word for word, _ in spoken])
    if not spoken or not text.endswith(speech) or speech.count(" ") + 1 != len(spoken):
        return msgspec.json.encode([list(one) for one in spoken])
    times = [at for _, at in spoken]
    steps = [after - before for before, after in zip([0, *times], times, strict=False)]
    return msgspec.json.encode([len(text) - len(speech), *steps])


class Moments(NamedTuple):
    """Times of the words of a text from character ``begin`` on; ``steps``: ms from each word's start to the next's."""

    begin: int
    steps: list[int]


def moments(packed: bytes) -> Moments | Spoken:
    """Unpack the times: as Moments, or the words themselves with their times where they are not in the text."""
    values = msgspec.json.decode(packed)
    if not values or isinstance(values[0], list):
        return tuple((str(word), int(at)) for word, at in values)
    return Moments(values[0], values[1:])
