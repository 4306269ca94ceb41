"""What is said into a microphone: all of it, at most a minute, as one channel; nothing when nothing was heard."""

from __future__ import annotations

import numpy as np
import pytest

from capture.audio.voice_note import VoiceNote
from capture.errors import CaptureError
from capture.model import Microphone
from tests.support.scripted_source import RATE, ScriptedSource, spoken_note, tone

MICROPHONE = Microphone("scripted", "Desk microphone")


def test_all_that_was_said_is_taken_also_what_came_after_the_last_look() -> None:
    source = ScriptedSource([tone(0.5), tone(0.25), tone(0.25, loud=3_000)])
    with VoiceNote(MICROPHONE, source) as note:
        note.level()
        assert note.level().rms_db > -20
        assert note.seconds == pytest.approx(0.75)
        samples, rate = note.taken()
    assert (len(samples), rate) == (RATE, RATE)
    assert abs(int(np.abs(samples[-RATE // 4 :]).max()) - 3_000) < 10
    assert source.closed


def test_a_voice_on_one_of_two_channels_is_whole() -> None:
    voice = tone(1.0)
    note = VoiceNote(MICROPHONE, ScriptedSource([np.hstack([voice, np.zeros_like(voice)])]))
    samples, _ = note.taken()
    assert np.abs(samples - voice[:, 0]).max() <= 1


def test_it_ends_by_itself_after_as_long_as_it_may_be() -> None:
    note = spoken_note(3.0, longest_s=2.05)
    while not note.full:
        note.level()
    for _ in range(5):
        note.level()
    samples, rate = note.taken()
    assert len(samples) == round(2.05 * rate)


def test_a_muted_microphone_is_told_by_name_and_one_that_failed_by_its_reason() -> None:
    with pytest.raises(CaptureError, match="Nothing was heard from Desk microphone"):
        VoiceNote(MICROPHONE, ScriptedSource([tone(1.0, loud=2)])).taken()
    source = ScriptedSource([])
    source.failure = "The sound server is gone"
    with pytest.raises(CaptureError, match="The sound server is gone"):
        VoiceNote(MICROPHONE, source).taken()
