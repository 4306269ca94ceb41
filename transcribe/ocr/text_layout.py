"""Joins the runs of text that OCR returns into lines: same row, small gap, mostly letters and digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from capture.model import Region
from transcribe.model import TextLine

_UNSPACED = re.compile(r"(?<=[^\W\d_]),(?=[^\W\d_])")  # OCR drops most spaces after a comma
DENSE = 1_600
"""Pictures higher than this, in pixels, come from screens with double pixel density."""
_GAP = 0.25  # of a line's height; wider gaps separate buttons (runs include a margin)
_LEAST = 0.5  # of a line's characters must be letters or digits


def words_in(runs: Sequence[TextLine]) -> str:
    """All text of a picture, from top left to bottom right, as one string."""
    return " · ".join(tidy(line.text) for line in joined([run for run in runs if is_text(run.text)]))


def joined(runs: Sequence[TextLine]) -> list[TextLine]:
    """Runs joined into lines where they are close together in one row, from top left to bottom right."""
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
    """Whether a run is text, and not an icon misread as characters."""
    letters = sum(character.isalnum() for character in text)
    return letters >= max(1, _LEAST * len(text.replace(" ", "")))


def tidy(text: str) -> str:
    """Text with the spaces after commas that OCR drops."""
    return _UNSPACED.sub(", ", text)
