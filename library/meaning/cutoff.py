"""``measure``: how alike a question and a demo must be for the demo to be an answer, for a model and a library.

Two measurements. The model's: how alike it finds sentences that mean the same and sentences that have nothing in
common; likeness is counted from the one level (1) to the other (0), so that models are comparable. The library's: how
near the nearest *other* demo comes to each demo's title. For the demos that stand alone, the lower third, that is how
near the library comes to a question that nobody has answered. A library of few demos says little, so the middle of the
model's two levels counts as ``_PRIOR`` demos.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from library.catalog.catalog import Catalog
from library.meaning.encoder import Encoder
from library.meaning.neighbours import Neighbours
from library.meaning.scale import MIDDLE, MILLIONTHS, Scale, stored_scale
from library.meaning.sentence_models import ModelUnusable

_ALONE = 1 / 3
_PRIOR = 20
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
    scale = scale._replace(cutoff=_cutoff(scale, _nearest_others(catalog, encoder, neighbours)))
    for name, value in scale._asdict().items():
        table.keep_fact(f"{encoder.key} {name}", round(value * MILLIONTHS))
    table.keep_fact(f"{encoder.key} demos", demos)


def _scale_of(encoder: Encoder) -> Scale:
    vectors = encoder.encode([text for pair in SAME for text in pair])
    cosines = vectors[::2] @ vectors[1::2].T
    same = float(np.diag(cosines).mean())
    other = float(cosines[~np.eye(len(SAME), dtype=bool)].mean())
    if same - other < _LEAST_APART:
        what = "The sentence model cannot be used: to it texts that mean the same are no more alike than others"
        raise ModelUnusable(what, "Get it again, or choose another: showhow model list")
    return Scale(other, same)


def _cutoff(scale: Scale, cosines: Sequence[float]) -> float:
    if not cosines:
        return MIDDLE
    alone = scale.likeness(float(np.quantile(cosines, _ALONE)))
    return (len(cosines) * alone + _PRIOR * MIDDLE) / (len(cosines) + _PRIOR)


def _nearest_others(catalog: Catalog, encoder: Encoder, neighbours: Neighbours) -> list[float]:
    """How near the nearest other demo comes to the title of each demo, or of a sample of them."""
    ids = sorted(catalog.versions())
    sample = ids[:: max(1, len(ids) // _SAMPLE)][:_SAMPLE]
    details = catalog.details([first for first, _ in catalog.places(sample).values()])
    vectors = encoder.encode([one.title for one in details])
    found = []
    for one, vector in zip(details, vectors, strict=True):
        others = [near for near in neighbours.nearest(vector, 2) if near.demo_id != one.demo_id]
        found += [others[0].likeness] if others else []
    return found
