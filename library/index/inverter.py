"""The words of many demos put together: which word stands in which entry, as arrays, for writing them at once.

Owns the step from sheets to arrays, and the short beginnings of words, in which an entry counts as its best word there.
Pure. Refuses to know how lists are packed and kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.documents import IndexedDemo, beginnings_of

Numbers = NDArray[np.int32]
_ENTRY_BITS, _CODE_BITS = 32, 8


class Postings(NamedTuple):
    """Words in entries: three numbers for each, ``word`` being its place in ``words``.

    Entries are counted from the first demo's whole, which is 0.
    """

    words: Sequence[str]
    word: Numbers
    entry: Numbers
    code: NDArray[np.uint8]


def gather(sheets: Sequence[IndexedDemo]) -> Postings:
    """The words of demos that follow each other, as they stand there; see ``with_beginnings``."""
    entries = [codes for sheet in sheets for codes in sheet.codes]
    sizes = [len(codes) for codes in entries]
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    word = np.fromiter(map(numbers.__getitem__, chain.from_iterable(entries)), np.int32, sum(sizes))
    code = np.fromiter(chain.from_iterable(map(dict.values, entries)), np.uint8, sum(sizes))
    entry = np.repeat(np.arange(len(entries), dtype=np.int32), sizes)
    return Postings(tuple(numbers), word, entry, code)


def with_beginnings(postings: Postings) -> Postings:
    """The same with the short beginnings of the words, whose names come after the words."""
    numbers: defaultdict[str, int] = defaultdict(count(len(postings.words)).__next__)
    begun = [tuple(map(numbers.__getitem__, beginnings_of(word))) for word in postings.words]
    parts = [postings[1:]]
    for letters in range(max(map(len, begun), default=0)):
        table = np.array([one[letters] if len(one) > letters else -1 for one in begun], np.int32)
        parts.append(_best(table[postings.word], postings.entry, postings.code))
    return Postings((*postings.words, *numbers), *(np.concatenate(same) for same in zip(*parts, strict=True)))


def _best(begun: Numbers, entry: Numbers, code: NDArray[np.uint8]) -> tuple[Numbers, Numbers, NDArray[np.uint8]]:
    """For each beginning and entry the largest code; ``begun`` is -1 where a word has none."""
    has = begun >= 0
    high = _ENTRY_BITS - 1 + _CODE_BITS
    keys = begun[has].astype(np.int64) << high | entry[has].astype(np.int64) << _CODE_BITS | code[has]
    keys.sort()
    keys = keys[np.append(keys[1:] >> _CODE_BITS != keys[:-1] >> _CODE_BITS, True)[: len(keys)]]
    entries = (keys >> _CODE_BITS) & ((1 << (_ENTRY_BITS - 1)) - 1)
    return (keys >> high).astype(np.int32), entries.astype(np.int32), (keys & 0xFF).astype(np.uint8)


def joined(several: Sequence[Postings], first: Sequence[int]) -> Postings:
    """The postings of several batches as one, the entries of each moved so that they begin at ``first``."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    parts = []
    for one, at in zip(several, first, strict=True):
        table = np.fromiter(map(numbers.__getitem__, one.words), np.int32, len(one.words))
        parts.append((table[one.word], one.entry + np.int32(at), one.code))
    return Postings(tuple(numbers), *(np.concatenate(same) for same in zip(*parts, strict=True)))


def kept(postings: Postings, sizes: Sequence[int], keep: Sequence[bool]) -> Postings:
    """Only some of the demos, which have so many entries each; the others' entries are closed up."""
    if all(keep):
        return postings
    there = np.repeat(np.asarray(keep, bool), sizes)
    place = (np.cumsum(there) - 1).astype(np.int32)
    mine = there[postings.entry]
    word, entry, code = postings.word[mine], place[postings.entry[mine]], postings.code[mine]
    return Postings(postings.words, word, entry, code)
