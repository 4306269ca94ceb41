"""``measure``: how sure an answer must be, for a sentence model and a library.

Two measurements. The model's: how alike it finds sentences that mean the same and sentences that have nothing in
common, as whole texts and word by word; both are counted from the one level (1) to the other (0), so that models are
comparable. The library's: how sure the nearest *other* demo would be an answer to each demo's title. The middle of
these is about as sure as a wrong answer gets. A library of few demos says little, so ``_USUAL``, somewhat more than the
middle of the model's two levels, counts as ``_PRIOR`` demos.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from library.catalog.catalog import Catalog
from library.meaning.coverage import content_words, covered, with_sureness
from library.meaning.encoder import Encoder
from library.meaning.neighbours import Neighbours
from library.meaning.packing import Floats
from library.meaning.scale import Levels, Scale, keep_scale, stored_scale
from library.meaning.sentence_models import ModelUnusable

_ALONE = 1 / 2
_PRIOR, _USUAL = 20, 0.6
"""With the middle itself, 0.5, three libraries answered 25 of 90 questions that nothing answers, with 0.6 they answer
21; of 132 right answers three more are told as the nearest only."""
_SAMPLE = 200
"""Titles compared; each takes some ms."""
_GROWN = 1.2
"""The library is measured again when there are so many times as many demos."""
_LEAST_APART = 0.1
SAME = (
    ("How do I switch the lights off?", "Turning off the lamps"),
    ("Where can I buy a train ticket?", "Get a ticket for the railway"),
    ("The engine does not start", "My car will not turn on"),
    ("Water the plants once a week", "Give the flowers water every seven days"),
    ("Bake bread in the oven", "Making a loaf at home"),
    ("Who feeds the cat while we travel?", "Looking after a pet during the holidays"),
    ("The tap is dripping", "Repair a leaking faucet"),
    ("Hang a picture on the wall", "Putting up a painting"),
)
"""Pairs that mean the same, in other words; different pairs have nothing in common."""


def measure(catalog: Catalog, encoder: Encoder, neighbours: Neighbours) -> None:
    """Measure and store the scale, where that was not done yet or for far fewer demos. Raises LibraryError."""
    table, demos = catalog.vectors, catalog.count()
    before = stored_scale(table, encoder.key)
    if before and demos < _GROWN * table.fact(f"{encoder.key} demos"):
        return
    scale = before or _scale_of(encoder)
    keep_scale(table, encoder.key, scale._replace(cutoff=_cutoff(_nearest_others(catalog, encoder, neighbours, scale))))
    table.keep_fact(f"{encoder.key} demos", demos)


def _scale_of(encoder: Encoder) -> Scale:
    vectors = encoder.encode([text for pair in SAME for text in pair])
    cosines = _levels(vectors[::2] @ vectors[1::2].T)
    if cosines.one - cosines.zero < _LEAST_APART:
        what = "The sentence model cannot be used: to it texts that mean the same are no more alike than others"
        raise ModelUnusable(what, "Get it again, or choose another: showhow model list")
    asked = [content_words(encoder.read(text).words) for text, _ in SAME]
    told = [encoder.read(text).words for _, text in SAME]
    coverages = _levels(np.array([[covered(words, text) for text in told] for words in asked]))
    return Scale(cosines, coverages if coverages.one - coverages.zero >= _LEAST_APART else Levels())


def _levels(pairs: Floats) -> Levels:
    """The means of a square table of texts against texts: where they mean the same, and where they do not."""
    return Levels(float(pairs[~np.eye(len(pairs), dtype=bool)].mean()), float(np.diag(pairs).mean()))


def _cutoff(sure: Sequence[float]) -> float:
    alone = float(np.quantile(sure, _ALONE)) if sure else _USUAL
    return (len(sure) * alone + _PRIOR * _USUAL) / (len(sure) + _PRIOR)


def _nearest_others(catalog: Catalog, encoder: Encoder, neighbours: Neighbours, scale: Scale) -> list[float]:
    """How sure the nearest other demo is an answer to the title of each demo, or of a sample of them."""
    ids = sorted(catalog.versions())
    sample = ids[:: max(1, len(ids) // _SAMPLE)][:_SAMPLE]
    details = catalog.details([first for first, _ in catalog.places(sample).values()])
    vectors = encoder.encode([one.title for one in details])
    found = []
    for one, vector in zip(details, vectors, strict=True):
        others = [near for near in neighbours.nearest(vector, 2) if near.demo_id != one.demo_id][:1]
        alike = [near._replace(likeness=scale.likeness(near.likeness)) for near in others]
        found += [near.sureness for near in with_sureness(catalog, encoder, scale, one.title, alike)]
    return found
