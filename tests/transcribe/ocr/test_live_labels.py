"""Labels while a take grows: the same as from the finished take, and none of what was scrapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from av.packet import Packet
from av.video.stream import VideoStream
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont

from capture.errors import VideoError
from capture.files import Lines
from capture.model import Click, Event, Pointer, Region, Scrap, Take, TakeState, Typed
from capture.takes import EVENTS, lock_of, read_events, write_take
from capture.video.reader import grab_frame
from capture.video.recent_pictures import RecentPictures
from capture.video.take_writer import TakeWriter
from library.intake.options import IntakeOptions
from library.intake.pipeline import propose
from library.intake.screen_text import read_labels
from tests.support.desktop import wait_for
from transcribe.model import Picture, TextLine
from transcribe.ocr.label_log import LABELS, READING_VERSION, ReadLabel, labels_read
from transcribe.ocr.live_labels import read_live
from transcribe.ocr.rapidocr_reader import RapidOcrReader

WIDTH, HEIGHT, TICK_MS, LENGTH_MS = 640, 480, 100, 26_000
WORDS = {"New order": (60, 40), "Submit": (220, 40), "Supplier": (60, 120), "Confirm": (360, 320)}
ASIDE = (560, 440)
CLICKS = {2_000: (95, 48), 5_000: (300, 128), 8_500: (240, 48), 23_000: (380, 328)}
"""A button, a field, a button, and at the end another button."""


def where_the_pointer_is(at_ms: int) -> tuple[int, int]:
    """It comes to each place half a second before it clicks there and leaves it half a second later.

    From the first second on it rests where it will click first, so only what comes after shows that place uncovered.
    """
    if at_ms < 2_500:
        return CLICKS[2_000]
    return next((place for at, place in CLICKS.items() if -500 <= at_ms - at < 500), ASIDE)


@cache
def picture(pointer: tuple[int, int]) -> Picture:
    """BGRA, as a screen is grabbed."""
    drawn = Image.new("RGB", (WIDTH, HEIGHT), "#f4f4f4")
    draw, font = ImageDraw.Draw(drawn), ImageFont.load_default(14)
    for word, place in WORDS.items():
        draw.text(place, word, font=font, fill="black")
    x, y = pointer
    draw.polygon([(x, y), (x, y + 18), (x + 5, y + 13), (x + 12, y + 13)], fill="black", outline="white")
    shown = np.asarray(drawn)[..., ::-1]
    return np.ascontiguousarray(np.dstack([shown, np.zeros((HEIGHT, WIDTH), np.uint8)]))


class GrowingTake:
    """A silent take in recording, whose pace the test sets."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.take = Take(
            take_id=folder.name, started_unix_ms=1_900_000_000_000, width=WIDTH, height=HEIGHT, path=folder
        )
        write_take(self.take)
        self._lock = lock_of(folder)
        assert self._lock.take()
        self._writer = TakeWriter(folder / "take.mp4", WIDTH, HEIGHT, channels=())
        self._events = Lines(folder / EVENTS)
        self.at_ms, self._shown = 0, (-1, -1)

    def goes_on(self, until_ms: int, *more: Event) -> None:
        ticks = range(self.at_ms, until_ms, TICK_MS)
        moved = [at for at in ticks if not at or where_the_pointer_is(at) != where_the_pointer_is(at - TICK_MS)]
        happens: list[Event] = [Pointer(at, *where_the_pointer_is(at)) for at in moved]
        happens += [Click(at, *place, window="Orders") for at, place in CLICKS.items() if self.at_ms <= at < until_ms]
        happens += [Typed(5_400, count=9, end_ms=7_000)] if self.at_ms <= 7_000 < until_ms else []
        self._events.add(*sorted([*happens, *more], key=lambda event: event.at_ms))
        for at in ticks:
            pointer = where_the_pointer_is(at)
            if pointer != self._shown:
                self._writer.paint(picture(pointer), Region(0, 0, WIDTH, HEIGHT))
            if pointer != self._shown or not at % 500:
                self._writer.show(at * 1_000_000, key=not at % 4_000)
            self._shown = pointer
        self.at_ms = until_ms

    def ends(self) -> Take:
        if self.take.state is TakeState.RECORDING:
            self.goes_on(LENGTH_MS)
            self._events.close()
            self._writer.close(self.at_ms * 1_000_000)
            self.take = replace(self.take, state=TakeState.FINISHED, duration_ms=self.at_ms)
            write_take(self.take)
            self._lock.release()
        return self.take

    @property
    def read(self) -> dict[int, ReadLabel]:
        """What was read so far, by the time of the click."""
        return labels_read(self.take.path, lambda: None, 0)


@pytest.fixture(scope="module")
def reader() -> RapidOcrReader:
    return RapidOcrReader()


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[GrowingTake]:
    take = GrowingTake(tmp_path / "20310417-140500-ab12")
    yield take
    take.ends()


@pytest.fixture
def reading(growing: GrowingTake, reader: RapidOcrReader) -> Iterator[Thread]:
    """Somebody who reads along."""
    thread = Thread(target=read_live, args=(growing.take.path, reader))
    thread.start()
    yield thread
    growing.ends()
    thread.join(60)
    assert not thread.is_alive()


class Blind:
    """A reader that sees nothing, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def lines(self, picture: Picture) -> list[TextLine]:
        self.asked += picture.size > 0
        return []


def labels_of(events: Sequence[Event]) -> list[str]:
    return [event.label for event in events if isinstance(event, Click)]


def test_labels_read_while_a_take_grows_are_those_of_the_finished_take(
    growing: GrowingTake, reading: Thread, reader: RapidOcrReader
) -> None:
    growing.goes_on(14_000)
    wait_for(lambda: len(growing.read) == 3, "the labels of all clicks so far", 60)
    take = growing.ends()
    reading.join(60)
    events, known, blind = read_events(take), growing.read, Blind()
    meanwhile = read_labels(take.video, events, blind, known=known)
    assert labels_of(meanwhile) == ["New order", "Supplier", "Submit", "Confirm"]
    assert meanwhile == read_labels(take.video, events, reader)
    draft = propose(take.path, IntakeOptions(reader=blind, keep_all=True))
    assert labels_of(draft.events) == labels_of(meanwhile)
    assert not blind.asked, "nothing is read again"


def test_what_was_not_read_while_it_was_recorded_is_read_later(growing: GrowingTake, reader: RapidOcrReader) -> None:
    take = growing.ends()
    with closing(Lines(take.path / LABELS)) as log:
        log.add(ReadLabel(2_000, READING_VERSION, "As read"), ReadLabel(5_000, READING_VERSION - 1, "In another way"))
    draft = propose(take.path, IntakeOptions(reader=reader, keep_all=True))
    assert labels_of(draft.events) == ["As read", "Supplier", "Submit", "Confirm"]


def test_of_what_was_scrapped_no_label_is_kept(growing: GrowingTake, reading: Thread, reader: RapidOcrReader) -> None:
    growing.goes_on(11_000)
    wait_for(lambda: 8_500 in growing.read, "the label of the third click", 60)
    growing.goes_on(13_000, Scrap(12_900, start_ms=8_000))
    wait_for(lambda: 8_500 not in growing.read, "the label to be dropped", 60)
    take = growing.ends()
    reading.join(60)
    assert sorted(growing.read) == [2_000, 5_000, 23_000]
    assert "Submit" not in (take.path / LABELS).read_text()
    assert labels_of(read_labels(take.video, read_events(take), reader)) == ["New order", "Supplier", "", "Confirm"]


def test_a_picture_of_a_growing_take_is_that_of_the_finished_one(growing: GrowingTake) -> None:
    growing.goes_on(14_000)
    with RecentPictures(growing.take.video, lambda: False, 5_000) as recent:
        times = list(recent.grow())
        kept = {at: recent.picture(at) for at in (4_000, 4_499, 4_500, 7_990, times[-1])}
        with pytest.raises(VideoError):
            recent.picture(3_000)
    assert 12_000 < times[-1] < 14_000
    take = growing.ends()
    for at, picture in kept.items():
        np.testing.assert_array_equal(picture, grab_frame(take.video, at), str(at))


@pytest.mark.parametrize("garbage", [b"\xff" * 200, b"\0\0\0\1\x65" + b"\xff" * 200])
def test_a_damaged_picture_of_a_growing_take_is_an_error_of_one_line(growing: GrowingTake, garbage: bytes) -> None:
    growing.goes_on(2_000)
    with RecentPictures(growing.take.video, lambda: False, 5_000) as recent:
        list(recent.grow())
        broken: Packet[VideoStream] = Packet(garbage)
        broken.is_keyframe = True
        recent._packets = [(0, broken)]
        with pytest.raises(VideoError):
            recent.picture(1_000)
