"""Numbers formatted for people: ages, dates, sizes, counts. Used alike by screens, command line and web pages."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPANS = ((365.25, "year"), (30.4375, "month"), (7, "week"), (1, "day"))


def join(parts: Iterable[str], between: str = " · ") -> str:
    """Join the parts that are not empty."""
    return between.join(part for part in parts if part)


def age(unix_ms: int, now_unix_ms: int | None = None, zone: tzinfo | None = None) -> str:
    """How long ago: just now, 90 minutes ago, 5 hours ago, yesterday, 13 days ago, 8 weeks ago; empty for no time.

    Less than a day is elapsed time. Beyond that, days are counted by the calendar of ``zone`` (None: this machine's),
    because “yesterday” means a date. A unit is used from two of it on, so rounding loses at most a third.
    """
    if unix_ms <= 0:
        return ""
    now = round(time.time() * 1000) if now_unix_ms is None else now_unix_ms
    minutes = (now - unix_ms) // 60_000
    if minutes < 1:
        return "just now"
    if minutes < 2 * 60:
        return f"{count(minutes, 'minute')} ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} hours ago"
    days = (local(now, zone).date() - local(unix_ms, zone).date()).days
    if days < 2:
        return "yesterday"
    number, unit = next((int(days / length), name) for length, name in _SPANS if days >= 2 * length)
    return f"{number} {unit}s ago"


def day(unix_ms: int) -> str:
    """A date of this machine's calendar: ``2031-04-17``."""
    return f"{local(unix_ms):%Y-%m-%d}"


def moment(unix_ms: int) -> str:
    """A date and the time of day on this machine: ``2031-04-17 09:30``."""
    return f"{local(unix_ms):%Y-%m-%d %H:%M}"


def utc(unix_ms: int) -> datetime:
    """A time in UTC, up to the year 9999, by arithmetic: Windows' own functions end in the year 3000."""
    return _EPOCH + timedelta(milliseconds=unix_ms)


def local(unix_ms: int, zone: tzinfo | None = None) -> datetime:
    """A time in ``zone`` (None: this machine's); in UTC where the system does not know such a year."""
    time_utc = utc(unix_ms)
    try:
        return time_utc.astimezone(zone)
    except (OSError, OverflowError, ValueError):  # a year that the system, or a calendar ahead of UTC, does not know
        return time_utc


def start_of_day(text: str) -> int:
    """Unix time (ms) at which a day like ``2031-04-17`` begins on this machine. Raises ValueError."""
    begins = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  a date in local time
    try:
        begins = begins.astimezone()
    except (OSError, OverflowError):  # as above
        begins = begins.replace(tzinfo=UTC)
    return round((begins - _EPOCH) / timedelta(milliseconds=1))


def size(number: int) -> str:
    """Format a number of bytes: 500 B, 640 kB, 1.6 MB, 48 GB; powers of 1,000."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if round(value) < 1000 or unit == "TB":
            return f"{value:.1f} {unit}" if unit != "B" and value < 9.95 else f"{value:,.0f} {unit}"
        value /= 1000
    raise AssertionError("TB ends the loop")


def count(number: int, one: str, many: str = "") -> str:
    """Format a count with its noun: ``1 step``, ``7 steps``, ``1,200 demos``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
