"""A reviewer speaks a remark into a real microphone, a speech model writes it down, the learner reads and hears it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from capture.errors import CaptureError
from library.connection.library import open_library
from library.practice.feedback.model import FeedbackOutcome
from library.practice.feedback.spoken import said_of, sound_file
from library.practice.store import PracticeStore
from tests.capture.recorder.fakes import wait_until
from tests.support.desktop import SINK, Stage
from tests.support.natural_voice import speak
from tests.support.practice_desk import bytes_outside
from tests.support.practised_attempt import file_demo, keep_attempt
from tests.support.speech import SENTENCES
from tests.support.whole_sound import SOUND_RATE, read_sound
from tests.support.word_errors import word_error_rate
from transcribe.asr.whisper import Whisper
from transcribe.models.registry import find_model
from tui.services.practice.feedback import LocalFeedbackService

pytestmark = pytest.mark.sound
SHOWHOW = Path(sys.executable).with_name("showhow")
MICROPHONE = f"{SINK}.monitor"
SENTENCE = SENTENCES[0]


def test_a_spoken_remark_reaches_the_learner_with_its_words_and_lies_nowhere_else(
    stage: Stage, home: Path, tiny_en: Path
) -> None:
    [voice] = speak([SENTENCE], home)
    tried = file_demo(home / "library")
    attempt = keep_attempt(home / "Tom" / "mine", tried)
    with open_library(home / "library") as library:
        tom = LocalFeedbackService(library, PracticeStore(home / "Tom" / "mine"), "Tom")
        priya = LocalFeedbackService(
            library, PracticeStore(home / "Priya" / "mine"), "Priya", microphone=MICROPHONE,
            recognizer=partial(Whisper, find_model(tiny_en, tiny_en), "en"),
        )  # fmt: skip
        priya.join()
        tom.hand(attempt, tom.draft(attempt), tom.check("Priya").person)
        [received] = priya.received().received

        said = priya.listen()
        wait_until(lambda: said.level() and said.seconds > 0)
        playing = stage.play(voice)
        loudest = -120.0
        while playing.poll() is None:
            said.wait_next(0.1)
            loudest = max(loudest, said.level().rms_db)
        heard_s = said.seconds
        wait_until(lambda: said.level() and said.seconds > heard_s + 0.5)
        assert loudest > -40
        received = priya.write_down(priya.speak(received, 2, said), 2)
        priya.answer(received, FeedbackOutcome.ONCE_MORE)

        heard = said_of(tom.handed(), 2)
        assert heard is not None
        assert word_error_rate(SENTENCE, heard.spoken.words) < 0.4
        played = read_sound(sound_file(heard, tom.feedback.store))
        assert abs(len(played) * 1000 / SOUND_RATE - heard.spoken.duration_ms) < 100
        assert bytes_outside(home, "OggS", "OpusHead", heard.spoken.words) == []


def test_a_microphone_in_which_nothing_is_said_keeps_nothing(stage: Stage, home: Path) -> None:
    attempt = keep_attempt(home / "Tom" / "mine", file_demo(home / "library"))
    with open_library(home / "library") as library:
        tom = LocalFeedbackService(library, PracticeStore(home / "Tom" / "mine"), "Tom")
        priya = LocalFeedbackService(library, PracticeStore(home / "Priya" / "mine"), "Priya")
        priya.join()
        tom.hand(attempt, tom.draft(attempt), tom.check("Priya").person)
        hand_id = priya.received().received[0].hand_id
    env = os.environ | {
        "SHOWHOW_HOME": str(home / "Priya"), "SHOWHOW_LIBRARY": str(home / "library"), "SHOWHOW_AUTHOR": "Priya",
    }  # fmt: skip
    words = [str(SHOWHOW), "feedback", "remark", hand_id[:6], "--voice", "--for", "1"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    assert done.returncode != 0
    assert "Nothing was heard from" in done.stderr
    show = [str(SHOWHOW), "feedback", "show", hand_id[:6], "--json"]
    shown = subprocess.run(show, capture_output=True, text=True, check=True, env=env)
    assert json.loads(shown.stdout)["remarks"] == []


def test_a_name_of_no_microphone_is_one_line(stage: Stage, home: Path) -> None:
    file_demo(home / "library")
    with open_library(home / "library") as library:
        priya = LocalFeedbackService(library, PracticeStore(home / "mine"), "Priya", microphone="laptop")
        with pytest.raises(CaptureError, match="no microphone “laptop”"):
            priya.listen()
