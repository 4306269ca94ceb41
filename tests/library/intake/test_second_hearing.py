"""A take filed with live words is heard once more as a whole: surer words are the next version, hand work stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from capture.errors import Cancelled
from capture.file_lock import FileLock
from capture.model import WindowChange
from capture.progress import Progress, silent
from capture.span import Span
from library.connection.library import Library, open_library
from library.draft import edits
from library.intake.late_words import hear_clip_again
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.intake.second_hearing import LOCK, MARK, hear_again, waiting_takes
from library.maintenance.check import check
from library.maintenance.edit import edit_demo, replace_word
from library.maintenance.revisions import history, remove_demo
from library.model import Demo
from library.search.search import search
from tests.support.growing_take import LiveTake
from tests.support.whole_sound import read_sound
from transcribe.asr.endpoint import Endpoint, EndpointRecognizer
from transcribe.asr.silero_vad import Detector
from transcribe.model import PromptedRecognizer, Segment, Sound, TranscribeError, Transcript, Word
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import TranscriptHeader, TranscriptLog

SPOKEN = ("Click the new order button.", "Enter the name of the supplier.")


@dataclass
class Scripted:
    """A recognizer that hears one given sentence in each span of speech, with a given confidence."""

    sentences: Sequence[tuple[str, float]]
    name: str = "base"
    language: str = "en"
    asked: int = 0
    heard: int = field(default=0)

    def set_language(self, language: str) -> None:
        """One language only."""

    def language_odds(self, sound: Sound, speech: Sequence[Span]) -> dict[str, float]:
        """None has to be guessed."""
        assert len(sound) or not speech
        return {}

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress = silent) -> Transcript:
        assert all(1_000 * len(sound) >= 16_000 * span.start_ms for span in speech)
        self.asked += 1
        segments = []
        for span in speech:
            text, confidence = self.sentences[self.heard % len(self.sentences)]
            self.heard += 1
            progress(self.heard, len(self.sentences), "Transcribing")
            texts = text.split()
            each = span.duration_ms // len(texts)
            words = tuple(
                Word(span.start_ms + n * each, span.start_ms + (n + 1) * each, text=f" {word}", confidence=confidence)
                for n, word in enumerate(texts)
            )
            segments.append(Segment(span.start_ms, words[-1].end_ms, text=text, words=words))
        return Transcript(segments=tuple(segments), language="en", model=self.name)


LIVE = (("click the new odour button.", 0.5), ("Enter the name of the supplier.", 0.9))
WHOLE = (("Click the new order button.", 0.9), ("Enter the game of the supplier.", 0.4))
MIXED = ["Click the new order button.", "Enter the name of the supplier."]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        yield opened


def narrated(takes: Path, live: Sequence[tuple[str, float]]) -> LiveTake:
    """A take with the words of its live recognizer."""
    made = LiveTake(takes, SPOKEN, pause_ms=1_500)
    made.ends()
    log = TranscriptLog(made.path)
    assert log.take(TranscriptHeader(model="base", language="en"))
    transcribe_stream([read_sound(made.take.video)], Scripted(live), log, Detector(), lambda _: None)
    log.release()
    return made


@pytest.fixture
def take(tmp_path: Path) -> LiveTake:
    return narrated(tmp_path / "takes", LIVE)


def options(by: Scripted) -> IntakeOptions:
    return IntakeOptions(recognizer=lambda: by, author="Tom")


def filed(take: LiveTake, library: Library) -> Demo:
    return file(propose(take.path, options(Scripted(LIVE))), library)


def waiting(take: LiveTake, library: Library) -> list[str | None]:
    return [one.filed_as for one in waiting_takes(library, take.path.parent)]


def again(take: LiveTake, library: Library, by: Scripted, progress: Progress = silent) -> int | None:
    """The version that a second hearing filed; 0 when the words stay, None when it waits on."""
    heard = [hear_again(one, library, options(by), progress) for one in waiting_takes(library, take.path.parent)]
    return None if heard == [None] or not heard or heard[0] is None else heard[0].version


def test_surer_words_are_the_next_version_of_the_same_demo(take: LiveTake, library: Library) -> None:
    first = filed(take, library)
    assert [segment.text for segment in first.transcript.segments] == [text for text, _ in LIVE]
    assert waiting(take, library) == [first.demo_id]
    whole = Scripted(WHOLE)
    assert again(take, library, whole) == 2
    assert whole.asked == 1, "it is heard as a whole"
    now = library.catalog.get(first.demo_id)
    assert [segment.text for segment in now.transcript.segments] == MIXED
    assert (now.path / "clip.mp4").read_bytes() == (first.path / "clip.mp4").read_bytes()
    assert "order" in (now.path / "captions.vtt").read_text()
    assert search(library.catalog, "new order").hits
    assert [(past.version, past.what) for past in history(library.store, first.demo_id)] == [
        (2, "heard once more, changed title, words, steps"),
        (1, "filed"),
    ]
    assert not check(library)


@dataclass
class Expecting(Scripted):
    """One that hears other sentences when it is told names, and notes the names."""

    with_names: Sequence[tuple[str, float]] = ()
    told: list[str] = field(default_factory=list)

    def expecting(self, names: Sequence[str]) -> Scripted:
        self.told += names
        return Scripted(self.with_names)


def test_a_name_that_stood_on_the_screen_is_put_where_it_was_heard_unsurely(tmp_path: Path, library: Library) -> None:
    live = (("Click the oh do button.", 0.4), LIVE[1])
    take = narrated(tmp_path / "takes", live)
    shown = WindowChange(0, window="Catalogue of Odoo — Browser")
    (take.path / "events.jsonl").write_bytes(msgspec.json.encode(shown) + b"\n")
    first = file(propose(take.path, options(Scripted(live))), library)
    whole = Expecting(live, with_names=[("Click the Odoo button.", 0.3), ("Enter the shame of the supplier.", 0.9)])
    assert again(take, library, whole) == 2
    demo = library.catalog.get(first.demo_id)
    assert [segment.text for segment in demo.transcript.segments] == ["Click the Odoo button.", LIVE[1][0]]
    assert [step.title for step in demo.steps] == ["Click the Odoo button", "Enter the name of the supplier"]
    assert whole.told == ["Catalogue of Odoo", "Browser"]


def test_without_names_on_the_screen_it_is_heard_no_third_time(take: LiveTake, library: Library) -> None:
    filed(take, library)
    whole = Expecting(WHOLE)
    assert again(take, library, whole) == 2
    assert not whole.told


def test_names_on_a_screen_are_not_sent_to_a_server() -> None:
    server = EndpointRecognizer(Endpoint("http://127.0.0.1:9", "whisper"))
    assert not isinstance(server, PromptedRecognizer)


def test_it_is_heard_once(take: LiveTake, library: Library) -> None:
    filed(take, library)
    assert again(take, library, Scripted(WHOLE)) == 2
    assert waiting(take, library) == []
    assert json.loads((take.path / MARK).read_bytes())["version"] == 2


def test_words_that_are_not_surer_change_nothing_and_are_not_heard_a_third_time(
    take: LiveTake, library: Library
) -> None:
    first = filed(take, library)
    assert again(take, library, Scripted([(text, 0.1) for text, _ in WHOLE])) == 0
    assert library.store.versions(first.demo_id) == [1]
    assert waiting(take, library) == []


def test_cancelled_or_killed_it_waits_on_and_is_taken_up_again(take: LiveTake, library: Library) -> None:
    first = filed(take, library)

    def stop(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        again(take, library, Scripted(WHOLE), stop)
    (take.path / LOCK).touch()  # as a killed process leaves it
    assert library.store.versions(first.demo_id) == [1]
    assert waiting(take, library) == [first.demo_id]
    assert again(take, library, Scripted(WHOLE)) == 2


def test_a_demo_whose_words_somebody_put_right_stays_as_it_is(take: LiveTake, library: Library) -> None:
    first = filed(take, library)
    replace_word(library, first.demo_id, "odour", "voucher")
    assert again(take, library, Scripted(WHOLE)) == 0
    assert library.catalog.get(first.demo_id).version == 2
    assert "voucher" in library.catalog.get(first.demo_id).transcript.text


def test_steps_edited_in_review_are_kept_and_get_surer_words_where_nobody_wrote_any(
    take: LiveTake, library: Library
) -> None:
    draft = propose(take.path, options(Scripted(LIVE)))
    draft = edits.rewrite_step(edits.with_title(draft, "My title"), 1, "My step")
    first = file(draft, library)
    assert again(take, library, Scripted(WHOLE)) == 2
    now = library.catalog.get(first.demo_id)
    assert (now.title, now.steps[0].title) == ("My title", "My step")
    assert [step.span for step in now.steps] == [step.span for step in first.steps]
    assert "order" in now.transcript.text


def test_what_is_changed_while_it_is_heard_is_not_written_over(take: LiveTake, library: Library) -> None:
    first = filed(take, library)

    def meanwhile(done: int, _total: int, what: str) -> None:
        if what == "Transcribing" and library.catalog.get(first.demo_id).version == 1 and done:
            edit_demo(library, first.demo_id, step_titles={1: "Theirs"}, by="Ann")

    assert again(take, library, Scripted(WHOLE), meanwhile) == 0
    now = library.catalog.get(first.demo_id)
    assert (now.version, now.steps[0].title) == (2, "Theirs")
    assert now.transcript == first.transcript


@pytest.mark.parametrize(
    "by",
    [
        Scripted(WHOLE, name="small"),  # how sure two models are cannot be compared
        Scripted(WHOLE, language="de"),
    ],
)
def test_only_the_same_model_hears_it_again(take: LiveTake, library: Library, by: Scripted) -> None:
    filed(take, library)
    assert again(take, library, by) == 0
    assert by.asked == 0
    assert waiting(take, library) == []


def test_two_processes_do_not_hear_the_same_take(take: LiveTake, library: Library) -> None:
    filed(take, library)
    other = FileLock(take.path / LOCK)
    assert other.take()
    by = Scripted(WHOLE)
    assert again(take, library, by) is None
    other.release()
    assert (again(take, library, by), by.asked) == (2, 1)


def test_a_demo_open_in_review_is_heard_later(take: LiveTake, library: Library) -> None:
    first = filed(take, library)
    found = next(waiting_takes(library, take.path.parent))
    by = Scripted(WHOLE)
    assert hear_again(found, library, options(by), busy=lambda demo_id: demo_id == first.demo_id) is None
    assert by.asked == 0
    assert waiting(take, library) == [first.demo_id]


def test_neither_a_removed_demo_nor_one_heard_as_a_whole_waits(take: LiveTake, library: Library) -> None:
    first = filed(take, library)
    remove_demo(library, first.demo_id)
    assert waiting(take, library) == []
    (take.path / "words.jsonl").unlink()
    whole = file(propose(take.path, options(Scripted(WHOLE))), library)
    assert whole.transcript.words
    assert waiting(take, library) == []


def test_a_demo_whose_take_is_gone_is_heard_again_from_its_clip(take: LiveTake, library: Library) -> None:
    first = filed(take, library)
    shutil.rmtree(take.path)
    now = hear_clip_again(first.demo_id, library, options(Scripted(WHOLE)))
    assert (now.version, [segment.text for segment in now.transcript.segments]) == (2, MIXED)
    assert history(library.store, first.demo_id)[0].what.startswith("heard once more")
    assert hear_clip_again(first.demo_id, library, options(Scripted(LIVE))).version == 2, "nothing is surer"
    with pytest.raises(TranscribeError, match="were heard by base, not by small"):
        hear_clip_again(first.demo_id, library, options(Scripted(WHOLE, name="small")))
    replace_word(library, first.demo_id, "order", "voucher")
    by_hand = hear_clip_again(first.demo_id, library, options(Scripted([(text, 1.0) for text, _ in WHOLE])))
    assert "voucher" in by_hand.transcript.text
