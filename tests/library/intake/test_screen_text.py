"""A demo without a spoken word: labels name its steps, stills can be found, and what is blurred is never read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont

from capture.errors import Cancelled
from capture.model import Blur, Click, Event, Pointer, Region, Take, TakeState, Typed, WindowChange
from capture.takes import write_take
from library.connection.library import Library, open_library
from library.draft.blurs import add_blur
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.intake.screen_text import labels_in_background, read_labels, read_stills, read_unread, unread
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import history, remove_demo, revise
from library.model import SCREEN_MS
from library.search.search import search
from library.storage.bundle import read_bundle
from tests.support.sample_videos import film
from transcribe.model import Picture, TextLine, TranscribeError
from transcribe.ocr.rapidocr_reader import RapidOcrReader

LENGTH_MS = 13_000
FORM = {"New order": (60, 40), "Submit": (220, 40), "Supplier": (60, 120), "Card 4711": (60, 200)}
CONFIRM = {**FORM, "Really submit order PO-1042": (300, 250), "Confirm": (360, 320)}
CLICKS = {2_000: (95, 48), 5_000: (300, 128), 8_500: (240, 48), 11_000: (380, 328)}
BESIDE = (560, 440)


def picture(words: dict[str, tuple[int, int]], pointer: tuple[int, int]) -> Picture:
    drawn = Image.new("RGB", (640, 480), "#f4f4f4")
    draw, font = ImageDraw.Draw(drawn), ImageFont.load_default(14)
    for word, place in words.items():
        draw.text(place, word, font=font, fill="black")
    x, y = pointer
    draw.polygon([(x, y), (x, y + 18), (x + 5, y + 13), (x + 12, y + 13)], fill="black", outline="white")
    return np.ascontiguousarray(np.asarray(drawn)[..., ::-1])


@pytest.fixture(scope="module")
def reader() -> RapidOcrReader:
    return RapidOcrReader()


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """As the recorder leaves it: the pointer goes to each place 300 ms before it clicks there, then back aside."""
    path = tmp_path / "takes" / "20310417-140500-ab12"
    path.mkdir(parents=True)
    shown, events = [(0, picture(FORM, BESIDE))], list[Event]()
    for at_ms, place in CLICKS.items():
        words = CONFIRM if at_ms > 8_500 else FORM
        shown += [
            (at_ms - 300, picture(words, place)),
            (at_ms + 100, picture(CONFIRM if at_ms >= 8_500 else FORM, place)),
        ]
        shown += [(at_ms + 600, picture(CONFIRM if at_ms >= 8_500 else FORM, BESIDE))]
        events += [Pointer(at_ms - 500, *BESIDE), Pointer(at_ms - 300, *place)]
        events += [Click(at_ms, *place, window="Purchase orders"), Pointer(at_ms + 600, *BESIDE)]
    events += [Typed(5_400, count=9, end_ms=6_200), WindowChange(8_700, "Confirm")]
    film(path / "take.mp4", shown, LENGTH_MS)
    ordered = sorted(events, key=lambda event: event.at_ms)
    (path / "events.jsonl").write_bytes(b"".join(msgspec.json.encode(event) + b"\n" for event in ordered))
    made = Take(
        take_id=path.name, started_unix_ms=round(time.time() * 1000), width=640, height=480, duration_ms=LENGTH_MS,
        state=TakeState.FINISHED, path=path,
    )  # fmt: skip
    write_take(made)
    return made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        yield opened


def test_without_a_word_steps_are_named_by_what_was_clicked(take: Take, reader: RapidOcrReader) -> None:
    draft = propose(take.path, IntakeOptions(reader=reader, keep_all=True))
    assert [step.title for step in draft.steps] == [
        "Click New order in Purchase orders",
        "Fill in Supplier",
        "Click Submit",
        "Click Confirm",
    ]
    assert [step.clicked for step in draft.steps] == ["New order", "Supplier", "Submit", "Confirm"]
    assert [event.label for event in draft.events if isinstance(event, Click)] == [s.clicked for s in draft.steps]
    assert "labels_ms" in draft.timings


def test_what_stands_on_the_stills_is_kept_once_and_survives_edits(
    take: Take, reader: RapidOcrReader, library: Library
) -> None:
    filed = file(propose(take.path, IntakeOptions(reader=reader, keep_all=True)), library)
    assert unread(filed)
    assert not any(step.screen_text for step in filed.steps)
    done = read_stills(filed.demo_id, library, reader)
    assert "Submit · Supplier · Card 4711" in done.steps[0].screen_text
    assert "Really submit" not in done.steps[2].screen_text
    assert "Really submit order PO-1042" in done.steps[3].screen_text
    assert (done.version, done.edited_by, done.updated_unix_ms) == (1, filed.edited_by, filed.updated_unix_ms)
    assert [one.version for one in history(library.store, filed.demo_id)] == [1]  # nobody changed it
    assert read_stills(filed.demo_id, library, reader) == done
    found = {words: [hit.step for hit in search(library.catalog, words).hits] for words in ("PO-1042", "confirm")}
    assert found == {"PO-1042": [4], "confirm": [4]}
    edited = edit_demo(library, filed.demo_id, title="Raise an order")
    assert read_bundle(edited.path).steps == done.steps


class Meanwhile:
    """Reads nothing; before its first picture something else happens to the library."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self._happens: Callable[[], object] | None = happens

    def lines(self, _picture: Picture) -> Sequence[TextLine]:
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return []


class Shown(Meanwhile):
    """Reads the same on every picture."""

    def lines(self, picture: Picture) -> Sequence[TextLine]:
        super().lines(picture)
        return [TextLine(text="Card 4711", region=Region(50, 190, 120, 40), score=0.99)]


def test_what_was_read_before_a_blur_is_not_added_to_the_version_that_has_it(take: Take, library: Library) -> None:
    filed = file(propose(take.path, IntakeOptions(keep_all=True)), library)

    def hide() -> None:
        revise(library, filed.demo_id, lambda now: replace(now, blurs=1))

    done = read_stills(filed.demo_id, library, Shown(hide))
    assert (done.version, done.blurs) == (2, 1)
    assert unread(done)
    assert not any(step.screen_text for step in done.steps)


def test_of_many_unread_demos_those_removed_meanwhile_are_passed_over_and_those_filed_meanwhile_read(
    take: Take, library: Library
) -> None:
    draft = propose(take.path, IntakeOptions(keep_all=True))
    removed, first = (file(replace(draft, draft_id=name, title=name), library) for name in ("removed", "first"))
    assert library.catalog.list()[0].demo_id == first.demo_id  # the newest is read first

    def happens() -> None:
        remove_demo(library, removed.demo_id)
        file(replace(draft, draft_id="later", title="later"), library)

    read_unread(library, Meanwhile(happens))
    assert {demo.title: unread(demo) for demo in library.catalog.list()} == {"first": False, "later": False}


def test_what_is_blurred_is_found_nowhere_in_the_demo(take: Take, reader: RapidOcrReader, library: Library) -> None:
    draft = propose(take.path, IntakeOptions(reader=reader, keep_all=True))
    draft = add_blur(draft, Blur(0, LENGTH_MS, region=Region(50, 190, 120, 40)))
    draft = add_blur(draft, Blur(0, LENGTH_MS, region=Region(350, 310, 90, 40)))
    assert [step.clicked for step in draft.steps] == ["New order", "Supplier", "Submit", ""]
    done = read_stills(file(draft, library).demo_id, library, reader)
    record = (done.path / "demo.json").read_text(encoding="utf-8").replace('"window":"Confirm"', "")
    assert "PO-1042" in record
    assert "Card" not in record, done.steps
    assert "Confirm" not in record


class Broken:
    def lines(self, picture: Picture) -> Sequence[TextLine]:
        raise TranscribeError(f"rapidocr is missing, {picture.size} bytes are not read")


def test_a_demo_is_made_without_labels_where_none_can_be_read(take: Take) -> None:
    draft = propose(take.path, IntakeOptions(reader=Broken(), keep_all=True))
    assert [step.title for step in draft.steps] == ["Click in “Purchase orders”"] * 4


class Slow(Broken):
    """A reader that takes its time."""

    def __init__(self) -> None:
        self.asked, self.let_go = 0, threading.Event()

    def lines(self, picture: Picture) -> Sequence[TextLine]:
        self.asked += 1
        self.let_go.wait(0.05 if picture.size else 0)
        return []


def test_whoever_cancels_need_not_wait_for_the_labels(take: Take) -> None:
    slow = Slow()

    def progress(done: int, total: int, what: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        propose(take.path, IntakeOptions(reader=slow), progress)
    assert slow.asked <= 3  # one click: near, and to its left


def test_nothing_is_read_where_nothing_was_clicked(tmp_path: Path) -> None:
    events = (Pointer(1, 2, 3),)
    with labels_in_background(tmp_path / "no video", events, Broken()) as labelled:
        assert labelled() == events
    assert read_labels(tmp_path / "no video", events, Broken()) == events


def test_a_demo_that_gets_words_keeps_what_was_read_of_pictures_it_keeps(
    take: Take, reader: RapidOcrReader, library: Library
) -> None:
    from library.intake.late_words import _with_words
    from tests.library.factories import transcript

    done = read_stills(file(propose(take.path, IntakeOptions(reader=reader)), library).demo_id, library, reader)
    one_step = _with_words(done, transcript("Press the first button of all."), {})
    assert one_step.steps[0].screen_text == done.steps[0].screen_text
    assert SCREEN_MS in one_step.timings
    moved = replace(done, steps=tuple(replace(step, events=()) for step in done.steps))
    assert SCREEN_MS not in _with_words(moved, transcript("Press the first button of all."), {}).timings
