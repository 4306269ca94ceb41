"""Words while a take grows: soon, kept as they come, and the same whatever happens to the one who hears them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from capture.errors import Cancelled
from capture.file_lock import FileLock
from capture.span import Span
from capture.takes import is_live
from tests.support.desktop import wait_for
from tests.support.growing_take import LiveTake
from tests.support.same_words import assert_same_utterances, assert_same_words
from tests.support.scripted_recognizer import ScriptedRecognizer
from tests.support.whole_sound import read_sound
from tests.support.windows import KILL, WINDOWS, skip_on_windows
from transcribe.asr.silero_vad import Detector
from transcribe.asr.whisper import Whisper
from transcribe.models.known import ModelRef
from transcribe.streaming import live_process
from transcribe.streaming.live_messages import LiveOptions, LiveUpdate
from transcribe.streaming.live_transcriber import LiveTranscriber
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import (
    LOCK,
    Log,
    PartialTranscript,
    TranscribedUtterance,
    TranscriptHeader,
    TranscriptLog,
    read_words,
)

HEARING = TranscriptHeader(model="tiny.en", language="en")


@pytest.fixture
def take(tmp_path: Path) -> Iterator[LiveTake]:
    made = LiveTake(tmp_path)
    yield made
    made.close()
    made.killed()


Start = Callable[..., LiveTranscriber]


@pytest.fixture
def start(tiny_en: Path) -> Iterator[Start]:
    """Recognisers of a take that do not outlive the test."""
    running: list[LiveTranscriber] = []

    def begin(take: LiveTake, name: str = "tiny.en", model: Path = tiny_en) -> LiveTranscriber:
        options = LiveOptions(take=take.path, model=name, model_path=model, language="en")
        running.append(LiveTranscriber(options))
        return running[-1]

    yield begin
    for live in running:
        live.close()


@pytest.fixture(scope="module")
def whisper(tiny_en: Path) -> Whisper:
    return Whisper(ModelRef("tiny.en", tiny_en), "en")


def gone_on_with(take: LiveTake, whisper: Whisper) -> PartialTranscript:
    """The words of a finished take, heard on from where its log ends.

    The live recogniser ends early when a busy machine gives it no time.
    """
    log = TranscriptLog(take.path)
    assert log.take(HEARING)
    transcribe_stream([read_sound(take.take.video)], whisper, log, Detector(), nothing)
    log.release()
    return read_words(take.path)


@pytest.fixture(scope="module")
def undisturbed(whisper: Whisper, tmp_path_factory: pytest.TempPathFactory) -> PartialTranscript:
    """What is heard when nobody is killed, of the finished take."""
    take = LiveTake(tmp_path_factory.mktemp("takes"))
    take.ends()
    return gone_on_with(take, whisper)


def nothing(_: TranscribedUtterance) -> None:
    """Nobody is told."""


def test_an_utterance_is_recognised_while_the_next_is_still_to_come(take: LiveTake, start: Start) -> None:
    live = start(take)
    take.goes_on(take.spoken[0].end_ms + 1_500)
    wait_for(lambda: "lesson" in live.text, "the first words", 60)
    assert read_words(take.path).heard[0].text == live.text
    assert read_words(take.path).ended_ms is None
    take.ends()
    assert live.wait(30)
    assert live.problem == ""
    assert "order" in live.text


def test_what_is_recognised_live_is_what_the_finished_take_gives(
    take: LiveTake, start: Start, whisper: Whisper, undisturbed: PartialTranscript
) -> None:
    live = start(take)
    for at_ms in range(0, take.duration_ms, 2_000):
        take.goes_on(at_ms)
    take.ends()
    assert live.wait(60)
    assert_same_utterances(gone_on_with(take, whisper), undisturbed)


def test_a_recogniser_killed_again_and_again_comes_to_the_same_words(
    take: LiveTake, start: Start, whisper: Whisper, undisturbed: PartialTranscript
) -> None:
    live, pid = start(take), 0

    def recognises(number: int, last: int) -> bool:
        logged = sum(bool(one.speech) for one in read_words(take.path).heard)
        return live.ready and live.pid != last and logged >= number

    for number, span in enumerate(take.spoken):
        take.goes_on(span.end_ms + 1_600)
        wait_for(lambda n=number, last=pid: recognises(n, last), "a recogniser, and the sentences before", 60)
        os.kill(pid := live.pid or 0, KILL)
    take.ends()
    assert live.wait(60)
    assert_same_utterances(gone_on_with(take, whisper), undisturbed)


@pytest.mark.skipif(WINDOWS, reason="Windows stops no process")
def test_the_recording_does_not_wait_for_its_words(take: LiveTake, start: Start) -> None:
    """A recogniser that stands still costs the take nothing."""
    live = start(take)
    pid = wait_for(lambda: live.pid, "a recogniser")
    os.kill(pid, signal.SIGSTOP)
    video = take.ends().video
    assert len(read_sound(video)) >= take.duration_ms * 16 - 160
    os.kill(pid, signal.SIGCONT)
    assert live.wait(60)


def test_a_recorder_that_was_killed_leaves_what_was_said_until_then(take: LiveTake, start: Start) -> None:
    live = start(take)
    take.goes_on(take.spoken[1].end_ms + 1_600)
    wait_for(lambda: "button" in live.text, "both sentences", 60)
    take.killed()
    assert live.wait(60)
    assert "button" in read_words(take.path).transcript.text


def test_words_scrapped_are_not_shown_any_more(take: LiveTake, start: Start) -> None:
    live = start(take)
    take.goes_on(take.spoken[1].end_ms + 1_600)
    wait_for(lambda: "button" in live.text, "both sentences", 60)
    take.ends()
    assert live.wait(60)
    before = live.text
    first = read_words(take.path).heard[0]
    live.scrap(Span(0, first.end_ms))
    assert first.text not in live.text
    assert before.endswith(live.text)


def test_a_model_that_cannot_be_loaded_is_told_and_not_tried_again(
    take: LiveTake, start: Start, model_files: Path
) -> None:
    live = start(take, "base", model_files)
    assert live.wait(30)
    assert "base cannot be loaded" in live.problem
    assert "\n" not in live.problem


def test_only_one_hears_a_take(take: LiveTake, start: Start) -> None:
    log = TranscriptLog(take.path)
    assert log.take(HEARING)
    assert FileLock(take.path / LOCK).held
    live = start(take)
    assert live.wait(30)
    assert live.text == live.problem == ""
    log.release()
    assert not FileLock(take.path / LOCK).held


def test_it_goes_on_after_a_torn_line(take: LiveTake) -> None:
    sound, recognizer, heard = read_sound(take.ends().video), ScriptedRecognizer(), list[TranscribedUtterance]()
    whole = Log(PartialTranscript(hearing=HEARING))
    transcribe_stream([sound], recognizer, whole, Detector(), nothing)

    def enough(one: TranscribedUtterance) -> None:
        heard.append(one)
        if len(heard) == 2:
            raise Cancelled

    log = TranscriptLog(take.path)
    assert log.take(HEARING)
    with pytest.raises(Cancelled):
        transcribe_stream([sound], recognizer, log, Detector(), enough)
    log.release()
    with (take.path / "words.jsonl").open("ab") as file:
        file.write(b'{"kind":"heard","start_ms":9')
    assert read_words(take.path).heard == tuple(heard)
    assert log.take(HEARING)
    transcribe_stream([sound], recognizer, log, Detector(), nothing)
    log.release()
    assert_same_words(read_words(take.path), whole.words)


def test_another_model_begins_anew(take: LiveTake) -> None:
    log = TranscriptLog(take.path)
    assert log.take(HEARING)
    log.add(TranscribedUtterance(0, 500))
    log.release()
    assert log.take(TranscriptHeader(model="base"))
    assert log.words == PartialTranscript(hearing=TranscriptHeader(model="base"))
    log.release()


def test_a_line_out_of_place_and_what_follows_is_not_relied_on(take: LiveTake) -> None:
    log = TranscriptLog(take.path)
    assert log.take(HEARING)
    for span in (Span(0, 500), Span(500, 900), Span(1_000, 1_500)):
        log.add(TranscribedUtterance(span.start_ms, span.end_ms))
    log.end()
    log.release()
    words = read_words(take.path)
    assert words.until_ms == 900
    assert words.ended_ms is None


def test_the_language_is_settled_by_what_most_was_said_in(take: LiveTake) -> None:
    from transcribe.model import Segment

    def said(start: int, end: int, language: str) -> TranscribedUtterance:
        segments = (Segment(start, end, text="x"),)
        return TranscribedUtterance(start, end, speech=(Span(start, end),), segments=segments, language=language)

    assert PartialTranscript(heard=(said(0, 800, "cy"),)).language == ""
    assert PartialTranscript(heard=(said(0, 800, "cy"), said(800, 7_000, "en"))).language == "en"


def test_news_that_nobody_reads_stops_nothing() -> None:
    from transcribe.streaming.live_process import _send

    reading, writing = os.pipe()
    os.close(reading)
    kept = os.dup(1)
    try:
        os.dup2(writing, 1)
        _send(LiveUpdate(ready=True))
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(writing)


def test_a_take_without_sound_ends_at_once(tmp_path: Path) -> None:
    log = TranscriptLog(tmp_path)
    assert log.take(HEARING)
    transcribe_stream([np.zeros(0, np.float32)], ScriptedRecognizer(), log, Detector(), nothing)
    log.release()
    assert read_words(tmp_path) == PartialTranscript(hearing=HEARING, ended_ms=0)


def test_it_gives_way_to_everything_else(take: LiveTake, start: Start) -> None:
    skip_on_windows("niceness")  # its classes of priority: tests/capture/test_priority.py
    live = start(take)
    wait_for(lambda: live.ready, "the recogniser")
    assert live.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, live.pid) >= 10
    assert os.sched_getscheduler(live.pid) == os.SCHED_IDLE


def test_it_lets_go_only_when_it_is_given_no_time_after_the_recording(
    take: LiveTake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_process, "_STARVED_S", 0.02)
    looks: list[float] = []

    def spent() -> float:
        """All of a core until the eighth look, then nothing more."""
        assert not is_live(take.path), "while it is recorded nobody waits"
        looks.append(time.monotonic() if len(looks) < 8 else looks[-1])
        return looks[-1]

    waiting = threading.Thread(target=live_process.wait_until_starved, args=(take.path, spent))
    waiting.start()
    take.ends()
    waiting.join(20)
    assert not waiting.is_alive()
    assert 8 < len(looks) <= 12
