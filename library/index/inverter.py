"""Postings: inverts many demos into arrays of word, entry and code.

Owns the prefix lists, in which an entry has the code of its best word. Pure. Does not know how lists are packed and
stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.documents import IndexedDemo, prefixes_of

Numbers = NDArray[np.int32]
_ENTRY_BITS, _CODE_BITS = 32, 8


class Postings(NamedTuple):
    """Occurrences of words in entries, as parallel arrays. ``word`` is an index into ``words``.

    Entries are counted from the first entry of the first demo, which is 0.
    """

    words: Sequence[str]
    word: Numbers
    entry: Numbers
    code: NDArray[np.uint8]


def gather(demos: Sequence[IndexedDemo]) -> Postings:
    """The postings of consecutive demos, without prefixes; see ``with_prefixes``."""
    entries = [codes for demo in demos for codes in demo.codes]
    sizes = [len(codes) for codes in entries]
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    word = np.fromiter(map(numbers.__getitem__, chain.from_iterable(entries)), np.int32, sum(sizes))
    code = np.fromiter(chain.from_iterable(map(dict.values, entries)), np.uint8, sum(sizes))
    entry = np.repeat(np.arange(len(entries), dtype=np.int32), sizes)
    return Postings(tuple(numbers), word, entry, code)


def with_prefixes(postings: Postings) -> Postings:
    """The postings with those of the prefix lists; their names follow the words."""
    numbers: defaultdict[str, int] = defaultdict(count(len(postings.words)).__next__)
    prefixes = [tuple(map(numbers.__getitem__, prefixes_of(word))) for word in postings.words]
    parts = [postings[1:]]
    for letters in range(max(map(len, prefixes), default=0)):
        table = np.array([one[letters] if len(one) > letters else -1 for one in prefixes], np.int32)
        parts.append(_best(table[postings.word], postings.entry, postings.code))
    return Postings((*postings.words, *numbers), *(np.concatenate(same) for same in zip(*parts, strict=True)))


def _best(prefixes: Numbers, entry: Numbers, code: NDArray[np.uint8]) -> tuple[Numbers, Numbers, NDArray[np.uint8]]:
    """For each prefix and entry the largest code; ``prefixes`` is -1 where a word has none."""
    has = prefixes >= 0
    high = _ENTRY_BITS - 1 + _CODE_BITS
    keys = prefixes[has].astype(np.int64) << high | entry[has].astype(np.int64) << _CODE_BITS | code[has]
    keys.sort()
    keys = keys[np.append(keys[1:] >> _CODE_BITS != keys[:-1] >> _CODE_BITS, True)[: len(keys)]]
    entries = (keys >> _CODE_BITS) & ((1 << (_ENTRY_BITS - 1)) - 1)
    return (keys >> high).astype(np.int32), entries.astype(np.int32), (keys & 0xFF).astype(np.uint8)


def merged(several: Sequence[Postings], first: Sequence[int]) -> Postings:
    """Merge the postings of several batches; the entries of each are shifted by its number in ``first``."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    parts = []
    for one, at in zip(several, first, strict=True):
        table = np.fromiter(map(numbers.__getitem__, one.words), np.int32, len(one.words))
        parts.append((table[one.word], one.entry + np.int32(at), one.code))
    return Postings(tuple(numbers), *(np.concatenate(same) for same in zip(*parts, strict=True)))


def selected(postings: Postings, sizes: Sequence[int], keep: Sequence[bool]) -> Postings:
    """The postings of the demos to ``keep``, renumbered without gaps; ``sizes``: entries of each demo."""
    if all(keep):
        return postings
    there = np.repeat(np.asarray(keep, bool), sizes)
    place = (np.cumsum(there) - 1).astype(np.int32)
    mine = there[postings.entry]
    word, entry, code = postings.word[mine], place[postings.entry[mine]], postings.code[mine]
    return Postings(postings.words, word, entry, code)
