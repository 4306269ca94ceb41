"""What the bench of live words speaks, to whom, and how it counts: recordings of sentences, word errors.

The model is base, or that of SHOWHOW_BENCH_MODEL: ``tiny.en``, another name in the models folder, or a folder.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from capture.model import Take, Target
from capture.recorder.handle import Recording, RecordOptions
from tests.benches.sentences import sentences
from tests.support.desktop import Stage
from tests.support.scripted_task import RATE, Scene, write_track
from tests.support.speech import say
from tests.support.speech_models import SUMS
from tests.support.speech_models import model as fetched
from transcribe.asr.whisper import Whisper
from transcribe.models.known import ModelRef
from transcribe.models.registry import find_model
from transcribe.streaming.live_messages import LiveUpdate, live_options
from transcribe.streaming.live_transcriber import LiveTranscriber


def model() -> ModelRef:
    """The model that is measured."""
    chosen = os.environ.get("SHOWHOW_BENCH_MODEL") or "base"
    home = Path(os.environ.get("SHOWHOW_HOME", Path.home() / ".local/share/showhow"))
    return find_model(fetched(chosen) if chosen in SUMS else chosen, home / "models")


@dataclass
class Narration:
    """Sentences as one track of 48 kHz: where each ends (s), how long it all is."""

    said: list[str]
    pieces: list[tuple[float, NDArray[np.int16]]]
    seconds: float

    @property
    def ends(self) -> list[float]:
        """Seconds at which each sentence has been said."""
        return [at + len(sound) / RATE for at, sound in self.pieces]


def narration(seconds: float, seed: int) -> Narration:
    """Sentences with pauses of 0.7 to 3 s, until shortly before ``seconds``."""
    dice = random.Random(seed)  # noqa: S311  pauses, no secrets
    said, pieces, at = [], [], 1.0
    for text in sentences(300, seed):
        sound = (say(text, RATE) * 32_767).astype(np.int16)
        if at + len(sound) / RATE > seconds - 0.4:
            break
        said.append(text)
        pieces.append((at, sound))
        at += len(sound) / RATE + dice.uniform(0.7, 3.0)
    return Narration(said, pieces, seconds)


@contextmanager
def stage() -> Iterator[Stage]:
    """A desktop this process lives on."""
    with Stage() as found, patch.dict(os.environ, found.env):
        yield found


@dataclass
class Recorded:
    """A take with words beside it. Times are seconds: from the call of stop, or after a sentence had been said."""

    take: Take
    final_s: float = 0.0
    stopped_s: float = 0.0
    delays_s: list[float] = field(default_factory=list)


def record(
    on: Stage, folder: Path, spoken: Narration, *, words: bool = True, kills: tuple[float, ...] = ()
) -> Recorded:
    """Record a narration to its end and stop; ``kills``: moments (s) at which the recogniser is killed."""
    write_track(folder / "said.wav", spoken.seconds, spoken.pieces)
    wish = RecordOptions(target=Target(monitor=1), takes_folder=folder / "takes", events=False)
    recording = Recording.start(wish)
    heard: list[tuple[float, LiveUpdate]] = []
    live = None
    if words:
        options = live_options(Whisper(model(), "en"), Path(recording.status.take_path))
        live = LiveTranscriber(options, lambda news: heard.append((time.monotonic(), news)))
        while not live.ready:
            time.sleep(0.02)
    began_ms = recording.status.elapsed_ms
    player, begun = on.play(folder / "said.wav"), time.monotonic()
    for moment in kills:
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        if live is not None and live.pid is not None:
            os.kill(live.pid, 9)
    player.wait()
    asked = time.monotonic()
    take = recording.stop()
    found = Recorded(take, stopped_s=time.monotonic() - asked)
    if live is not None:
        assert live.wait(120), "the recogniser did not come to its end"
        found.final_s = time.monotonic() - asked
        found.delays_s = _delays(heard, began_ms, begun)
    return found


def _delays(heard: list[tuple[float, LiveUpdate]], began_ms: int, begun: float) -> list[float]:
    """From the end of the speech in a Stretch to its words: 288 ms of each Stretch are the pause after it."""
    delays = []
    for at, news in heard:
        if news.text:
            said = begun + (news.end_ms - 288 - began_ms) / 1000
            delays.append(at - said)
    return delays


def errors(said: list[str], heard: str) -> float:
    """Word error rate."""
    true, found = (re.findall(r"[a-z0-9']+", text.lower()) for text in (" ".join(said), heard))
    return Levenshtein.distance(true, found) / len(true)


def play_scene(on: Stage) -> Any:
    """The busy scene of the recorder's bench, ready to play."""
    return Scene(on)
