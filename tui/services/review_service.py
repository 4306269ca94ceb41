"""Review of a draft: propose, resume, autosave, stills, prerender and file."""

from __future__ import annotations

from pathlib import Path

from capture.model import Region
from library.draft.prerender import source_video
from library.model import Draft


def _scaled(region: Region, scale: float) -> Region:
    x, y, width, height = (round(edge * scale) for edge in (region.x, region.y, region.width, region.height))
    return Region(x, y, max(2, width), max(2, height))


def _video(draft: Draft) -> Path:
    return source_video(draft)
