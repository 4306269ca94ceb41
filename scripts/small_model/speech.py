"""Speaks the corpus with espeak-ng and stores it as 16 kHz sound; about 40 sentences a second on a core.

Sentence number n always has the same text and voice. The first ``HELD_BACK`` of a shuffle of the first 9,000 are never
used in training, nor is any sentence with the same words.
"""

from __future__ import annotations

import concurrent.futures
import os
import random
import subprocess
import tempfile
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scripts.small_model.corpus import sentence

HELD_BACK = 150
_SHUFFLED = 9_000
_VOICES, _WEIGHTS = ("en", "en-us", "en-gb"), (3, 4, 1)

Spoken: TypeAlias = tuple[str, NDArray[np.int16]]
"""A sentence and its sound, mono at 16 kHz."""


def speak_all(count: int, place: Path) -> None:
    """Speak ``count`` sentences into one npz file."""
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        spoken = list(pool.map(_speak, range(count), chunksize=50))
    ends = np.cumsum([len(sound) for _, sound in spoken])
    texts = np.array([text for text, _ in spoken])
    np.savez(place, texts=texts, ends=ends, sound=np.concatenate([sound for _, sound in spoken]))
    print(f"{count} sentences, {ends[-1] / 16_000 / 3600:.1f} hours", flush=True)


def load(place: Path) -> tuple[list[Spoken], list[Spoken]]:
    """The sentences held back, and those to train on."""
    with np.load(place) as kept:
        sound, texts, ends = kept["sound"], kept["texts"], kept["ends"]
    starts = [0, *ends[:-1]]
    spoken = [(str(text), sound[start:end]) for text, start, end in zip(texts, starts, ends, strict=True)]
    first, more = spoken[:_SHUFFLED], spoken[_SHUFFLED:]
    random.Random(1).shuffle(first)  # noqa: S311  must be the same on each run
    held = first[:HELD_BACK]
    unseen = {text for text, _ in held}
    return held, [(text, wave) for text, wave in (*first[HELD_BACK:], *more) if text not in unseen]


def _speak(number: int) -> Spoken:
    r = random.Random(number)  # noqa: S311  no secret
    text, voice = sentence(r), r.choices(_VOICES, _WEIGHTS)[0]
    return text, say(text, voice, r.randint(145, 170), r.randint(45, 55))


def say(text: str, voice: str, pace: int, pitch: int = 50) -> NDArray[np.int16]:
    """One sentence as int16 samples at 16 kHz; ``pace`` in words a minute."""
    from faster_whisper.audio import decode_audio

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(pace), "-p", str(pitch), "-w", str(file), text]
        subprocess.run(command, check=True)
        return np.asarray(np.clip(decode_audio(str(file), 16_000), -1, 1) * 32_767, np.int16)


def taken_anywhere(wave: NDArray[np.int16], r: random.Random) -> NDArray[np.float32]:
    """The sentence as in another recording, from -1 to 1: resampled at other times, and sometimes cut at the start.

    Recordings do not begin with the first sample of a word. Sound between samples is interpolated linearly; a sound
    card's clock is up to 0.05 % off; voice activity detection may drop the first 8 ms. A model trained only on
    espeak-ng's own samples wrote "the email" for "the name" when the samples were shifted.
    """
    cut = r.randint(0, 128) if r.random() < 0.25 else 0
    at = np.arange(cut + r.random(), len(wave) - 1, 1 + r.uniform(-5e-4, 5e-4))
    return np.interp(at, np.arange(len(wave)), wave).astype(np.float32) / 32_768
