"""Numbers as people read them: ages, sizes, counts. The same words on screens, command line and pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def join(parts: Iterable[str], between: str = " · ") -> str:
    """The parts that say something."""
    return between.join(part for part in parts if part)


def ago(unix_ms: int, now_ms: int) -> str:
    """An age as people say it: today, yesterday, 3 days ago, 2 weeks ago; later the month."""
    if unix_ms <= 0:
        return ""
    then, now = (datetime.fromtimestamp(ms / 1000).astimezone() for ms in (unix_ms, now_ms))
    days = (now.date() - then.date()).days
    if now_ms - unix_ms < 60_000:
        return "just now"
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    if days < 14:
        return f"{days} days ago"
    return f"{days // 7} weeks ago" if days < 60 else then.strftime("%b %Y")


def size(count: int) -> str:
    """Bytes as people read them: 640 kB, 1.6 MB, 48 GB."""
    amount = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 1000 or unit == "TB":
            return f"{amount:.1f} {unit}" if amount < 10 and unit != "kB" else f"{amount:.0f} {unit}"
    raise AssertionError("TB ends the loop")


def count(number: int, one: str, many: str = "") -> str:
    """``1 step``, ``7 steps``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
