"""Infers when something was probably done in a recording without input events, from the screen and the pointer. Pure.

Owns what counts: something changes where the pointer came to rest, text appears along a line, a large part of the
picture changes. Not ambient motion, the pointer itself, what lights up under it, and what goes away as it leaves. An
inferred action is never an Event: nobody knows whether anything was clicked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from capture.analysis.ambient_motion import ambient_changes
from capture.analysis.pointer_path import POINTER_WIDTH, PointerPath, pointer_path
from capture.model import Change, Event, InferredAction, InferredKind, Region

APART_MS = 1_000
"""Least interval between two inferred actions."""

_RESTED_MS = 2_000  # what changes later after the pointer came to rest was not caused by it
_RESTS_MS = (60, 200)  # after a press the pointer stays; two ticks may pass until a picture shows that it did
_HOVER_MS = 150  # what the pointer enters lights up within this time
_TOGETHER_MS = 500  # two changes of one press: the button lights up, and what it does
_KEYS_MS = 700  # longest pause between two keys of one burst
_LINE = 48  # pixels: changes of typed text are no higher
_KEY_WIDTH = 160  # pixels: nor wider
_SMALL = 160 * 64  # pixels: a clock, an icon, a line of status
_LARGE = 50  # a large change covers at least the fiftieth part of the picture
_ROW = 8  # what lights up under the pointer is at most this part of the picture's height
_NEAR = 6  # near the pointer: within this part of the picture's height
_APPROACH_MS = 3_000  # an earlier movement does not belong to the action
_LEAVES_MS = 500  # a tooltip goes away so soon after the pointer moves


def inferred_actions(
    changes: Iterable[Change], events: Iterable[Event], size: tuple[int, int], duration_ms: int
) -> tuple[InferredAction, ...]:
    """Likely actions in order, at least a second apart. ``size`` is the (width, height) in which the boxes of the
    ``changes`` are counted; of the ``events`` only pointer positions are used. Both are sorted by time.
    """
    seen = list(changes)
    ambient = ambient_changes(seen, duration_ms)
    path = pointer_path(seen, list(events), ambient)
    left = [change for index, change in enumerate(seen) if index not in ambient and index not in path.drawn]
    typed, others = _typing(left)
    drawn = (seen[index] for index in sorted(path.drawn))
    under = [change for change in drawn if change.width > POINTER_WIDTH and not change.pointer]
    found = [*typed, *_Screen(path, others, size, under).actions()]
    return tuple(_apart(sorted(found, key=lambda action: action.at_ms)))


class _Screen:
    """The changes that are not typing, and the pointer's path. ``under``: changes of the pointer and more."""

    def __init__(
        self, path: PointerPath, changes: Sequence[Change], size: tuple[int, int], under: Sequence[Change]
    ) -> None:
        self._path, self._changes, self._under = path, changes, under
        self._width, self._height = size

    def actions(self) -> Iterator[InferredAction]:
        """An action for each moment at which something happened."""
        for at_ms, tick in groupby(self._changes, key=lambda change: change.at_ms):
            boxes = [change.region for change in tick]
            counted = [box for box in boxes if not self._lights_up(box, at_ms)]
            if not counted:
                continue
            if sum(box.width * box.height for box in counted) * _LARGE >= self._width * self._height:
                yield self._action(at_ms, counted, InferredKind.LARGE)
            elif self._pressed(at_ms) and (caused := [box for box in counted if self._caused(box, at_ms)]):
                yield self._action(at_ms, caused, InferredKind.LOCAL)

    def _action(self, at_ms: int, boxes: Sequence[Region], kind: InferredKind) -> InferredAction:
        largest = max(boxes, key=lambda box: box.width * box.height)
        begun = self._path.approach_ms(at_ms)
        last = self._path.last_move_ms(at_ms)
        led = begun is not None and last is not None and at_ms - last <= _RESTED_MS and at_ms - begun <= _APPROACH_MS
        place = self._path.place(at_ms) if led else None
        return InferredAction(
            begun if led and begun is not None else at_ms, at_ms + 1, at_ms=at_ms, region=largest, kind=kind,
            place=place,
        )  # fmt: skip

    def _pressed(self, at_ms: int) -> bool:
        """Whether the pointer had come to rest a moment ago, and stays."""
        last, (after, until) = self._path.last_move_ms(at_ms), _RESTS_MS
        return last is not None and at_ms - last <= _RESTED_MS and not self._path.moves_in(at_ms + after, at_ms + until)

    def _lights_up(self, box: Region, at_ms: int) -> bool:
        """Whether a box is a button or row that the pointer enters or leaves."""
        if box.height * _ROW > self._height or not self._path.moves_in(at_ms - _HOVER_MS, at_ms + _RESTS_MS[0]):
            return False
        places = (self._path.place(at_ms - _HOVER_MS), self._path.place(at_ms), self._path.place(at_ms + _RESTS_MS[0]))
        return any(_beside(box, place, 0, 16) for place in places)

    def _caused(self, box: Region, at_ms: int) -> bool:
        """Whether a change may be the effect of a press: near the pointer, or together with one there; and it stays."""
        place = self._path.place(at_ms)
        near = self._height // _NEAR
        beside = [
            change
            for change in (*self._changes, *self._under)
            if abs(change.at_ms - at_ms) <= _TOGETHER_MS and _beside(change.region, place, 0, 16)
        ]
        caused = _beside(box, place, near, near) or box.width * box.height > _SMALL or bool(beside)
        return caused and not self._leaves(box, at_ms)

    def _leaves(self, box: Region, at_ms: int) -> bool:
        """Whether a box changes again just as the pointer moves on, as tooltips do, and nothing else happened."""
        moves = self._path.next_move_ms(at_ms + _RESTS_MS[0])
        if moves is None:
            return False
        until = [change for change in self._changes if at_ms < change.at_ms <= moves + _LEAVES_MS]
        return bool(until) and until[0].region == box and until[0].at_ms >= moves - _RESTS_MS[0]


def _typing(changes: Sequence[Change]) -> tuple[list[InferredAction], list[Change]]:
    """Bursts of small changes that go along a line, and the changes that are none."""
    bursts: list[list[Change]] = []
    others: list[Change] = []
    for change in changes:
        if change.height > _LINE or change.width > _KEY_WIDTH:
            others.append(change)
            continue
        burst = next((b for b in bursts[-4:] if _goes_on(b[-1], change)), None)
        if burst is None:
            bursts.append(burst := [])
        burst.append(change)
    found = []
    for burst in bursts:
        if len({change.region.right for change in burst}) > 1:
            found.append(_burst_action(burst))
        else:
            others += burst
    return found, sorted(others, key=lambda change: change.at_ms)


def _goes_on(last: Change, change: Change) -> bool:
    """Whether a change is the next key: soon, in the same line, beside the last one."""
    lines = min(last.region.bottom, change.region.bottom) - max(last.y, change.y)
    gap = max(last.x, change.x) - min(last.region.right, change.region.right)
    return 0 < change.at_ms - last.at_ms <= _KEYS_MS and lines > 0 and gap <= _LINE


def _burst_action(burst: Sequence[Change]) -> InferredAction:
    box = burst[0].region
    for change in burst[1:]:
        box = box.unite(change.region)
    first, last = burst[0], burst[-1]
    place = (first.x, first.y + first.height // 2)
    return InferredAction(
        first.at_ms, last.at_ms + 1, at_ms=first.at_ms, region=box, kind=InferredKind.TYPING, place=place
    )


def _apart(actions: Iterable[InferredAction]) -> Iterator[InferredAction]:
    """The actions, what follows within a second or goes on joined to the one before."""
    last: InferredAction | None = None
    for action in actions:
        if last is not None and action.at_ms < _free_ms(last, action):
            last = _joined(last, action)
            continue
        if last is not None:
            yield last
        last = (
            action if last is None else replace(action, start_ms=max(action.start_ms, min(last.end_ms, action.at_ms)))
        )
    if last is not None:
        yield last


def _free_ms(last: InferredAction, action: InferredAction) -> int:
    """When the next action may begin: a picture that keeps changing is one, as long as it does."""
    keeps = last.kind is action.kind is InferredKind.LARGE
    return max(last.at_ms + APART_MS, last.end_ms + (APART_MS if keeps else 0))


def _joined(last: InferredAction, action: InferredAction) -> InferredAction:
    kind = action.kind if action.kind is InferredKind.TYPING else last.kind
    return replace(last, end_ms=max(last.end_ms, action.end_ms), kind=kind)


def _beside(box: Region, place: tuple[int, int] | None, across: int, down: int) -> bool:
    """Whether a place lies in a box, or at most so many pixels across and down from it."""
    if place is None:
        return False
    x, y = place
    return box.x - across <= x < box.right + across and box.y - down <= y < box.bottom + down
