"""FrameScheduler: which frames of a source are written, and which of them are key frames.

Owns the rule that a frame is written for changes only. Does not read a clock: every call gives the time.
"""

from __future__ import annotations

from capture.desktop.screen_source import ScreenSource
from capture.model import Change, Region
from capture.recorder.clock import NS_PER_MS
from capture.video.take_writer import TakeWriter

SETTLED_NS = 300 * NS_PER_MS
"""One more frame this long after the last change: the writer holds the last frame, and a kill must not lose it."""
IDLE_NS, IDLE_SILENT_NS = 1_000 * NS_PER_MS, 500 * NS_PER_MS
"""A still screen is written this often, so that a kill costs little time; without sound only frames carry the time."""
PAUSED_NS = 500 * NS_PER_MS
"""Between looks during a pause, so that a screen lost in it ends the take."""
KEY_NS, KEY_IDLE_NS = 10_000 * NS_PER_MS, 30_000 * NS_PER_MS
"""Intervals of key frames on a changing and on a still screen: a still one decodes fast, and a key frame is 0.2 MB."""


class FrameScheduler:
    """Writes the frames of ``source`` to ``writer``. ``silent``: the take has no sound."""

    def __init__(self, source: ScreenSource, writer: TakeWriter, *, silent: bool) -> None:
        self.source, self._writer = source, writer
        self._still_ns = IDLE_SILENT_NS if silent else IDLE_NS
        self._idle_ns = SETTLED_NS
        self._shown_ns = self._key_ns = self._refreshed_ns = 0
        self._key_wanted = False

    def open(self) -> None:
        """Write the first frame, at time zero."""
        self._writer.paint(self.source.picture, Region(0, 0, self.source.width, self.source.height))
        self._writer.show(0, key=True)

    def want_key(self) -> None:
        """Write a key frame at the next tick. Thread-safe."""
        self._key_wanted = True

    def refresh_paused(self, now_ns: int) -> None:
        """Update the picture now and then without writing a frame; the next frame contains all changes.

        ``now_ns`` is of the monotonic clock. Raises CaptureError.
        """
        if now_ns - self._refreshed_ns >= PAUSED_NS:
            self._refreshed_ns = now_ns
            for change in self.source.poll():
                self._writer.paint(self.source.picture, change.region)

    def tick(self, at_ns: int) -> tuple[Change, ...]:
        """Update the picture, write a frame if one is due, and return the changes. Raises CaptureError."""
        changes = self.source.poll()
        for change in changes:
            self._writer.paint(self.source.picture, change.region)
        wanted, self._key_wanted = self._key_wanted, False
        if changes or wanted or at_ns - self._shown_ns >= self._idle_ns:
            self._idle_ns = SETTLED_NS if changes else self._still_ns
            self._show(at_ns, key=wanted or at_ns - self._key_ns >= (KEY_NS if changes else KEY_IDLE_NS))
        return changes

    def _show(self, at_ns: int, *, key: bool) -> None:
        self._writer.show(at_ns, key=key)
        self._shown_ns = at_ns
        if key:
            self._key_ns = at_ns
