"""Term occurrence flags of an entry, packed in one byte, and PostingTier, the lists they sort entries into. Pure."""

from __future__ import annotations

from enum import IntEnum

HEADING, BEGINS, TAGS, TEXT, SEEN = 1 << 6, 1 << 5, 1 << 4, 1 << 2, 1
"""Occurrences in the heading (0 to 3), first word of it, in the tags, in the text (0 to 3), on the screen (0 to 3).

A higher code ranks higher.
"""


class PostingTier(IntEnum):
    """The lists of a term, by how well their entries match; later lists need not be read when there are enough."""

    TITLE = 0  # demos with the term in title, tags or author; with codes
    STRONG = 1  # steps with the term in their title, or more than once; with codes
    WEAK = 2  # once in the text
    FAINT = 3  # once, on the screen only


CODED = (PostingTier.TITLE, PostingTier.STRONG)
IMPLIED = {PostingTier.WEAK: TEXT, PostingTier.FAINT: SEEN}
"""The code of all entries in a list without codes."""


def kind_of(code: int, *, whole: bool) -> PostingTier:
    """The tier of a code; ``whole``: of a whole demo."""
    if whole and code >= TAGS:
        return PostingTier.TITLE
    if code == TEXT:
        return PostingTier.WEAK
    return PostingTier.FAINT if code == SEEN else PostingTier.STRONG
