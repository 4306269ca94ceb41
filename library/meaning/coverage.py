"""Coverage: whether each word of a question has its like in a demo, word by word.

One vector for a text says what it is about as a whole: to it "company car lease" is near to a demo on company laptops.
So the words are compared too, each with the one most like it in the demo, by the vectors that the sentence model gives
them in their context (late interaction; Khattab, Zaharia: ColBERT, 2020), and a word without its like counts much. Only
for the few demos nearest to a question: their texts are encoded again. Owns this measure and the texts compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from library.catalog.catalog import Catalog, EntryDetails
from library.meaning.encoder import Encoder, WordVectors
from library.meaning.near import NearDemo
from library.meaning.passages import said
from library.meaning.scale import Scale
from library.text import STOP_WORDS, folded

LOOKED_AT = 2
"""Demos compared word by word; each takes some 10 ms. With five demos and twice the text no more is told apart."""
_STEPS, _LONGEST = 2, 60
"""Steps of a demo that are compared, and characters of each. With 3 and 80 no more is told apart, in half as much time
again."""
_EXPONENT, _LEAST = -2.0, 0.05
"""Power mean of the words' likenesses: the least likely word decides most. -2 to -4 differ little."""


def with_sureness(
    catalog: Catalog, encoder: Encoder, scale: Scale, question: str, near: Sequence[NearDemo]
) -> list[NearDemo]:
    """Demos near a question, most alike first, with how sure each is an answer; ``likeness`` on the scale.

    Demos beyond the first LOOKED_AT count as covered as little as any of these. Raises LibraryError.
    """
    asked = content_words(encoder.read(question).words)
    if not asked:
        return [one._replace(sureness=one.likeness) for one in near]
    texts = _gists(catalog, near[:LOOKED_AT])
    found = [covered(asked, encoder.read(text).words) for text in texts]
    found += [min(found, default=0.0)] * (len(near) - len(found))
    return [
        one._replace(sureness=scale.sureness(one.likeness, coverage)) for one, coverage in zip(near, found, strict=True)
    ]


def covered(words: Sequence[WordVectors], told: Sequence[WordVectors]) -> float:
    """How well a text has words, as a cosine (0 to 1)."""
    if not words or not told:
        return 0.0
    there = np.concatenate([vectors for _, vectors in told])
    likenesses = np.array([(vectors @ there.T).max(axis=1).mean() for _, vectors in words])
    return float(np.mean(np.maximum(likenesses, _LEAST) ** _EXPONENT) ** (1 / _EXPONENT))


def content_words(words: Sequence[WordVectors]) -> Sequence[WordVectors]:
    """The words that are no stop words; all of them where there are no others."""
    named = [(folded(word).strip(), vectors) for word, vectors in words]
    return [(word, vectors) for word, vectors in named if word and word not in STOP_WORDS] or words


def _gists(catalog: Catalog, near: Sequence[NearDemo]) -> list[str]:
    """The text of each demo to compare with: title, what comes before its first step, and its nearest steps."""
    places = catalog.places([one.demo_id for one in near])
    wanted = {}
    for one in near:
        first, size = places.get(one.demo_id, (0, 0))
        entries = sorted({0, *one.entries[:_STEPS]})
        wanted[one.demo_id] = [first + at for at in entries if at < size]
    details = {one.entry_id: one for one in catalog.details([at for entries in wanted.values() for at in entries])}
    return [_gist([details[at] for at in wanted[one.demo_id] if at in details]) for one in near]


def _gist(entries: Sequence[EntryDetails]) -> str:
    told = [said(one.step_title, one.text)[:_LONGEST] for one in entries]
    return ". ".join(filter(None, [entries[0].title, *told])) if entries else ""
