"""Lets days pass for a learner: moves every time in her own folder back, so that no clock has to be set."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from library.practice.store import FILE

_DAY_MS = 86_400_000
_TIMES, _DATES = "unix_ms", {"day", "snoozed_until"}


def days_pass(mine: Path, days: int) -> None:
    """Let whole days pass for the records in the folder ``mine``. Only while no showhow of that learner runs."""
    with closing(sqlite3.connect(mine / FILE)) as connection, connection:
        rows = connection.execute("SELECT kind, key, demo_id, at_unix_ms, record FROM records").fetchall()
        connection.execute("DELETE FROM records")
        for kind, key, demo_id, at_unix_ms, record in rows:
            moved = json.dumps(_earlier(json.loads(record), days)).encode()
            place = _date(key, days) if kind == "prompt-day" else key
            row = (kind, place, demo_id, at_unix_ms - days * _DAY_MS, moved)
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?)", row)


def _earlier(value: Any, days: int, name: str = "") -> Any:
    """A value of a record; ``name`` is that of its field."""
    if isinstance(value, dict):
        return {key: _earlier(one, days, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_earlier(one, days, name) for one in value]
    if name.endswith(_TIMES) and value:
        return value - days * _DAY_MS
    return _date(value, days) if name in _DATES and value else value


def _date(text: str, days: int) -> str:
    return (date.fromisoformat(text) - timedelta(days=days)).isoformat()
