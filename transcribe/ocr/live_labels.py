"""Process that reads labels: ``python -m transcribe.ocr.live_labels TAKE``.

Reads the label under each click of a take while the recorder writes it, and keeps them in the take's LabelLog, so that
nobody waits for them afterwards. Each label is the one that would be read from the finished take. It runs at idle
priority and is independent of the recorder; whatever is missing when it is killed is read later. It ends shortly after
the recording. Does not record: its pictures are those that the take has anyway.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from capture.errors import ShowhowError
from capture.files import LinesTail
from capture.model import Click, Event, Scrap, TakeState
from capture.priority import become_idle
from capture.span import Span
from capture.takes import ANY_EVENT, EVENTS, is_live, load_take, wait_for_video
from transcribe.model import Picture, ScreenReader
from transcribe.ocr.click_label import labels_around
from transcribe.ocr.label_log import READING_VERSION, LabelLog, ReadLabel
from transcribe.ocr.pointer_occlusion import LONGEST_MS, picture_of

MOST_CLICKS = 300
"""Clicks whose labels are read; more would take over half a minute, and no tutorial has so many."""

_LOWER = 10  # added to the niceness
_SETTLED_MS = 1_000  # after this time all events before it are in the log
_KEPT_MS = 2 * LONGEST_MS + 5_000  # of pictures: before and after a click, and the longest time between two of them

Grab = Callable[[int], Picture]
"""Returns the picture shown at a time (ms)."""


def main(arguments: list[str]) -> int:
    """Read the labels of one take to its end. Returns the exit status."""
    from transcribe.ocr.rapidocr_reader import RapidOcrReader

    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the recorder; its end also ends this process
    become_idle(_LOWER)
    try:
        read_live(Path(arguments[0]), RapidOcrReader())
    except (ShowhowError, OSError) as error:  # labels are optional, and read later
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def read_live(take: Path, reader: ScreenReader) -> None:
    """Read the labels of the take in a folder until it is finished.

    Raises TakeError, VideoError, TranscribeError, and OSError when the log cannot be written.
    """
    from capture.video.reader import grab_frame
    from capture.video.recent_pictures import RecentPictures

    log = LabelLog(take)
    video = wait_for_video(take)
    if not log.take():
        return  # another process reads them
    reading = LiveLabelReader(take, reader, log)
    try:
        if is_live(take):
            with RecentPictures(video, lambda: is_live(take), _KEPT_MS) as pictures:
                for now_ms in pictures.grow():
                    reading.go_on(now_ms, pictures.picture)
        if load_take(take).state is not TakeState.ABANDONED:
            reading.finish(lambda at_ms: grab_frame(video, at_ms))
    finally:
        log.release()


class LiveLabelReader:
    """Reads the labels of a take as it grows; ``grab`` returns pictures of the last 21 s. Raises as ``read_live``."""

    def __init__(self, take: Path, reader: ScreenReader, log: LabelLog) -> None:
        self._tail = LinesTail(take / EVENTS, ANY_EVENT)
        self._reader, self._log = reader, log
        self._events: list[Event] = []
        self._due: list[tuple[int, Click]] = []
        self._clicks = 0

    def go_on(self, now_ms: int, grab: Grab) -> None:
        """Read the labels that nothing after ``now_ms`` can change."""
        self._follow()
        due, self._due = self._due, []
        for when_ms, click in due:
            if when_ms > now_ms:
                self._due.append((when_ms, click))
                continue
            last_ms = click.at_ms + LONGEST_MS + _SETTLED_MS
            if not self._read(click, grab, certain=now_ms >= last_ms):
                self._due.append((last_ms, click))

    def finish(self, grab: Grab) -> None:
        """Read the others."""
        self._follow()
        for _, click in self._due:
            self._read(click, grab, certain=True)
        self._due = []

    def _follow(self) -> None:
        for event in self._tail.read():
            if isinstance(event, Scrap):
                self._drop(Span(min(event.start_ms, event.at_ms), event.at_ms))
            elif isinstance(event, Click):
                self._clicks += 1
                if self._clicks <= MOST_CLICKS:
                    self._due.append((event.at_ms + _SETTLED_MS, event))
            self._events.append(event)

    def _drop(self, span: Span) -> None:
        self._due = [(when, click) for when, click in self._due if not span.contains(click.at_ms)]
        self._log.drop(span)

    def _read(self, click: Click, grab: Grab, *, certain: bool) -> bool:
        """Read a label; False when what comes after may give a better picture, unless that is ``certain``."""
        picture, before = picture_of(click, self._events, grab)
        if before or certain:
            self._log.add(read_label(self._reader, picture, click))
        return before or certain


def read_label(reader: ScreenReader, picture: Picture, click: Click) -> ReadLabel:
    """The label of a click in a picture. Raises TranscribeError."""
    text, beside = labels_around(reader, picture, click.x, click.y)
    return ReadLabel(click.at_ms, READING_VERSION, text, beside)


def readable_clicks(events: Sequence[Event]) -> list[Click]:
    """The clicks whose labels are read, from events in order: the first 300, without those that were scrapped."""
    scraps = [Span(min(event.start_ms, event.at_ms), event.at_ms) for event in events if isinstance(event, Scrap)]
    clicks = [event for event in events if isinstance(event, Click)][:MOST_CLICKS]
    return [click for click in clicks if not any(scrap.contains(click.at_ms) for scrap in scraps)]


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
