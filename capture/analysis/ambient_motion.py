"""Detects ambient motion on a screen: a blinking caret, a spinner, a clock, an endless video advert.

Owns distinguishing it from user actions by position and timing. Does not read pixels: a change is a box, a time and a
checksum.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from capture.model import Change, Region

# A caret is a few pixels wide, a spinner a small square, a clock a short line. Anything larger that appears and
# disappears is a window, which the user opened.
_SMALL_WIDTH, _SMALL_HEIGHT = 160, 64
_REMEMBERED = 24  # states of one box: a plain caret has two, a fading one or a spinner about a dozen
_BLINK_MS = 2_500  # a blink returns within this time; a later return is an action
_EVEN_TICKS = 4  # this many regular intervals at one position are a clock
_CLOCK_MS = (450, 65_000)  # changes at shorter intervals are typing
_LARGEST_VIDEO = 640 * 480  # pixels: a video in a corner; a larger one is played to be watched
_VIDEO_GAP_MS = 600  # a video's pictures follow each other faster
_VIDEO_MS = 10_000  # it plays at least this long, and for at least half of the log


def ambient_changes(changes: Sequence[Change], duration_ms: int) -> set[int]:
    """Indices of the changes that are ambient motion; ``changes`` are sorted by time."""
    return {*_blinks(changes), *_clocks(changes), *_videos(changes, duration_ms)}


def _blinks(changes: Sequence[Change]) -> Iterator[int]:
    """Indices of changes by which a small box only returned to a recent state."""
    recent: defaultdict[Region, deque[int]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
    for index, change in enumerate(changes):
        if change.pointer or not _small(change.region):
            continue
        states = recent[change.region]
        if states and change.at_ms - changes[states[-1]].at_ms > _BLINK_MS:
            states.clear()
        states.append(index)
        same = [i for i in states if changes[i].checksum == change.checksum]
        if len(same) > 1:  # everything between two equal states is part of the blink
            yield from (i for i in states if i >= same[-2])


def _clocks(changes: Sequence[Change]) -> Iterator[int]:
    """Indices of changes in one small area at regular intervals."""
    for area in _areas(changes):
        run = area[:1]
        for index in area[1:]:
            if not _even(changes, run, changes[index].at_ms - changes[run[-1]].at_ms):
                yield from run if len(run) > _EVEN_TICKS else ()
                run = []
            run.append(index)
        yield from run if len(run) > _EVEN_TICKS else ()


def _even(changes: Sequence[Change], run: Sequence[int], interval: int) -> bool:
    """Whether one more interval is similar to those of the run so far."""
    if not _CLOCK_MS[0] <= interval <= _CLOCK_MS[1]:
        return False
    usual = median([changes[b].at_ms - changes[a].at_ms for a, b in pairwise(run)] or [interval])
    return abs(interval - usual) <= max(80, usual * 0.1)  # 80: two ticks of 30 Hz


def _areas(changes: Sequence[Change]) -> list[list[int]]:
    """Indices of small changes grouped by area; a clock's digits have boxes of different shapes."""
    regions: list[Region] = []
    members: list[list[int]] = []
    nearby: defaultdict[tuple[int, int], list[int]] = defaultdict(list)  # for speed: a log may last an hour
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


@dataclass
class _Run:
    """Changes of one box in quick succession."""

    region: Region
    began_ms: int
    last_ms: int
    members: list[int] = field(default_factory=list)


def _videos(changes: Sequence[Change], duration_ms: int) -> Iterator[int]:
    """Indices of changes of a box that changes as a whole for at least half of the recording, whatever else happens.

    A progress bar or a spinner ends earlier and is a wait (``capture/analysis/waits.py``).
    """
    areas: list[list[_Run]] = []
    for run in (run for run in _runs(changes) if run.last_ms - run.began_ms >= _VIDEO_GAP_MS):
        area = next((area for area in areas if _same(area[0].region, run.region)), None)
        if area is None:
            areas.append(area := [])
        area.append(run)
    for area in areas:
        playing = sum(run.last_ms - run.began_ms for run in area)
        if playing >= max(_VIDEO_MS, duration_ms // 2):
            yield from (index for run in area for index in run.members)


def _runs(changes: Sequence[Change]) -> list[_Run]:
    done: list[_Run] = []
    going: list[_Run] = []
    for index, change in enumerate(changes):
        if change.pointer or change.width * change.height > _LARGEST_VIDEO:
            continue
        ended = [run for run in going if change.at_ms - run.last_ms > _VIDEO_GAP_MS]
        done += ended
        going = [run for run in going if run not in ended] if ended else going
        run = next((run for run in going if _same(run.region, change.region)), None)
        if run is None:
            going.append(run := _Run(change.region, change.at_ms, change.at_ms))
        run.last_ms = change.at_ms
        run.members.append(index)
    return [*done, *going]


def _same(one: Region, other: Region) -> bool:
    """Whether two boxes are the same area: their intersection is more than half of the box around both."""
    shared, both = one.intersect(other), one.unite(other)
    return shared.width * shared.height * 2 > both.width * both.height
