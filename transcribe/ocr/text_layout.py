"""Joins the lines of text that OCR returns: same row, small gap, meaningful characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from capture.model import Region
from transcribe.model import TextLine

_UNSPACED = re.compile(r"(?<=[^\W\d_]),(?=[^\W\d_])")  # the reader drops most blanks after a comma


DENSE = 1_600
"""Pictures higher than this come from screens at double pixel density: everything on them is twice as large."""


_GAP = 0.25  # of a line's height; wider gaps part one button from the next (runs come with a margin around them)


_LEAST = 0.5  # of a line's characters must be letters or digits


def words_in(runs: Sequence[TextLine]) -> str:
    """Everything that was read in a picture, from top left to bottom right, as one line of text."""
    return " · ".join(tidy(line.text) for line in joined([run for run in runs if is_text(run.text)]))


def joined(runs: Sequence[TextLine]) -> list[TextLine]:
    """Runs of text with those that stand close to each other on one line made one, from top left to bottom right."""
    rows: list[list[TextLine]] = []
    for run in sorted(runs, key=lambda run: run.region.y + run.region.height / 2):
        row = next((row for row in rows if _same_row(row[-1].region, run.region)), None)
        if row is None:
            rows.append([run])
        else:
            row.append(run)
    return [line for row in rows for line in _together(sorted(row, key=lambda run: run.region.x))]


def _together(row: Sequence[TextLine]) -> list[TextLine]:
    lines = [row[0]]
    for before, run in pairwise(row):
        gap = run.region.x - before.region.right
        if gap <= _GAP * min(before.region.height, run.region.height):
            last = lines[-1]
            text, region = f"{last.text} {run.text}", last.region.unite(run.region)
            lines[-1] = TextLine(text, region, min(last.score, run.score))
        else:
            lines.append(run)
    return lines


def _same_row(one: Region, other: Region) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.y, other.y)
    return shared > 0.5 * min(one.height, other.height)


def is_text(text: str) -> bool:
    """Whether a run is words and not the outline of an icon taken for signs."""
    told = sum(character.isalnum() for character in text)
    return told >= max(1, _LEAST * len(text.replace(" ", "")))


def tidy(text: str) -> str:
    """Text with the blanks after commas that the reader drops."""
    return _UNSPACED.sub(", ", text)
