"""Words beside a recording: only a model of this machine hears along, and one line says why none does."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.intake.options import IntakeOptions
from transcribe.asr.whisper import Whisper
from transcribe.model import ModelMissing, Recognizer, Transcript
from transcribe.models.known import ModelRef
from transcribe.streaming.live_transcriber import LiveTranscriber
from tui.config import SettingsError, load_settings
from tui.services.live_words import last_words, live_words_status, start_live_transcription


class Elsewhere:
    """Something that hears, but no model of this machine."""

    name = "an endpoint"

    def transcribe(self, *_: object) -> Transcript:
        raise AssertionError


def missing() -> Recognizer:
    raise ModelMissing("There is no speech model")


def test_without_a_model_nobody_hears_along_and_one_line_says_so(tmp_path: Path) -> None:
    assert start_live_transcription(tmp_path, IntakeOptions(recognizer=missing)) is None
    assert start_live_transcription(tmp_path, IntakeOptions()) is None
    assert "no speech model" in live_words_status(None, wanted=True)
    assert live_words_status(None, wanted=False) == ""


def test_what_is_no_model_of_this_machine_does_not_hear_along(tmp_path: Path) -> None:
    """An endpoint gets the sound when the take is filed, not word by word while one may still scrap it."""
    assert start_live_transcription(tmp_path, IntakeOptions(recognizer=Elsewhere)) is None


def test_a_model_hears_along_and_says_how_it_stands(tmp_path: Path, tiny_en: Path) -> None:
    """A folder without a take is heard to its end at once."""
    live = start_live_transcription(tmp_path, IntakeOptions(recognizer=lambda: Whisper(ModelRef("tiny.en", tiny_en))))
    assert isinstance(live, LiveTranscriber)
    assert live_words_status(live, wanted=True)
    assert live.wait(30)
    live.close()


def test_a_long_talk_is_shown_from_its_end() -> None:
    assert last_words("click save") == "click save"
    shown = last_words("click " * 200 + "save")
    assert shown.startswith("…click")
    assert shown.endswith("save")
    assert len(shown) <= 401


def test_the_settings_file_turns_words_while_recording_off(home: Path) -> None:
    assert load_settings().live_words
    (home / "config.toml").write_text("live_words = false\n")
    assert not load_settings().live_words
    (home / "config.toml").write_text('live_words = "no"\n')
    with pytest.raises(SettingsError, match="must be true or false"):
        load_settings()
