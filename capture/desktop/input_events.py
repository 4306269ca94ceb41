"""Single inputs joined into Events: typing and scrolling in bursts, places in the picture, pointer samples.

The same for every system; what listens to the keyboard and the mouse calls it, from any thread. Refuses characters:
nothing here can be told which key was typed, so nothing can give it away.

A burst is put when it has ended, so events come in the order of their ends, not of their ``at_ms``.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from capture.model import Chord, Click, Event, Pointer, Region, Scroll, Typed, WindowChange

TYPING_PAUSE_MS = 1000
"""A longer pause ends a burst of typing."""
SCROLL_PAUSE_MS = 300
"""A longer pause ends a burst of scrolling; a hand on a wheel turns a notch in 50 to 200 ms."""
POINTER_EVERY_MS = 100
"""At most ten samples a second: enough for a path, little on disk."""


class EventAggregator:
    """Takes desktop places, puts Events with places in the picture; what happens outside the picture is left out."""

    def __init__(self, region: Callable[[], Region], now_ms: Callable[[], int], put: Callable[[Event], None]) -> None:
        self._region, self._now_ms, self._put = region, now_ms, put
        self._lock = Lock()
        self._typed: Typed | None = None
        self._scroll: Scroll | None = None
        self._scroll_end_ms = 0
        self._last_place: tuple[int, int] | None = None
        self._last_sample_ms = -POINTER_EVERY_MS
        self._last_window = ("", "")

    def _inside(self, x: int, y: int) -> tuple[int, int] | None:
        region = self._region()
        inside = region.x <= x < region.right and region.y <= y < region.bottom
        return (x - region.x, y - region.y) if inside else None

    def click(self, x: int, y: int, button: int, window: tuple[str, str]) -> None:
        """A button went down at a desktop place, over the window of that title and class."""
        with self._lock:
            place = self._inside(x, y)
            if place is not None:
                at_ms = self._now_ms()
                self._flush()
                title, window_class = window
                self._put(Click(at_ms, *place, button=button, window=title, window_class=window_class))

    def scroll(self, x: int, y: int, dx: int, dy: int) -> None:
        """The wheel turned by a notch or some; notches of one direction join."""
        with self._lock:
            place, at_ms = self._inside(x, y), self._now_ms()
            if place is None:
                return
            burst = self._scroll
            if burst is None or burst.dx * dx < 0 or burst.dy * dy < 0 or at_ms - self._scroll_end_ms > SCROLL_PAUSE_MS:
                self._flush()
                burst = Scroll(at_ms, *place)
            self._scroll = Scroll(burst.at_ms, burst.x, burst.y, dy=burst.dy + dy, dx=burst.dx + dx)
            self._scroll_end_ms = at_ms

    def chord(self, keys: str) -> None:
        """A key with modifiers, or one that types nothing."""
        with self._lock:
            at_ms = self._now_ms()
            self._flush()
            self._put(Chord(at_ms, keys))

    def typed(self) -> None:
        """A key that types a character went down; which one is not asked."""
        with self._lock:
            self._type(1)

    def corrected(self, keys: str) -> None:
        """A key that takes a character back: part of the typing it interrupts, otherwise a key like any other."""
        with self._lock:
            if self._typed is not None and self._now_ms() - self._typed.end_ms <= TYPING_PAUSE_MS:
                self._type(0)
                return
        self.chord(keys)

    def _type(self, count: int) -> None:
        at_ms = self._now_ms()
        if self._typed is None or at_ms - self._typed.end_ms > TYPING_PAUSE_MS:
            self._flush()
            self._typed = Typed(at_ms, 0, at_ms)
        self._typed = Typed(self._typed.at_ms, self._typed.count + count, at_ms)

    def moved(self, x: int, y: int) -> None:
        """The pointer is at a desktop place; put when it is a new one and the last sample is old enough."""
        with self._lock:
            place, at_ms = self._inside(x, y), self._now_ms()
            if place is None or place == self._last_place or at_ms - self._last_sample_ms < POINTER_EVERY_MS:
                return
            self._last_place, self._last_sample_ms = place, at_ms
            self._put(Pointer(at_ms, *place))

    def starts_in(self, title: str, window_class: str) -> None:
        """The window that has the focus when listening begins: put as a change at 0: where a take begins."""
        with self._lock:
            if (title, window_class) != ("", ""):
                self._last_window = (title, window_class)
                self._put(WindowChange(0, title, window_class))

    def window(self, title: str, window_class: str) -> None:
        """A window has the focus; put when it is another than before."""
        with self._lock:
            if (title, window_class) in (("", ""), self._last_window):
                return
            self._last_window = (title, window_class)
            at_ms = self._now_ms()
            self._flush()
            self._put(WindowChange(at_ms, title, window_class))

    def tick(self) -> None:
        """Put the bursts that have ended. To be called a few times a second."""
        with self._lock:
            now_ms = self._now_ms()
            if self._typed is not None and now_ms - self._typed.end_ms > TYPING_PAUSE_MS:
                self._flush()
            if self._scroll is not None and now_ms - self._scroll_end_ms > SCROLL_PAUSE_MS:
                self._flush()

    def finish(self) -> None:
        """Put what is still open."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        typed, scroll = self._typed, self._scroll
        self._typed = self._scroll = None
        for burst in (typed, scroll):
            if burst is not None:
                self._put(burst)
