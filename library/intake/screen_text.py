"""Reads text on the screen (OCR): labels for the clicks of a draft, searchable text for the stills of a demo.

Owns which pictures are read and when. Does not know how text is recognized. A label takes about 0.1 s of one core, a
still 1 to 5 s, so both are read in the background.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from capture.errors import Cancelled, ShowhowError
from capture.model import Click, Event
from capture.progress import Progress, silent
from library.connection.library import Library
from library.maintenance.revisions import amend, current
from library.model import SCREEN_MS, STEPS_BY_HAND, TITLE_BY_HAND, Demo, DemoNotFound
from library.text import TITLE_LENGTH, clean
from transcribe.model import ScreenReader
from transcribe.ocr.label_log import ReadLabel, labels_read
from transcribe.ocr.live_labels import read_label, readable_clicks
from transcribe.ocr.pointer_occlusion import picture_of
from transcribe.steps.actions import fills
from transcribe.steps.builder import with_labels

MOST_TEXT = 4_000
"""Characters kept of one still's text; a full spreadsheet has more, but not worth finding."""

_LIVE_LABELS_S = 2.0
"""Longest wait for the process that reads labels while a take is recorded: it may get no CPU time on a busy machine."""


@contextmanager
def labels_in_background(
    video: Path, events: tuple[Event, ...], reader: ScreenReader | None, take: Path | None = None
) -> Iterator[Callable[[], tuple[Event, ...]]]:
    """Read a take's labels in a thread; yields a function that waits for them and returns the events with labels.

    Those that were read while the ``take`` (its folder) was recorded are not read again. Labels are optional: when they
    cannot be read, the events are returned unchanged. Leaving the block early stops the reading.
    """
    if reader is None or not any(isinstance(event, Click) for event in events):
        yield lambda: events
        return
    import_module("capture.video.reader")  # here: two threads that import PyAV at once find half of it

    left = threading.Event()

    def go_on(_done: int, _total: int, _what: str) -> None:
        if left.is_set():
            raise Cancelled("Nobody waits for the labels any more")

    def read() -> tuple[Event, ...]:
        known = labels_read(take, lambda: go_on(0, 0, ""), _LIVE_LABELS_S) if take is not None else {}
        return read_labels(video, events, reader, go_on, known)

    with ThreadPoolExecutor(1, "labels") as executor:
        reading = executor.submit(read)
        try:
            yield lambda: events if isinstance(reading.exception(), ShowhowError) else reading.result()
        finally:
            left.set()


def read_labels(
    video: Path,
    events: Sequence[Event],
    reader: ScreenReader,
    progress: Progress = silent,
    known: Mapping[int, ReadLabel] = MappingProxyType({}),
) -> tuple[Event, ...]:
    """The events of a take with the label under each click. ``known``: labels read before, by the time of the click.

    Raises VideoError, TranscribeError, and Cancelled when ``progress`` does.
    """
    labels = {}
    clicks = readable_clicks(events)
    for done, click in enumerate(clicks):
        progress(done, len(clicks), "Reading the labels")
        read = known.get(click.at_ms) or _read(video, click, events, reader)
        labels[click.at_ms] = clean(read.label(field=fills(click, events)))
    return with_labels(events, labels)


def _read(video: Path, click: Click, events: Sequence[Event], reader: ScreenReader) -> ReadLabel:
    from capture.video.reader import grab_frame

    picture, _ = picture_of(click, events, partial(grab_frame, video))
    return read_label(reader, picture, click)


def read_stills(demo_id: str, library: Library, reader: ScreenReader, progress: Progress = silent) -> Demo:
    """Read the text on a demo's stills and add it to its newest version; a demo that was read is returned unchanged.

    No version is made: nobody changed the demo. The text is read from the clip, in which blurs are burnt in; it is let
    go when a version with other pictures was filed meanwhile. Raises
    DemoNotFound, VideoError, LibraryError, TranscribeError, and Cancelled when ``progress`` does; then the demo is
    unchanged.
    """
    demo = current(library, demo_id)
    if unread(demo):
        library.store.try_write()
        demo = library.store.fetch_local(demo, progress=progress)
        begun = time.monotonic()
        texts = dict(_texts(demo, reader, progress))
        took_ms = round((time.monotonic() - begun) * 1000)
        seen = _pictures(demo)
        return amend(library, demo_id, lambda now: _with_texts(now, texts, took_ms) if _pictures(now) == seen else now)
    return demo


def _pictures(demo: Demo) -> object:
    """What tells whether two versions have the same pictures: another one may blur what was read in this one."""
    return demo.clip, demo.blurs, demo.files.get(demo.clip.path)


def read_unread(
    library: Library, reader: ScreenReader, progress: Progress = silent, *, author: str | None = None
) -> list[str]:
    """Read the stills of all unread demos, or of those of one ``author``; returns the ids of the demos read.

    Includes demos that are filed during the run. Raises as ``read_stills``.
    """
    read: list[str] = []
    while waiting := [demo for demo in library.catalog.list() if _waits(demo, author) and demo.demo_id not in read]:
        for demo in waiting:

            def named(done: int, total: int, _what: str, title: str = demo.title) -> None:
                progress(done, total, f"Reading the screens of “{title}”")

            with suppress(DemoNotFound):  # removed since the demos were listed
                read_stills(demo.demo_id, library, reader, named)
            read.append(demo.demo_id)
    return read


def _waits(demo: Demo, author: str | None) -> bool:
    return unread(demo) and author in {None, demo.author}


def unread(demo: Demo) -> bool:
    """Whether a demo's stills have not been read yet."""
    return SCREEN_MS not in demo.timings and bool(demo.steps)


def _texts(demo: Demo, reader: ScreenReader, progress: Progress) -> Iterator[tuple[int, str]]:
    from capture.video.reader import grab_frame
    from transcribe.ocr.incremental_reader import IncrementalOcr

    ocr = IncrementalOcr(reader)
    for done, step in enumerate(demo.steps):
        progress(done, len(demo.steps), "Reading the screens")
        picture = grab_frame(demo.path / demo.clip.path, step.at_ms)
        yield step.at_ms, clean(ocr.text(picture), MOST_TEXT)


def _with_texts(demo: Demo, texts: Mapping[int, str], took_ms: int) -> Demo:
    """The demo with the text on its stills, and with what that corrects."""
    steps = tuple(replace(step, screen_text=texts.get(step.at_ms, step.screen_text)) for step in demo.steps)
    return as_seen(replace(demo, steps=steps, timings=demo.timings | {SCREEN_MS: took_ms}))


def as_seen(demo: Demo) -> Demo:
    """The demo with words corrected by the text on its stills, and titles that no person wrote spelled like it."""
    from transcribe.phrases.spelling import spelled_as_seen
    from transcribe.steps.misheard import corrected_by_screen, demo_title

    if STEPS_BY_HAND not in demo.by_hand:
        seen = (spelled_as_seen(step.title, step.screen_text) for step in demo.steps)
        named = zip(demo.steps, seen, strict=True)
        steps = tuple(replace(step, title=clean(title, TITLE_LENGTH)) for step, title in named)
        demo = replace(demo, steps=steps, transcript=corrected_by_screen(demo.transcript, steps))
    if TITLE_BY_HAND in demo.by_hand:
        return demo
    everything = " ".join(step.screen_text for step in demo.steps)
    title = spelled_as_seen(demo_title(demo.title, demo.transcript), everything)
    return replace(demo, title=clean(title, TITLE_LENGTH))
