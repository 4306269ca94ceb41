"""A voice is heard whole, whichever of a microphone's channels it is on."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.audio.downmix import Downmix

BLOCK = 4_800


def voice(seed: int, level: float = 6_000) -> NDArray[np.float64]:
    """A block of coloured noise."""
    return np.convolve(np.random.default_rng(seed).normal(0, level, BLOCK), np.ones(8) / 8, "same")


def noise(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(1_000 + seed).normal(0, 3, BLOCK)


def rms(samples: NDArray[np.generic]) -> float:
    return float(np.sqrt(np.square(samples.astype(np.float64)).mean()))


def mixed(blocks: list[NDArray[np.float64]]) -> tuple[Downmix, NDArray[np.int16]]:
    """The blocks (n, channels) through one Downmix."""
    mixer = Downmix()
    return mixer, np.concatenate([mixer.mix(block.astype(np.int16)) for block in blocks])


@pytest.mark.parametrize("channels", [1, 2, 6, 8])
def test_a_voice_on_one_channel_keeps_its_level(channels: int) -> None:
    spoken = [voice(n) for n in range(20)]
    blocks = [
        np.stack([one if channel == channels - 1 else noise(n * 10 + channel) for channel in range(channels)], axis=1)
        for n, one in enumerate(spoken)
    ]
    _, heard = mixed(blocks)
    assert heard.shape == (20 * BLOCK, 1)
    assert rms(heard) == pytest.approx(rms(np.concatenate(spoken)), rel=0.05)


@pytest.mark.parametrize("share", [1.0, 0.9])
def test_channels_in_opposite_phase_do_not_cancel_out_and_it_is_known(share: float) -> None:
    spoken = [voice(n) for n in range(20)]
    mixer, heard = mixed([np.stack([one, -share * one], axis=1) for one in spoken])
    assert mixer.cancelling
    assert rms(heard) == pytest.approx(rms(np.concatenate(spoken)), rel=0.05)


def test_stereo_in_phase_is_its_mean_and_nothing_cancels() -> None:
    mixer, heard = mixed([np.stack([voice(n), voice(n)], axis=1) for n in range(20)])
    assert not mixer.cancelling
    assert rms(heard) == pytest.approx(rms(np.concatenate([voice(n) for n in range(20)])), rel=0.02)


def test_two_people_at_two_microphones_are_both_heard() -> None:
    blocks = [np.stack([voice(n), noise(n)][:: 1 if n % 10 < 5 else -1], axis=1) for n in range(100)]
    _, heard = mixed(blocks)
    levels = [rms(heard[n * BLOCK : (n + 1) * BLOCK]) for n in range(10, 100)]
    assert min(levels) > rms(voice(0)) / 2.5


def test_a_change_of_channels_does_not_click() -> None:
    hum = 5_000 * np.sin(np.arange(20 * BLOCK) / 60)
    hum = np.stack([hum, hum], axis=1)
    hum[: 10 * BLOCK, 1] = 0
    _, heard = mixed([hum[n * BLOCK : (n + 1) * BLOCK] for n in range(20)])
    steepest = np.abs(np.diff(hum[:, 0])).max()
    assert np.abs(np.diff(heard[:, 0].astype(float))).max() < 1.5 * steepest


def test_a_source_that_changes_its_channels_is_mixed_on() -> None:
    mixer = Downmix()
    for channels in (2, 1, 8):
        block = np.repeat(voice(1)[:, None], channels, axis=1).astype(np.int16)
        assert rms(mixer.mix(block)) == pytest.approx(rms(voice(1)), rel=0.02)
    assert mixer.mix(np.zeros((0, 2), np.int16)).shape == (0, 1)
