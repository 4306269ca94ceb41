"""The spans of a take in which the terminal that runs showhow is in front, at its start and end.

Owns recognising it, and when it is seen: from what was drawn, because the window manager tells of a window some
hundredths of a second after it is on the screen. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from capture.model import Change, Click, Event, Typed, WindowChange
from capture.span import Span

FIRST_MS = 50
"""Until then events describe the initial state, not an action."""
_TERMINALS = """alacritty contour foot ghostty gnome-terminal gnome-terminal-server guake kgx kitty konsole lxterminal
mate-terminal org.gnome.ptyxis org.wezfurlong.wezterm ptyxis rxvt st terminator tilix urxvt wezterm xfce4-terminal xterm
cmd conhost mintty openconsole powershell pwsh wezterm-gui windowsterminal iterm2 terminal
"""
"""Window classes; the last line has programs of Windows and macOS."""
_OWN_NAME = "showhow"
_FEW_KEYS = 3  # fewer keys typed there only stop the recording; with more the terminal is part of the demo
_DRAWN_MS, _WINDOW_PIXELS = 400, 40_000  # a window is drawn so long before it is told of at most, and is no smaller
_LEAD_MS = 600  # before a click that leaves the terminal, so that the pointer is seen to come


def own_terminal(changes: Iterable[Change], events: Iterable[Event], duration_ms: int) -> list[Span]:
    """Its spans: until another window comes to the front or is clicked, and from its final return on.

    Empty where that is uncertain, or where the terminal is part of the demo. ``changes`` and ``events`` are sorted.
    """
    events = list(events)
    fronts = [event for event in events if isinstance(event, WindowChange)]
    if len(fronts) < 2 or fronts[0].at_ms > FIRST_MS or not is_terminal(fronts[0]):
        return []
    large = [one for one in changes if not one.pointer and one.width * one.height >= _WINDOW_PIXELS]
    spans = [Span(0, _left_at(fronts[0], fronts[1], large, events, duration_ms))]
    last = fronts[-1]
    if _same_window(last, fronts[0]) and len(fronts) > 2:
        spans.append(Span(min(_drawn_at(last, large), duration_ms), duration_ms))
    return [span for span in spans if span.duration_ms and _typed_in(events, span) < _FEW_KEYS]


def _left_at(
    terminal: WindowChange, other: WindowChange, large: Sequence[Change], events: Sequence[Event], duration_ms: int
) -> int:
    """When the work begins: with the click that brings another window to the front, else when that is drawn."""
    begins_ms = min(_drawn_at(other, large), duration_ms)
    clicks = [event for event in events if isinstance(event, Click) and event.at_ms <= other.at_ms]
    if clicks and clicks[-1].at_ms > other.at_ms - 2 * _DRAWN_MS and clicks[-1].window_class != terminal.window_class:
        return max(0, min(begins_ms, clicks[-1].at_ms - _LEAD_MS))
    return begins_ms


def _drawn_at(front: WindowChange, large: Sequence[Change]) -> int:
    """When the window was drawn that the event tells of: the largest change shortly before it."""
    before = [one for one in large if front.at_ms - _DRAWN_MS <= one.at_ms <= front.at_ms]
    return max(before, key=lambda one: (one.width * one.height, -one.at_ms)).at_ms if before else front.at_ms


def _same_window(one: WindowChange, other: WindowChange) -> bool:
    """Whether both are one window: a terminal's title changes with what runs in it, and two may have the same."""
    if one.window_id and other.window_id:
        return one.window_id == other.window_id
    return (one.window_class, one.window) == (other.window_class, other.window)


def is_terminal(front: WindowChange) -> bool:
    """Whether a window that came to the front is a terminal, by its class, or names showhow in its title."""
    return front.window_class.lower() in _TERMINALS.split() or _OWN_NAME in front.window.lower()


def _typed_in(events: Iterable[Event], span: Span) -> int:
    return sum(event.count for event in events if isinstance(event, Typed) and span.contains(event.at_ms))
