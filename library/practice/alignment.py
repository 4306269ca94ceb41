"""Pairs the actions of a demo with those of an attempt: in order, then what was moved, then what has another label.

Pure. Owns the global alignment (Needleman and Wunsch, 1970, without a cost of gaps) and the passes after it. Knows no
steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from library.practice.actions import ActionKind, PracticeAction
from library.practice.likeness import (
    SAME_LABEL,
    label_likeness,
    likeness,
    other_data,
    place_likeness,
    same_program,
    surroundings,
)
from library.practice.places import PlaceMap

LEAST = 0.5
"""Actions less alike are never paired by likeness."""
_MOVED = 0.8
_WEAK = 0.3  # of a weak pair's worth beside a strong one's
_SAME_PLACE = 0.35  # likeness of places from which on another label may be the same button
_VERY_SAME = LEAST + 0.5 * 0.55  # the same with the title of its window; anywhere in the order
_LABELS_FIT = 0.4  # of the demo's clicks; below it the labels are perhaps those of another language
_PLACES_FIT = 0.6  # the share of the demo's actions that must fit by kind and place then
_FEWEST = 3

Score = Callable[[PracticeAction, PracticeAction], float]
Sizes = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Pairing:
    """Which action of the demo is which of the attempt, by their indices; ``moved`` and ``renamed`` name some of them.

    ``other_labels``: paired by places and kinds, because the labels are all different.
    """

    pairs: dict[int, int] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    other_labels: bool = False


def pair_actions(demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], sizes: Sizes) -> Pairing:
    """Pair the actions of a demo with those of an attempt. ``sizes``: width and height of their pictures in px."""
    height = sizes[1][1]
    places = PlaceMap(sizes)
    for _ in range(2):  # the first alignment tells where the windows are, the second uses it
        score: Score = lambda wanted, seen, places=places: likeness(wanted, seen, places(wanted), height)  # type: ignore[misc]  # noqa: E731
        pairs = align(demo, attempt, score)
        places = PlaceMap(sizes, [(demo[i], attempt[j]) for i, j in pairs.items() if _sure(demo[i], attempt[j])])
    found = Pairing(pairs)
    if _labels_differ(demo, attempt, pairs) and (by_places := _by_places(demo, attempt, sizes)) is not None:
        return by_places
    _add_moved(found, demo, attempt, score)
    _add_renamed(found, demo, attempt, places, height)
    return found


def align(demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], score: Score) -> dict[int, int]:
    """The pairs, all in order, whose likeness is largest in sum; each action in at most one."""
    return in_order([[_worth(wanted, seen, score) for seen in attempt] for wanted in demo])


def in_order(worth: Sequence[Sequence[float]]) -> dict[int, int]:
    """Row to column: the pairs in order whose worth is largest in sum. A worth of 0 is never paired."""
    rows, columns = len(worth), len(worth[0]) if worth else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            paired = worth[i][j] + best[i + 1][j + 1] if worth[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs: dict[int, int] = {}
    i = j = 0
    while i < rows and j < columns:
        if worth[i][j] and best[i][j] == worth[i][j] + best[i + 1][j + 1]:
            pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _worth(wanted: PracticeAction, seen: PracticeAction, score: Score) -> float:
    alike = score(wanted, seen)
    if alike < LEAST:
        return 0.0
    return alike * (_WEAK if wanted.weak or seen.weak else 1.0)


def _sure(wanted: PracticeAction, seen: PracticeAction) -> bool:
    """Whether the labels alone say that two clicks are the same."""
    return wanted.kind is ActionKind.CLICK and (label_likeness(wanted.label, seen.label) or 0.0) >= SAME_LABEL


def _add_renamed(
    found: Pairing, demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], places: PlaceMap, height: int
) -> None:
    """Pair what stands at the same place between the same neighbours, but has another label."""

    def score(wanted: PracticeAction, seen: PracticeAction) -> float:
        if wanted.kind is not seen.kind or wanted.kind not in {ActionKind.CLICK, ActionKind.TYPE}:
            return 0.0
        where = place_likeness(places(wanted), seen.place, height)
        if not same_program(wanted, seen) or where is None or where < _SAME_PLACE:
            return 0.0
        return LEAST + 0.5 * where * surroundings(wanted, seen)

    in_order = [(i, j) for i, j in sorted(found.pairs.items()) if i not in found.moved]
    for (i, j), (i_end, j_end) in pairwise([(-1, -1), *in_order, (len(demo), len(attempt))]):
        wanted = [at for at in range(i + 1, i_end) if at not in found.pairs]
        seen = [at for at in range(j + 1, j_end) if at not in found.pairs.values()]
        inner = align([demo[at] for at in wanted], [attempt[at] for at in seen], score)
        found.pairs |= {wanted[at]: seen[to] for at, to in inner.items()}
    _add_elsewhere(found, demo, attempt, score)
    for i, j in found.pairs.items():
        if _other_label(demo[i], attempt[j]):
            found.renamed.add(i)


def _add_elsewhere(
    found: Pairing, demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], score: Score
) -> None:
    """Pair what stands at the very same place of the same window and was done at another place in the order too."""
    for i in (i for i, one in enumerate(demo) if i not in found.pairs and not one.weak):
        left = [j for j in range(len(attempt)) if j not in found.pairs.values()]
        near = [j for j in left if score(demo[i], attempt[j]) >= _VERY_SAME]
        if len(near) == 1:
            found.pairs[i] = near[0]
            found.moved.add(i)


def _other_label(wanted: PracticeAction, seen: PracticeAction) -> bool:
    if wanted.kind is not ActionKind.CLICK or wanted.weak:
        return False
    labels = label_likeness(wanted.label, seen.label)
    return labels is not None and labels < SAME_LABEL and not other_data(wanted.label, seen.label)


def _add_moved(found: Pairing, demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], score: Score) -> None:
    """Pair what was done at another place in the order, most alike first."""
    free = [j for j in range(len(attempt)) if j not in set(found.pairs.values())]
    alike = [
        (likes, i, j)
        for i, wanted in enumerate(demo)
        if i not in found.pairs and wanted.kind is not ActionKind.WINDOW
        for j in free
        if (likes := score(wanted, attempt[j])) >= _MOVED
    ]
    taken: set[int] = set()
    for _, i, j in sorted(alike, key=lambda one: (-one[0], one[1], one[2])):
        if i not in found.pairs and j not in taken:
            found.pairs[i] = j
            found.moved.add(i)
            taken.add(j)


def _labels_differ(demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], pairs: dict[int, int]) -> bool:
    """Whether most labelled clicks of the demo have no click of that label in the attempt."""
    labelled = [i for i, one in enumerate(demo) if one.kind is ActionKind.CLICK and one.label]
    others = sum(one.kind is ActionKind.CLICK and bool(one.label) for one in attempt)
    fitting = sum(i in pairs and _sure(demo[i], attempt[pairs[i]]) for i in labelled)
    return min(len(labelled), others) >= _FEWEST and fitting < _LABELS_FIT * len(labelled)


def _by_places(demo: Sequence[PracticeAction], attempt: Sequence[PracticeAction], sizes: Sizes) -> Pairing | None:
    """Pairs by kinds and places alone, in order; None when they do not fit either."""
    height = sizes[1][1]
    places = PlaceMap(sizes)

    def score(wanted: PracticeAction, seen: PracticeAction) -> float:
        if wanted.kind is not seen.kind or not same_program(wanted, seen):
            return 0.0
        if wanted.kind is ActionKind.CHORD:
            return float(wanted.keys == seen.keys)
        where = place_likeness(places(wanted), seen.place, height)
        return LEAST + 0.5 * where if where is not None and where >= _SAME_PLACE else 0.0

    pairs = align(demo, attempt, score)
    strong = [i for i, one in enumerate(demo) if not one.weak]
    if len(pairs) < _FEWEST or sum(i in pairs for i in strong) < _PLACES_FIT * len(strong):
        return None
    renamed = {i for i, j in pairs.items() if _other_label(demo[i], attempt[j])}
    return Pairing(pairs, renamed=renamed, other_labels=True)
