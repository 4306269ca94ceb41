"""Camera: which pictures of a source are written, and when a picture is a key frame.

Owns the rule that only changes are worth a picture. Refuses to keep time: every call brings it.
"""

from __future__ import annotations

from capture.desktop.screen_source import ScreenSource
from capture.model import Change, Region
from capture.recorder.clock import NS_PER_MS
from capture.video.take_writer import TakeWriter

SETTLED_NS = 300 * NS_PER_MS
"""After the last change, one more picture: the writer holds each until the next, and a kill must not cost that one."""
IDLE_NS, IDLE_SILENT_NS = 1_000 * NS_PER_MS, 500 * NS_PER_MS
"""A still picture is written this often, so that a kill costs little time; without sound nothing else tells time."""
KEY_NS, KEY_IDLE_NS = 10_000 * NS_PER_MS, 30_000 * NS_PER_MS
"""Key frames while something changes and while nothing does: a still stretch decodes in no time, and each is 0.2 MB."""


class FrameScheduler:
    """Points a source at a writer."""

    def __init__(self, source: ScreenSource, writer: TakeWriter, *, silent: bool) -> None:
        self.source, self._writer = source, writer
        self._still_ns = IDLE_SILENT_NS if silent else IDLE_NS
        self._idle_ns = SETTLED_NS
        self._shown_ns = self._key_ns = 0
        self._key_wanted = False

    def open(self) -> None:
        """The first picture, at time zero."""
        self._writer.paint(self.source.picture, Region(0, 0, self.source.width, self.source.height))
        self._writer.show(0, key=True)

    def want_key(self) -> None:
        """The next picture is a key frame, and comes at the next tick; for any thread."""
        self._key_wanted = True

    def refresh(self) -> None:
        """Bring the picture up to date and write nothing; the next picture that is written has it all."""
        for change in self.source.poll():
            self._writer.paint(self.source.picture, change.region)

    def tick(self, at_ns: int) -> tuple[Change, ...]:
        """Bring the picture up to date and write it if it is worth it; what changed. Raises CaptureError."""
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
