"""Sound without speech from seeded arithmetic, for tests and benches: silence, noise, music, key clicks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Sound = NDArray[np.float32]


def silence(seconds: float) -> Sound:
    """Noise in the lowest bits of a recording."""
    return _random(seconds, 1).normal(0, 2e-5, round(seconds * RATE)).astype(np.float32)


def noise(seconds: float) -> Sound:
    """Noise of a fan, stronger at low frequencies, with a slowly varying level."""
    white = _random(seconds, 2).normal(0, 1, round(seconds * RATE))
    low = np.convolve(white, np.ones(24) / 24, "same") + 0.2 * white
    swell = 1 + 0.3 * np.sin(2 * np.pi * 0.07 * np.arange(len(low)) / RATE)
    return (0.02 * low / low.std() * swell).astype(np.float32)


_CHORDS = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6), (164.8, 207.7, 246.9))


def music(seconds: float) -> Sound:
    """Chords of plucked strings with a melody and a beat, like music on hold."""
    random, sound, beat = _random(seconds, 3), np.zeros(round(seconds * RATE)), RATE // 2
    for number, at in enumerate(range(0, len(sound) - beat, beat)):
        chord = _CHORDS[number // 8 % 4]
        notes = [*chord, 2 * random.choice(chord)] if number % 2 else [chord[0] / 2]
        for note in notes:
            _pluck(sound, at, float(note))
        thud = np.exp(-np.arange(1_600) / 200) * random.normal(0, 0.1, 1_600)
        sound[at : at + 1_600] += thud[: len(sound) - at]
    return (0.25 * sound / np.abs(sound).max()).astype(np.float32)


def _pluck(sound: NDArray[np.float64], at: int, note: float) -> None:
    time = np.arange(min(RATE, len(sound) - at)) / RATE
    tone = sum(np.sin(2 * np.pi * note * k * time) * np.exp(-time * (2 + k)) / k for k in range(1, 6))
    sound[at : at + len(time)] += tone


def keys(seconds: float) -> Sound:
    """Typing: short clicks, two per key, in bursts, over soft noise."""
    random = _random(seconds, 4)
    sound = random.normal(0, 1e-4, round(seconds * RATE))
    at = RATE
    while at < len(sound) - RATE:
        for edge, loud in ((at, 0.25), (at + random.integers(900, 1_600), 0.1)):
            click = random.normal(0, loud, 320) * np.exp(-np.arange(320) / 50)
            sound[edge : edge + 320] += click
        at += int(random.integers(1_600, 5_000)) if random.random() < 0.95 else 3 * RATE
    return sound.astype(np.float32)


def beeps(seconds: float) -> Sound:
    """Tones of a notification: two short beeps every three seconds, over soft noise."""
    sound = _random(seconds, 5).normal(0, 1e-4, round(seconds * RATE))
    time = np.arange(RATE // 6) / RATE
    for at in range(RATE, len(sound) - RATE, 3 * RATE):
        for tone, begin in ((880.0, at), (1_174.7, at + RATE // 4)):
            sound[begin : begin + len(time)] += 0.2 * np.sin(2 * np.pi * tone * time) * np.hanning(len(time))
    return sound.astype(np.float32)


def _random(seconds: float, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, round(seconds * 10)])


NOBODY: dict[str, Callable[[float], Sound]] = {
    "silence": silence,
    "noise": noise,
    "music": music,
    "keys": keys,
    "beeps": beeps,
}
