"""Lines of text for the screens: fitted to a width, with two sides, with the met words marked.

Owns how ages, sizes and names are written on a screen. Refuses colours of its own: styles name theme variables.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from library.model import Match

ACCENT = "$primary"
STRONG = "bold $foreground"
QUIET = "$foreground-muted"
FAINT = "$foreground-disabled"


def fit(content: Content | str, width: int) -> Content:
    """Exactly ``width`` cells: cut with an ellipsis, or padded."""
    line = Content(content) if isinstance(content, str) else content
    if width <= 0:
        return Content()
    if line.cell_length > width:
        line = line.truncate(width, ellipsis=True)
    return line.pad_right(width - line.cell_length)


def two_sides(left: Content | str, right: Content | str, width: int) -> Content:
    """One line with both ends set; the left gives way when there is too little room."""
    end = Content(right) if isinstance(right, str) else right
    if not end.cell_length or end.cell_length + 8 > width:
        return fit(left, width)
    return fit(left, width - end.cell_length - 1) + " " + end


def styled(text: str, style: str) -> Content:
    """Text in one style. Never markup: titles and words come from other people."""
    return Content.styled(text, style) if text else Content()


def due() -> Content:
    """The mark of a demo whose review date has passed."""
    return styled("due for review", "$text-warning")


def join(parts: Iterable[str], between: str = " · ") -> str:
    """The parts that say something."""
    return between.join(part for part in parts if part)


def snippet(text: str, matches: Iterable[Match], style: str = QUIET, met: str = f"bold {ACCENT}") -> Content:
    """A snippet in quotes' stead: quiet, with the words the query met marked; line breaks become blanks."""
    line = Content.styled(" ".join(text.splitlines()) if "\n" in text else text, style)
    for match in matches:
        line = line.stylize(met, match.start, match.end)
    return line


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
