"""What the library says when it has nothing to show: opening, empty, or no hits. Three lines, with the keys.

Owns the words. Refuses to decide which of the faces it is: the model knows.
"""

from __future__ import annotations

from textual.content import Content

from tui.screens.library_model import LibraryModel, LibraryState
from tui.widgets.words import ACCENT, QUIET, STRONG, count, styled

_KEY = f"bold {ACCENT}"


def guidance(model: LibraryModel, unfiled: int) -> Content:
    """The lines for the middle of the screen."""
    if model.state is LibraryState.OPENING:
        return styled("Opening the library …", QUIET)
    lines = _no_hits(model) if model.state is LibraryState.NO_HITS else _empty()
    if unfiled:
        waits = "waits" if unfiled == 1 else "wait"
        lines += [Content(), _line("Ctrl+D", f"review what {waits} to be filed: {count(unfiled, 'recording')}")]
    return Content("\n").join(lines)


def _no_hits(model: LibraryModel) -> list[Content]:
    lines = [styled(f"Nobody has shown “{model.query.strip()}” yet.", STRONG), Content()]
    if model.found.suggestion:
        met = styled("search for ", "$foreground") + styled(f"“{model.found.suggestion}”", f"bold {ACCENT}")
        lines.append(_line("Enter", met))
        lines.append(_line("Ctrl+R", "record it, if you know how"))
    else:
        lines.append(_line("Enter", "record it, if you know how"))
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
