"""What a word does in an entry, packed into one byte, and the lists that entries are parted into by it. Pure."""

from __future__ import annotations

from enum import IntEnum

HEADING, BEGINS, TAGS, TEXT, SEEN = 1 << 6, 1 << 5, 1 << 4, 1 << 2, 1
"""Times in the heading (0 to 3), first word of it, in the tags, times in the text (0 to 3), on the screen (0 to 3).

The larger the code, the more the word weighs in the entry; so of two codes the larger is the better one.
"""


class PostingTier(IntEnum):
    """What the lists of a word are parted by; the likeliest answers first, so that later lists can be left unread."""

    TITLE = 0  # demos that have it in title, tags or author; with codes
    STRONG = 1  # steps that have it in their title, or more than once; with codes
    WEAK = 2  # it stands in the text, once
    FAINT = 3  # it stands on the screen only, once


CODED = (PostingTier.TITLE, PostingTier.STRONG)
IMPLIED = {PostingTier.WEAK: TEXT, PostingTier.FAINT: SEEN}
"""The codes that lists without codes stand for."""


def kind_of(code: int, *, whole: bool) -> PostingTier:
    """The list a code belongs to."""
    if whole and code >= TAGS:
        return PostingTier.TITLE
    if code == TEXT:
        return PostingTier.WEAK
    return PostingTier.FAINT if code == SEEN else PostingTier.STRONG
