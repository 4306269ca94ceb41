"""``Results``: search hits grouped by demo, with matched words marked; and ``guidance`` when there are none.

Owns how hits look. Does not search or select: ``LibraryModel`` does.
"""

from __future__ import annotations

import time

from textual.content import Content

from capture.span import clock
from library.format import age, count, join
from library.model import Hit
from library.search.sections import headings, reason
from tui.state.library import LibraryModel, LibraryState, ResultGroup
from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, QUIET, STRONG, due, fit, snippet, styled, two_sides

_BAR, _NO_BAR = "▌", " "


class Results(Rows):
    """The list of hits at the left of the library screen."""

    def __init__(self, model: LibraryModel, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.model = model

    def selected_item(self) -> int | None:
        """Index of the selected hit."""
        return self.model.index if self.model.groups else None

    def lines(self, width: int) -> list[Line]:
        """All groups, separated by blank lines."""
        drawn: list[Line] = []
        first = 0
        now_ms = int(time.time() * 1000)
        over = headings(group.best for group in self.model.groups)
        if self.model.found.mended and not self.model.like:
            drawn += self._heading("Nobody has shown this; perhaps meant:")
        for (heading, _), group in zip(over, self.model.groups, strict=True):
            if heading and not self.model.like:
                drawn += self._heading(heading)
            drawn += self._group(group, first, width, now_ms)
            drawn.append((Content(), None))
            first += len(group.hits)
        return drawn[:-1]

    def _heading(self, words: str) -> list[Line]:
        """A line over hits; where nothing answers the query, below it how to ask for it, or that it was asked for."""
        lines = [styled(words, QUIET)]
        if self.model.can_ask:
            lines.append(styled("Ctrl+A", _KEY) + styled("  ask for it", "$foreground"))
        elif self.model.is_asked and not self.model.found.answers:
            lines.append(styled("You have asked for it.", ACCENT))
        return [(line, None) for line in (*lines, Content())]

    def _group(self, group: ResultGroup, first: int, width: int, now_ms: int) -> list[Line]:
        best, inner = group.best, width - 2
        chosen = first <= self.model.index < first + len(group.hits)
        title = styled(best.title, f"bold {ACCENT}" if chosen else STRONG)
        drawn: list[Line] = [(title, first)]
        for offset, hit in enumerate(group.hits):
            drawn += [(line, first + offset) for line in self._hit(hit, inner)]
        said = join([best.author, ", ".join(best.tags), age(best.updated_unix_ms, now_ms)])
        drawn.append((two_sides(styled(said, QUIET), due() if best.stale(now_ms) else "", inner), first))
        return [(self._bar(item, chosen=chosen) + fit(line, inner), item) for line, item in drawn]

    def _hit(self, hit: Hit, width: int) -> list[Content]:
        if not hit.step:
            return [styled(hit.snippet, QUIET)] if hit.snippet else []
        number = styled(f"{hit.step:>2}  ", QUIET)
        at = styled(join([reason(hit), clock(hit.start_ms)]), QUIET)
        line = two_sides(number + styled(hit.step_title, "$foreground"), at, width)
        if not hit.snippet or hit.snippet == hit.step_title:
            return [line]
        return [line, Content("    ") + snippet(hit.snippet, hit.matches)]

    def _bar(self, item: int | None, *, chosen: bool) -> Content:
        if chosen and item == self.model.index:
            return styled(_BAR, ACCENT) + " "
        return Content(_NO_BAR + " ")


_KEY = f"bold {ACCENT}"


def guidance(model: LibraryModel, unfiled: int) -> Content:
    """The text shown instead of hits: library opening, no hits, or an empty library."""
    if model.state is LibraryState.OPENING:
        return styled(f"Opening the library … {model.opening}".rstrip(), QUIET)
    lines = _no_hits(model) if model.state is LibraryState.NO_HITS else _empty()
    if unfiled:
        waits = "waits" if unfiled == 1 else "wait"
        lines += [Content(), _line("Ctrl+D", f"review what {waits} to be filed: {count(unfiled, 'recording')}")]
    return Content("\n").join(lines)


def _no_hits(model: LibraryModel) -> list[Content]:
    lines = [styled(f"Nobody has shown “{model.query.strip()}” yet.", STRONG), Content()]
    if model.is_asked:
        lines[1:1] = [styled("You have asked for it: it stands among what is missing.", ACCENT)]
    if model.found.suggestion:
        met = styled("search for ", "$foreground") + styled(f"“{model.found.suggestion}”", f"bold {ACCENT}")
        lines.append(_line("Enter", met))
    if model.can_ask:
        lines.append(_line("Ctrl+A" if model.found.suggestion else "Enter", "ask for it"))
    lines.append(_line("Ctrl+R", "record it, if you know how"))
    return [*lines, _line("Esc", "clear the search")]


def _empty() -> list[Content]:
    return [
        styled("Nothing is filed here yet. Record the first demo:", STRONG),
        Content(),
        _line("Enter", "choose screen and microphone, then start"),
        _line("Enter", "again to stop: the steps are written for you"),
        _line("Enter", "once more to file it, for everyone to find"),
    ]


def _line(key: str, what: str | Content) -> Content:
    said = styled(what, "$foreground") if isinstance(what, str) else what
    return styled(f"{key:>8}", _KEY) + "   " + said
