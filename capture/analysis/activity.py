"""Where something happened, from the recorder's own log; without margins.

Owns what counts as work: pointer, typing, scrolling, pages that change; not what moves by itself
(``capture/analysis/ambient_motion.py``), nor what the terminal that runs showhow shows before and after. Refuses to
look at pixels (``capture/analysis/video_changes.py`` does) and to decide what is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from capture.analysis.ambient_motion import by_itself
from capture.model import Change, Chord, Click, Event, Marker, Pointer, Scroll, Typed, WindowChange
from capture.progress import Progress, silent
from capture.span import Span, invert, merge

MOMENT_MS = 100
"""How long one change counts for."""
JOIN_MS = 300
"""Changes no further apart are one movement."""

_STANDING = (Pointer, WindowChange)
_FIRST_MS = 50  # as the take begins these say how things stand, not that anybody did something
_DEEDS = (Click, Scroll, Chord, Pointer, WindowChange, Marker)
_TERMINALS = """alacritty contour foot ghostty gnome-terminal gnome-terminal-server guake kgx kitty konsole lxterminal
mate-terminal org.gnome.ptyxis org.wezfurlong.wezterm ptyxis rxvt st terminator tilix urxvt wezterm xfce4-terminal xterm
"""
_OWN_NAME = "showhow"
_FEW_KEYS = 3  # typed into it: a key to stop with; who types more shows something there


def changes_activity(changes: Iterable[Change], events: Iterable[Event], duration_ms: int) -> list[Span]:
    """Spans in which the expert did something, or the picture changed by more than a blink; sorted, disjoint.

    ``changes`` and ``events`` in order of time, in take time.
    """
    seen, done = list(changes), list(events)
    idle = by_itself(seen, duration_ms) | (set(_drawn(seen)) if _follows_pointer(done) else set())
    moments = (_moment(change.at_ms) for index, change in enumerate(seen) if index not in idle)
    inside = merge(
        (
            Span(max(0, span.start_ms), min(span.end_ms, duration_ms))
            for span in (*moments, *deeds(done))
            if span.start_ms < duration_ms
        ),
        gap_ms=JOIN_MS,
    )
    own = own_terminal(done, duration_ms)
    return [piece for span in inside for piece in invert(own, span)] if own else inside


def video_activity(path: Path, progress: Progress = silent, duration_ms: int | None = None) -> list[Span]:
    """The same for a video file without a log: what differs from picture to picture, and does not blink.

    Progress counts ms of the file, of ``duration_ms`` when it is given. Raises VideoError; Cancelled when told to.
    """
    from capture.analysis.video_changes import watch

    changes, end_ms = watch(path, progress, duration_ms or 0)
    return changes_activity(changes, (), duration_ms or end_ms)


def _moment(at_ms: int) -> Span:
    return Span(at_ms, at_ms + MOMENT_MS)


def _follows_pointer(events: Iterable[Event]) -> bool:
    """Whether the log itself tells when the pointer moved."""
    return any(isinstance(event, Pointer) and event.at_ms > _FIRST_MS for event in events)


def _drawn(changes: Sequence[Change]) -> Iterator[int]:
    """Indices of changes by which only the drawn pointer changed: what it did the events tell, and the ring that grows
    around a click (half a second) is the recorder's, not the expert's."""
    return (index for index, change in enumerate(changes) if change.pointer)


def deeds(events: Iterable[Event]) -> Iterator[Span]:
    """What the expert did, each with its moment; how things stood as the take began is nobody's deed."""
    for event in events:
        if isinstance(event, Typed):
            yield Span(event.at_ms, max(event.at_ms, event.end_ms) + MOMENT_MS)
        elif isinstance(event, _DEEDS) and not (isinstance(event, _STANDING) and event.at_ms <= _FIRST_MS):
            yield _moment(event.at_ms)


def own_terminal(events: Iterable[Event], duration_ms: int) -> list[Span]:
    """Where the take begins and ends in the terminal that runs showhow: until another window comes to the front, and
    from when it comes back for good. Empty where that is not sure, or somebody shows something in it."""
    events = list(events)
    fronts = [event for event in events if isinstance(event, WindowChange)]
    if len(fronts) < 2 or fronts[0].at_ms > _FIRST_MS or not _is_terminal(fronts[0]):
        return []
    spans = [Span(0, min(fronts[1].at_ms, duration_ms))]
    last = fronts[-1]
    if (last.window_class, last.window) == (fronts[0].window_class, fronts[0].window) and len(fronts) > 2:
        spans.append(Span(min(last.at_ms, duration_ms), duration_ms))
    return [span for span in spans if _typed_in(events, span) < _FEW_KEYS]


def _is_terminal(front: WindowChange) -> bool:
    return front.window_class.lower() in _TERMINALS.split() or _OWN_NAME in front.window.lower()


def _typed_in(events: Iterable[Event], span: Span) -> int:
    return sum(event.count for event in events if isinstance(event, Typed) and span.contains(event.at_ms))
