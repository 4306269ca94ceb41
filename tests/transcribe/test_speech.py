"""Voice activity: every spoken sentence, however soft, and nothing else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from capture.span import Span
from tests.transcribe.speaking import speak
from transcribe.model import SAMPLE_RATE
from transcribe.speech import audible, louder_than_room, speech_spans


def _covers(found: list[Span], true: list[Span], slack_ms: int = 60) -> bool:
    return all(
        any(f.start_ms <= t.start_ms + slack_ms and f.end_ms >= t.end_ms - slack_ms for f in found) for t in true
    )


@pytest.mark.parametrize(("gain", "noise"), [(1.0, 1e-4), (0.1, 1e-4), (0.01, 2e-5), (0.003, 1e-5), (0.5, 5e-3)])
def test_sentences_are_found_loud_or_soft(gain: float, noise: float) -> None:
    sound, true = speak(gain=gain, noise=noise)
    found = speech_spans(sound)
    assert _covers(found, true), (found, true)
    assert sum(f.duration_ms for f in found) < sum(t.duration_ms for t in true) + 450 * len(true)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(found))


def _noise(level: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, level, 20 * SAMPLE_RATE)


def _hum() -> np.ndarray:
    return 0.05 * np.sin(2 * np.pi * 50 * np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE)


def _keys() -> np.ndarray:
    sound = _noise(1e-4)
    for at in range(8_000, len(sound) - 800, 2_400):
        sound[at : at + 400] += np.random.default_rng(at).normal(0, 0.2, 400) * np.linspace(1, 0, 400)
    return sound


@pytest.mark.parametrize("sound", [np.zeros(320_000), _noise(1e-5), _noise(1e-3), _noise(0.05), _hum(), _keys()])
def test_silence_noise_hum_and_keys_are_no_speech(sound: np.ndarray) -> None:
    assert speech_spans(sound.astype(np.float32)) == []


def test_what_is_no_louder_than_the_room_is_no_speech() -> None:
    sound, true = speak(gain=0.05, noise=1e-3)
    assert louder_than_room(sound, [*true, Span(100, 1_300), Span(5, 5)]) == list(true)
    assert louder_than_room(np.full(SAMPLE_RATE, 1e-5, np.float32), [Span(0, 1_000)]) == []


def test_soft_sound_is_raised_and_loud_sound_is_left() -> None:
    soft, _ = speak(gain=0.01, noise=0)
    loud, _ = speak(gain=1.0, noise=0)
    assert np.abs(audible(soft)).max() > 20 * np.abs(soft).max()
    assert np.abs(audible(soft)).max() <= 1
    assert np.abs(audible(loud)).max() <= 1
    assert not audible(np.zeros(SAMPLE_RATE, np.float32)).any()


@pytest.mark.parametrize("samples", [0, 1, 500, 1_600, 16_001])
def test_a_sound_of_any_length_can_be_asked(samples: int) -> None:
    assert speech_spans(np.zeros(samples, np.float32)) == []


def test_somebody_who_never_pauses_is_parted_into_spans_a_window_can_hold() -> None:
    sound, _ = speak(["Enter the name of the supplier and the date and the price and the total."] * 12, pause_ms=20)
    found = speech_spans(sound)
    assert max(f.duration_ms for f in found) <= 26_000
    assert sum(f.duration_ms for f in found) > len(sound) * 1000 // SAMPLE_RATE - 1_500


def test_hours_are_looked_at_in_parts_and_no_word_is_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    sound, true = speak(pause_ms=900)
    whole = speech_spans(sound)
    middle_s = (true[1].start_ms + true[1].end_ms) // 2000
    monkeypatch.setattr("transcribe.silero._PART_S", middle_s)
    parts = speech_spans(sound)
    assert len(parts) == len(whole)
    for one, other in zip(parts, whole, strict=True):
        assert abs(one.start_ms - other.start_ms) < 100
        assert abs(one.end_ms - other.end_ms) < 100
