"""One standing picture, brought up to date box by box, with the pointer and the click rings drawn over it.

Owns the picture and its clean twin. A tick on which nothing changed costs one question to the desktop; a changed box
costs its own pixels only. Refuses to know which desktop it is: a Lookout names the boxes that are suspected.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from capture.desktop.cursor_overlay import Mark, Overlay, Rings
from capture.desktop.frame_diff import Comparer, Pixels, cheap_to_grab, checksum, gather
from capture.desktop.probe import DesktopProbe, DesktopState
from capture.desktop.screen_grabber import OffScreen, Screen, check_seen
from capture.model import Change, Region, Target

if TYPE_CHECKING:
    from capture.desktop.key_overlay import Chords

LOOK_ANYWAY_S = 10.0
"""Some graphics drivers forget to report damage; a whole look this often costs 0.03 % and bounds what is missed."""
_OPAQUE = np.uint32(0xFF000000)
_PATIENCE = 90  # ticks in which a desktop that has become smaller must say so
_POINTER_WASTE = 4096  # pixels: a pointer's old and new place are one box while they are near


class FrameBuffer:
    """A ScreenSource. The size is the target's when it was opened, made even by leaving out its last row or column.

    ``clean`` is the picture without pointer and rings, (height, width) of BGRA numbers.
    """

    def __init__(self, screen: Screen, lookout: DesktopProbe, *, rings: bool = True) -> None:
        self._screen, self._lookout = screen, lookout
        self._rings = Rings() if rings else None
        self._notices: list[str] = []
        sight = self._look()
        self._frame = sight.frame or Region(0, 0, 2, 2)
        self.label = lookout.label
        self.width, self.height = self._frame.width & ~1, self._frame.height & ~1
        self._whole = self._shown = Region(0, 0, self.width, self.height)
        self.clean: Pixels = np.full((self.height, self.width), _OPAQUE, np.uint32)
        self.picture: NDArray[np.uint8] = self._bytes(self.clean).copy()
        self._compare = Comparer()
        self._overlay = Overlay(self._bytes(self.clean), self.picture)
        self._chords: Chords | None = None
        self._pointed: tuple[object, ...] = ()
        self._failures = 0
        self._frame_is_new = True
        self._looked_s = 0.0
        self._update(sight)

    def _bytes(self, pixels: Pixels) -> NDArray[np.uint8]:
        return pixels.view(np.uint8).reshape(self.height, self.width, 4)

    @property
    def region(self) -> Region:
        """Where the picture lies on the desktop just now; where it last lay while there is nothing to see."""
        return Region(self._frame.x, self._frame.y, self.width, self.height)

    def poll(self) -> tuple[Change, ...]:
        """Bring ``picture`` up to date; the boxes that changed. Raises CaptureError when the screen has gone."""
        return self._update(self._look())

    def show_click(self, x: int, y: int) -> None:
        """Show a click ring at a place of the picture."""
        if self._rings is not None:
            self._rings.add(x, y, time.monotonic())

    def show_keys(self, keys: str) -> None:
        """Show a key chord for a moment."""
        if self._chords is None:
            from capture.desktop.key_overlay import Chords

            self._chords = Chords(self.width, self.height)
        self._chords.add(keys, time.monotonic())

    def notices(self) -> list[str]:
        """What the user should be told, since the last call."""
        told, self._notices = self._notices, []
        return told

    def close(self) -> None:
        """Let go of the screen."""
        self._lookout.close()
        self._screen.close()

    def _look(self) -> DesktopState:
        sight = self._lookout.refresh()
        self._notices += sight.notices
        return sight

    def _update(self, sight: DesktopState) -> tuple[Change, ...]:
        if not sight.answers:
            return ()
        now_s = time.monotonic()
        if sight.frame is not None and sight.frame != self._frame:
            self._frame, self._frame_is_new = sight.frame, True
            self._shown = Region(0, 0, sight.frame.width, sight.frame.height).intersect(self._whole)
        fresh = self._refresh(sight, now_s) if sight.frame is not None else []
        pointed = (sight.pointer, sight.pointer_x, sight.pointer_y, sight.frame)
        if not fresh and pointed == self._pointed and not self._rings and not self._chords:  # by far the most ticks
            return ()
        self._pointed = pointed
        marks = self._marks(sight, now_s)
        if not fresh and marks == self._overlay.marks:
            return ()
        drawn = self._overlay.update(marks, fresh)
        return (*self._changes(fresh, pointer=False), *self._changes(drawn, pointer=True))

    def _marks(self, sight: DesktopState, now_s: float) -> list[Mark]:
        marks = self._chords.marks(now_s) if self._chords is not None else []
        marks += self._rings.marks(now_s) if self._rings is not None else []
        if sight.pointer is not None and sight.frame is not None:
            mark = Mark(sight.pointer, sight.pointer_x - sight.frame.x, sight.pointer_y - sight.frame.y)
            if not mark.box.intersect(self._shown).empty:  # over the black around a smaller target there is none
                marks.append(mark)
        return marks

    def _changes(self, boxes: list[Region], *, pointer: bool) -> list[Change]:
        if pointer:
            boxes = gather(boxes, len(boxes), _POINTER_WASTE)
        even = [box.even(self._whole) for box in boxes]
        return [
            Change(
                at_ms=0,
                x=box.x,
                y=box.y,
                width=box.width,
                height=box.height,
                checksum=checksum(self.clean[box.y : box.bottom, box.x : box.right]),
                pointer=pointer,
            )
            for box in even
        ]

    def _refresh(self, sight: DesktopState, now_s: float) -> list[Region]:
        """Bring the clean picture up to date; tight boxes of what changed."""
        whole_look = self._frame_is_new or sight.suspects is None or now_s - self._looked_s > LOOK_ANYWAY_S
        if not whole_look and not sight.suspects:
            return []
        try:
            pieces = self._grab_everywhere() if whole_look else self._grab_suspects(sight.suspects or [])
        except OffScreen:
            # The desktop has just become smaller and the news of it is still on its way.
            self._failures += 1
            self._frame_is_new = True
            if self._failures > _PATIENCE:
                raise
            return []
        self._failures = 0
        if pieces and not self._lookout.confirm():
            self._frame_is_new = True  # grabbed where the target no longer was: that is nobody's to see
            return []
        fresh = [box for place, new in pieces for box in self._take(place, new)]
        if whole_look:
            self._frame_is_new, self._looked_s = False, now_s
        return fresh

    def _seen(self) -> Region:
        """The part of the picture that lies on the desktop, in picture pixels."""
        on_desktop = self.region.intersect(self._frame).intersect(self._screen.desktop)
        return Region(on_desktop.x - self._frame.x, on_desktop.y - self._frame.y, on_desktop.width, on_desktop.height)

    def _grab_everywhere(self) -> list[tuple[Region, Pixels]]:
        seen = self._seen()
        if seen == self._whole:
            return [(seen, self._grab(seen))]
        new = np.full_like(self.clean, _OPAQUE)  # black wherever the target does not reach
        if not seen.empty:
            new[seen.y : seen.bottom, seen.x : seen.right] = self._grab(seen)
        return [(self._whole, new)]

    def _grab_suspects(self, suspects: list[Region]) -> list[tuple[Region, Pixels]]:
        seen, frame = self._seen(), self._frame
        moved = (Region(box.x - frame.x, box.y - frame.y, box.width, box.height).intersect(seen) for box in suspects)
        boxes = cheap_to_grab([box for box in moved if not box.empty])
        return [(box, self._grab(box)) for box in boxes]

    def _grab(self, box: Region) -> Pixels:
        return self._screen.grab(Region(box.x + self._frame.x, box.y + self._frame.y, box.width, box.height))

    def _take(self, box: Region, new: Pixels) -> list[Region]:
        """Put new pixels of one box into the clean picture where they differ."""
        old = self.clean[box.y : box.bottom, box.x : box.right]
        found = self._compare.changed(old, new)
        for tight in found:
            rows, columns = slice(tight.y, tight.bottom), slice(tight.x, tight.right)
            np.bitwise_or(new[rows, columns], _OPAQUE, out=old[rows, columns])
        return [Region(tight.x + box.x, tight.y + box.y, tight.width, tight.height) for tight in found]


def open_grabbed(
    target: Target, open_probe: Callable[[Target, Screen], DesktopProbe], *, rings: bool = True
) -> FrameBuffer:
    """A filled picture of a target whose pixels are grabbed by mss and whose changes a probe tells.

    Raises CaptureError, and then leaves nothing open.
    """
    with ExitStack() as undo:
        screen = undo.enter_context(Screen())
        probe = open_probe(target, screen)
        undo.callback(probe.close)
        source = FrameBuffer(screen, probe, rings=rings)
        check_seen(screen, source.clean)
        undo.pop_all()
    return source
