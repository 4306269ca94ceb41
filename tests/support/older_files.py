"""Files written by an older showhow (``tests/data/made_by_0_1``), copied for a test to change."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "data" / "made_by_0_1"
MADE_IN = "/home/ana"
ORDER, CONFIRM, WAITING, REMOVED = "order-paper-xbyx", "confirm-an-order-52p3", "save-a-form-tt8b", "old-menu-4tyg"
"""Demos: of a take, of a video with three versions, not transcribed yet, in the trash."""
MODEL = "office-voices"
"""The name under which a speech model heard them."""
FULL, BRIEF, CRASHED = "20261126-093234-807d", "20261126-093303-c327", "20261126-093316-be3f"
"""Takes: filed as ORDER, with an unfiled draft beside it, left by ``kill -9`` of the recorder and the recogniser."""


def copy_older(place: Path) -> Path:
    """Copy everything to ``place``, with the paths in drafts changed to it."""
    shutil.copytree(FOLDER, place)
    for draft in [*place.glob("showhow/drafts/*.json"), *place.glob("showhow/takes/*/draft.json")]:
        draft.write_text(json.dumps(_read(draft, place)), encoding="utf-8")
    return place


def expected(place: Path) -> dict[str, Any]:
    """Output of the older showhow's commands about it, for a copy in ``place``."""
    told: dict[str, Any] = _read(FOLDER / "expected.json", place)
    return told


def _read(path: Path, place: Path) -> Any:
    """The JSON of a file with the paths in its texts changed to ``place``, written as this system writes them."""
    return _moved(json.loads(path.read_bytes()), place)


def _moved(value: Any, place: Path) -> Any:
    if isinstance(value, dict):
        return {key: _moved(one, place) for key, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, place) for one in value]
    if isinstance(value, str):
        return re.sub(rf"{MADE_IN}((?:/[\w.-]+)*)", lambda found: str(place / found[1].lstrip("/")), value)
    return value


def missing(then: object, now: object, at: str = "") -> list[str]:
    """Differences of a JSON value from the older one; added fields are allowed. Empty when nothing is missing."""
    if isinstance(then, dict) and isinstance(now, dict):
        gone = [f"{at}.{key} is gone" for key in then if key not in now]
        return gone + [line for key in then if key in now for line in missing(then[key], now[key], f"{at}.{key}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [line for number, (old, new) in pairs for line in missing(old, new, f"{at}[{number}]")]
    same = type(then) is type(now) and then == now
    return [] if same else [f"{at} was {then!r}, is {now!r}"]
