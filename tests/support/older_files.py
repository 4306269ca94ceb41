"""What an older showhow left on disk (``tests/data/made_by_0_1``), copied to where a test may change it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "data" / "made_by_0_1"
MADE_IN = "/home/ana"
ORDER, CONFIRM, WAITING, REMOVED = "order-paper-xbyx", "confirm-an-order-52p3", "save-a-form-tt8b", "old-menu-4tyg"
"""Demos: of a take, of a video with three versions, waiting for its words, in the trash."""
FULL, BRIEF, CRASHED = "20261126-093234-807d", "20261126-093303-c327", "20261126-093316-be3f"
"""Takes: filed as ORDER, with an unfiled draft beside it, left by ``kill -9`` of the recorder and the recogniser."""


def copy_older(place: Path) -> Path:
    """Copy everything to ``place``; drafts name their recordings as if they had been made there."""
    shutil.copytree(FOLDER, place)
    for draft in [*place.glob("showhow/drafts/*.json"), *place.glob("showhow/takes/*/draft.json")]:
        draft.write_text(draft.read_text(encoding="utf-8").replace(MADE_IN, str(place)), encoding="utf-8")
    return place


def expected(place: Path) -> dict[str, Any]:
    """What the commands of the older showhow said about it, for a copy in ``place``."""
    told: dict[str, Any] = json.loads(
        (FOLDER / "expected.json").read_text(encoding="utf-8").replace(MADE_IN, str(place))
    )
    return told


def missing(then: object, now: object, at: str = "") -> list[str]:
    """Where a JSON value lacks what it held then; fields that came since do not count. Empty when all is there."""
    if isinstance(then, dict) and isinstance(now, dict):
        gone = [f"{at}.{key} is gone" for key in then if key not in now]
        return gone + [line for key in then if key in now for line in missing(then[key], now[key], f"{at}.{key}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [line for number, (old, new) in pairs for line in missing(old, new, f"{at}[{number}]")]
    same = type(then) is type(now) and then == now
    return [] if same else [f"{at} was {then!r}, is {now!r}"]
