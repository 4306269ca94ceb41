"""FrameBuffer: the current picture of a target, updated box by box, with pointer and click rings drawn over it.

Owns the picture and a clean copy without overlays. A tick without changes costs one request to the desktop; a changed
box costs its own pixels only. Does not depend on the desktop: a DesktopProbe reports the boxes that may have changed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from capture.desktop.cursor_overlay import Mark, Overlay, Rings, enlarged
from capture.desktop.frame_diff import Comparer, Pixels, cheap_to_grab, checksum, gather
from capture.desktop.look_pacer import LookPacer
from capture.desktop.scaling import fitted, scale_of, scaled_size, shrunk
from capture.desktop.screen_grabber import OffScreen, Screen, ScreenHidden, check_seen
from capture.desktop.screen_source import DesktopProbe, DesktopState, PixelSource
from capture.model import Change, Region, Target

if TYPE_CHECKING:
    from capture.desktop.key_overlay import Chords

FULL_COMPARE_S = 10.0
"""Some graphics drivers miss damage. Comparing the whole picture this often costs 0.03 % and bounds what is missed."""
_OPAQUE = np.uint32(0xFF000000)
_PATIENCE = 90  # ticks within which a desktop that has become smaller must report it
_POINTER_WASTE = 4096  # pixels: the pointer's old and new box are joined while they are near


class FrameBuffer:
    """A ScreenSource. Its size is the target's at opening, made even by leaving out the last row or column.

    A target that is larger later is scaled down into it, at the upper left.

    ``clean`` is the picture without pointer and rings: (height, width) of uint32 BGRA. ``pacer`` limits the looks where
    the probe cannot tell changes; ``density`` gives the pixels for each unit of a region that is never scaled down.
    """

    def __init__(
        self,
        screen: PixelSource,
        probe: DesktopProbe,
        *,
        rings: bool = True,
        pacer: LookPacer | None = None,
        density: Callable[[Region], float] = lambda _region: 1.0,
    ) -> None:
        self._screen, self._probe, self._pacer = screen, probe, pacer
        self._rings = Rings() if rings else None
        self._notices: list[str] = []
        self.pointer: tuple[int, int] | None = None
        state = self._probe_state()
        self._frame = state.frame or Region(0, 0, 2, 2)
        self.label = probe.label
        self._density = density(self._frame)
        self.width, self.height = (round(n * self._density) & ~1 for n in (self._frame.width, self._frame.height))
        self._whole = self._shown = Region(0, 0, self.width, self.height)
        self.clean: Pixels = np.full((self.height, self.width), _OPAQUE, np.uint32)
        self.picture: NDArray[np.uint8] = self._bytes(self.clean).copy()
        self._compare = Comparer()
        self._overlay = Overlay(self._bytes(self.clean), self.picture)
        self._chords: Chords | None = None
        self._pointer_state: tuple[object, ...] = ()
        self._failures = 0
        self._frame_is_new, self._stale, self._hidden = True, False, False
        self._compared_s = 0.0
        self.scale, self._parts = self._density, state.parts
        self._update(state)

    def _bytes(self, pixels: Pixels) -> NDArray[np.uint8]:
        return pixels.view(np.uint8).reshape(self.height, self.width, 4)

    @property
    def region(self) -> Region:
        """The picture's current region on the desktop; the last known one while the target is not visible."""
        if self.scale < 1:
            return self._frame
        width, height = (math.ceil(n / self._density) for n in (self.width, self.height))
        return Region(self._frame.x, self._frame.y, width, height)

    def poll(self) -> tuple[Change, ...]:
        """Update ``picture``; returns the boxes that changed. Raises CaptureError when the screen is lost."""
        return self._update(self._probe_state())

    def show_click(self, x: int, y: int) -> None:
        """Show a click ring at a position of the picture."""
        if self._rings is not None:
            self._rings.add(x, y, time.monotonic())
        if self._pacer is not None:
            self._pacer.expect(time.monotonic())

    def show_keys(self, keys: str) -> None:
        """Show a key chord briefly."""
        if self._chords is None:
            from capture.desktop.key_overlay import Chords

            self._chords = Chords(self.width, self.height)
        self._chords.add(keys, time.monotonic())

    def notices(self) -> list[str]:
        """Notices for the user since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Release the screen."""
        self._probe.close()
        self._screen.close()

    def _probe_state(self) -> DesktopState:
        state = self._probe.refresh()
        self._notices += state.notices
        self.pointer = (state.pointer_x, state.pointer_y) if state.pointer is not None else None
        return state

    def _update(self, state: DesktopState) -> tuple[Change, ...]:
        if not state.answers:
            return ()
        now_s = time.monotonic()
        if state.frame is not None and (state.frame, state.parts) != (self._frame, self._parts):
            self._frame, self._parts, self._frame_is_new = state.frame, state.parts, True
            self.scale = self._density if self._density != 1 else scale_of(state.frame, self.width, self.height)
            self._shown = scaled_size(state.frame, self.scale).intersect(self._whole)
        fresh = self._refresh(state, now_s) if state.frame is not None else []
        pointer_state = (state.pointer, state.pointer_x, state.pointer_y, state.frame)
        if not fresh and pointer_state == self._pointer_state and not self._rings and not self._chords:  # most ticks
            return ()
        self._pointer_state = pointer_state
        marks = self._marks(state, now_s)
        if not fresh and marks == self._overlay.marks:
            return ()
        drawn = self._overlay.update(marks, fresh)
        return (*self._changes(fresh, pointer=False), *self._changes(drawn, pointer=True))

    def _marks(self, state: DesktopState, now_s: float) -> list[Mark]:
        marks = self._chords.marks(now_s) if self._chords is not None else []
        times = max(1, round(self._density))
        rings = self._rings.marks(now_s) if self._rings is not None else []
        marks += [Mark(enlarged(ring.sprite, times), ring.x, ring.y) for ring in rings] if times > 1 else rings
        if state.pointer is not None and state.frame is not None:
            x, y = state.pointer_x - state.frame.x, state.pointer_y - state.frame.y
            sprite = enlarged(state.pointer, times) if times > 1 else state.pointer
            mark = Mark(sprite, round(x * self.scale), round(y * self.scale))
            if not mark.box.intersect(self._shown).empty:  # not drawn over the black around a smaller target
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

    def _refresh(self, state: DesktopState, now_s: float) -> list[Region]:
        """Update the clean picture; returns tight boxes of what changed."""
        boxes = self._where(state, now_s)
        if boxes is not None and not boxes:
            return []
        began_s = time.perf_counter()
        pieces = self._try_grab(boxes, now_s)
        if boxes is not None and self._stale and self._is_cut_off(pieces or []):
            boxes, pieces = None, self._try_grab(None, now_s)
        if pieces is None:
            return []
        if pieces and not self._probe.confirm():
            self._frame_is_new = True  # grabbed after the target moved: it may show other windows, so discard it
            return []
        fresh = [box for place, new in pieces for box in self._take(place, new)]
        cost_s = time.perf_counter() - began_s
        if boxes is None:
            self._frame_is_new, self._stale, self._compared_s = False, False, now_s
            if self._pacer is not None:
                self._pacer.looked(now_s, cost_s, fresh)
        elif self._pacer is not None and self._stale:
            self._pacer.looked_at_spots(now_s, cost_s, fresh)
        return fresh

    def _where(self, state: DesktopState, now_s: float) -> list[Region] | None:
        """Where to look now, in picture pixels; None: everywhere."""
        self._stale |= state.suspects is None
        if self._frame_is_new or now_s - self._compared_s > FULL_COMPARE_S:
            return None
        if not self._stale:
            return self._in_picture(state.suspects or [])
        spots = self._pacer.look(now_s) if self._pacer is not None else None
        if spots is None or (spots and self._composed):
            return None
        seen = self._seen()
        inside = [spot.even(self._whole).intersect(seen) for spot in spots]
        return [spot for spot in inside if not spot.empty]

    def _in_picture(self, suspects: list[Region]) -> list[Region] | None:
        if self._composed:
            return None if any(not box.intersect(self._frame).empty for box in suspects) else []
        seen, frame = self._seen(), self._frame
        moved = (Region(box.x - frame.x, box.y - frame.y, box.width, box.height).intersect(seen) for box in suspects)
        return cheap_to_grab([box for box in moved if not box.empty])

    def _is_cut_off(self, pieces: list[tuple[Region, Pixels]]) -> bool:
        """Whether a change reaches the edge of its box, and so may go on beyond it."""
        for place, new in pieces:
            changed = self._compare.changed(self.clean[place.y : place.bottom, place.x : place.right], new)
            inner = Region(1, 1, place.width - 2, place.height - 2)
            if any(box.intersect(inner) != box for box in changed):
                return True
        return False

    def _try_grab(self, boxes: list[Region] | None, now_s: float) -> list[tuple[Region, Pixels]] | None:
        """The pixels of some boxes, None: of everything; None while they cannot be had."""
        try:
            pieces = self._grab_all() if boxes is None else [(box, self._grab(box)) for box in boxes]
        except OffScreen:
            # The desktop has just become smaller and its event has not arrived yet.
            self._failures += 1
            self._frame_is_new = True
            if self._failures > _PATIENCE:
                raise
            return None
        except ScreenHidden:
            if not self._compared_s:
                raise  # there is no picture yet that could stay
            self._tell_hidden(now_s)
            return None
        self._failures, self._hidden = 0, False
        return pieces

    def _tell_hidden(self, now_s: float) -> None:
        if not self._hidden:
            self._notices.append("The screen is locked or switched off; its last picture stays until it is back.")
        self._hidden = self._stale = True
        if self._pacer is not None:
            self._pacer.looked(now_s, 0.0, ())

    def _seen(self) -> Region:
        """The part of the picture that is on the desktop, in picture pixels."""
        on_desktop = self.region.intersect(self._frame).intersect(self._screen.desktop)
        corner = (on_desktop.x - self._frame.x, on_desktop.y - self._frame.y)
        if self._density == 1:
            return Region(*corner, on_desktop.width, on_desktop.height)
        return Region(*(round(n * self._density) for n in (*corner, on_desktop.width, on_desktop.height))).intersect(
            self._whole
        )

    def _grab_all(self) -> list[tuple[Region, Pixels]]:
        if self._composed:
            return [(self._whole, self._compose())]
        seen = self._seen()
        if seen == self._whole:
            return [(seen, self._grab(seen))]
        new = np.full_like(self.clean, _OPAQUE)  # black where the target does not reach
        if not seen.empty:
            new[seen.y : seen.bottom, seen.x : seen.right] = self._grab(seen)
        return [(self._whole, new)]

    @property
    def _composed(self) -> bool:
        """Whether the picture is put together and scaled, and not just what the desktop shows there."""
        return self.scale < 1 or self._parts is not None

    def _compose(self) -> Pixels:
        """The whole picture: black, with the target's parts as far as they are on the desktop, scaled."""
        frame = self._frame
        whole = np.full((frame.height, frame.width), _OPAQUE, np.uint32)
        for part in self._parts or (frame,):
            on_desktop = part.intersect(frame).intersect(self._screen.desktop)
            if not on_desktop.empty:
                rows, columns = on_desktop.y - frame.y, on_desktop.x - frame.x
                whole[rows : rows + on_desktop.height, columns : columns + on_desktop.width] = self._screen.grab(
                    on_desktop
                )
        size = self._shown
        new = np.full_like(self.clean, _OPAQUE)
        if self.scale < 1:
            new[: size.height, : size.width] = shrunk(whole, size)
        else:
            new[: size.height, : size.width] = whole[: size.height, : size.width]
        return new

    def _grab(self, box: Region) -> Pixels:
        if self._density == 1:
            return self._screen.grab(Region(box.x + self._frame.x, box.y + self._frame.y, box.width, box.height))
        units = (math.ceil(n / self._density) for n in (box.x, box.y, box.width, box.height))
        x, y, width, height = units
        return fitted(self._screen.grab(Region(x + self._frame.x, y + self._frame.y, width, height)), box)

    def _take(self, box: Region, new: Pixels) -> list[Region]:
        """Copy the changed pixels of one box into the clean picture; returns tight boxes of them."""
        old = self.clean[box.y : box.bottom, box.x : box.right]
        found = self._compare.changed(old, new)
        for tight in found:
            rows, columns = slice(tight.y, tight.bottom), slice(tight.x, tight.right)
            np.bitwise_or(new[rows, columns], _OPAQUE, out=old[rows, columns])
        return [Region(tight.x + box.x, tight.y + box.y, tight.width, tight.height) for tight in found]


def open_grabbed(
    target: Target, open_probe: Callable[[Target, Screen], DesktopProbe], *, rings: bool = True
) -> FrameBuffer:
    """A filled FrameBuffer of a target: mss grabs its pixels, a probe reports its changes.

    Raises CaptureError, with everything closed again.
    """
    with ExitStack() as undo:
        screen = undo.enter_context(Screen())
        probe = open_probe(target, screen)
        undo.callback(probe.close)
        source = FrameBuffer(screen, probe, rings=rings, pacer=LookPacer(), density=screen.density)
        check_seen(screen, source.clean)
        undo.pop_all()
    return source
