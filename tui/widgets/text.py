"""Styled text lines for the screens: fitted to a width, two-sided, with matched words marked.

Styles use theme variables only.
"""

from __future__ import annotations

from collections.abc import Iterable

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
    """One line of ``width`` cells with text at both ends; if too narrow, the left is cut or the right left out."""
    end = Content(right) if isinstance(right, str) else right
    if not end.cell_length or end.cell_length + 8 > width:
        return fit(left, width)
    return fit(left, width - end.cell_length - 1) + " " + end


def styled(text: str, style: str) -> Content:
    """Text in one style. Never parsed as markup: titles and words are user input."""
    return Content.styled(text, style) if text else Content()


def due() -> Content:
    """The mark of a demo whose review date has passed."""
    return styled("due for review", "$text-warning")


def snippet(text: str, matches: Iterable[Match], style: str = QUIET, met: str = f"bold {ACCENT}") -> Content:
    """A search snippet with the matched words marked; line breaks become spaces."""
    line = Content.styled(" ".join(text.splitlines()) if "\n" in text else text, style)
    for match in matches:
        line = line.stylize(met, match.start, match.end)
    return line
