"""Wishes: whether to offer asking for a demo, and asking for it. A wish stands among the gaps with its reason.

One rule for the command line, the application and the web reader. Does not store anything but the words, and the name
where the library keeps names.
"""

from __future__ import annotations

from library.catalog.usage import UseLog
from library.model import Found, LibraryError
from library.search.query import read_query


def has_words(query: str) -> bool:
    """Whether a query has words that a demo could be about: not only filters or punctuation."""
    return bool(read_query(query).content)


def can_ask(found: Found) -> bool:
    """Whether to offer asking: the query has words, and nothing answers it."""
    return not found.answers and has_words(found.query)


def ask_for(log: UseLog, query: str, who: str = "", visit: str = "") -> None:
    """Note that somebody wants a demo with these words.

    Raises LibraryError: no words that a demo could be about, or nothing can be written here.
    """
    if not has_words(query):
        raise LibraryError("There are no words in what you ask for", "Say what you want to be shown.")
    log.note_wish(query, who, visit)
