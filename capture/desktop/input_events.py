"""EventAggregator: joins single inputs into Events: bursts of typing and scrolling, clicks, pointer samples.

The same for every system; input listeners call it from any thread. Does not accept characters, so that it cannot
reveal which keys were typed.

A burst is put when it has ended, so events are ordered by their ends, not by their ``at_ms``.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from capture.model import Chord, Click, Event, Pointer, Region, Scroll, Typed, WindowChange

TYPING_PAUSE_MS = 1000
"""A longer pause ends a burst of typing."""
SCROLL_PAUSE_MS = 300
"""A longer pause ends a burst of scrolling; turning a wheel by one notch takes 50 to 200 ms."""
POINTER_EVERY_MS = 100
"""At most ten pointer samples a second: enough for a path, little on disk."""


class EventAggregator:
    """Takes desktop positions, puts Events with picture positions; inputs outside the picture are left out."""

    def __init__(
        self,
        region: Callable[[], Region],
        now_ms: Callable[[], int],
        put: Callable[[Event], None],
        scale: Callable[[], float] = lambda: 1.0,
        pointer: Callable[[], tuple[int, int] | None] = lambda: None,
    ) -> None:
        self._region, self._now_ms, self._put = region, now_ms, put
        self._scale, self._pointer = scale, pointer
        self._behind_ms = 0
        self._lock = Lock()
        self._typed: Typed | None = None
        self._scroll: Scroll | None = None
        self._scroll_end_ms = 0
        self._last_place: tuple[int, int] | None = None
        self._last_sample_ms = -POINTER_EVERY_MS
        self._last_window = ("", "", 0)

    def behind(self, ms: int) -> None:
        """What is told from now on happened ``ms`` before it is told."""
        self._behind_ms = max(0, ms)

    def _time_ms(self) -> int:
        return max(0, self._now_ms() - self._behind_ms)

    def _inside(self, x: int, y: int) -> tuple[int, int] | None:
        region = self._region()
        inside = region.x <= x < region.right and region.y <= y < region.bottom
        scale = self._scale()
        return (int((x - region.x) * scale), int((y - region.y) * scale)) if inside else None

    def click(self, x: int, y: int, button: int, window: tuple[str, str]) -> None:
        """A button was pressed at a desktop position, over the window of that title and class."""
        with self._lock:
            place = self._inside(x, y)
            if place is not None:
                at_ms = self._time_ms()
                self._flush()
                title, window_class = window
                self._put(Click(at_ms, *place, button=button, window=title, window_class=window_class))

    def scroll(self, x: int, y: int, dx: int, dy: int) -> None:
        """The wheel turned by one or more notches; notches of one direction are joined."""
        with self._lock:
            place, at_ms = self._inside(x, y), self._time_ms()
            if place is None:
                return
            burst = self._scroll
            if burst is None or burst.dx * dx < 0 or burst.dy * dy < 0 or at_ms - self._scroll_end_ms > SCROLL_PAUSE_MS:
                self._flush()
                burst = Scroll(at_ms, *place)
            self._scroll = Scroll(burst.at_ms, burst.x, burst.y, dy=burst.dy + dy, dx=burst.dx + dx)
            self._scroll_end_ms = at_ms

    def chord(self, keys: str) -> None:
        """A key with modifiers, or a key that types nothing, was pressed."""
        with self._lock:
            at_ms = self._time_ms()
            self._flush()
            self._put(Chord(at_ms, keys))

    def typed(self) -> None:
        """A key that types a character was pressed; which one is not passed."""
        with self._lock:
            self._type(1)

    def corrected(self, keys: str) -> None:
        """A key that deletes a character was pressed: part of an open typing burst, otherwise a chord."""
        with self._lock:
            if self._typed is not None and self._time_ms() - self._typed.end_ms <= TYPING_PAUSE_MS:
                self._type(0)
                return
        self.chord(keys)

    def _type(self, count: int) -> None:
        at_ms = self._time_ms()
        if self._typed is None or at_ms - self._typed.end_ms > TYPING_PAUSE_MS:
            self._flush()
            self._typed = Typed(at_ms, 0, at_ms)
        self._typed = Typed(self._typed.at_ms, self._typed.count + count, at_ms)

    def moved(self, x: int, y: int) -> None:
        """The pointer is at a desktop position; put when it moved and the last sample is old enough."""
        self._move(x, y, every_ms=POINTER_EVERY_MS)

    def rested(self, x: int, y: int) -> None:
        """The pointer stopped at a desktop position; put however old the last sample is."""
        self._move(x, y, every_ms=0)

    def _move(self, x: int, y: int, *, every_ms: int) -> None:
        with self._lock:
            place, at_ms = self._inside(x, y), self._time_ms()
            if place is None or place == self._last_place or at_ms - self._last_sample_ms < every_ms:
                return
            self._last_place, self._last_sample_ms = place, at_ms
            self._put(Pointer(at_ms, *place))

    def sample_pointer(self) -> None:
        """Take the pointer's place from the pictures, for listeners that are not told of its movements.

        Every place is put: without clicks, where it rests and when it sets out is all that is known.
        """
        if (place := self._pointer()) is not None:
            self._move(*place, every_ms=0)

    def starts_in(self, title: str, window_class: str, window_id: int = 0) -> None:
        """The window that has the focus when listening begins: put as a change at 0, the start of a take."""
        with self._lock:
            if (title, window_class) != ("", ""):
                self._last_window = (title, window_class, window_id)
                self._put(WindowChange(0, *self._last_window))

    def window(self, title: str, window_class: str, window_id: int = 0) -> None:
        """A window has the focus; put when it is not the same as before. Windows of one title differ by their id."""
        with self._lock:
            window = (title, window_class, window_id)
            if (title, window_class) == ("", "") or window == self._last_window:
                return
            self._last_window = window
            at_ms = self._time_ms()
            self._flush()
            self._put(WindowChange(at_ms, *window))

    def tick(self) -> None:
        """Put the bursts that have ended. Call a few times a second."""
        with self._lock:
            now_ms = self._time_ms()
            if self._typed is not None and now_ms - self._typed.end_ms > TYPING_PAUSE_MS:
                self._flush()
            if self._scroll is not None and now_ms - self._scroll_end_ms > SCROLL_PAUSE_MS:
                self._flush()

    def finish(self) -> None:
        """Put the bursts that are still open."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        typed, scroll = self._typed, self._scroll
        self._typed = self._scroll = None
        for burst in (typed, scroll):
            if burst is not None:
                self._put(burst)
