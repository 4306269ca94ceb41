"""Where something happened, from the recorder's own log; without margins.

Owns telling work (pointer, typing, scrolling, pages that change) from what moves by itself: a blinking caret, a
spinner, a clock. Refuses to look at pixels (``capture/watching.py`` does) and to decide what is cut.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from capture.model import Change, Chord, Click, Event, Pointer, Region, Scroll, Typed, WindowChange
from capture.progress import Progress, silent
from capture.span import Span, merge

MOMENT_MS = 100
"""How long one change counts for."""
JOIN_MS = 300
"""Changes no further apart are one movement."""

_STANDING = (Pointer, WindowChange)
_FIRST_MS = 50  # as the take begins these say how things stand, not that anybody did something
_DEEDS = (Click, Scroll, Chord, Pointer, WindowChange)
# A caret is a few pixels wide, a spinner a small square, a clock a short line. What is larger and comes and goes is a
# window, and somebody opened it.
_SMALL_WIDTH, _SMALL_HEIGHT = 160, 64
_REMEMBERED = 24  # states of one box: a plain caret has two, one that fades and a spinner a dozen
_PATIENCE_MS = 2_500  # a blink comes back within; what returns later was brought back
_EVEN_TICKS = 4  # as many even intervals in one place are a clock
_CLOCK_MS = (450, 65_000)  # faster than any clock is typing


def changes_activity(changes: Iterable[Change], events: Iterable[Event], duration_ms: int) -> list[Span]:
    """Spans in which the expert did something, or the picture changed by more than a blink; sorted, disjoint.

    ``changes`` and ``events`` in order of time, in take time.
    """
    seen = list(changes)
    idle = {*_blinks(seen), *_clocks(seen)}
    moments = (_moment(change.at_ms) for index, change in enumerate(seen) if index not in idle)
    inside = (
        Span(max(0, span.start_ms), min(span.end_ms, duration_ms))
        for span in (*moments, *_deeds(events))
        if span.start_ms < duration_ms
    )
    return merge(inside, gap_ms=JOIN_MS)


def video_activity(path: Path, progress: Progress = silent, duration_ms: int | None = None) -> list[Span]:
    """The same for a video file without a log: what differs from picture to picture, and does not blink.

    Progress counts ms of the file, of ``duration_ms`` when it is given. Raises VideoError; Cancelled when told to.
    """
    from capture.watching import watch  # OpenCV and FFmpeg, which a take with its own log does not need

    changes, end_ms = watch(path, progress, duration_ms or 0)
    return changes_activity(changes, (), duration_ms or end_ms)


def _moment(at_ms: int) -> Span:
    return Span(at_ms, at_ms + MOMENT_MS)


def _deeds(events: Iterable[Event]) -> Iterator[Span]:
    for event in events:
        if isinstance(event, Typed):
            yield Span(event.at_ms, max(event.at_ms, event.end_ms) + MOMENT_MS)
        elif isinstance(event, _DEEDS) and not (isinstance(event, _STANDING) and event.at_ms <= _FIRST_MS):
            yield _moment(event.at_ms)


def _blinks(changes: Sequence[Change]) -> Iterator[int]:
    """Indices of changes by which a small box only returned to a state it had just before."""
    recent: defaultdict[Region, deque[int]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
    for index, change in enumerate(changes):
        if change.pointer or not _small(change.region):
            continue
        states = recent[change.region]
        if states and change.at_ms - changes[states[-1]].at_ms > _PATIENCE_MS:
            states.clear()
        states.append(index)
        same = [i for i in states if changes[i].checksum == change.checksum]
        if len(same) > 1:  # everything between two equal states was part of the blink
            yield from (i for i in states if i >= same[-2])


def _clocks(changes: Sequence[Change]) -> Iterator[int]:
    """Indices of changes that come in one small place at even intervals."""
    for place in _places(changes):
        run = place[:1]
        for index in place[1:]:
            if not _even(changes, run, changes[index].at_ms - changes[run[-1]].at_ms):
                yield from run if len(run) > _EVEN_TICKS else ()
                run = []
            run.append(index)
        yield from run if len(run) > _EVEN_TICKS else ()


def _even(changes: Sequence[Change], run: Sequence[int], interval: int) -> bool:
    """Whether one more interval is like those of the run so far."""
    if not _CLOCK_MS[0] <= interval <= _CLOCK_MS[1]:
        return False
    usual = median([changes[b].at_ms - changes[a].at_ms for a, b in pairwise(run)] or [interval])
    return abs(interval - usual) <= max(80, usual * 0.1)  # 80: two ticks of 30 Hz


def _places(changes: Sequence[Change]) -> list[list[int]]:
    """Small changes gathered by where they are; a clock's digits have boxes of many shapes."""
    regions: list[Region] = []
    members: list[list[int]] = []
    nearby: defaultdict[tuple[int, int], list[int]] = defaultdict(list)  # so that an hour's log takes no minute
    for index, change in enumerate(changes):
        if change.pointer or not _small(change.region):
            continue
        column, row = change.x // _SMALL_WIDTH, change.y // _SMALL_HEIGHT
        near = (i for i in nearby[column, row] if _small(regions[i].unite(change.region)))
        at = next(near, len(regions))
        if at == len(regions):
            regions.append(change.region)
            members.append([])
            for cell in ((column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                nearby[cell].append(at)
        regions[at] = regions[at].unite(change.region)
        members[at].append(index)
    return members


def _small(region: Region) -> bool:
    return region.width <= _SMALL_WIDTH and region.height <= _SMALL_HEIGHT
