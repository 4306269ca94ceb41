"""``doubted``: demos near a question that never mention what it names are less sure answers.

To a sentence model “parental leave” means nearly what “annual leave” means, for it knows what a text is about and not
which of two things it is. The office terms (``synonyms/``) are names of things: a demo that answers a question about
one mentions it, in some of its words. Owns this doubt; what is an answer is decided in ``fusion.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

from library.catalog.catalog import Catalog
from library.meaning.near import NearDemo
from library.search.synonyms.office import mentions, terms_in
from library.text import words_of

_TERM, _WORD = 0.3, 0.2
"""Sureness that a demo loses for a term of several words, and for a word, which has more meanings.
Chosen on the questions of three libraries in docs/benchmarks.md."""
_WORDS_ADD = 0.1
"""What some words of the question may add to the sureness of a demo, at most."""
_MOST_ENTRIES = 60
"""Entries of a demo that are read: a demo of hours has hundreds of steps."""


def doubted(catalog: Catalog, question: str, near: Sequence[NearDemo], cutoff: float) -> list[NearDemo]:
    """The demos with less sureness where they have none of the office terms of a question, those that may be answers.

    Raises LibraryError.
    """
    asked = [(said, groups) for said, groups in terms_in(words_of(question)) if " " in said or not said.endswith("ing")]
    sure = [one for one in near if one.sureness >= cutoff - _WORDS_ADD]
    if not asked or not sure:
        return list(near)
    loss = max(_TERM if " " in said else _WORD for said, _ in asked)
    unsaid = {
        demo_id
        for demo_id, text in _texts(catalog, sure).items()
        if not any(mentions(text, said, group) for said, groups in asked for group in groups)
    }
    return [one._replace(sureness=one.sureness - loss) if one.demo_id in unsaid else one for one in near]


def _texts(catalog: Catalog, near: Sequence[NearDemo]) -> dict[str, list[str]]:
    """The folded words of demos: title, steps and what was said."""
    places = catalog.places([one.demo_id for one in near])
    entries = {
        at: name for name, (first, size) in places.items() for at in range(first, first + min(size, _MOST_ENTRIES))
    }
    texts: dict[str, list[str]] = {}
    for one in catalog.details(list(entries)):
        texts.setdefault(entries[one.entry_id], []).extend(words_of(f"{one.title} {one.step_title} {one.text}"))
    return texts
