"""The prompts of the next weeks as a calendar (iCalendar, RFC 5545) that calendar programs can follow.

Whole days that block no time. The same practice has the same UID in every feed, so that a programme moves it. Titles
of demos stand in it: it is written where its user says, and only she may read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from capture.files import write_bytes
from library.files import library_errors
from library.model import LibraryError
from library.practice.prompts.model import Prompt
from library.practice.prompts.plan import minutes

_MAKER = "-//showhow//today//EN"
_LINE = 75
"""Bytes of a line without its end (RFC 5545, 3.1)."""
_PRIVATE = 0o600


def write_feed(target: Path, planned: Sequence[tuple[date, Prompt]], now_unix_ms: int) -> None:
    """Write the feed, in the place of an older one. Raises LibraryError, also for a file that is something else."""
    with library_errors(f"write {target}"):
        if target.exists() and f"PRODID:{_MAKER}".encode() not in target.read_bytes()[:512]:
            raise LibraryError(f"{target} is there, and is no calendar of showhow", "Name another file.")
        write_bytes(target, feed(planned, now_unix_ms), _PRIVATE)


def feed(planned: Sequence[tuple[date, Prompt]], now_unix_ms: int) -> bytes:
    """The calendar as bytes."""
    stamp = datetime.fromtimestamp(now_unix_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_MAKER}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "X-WR-CALNAME:showhow", "REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D",
    ]  # fmt: skip
    for day, prompt in planned:
        lines += _event(day, prompt, stamp)
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(day: date, prompt: Prompt, stamp: str) -> Iterable[str]:
    key = hashlib.sha256(prompt.demo_id.encode()).hexdigest()[:32]
    return (
        "BEGIN:VEVENT",
        f"UID:{key}@showhow",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(f'Practise: {prompt.title} ({minutes(prompt.takes_ms)} min)')}",
        f"DESCRIPTION:{_text(f'showhow try {prompt.demo_id}')}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "END:VEVENT",
    )


def _text(value: str) -> str:
    """A text value: what means something in iCalendar escaped, line breaks kept as ``\\n``."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join("".join(c for c in line if c.isprintable()) for line in escaped.splitlines())


def _folded(line: str) -> bytes:
    """A content line with its end, in pieces of at most 75 bytes, never within a letter."""
    pieces, piece = list[bytes](), b""
    for letter in line:
        data = letter.encode("utf-8", "replace")
        if len(piece) + len(data) > _LINE:
            pieces.append(piece)
            piece = b" "
        piece += data
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
