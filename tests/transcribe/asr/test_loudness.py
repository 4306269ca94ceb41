"""Voice activity: every spoken sentence, however soft, and nothing else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from capture.span import Span
from tests.support.speech import say, speak, speech_spans
from transcribe.model import SAMPLE_RATE


def _covers(found: list[Span], true: list[Span], slack_ms: int = 60) -> bool:
    return all(
        any(f.start_ms <= t.start_ms + slack_ms and f.end_ms >= t.end_ms - slack_ms for f in found) for t in true
    )


@pytest.mark.parametrize(("gain", "noise"), [(1.0, 1e-4), (0.1, 1e-4), (0.01, 2e-5), (0.005, 1e-5), (0.5, 5e-3)])
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


@pytest.mark.parametrize("samples", [0, 1, 500, 1_600, 16_001])
def test_a_sound_of_any_length_can_be_asked(samples: int) -> None:
    assert speech_spans(np.zeros(samples, np.float32)) == []


def test_somebody_who_never_pauses_is_parted_into_spans_a_window_can_hold() -> None:
    said = say("Enter the name of the supplier and the date and the price and the total.")
    loud = np.flatnonzero(np.abs(said) > 0.02)
    sound = np.tile(said[loud[0] : loud[-1]], 14)
    found = speech_spans(sound)
    assert max(f.duration_ms for f in found) <= 16_000
    assert sum(f.duration_ms for f in found) > len(sound) * 1000 // SAMPLE_RATE - 200


def test_little_pauses_in_what_is_said_cost_no_word() -> None:
    sound, true = speak(["Enter the name of the supplier and the date and the price."] * 6, pause_ms=20)
    found = speech_spans(sound)
    for span in true:
        assert sum(span.overlap_ms(f) for f in found) >= span.duration_ms - 100
