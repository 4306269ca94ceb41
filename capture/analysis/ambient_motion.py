"""What moves by itself on a screen: a blinking caret, a spinner, a clock, a video advert that never ends.

Owns telling them by place and rhythm from what somebody does. Refuses to look at pixels: a change is a box, a moment
and a checksum.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from capture.model import Change, Region

# A caret is a few pixels wide, a spinner a small square, a clock a short line. What is larger and comes and goes is a
# window, and somebody opened it.
_SMALL_WIDTH, _SMALL_HEIGHT = 160, 64
_REMEMBERED = 24  # states of one box: a plain caret has two, one that fades and a spinner a dozen
_PATIENCE_MS = 2_500  # a blink comes back within; what returns later was brought back
_EVEN_TICKS = 4  # as many even intervals in one place are a clock
_CLOCK_MS = (450, 65_000)  # faster than any clock is typing
_LARGEST_FILM = 640 * 480  # pixels: a film in a corner; what is larger somebody plays to be looked at
_FILM_GAP_MS = 600  # a film's pictures follow each other faster
_FILM_MS = 10_000  # it plays at least so long, and for at least half of what the log covers


def by_itself(changes: Sequence[Change], duration_ms: int) -> set[int]:
    """Indices of the changes that nobody made; ``changes`` in order of time."""
    return {*_blinks(changes), *_clocks(changes), *_films(changes, duration_ms)}


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


@dataclass
class _Run:
    """Changes of one box that follow each other closely."""

    region: Region
    began_ms: int
    last_ms: int
    members: list[int] = field(default_factory=list)


def _films(changes: Sequence[Change], duration_ms: int) -> Iterator[int]:
    """Indices of changes of a box that changes as a whole, all the time, whatever else goes on.

    Half of the recording: a progress bar or a spinner ends before, and is waited for (``capture/analysis/waits.py``).
    """
    places: list[list[_Run]] = []
    for run in (run for run in _runs(changes) if run.last_ms - run.began_ms >= _FILM_GAP_MS):
        place = next((place for place in places if _same(place[0].region, run.region)), None)
        if place is None:
            places.append(place := [])
        place.append(run)
    for place in places:
        playing = sum(run.last_ms - run.began_ms for run in place)
        if playing >= max(_FILM_MS, duration_ms // 2):
            yield from (index for run in place for index in run.members)


def _runs(changes: Sequence[Change]) -> list[_Run]:
    done: list[_Run] = []
    going: list[_Run] = []
    for index, change in enumerate(changes):
        if change.pointer or change.width * change.height > _LARGEST_FILM:
            continue
        ended = [run for run in going if change.at_ms - run.last_ms > _FILM_GAP_MS]
        done += ended
        going = [run for run in going if run not in ended] if ended else going
        run = next((run for run in going if _same(run.region, change.region)), None)
        if run is None:
            going.append(run := _Run(change.region, change.at_ms, change.at_ms))
        run.last_ms = change.at_ms
        run.members.append(index)
    return [*done, *going]


def _same(one: Region, other: Region) -> bool:
    """Whether two boxes are the same place: they share more than half of what they cover together."""
    shared, both = one.intersect(other), one.unite(other)
    return shared.width * shared.height * 2 > both.width * both.height
