"""A recorded session held against its script: what was cut of words, deeds and idle time.

Deeds and clicks are taken from the script's log (it notes when each begins and is done), speech from where its own
narration lies in the take's sound. Idle is what is left in stretches of a second or more, as the script counts it.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from capture.model import Cut
from capture.span import Span, invert, merge
from tests.benches.sessions import Session
from tests.support.whole_sound import SOUND_RATE, read_sound

_IDLE_MS = 1_000


@dataclass(frozen=True)
class Score:
    """Seconds of true action and speech cut, clicks cut, and how much of the true idle time is gone."""

    action_s: float
    speech_s: float
    clicks: int
    idle_s: float
    removed_s: float

    @property
    def removed(self) -> float:
        """Share of the idle time."""
        return self.removed_s / self.idle_s if self.idle_s else 1.0


def score(session: Session, cuts: Sequence[Cut]) -> Score:
    """How well these cuts fit the script."""
    deeds, clicks, speech = deeds_of(session), clicks_of(session), speech_of(session)
    whole = Span(0, session.take.duration_ms)
    idle = [span for span in invert([*deeds, *speech], whole) if span.duration_ms >= _IDLE_MS]
    return Score(
        action_s=_shared(deeds, cuts) / 1000,
        speech_s=_shared(speech, cuts) / 1000,
        clicks=sum(any(cut.contains(at) for cut in cuts) for at in clicks),
        idle_s=sum(span.duration_ms for span in idle) / 1000,
        removed_s=_shared(idle, cuts) / 1000,
    )


def _shared(one: Sequence[Span], other: Sequence[Span]) -> int:
    return sum(a.overlap_ms(b) for a in merge(one) for b in merge(other))


def deeds_of(session: Session) -> list[Span]:
    """From the beginning of each deed to its end, in take time."""
    spans = []
    acting = [event for event in session.truth["events"] if event["kind"] not in {"step", "flash"}]
    for begun, after in pairwise(acting):
        if begun["kind"] != "done":
            spans.append(Span(_at(session, begun["t"]), _at(session, after["t"])))
    return merge(spans)


def clicks_of(session: Session) -> list[int]:
    """When the buttons went down, to some hundredths of a second."""
    return [_at(session, click["t"]) for click in session.truth["clicks"]]


def speech_of(session: Session) -> list[Span]:
    """Where the narration is heard in the take."""
    late = heard_late_ms(session)
    return [
        Span(round(line["start"] * 1000 + late), round(line["end"] * 1000 + late)) for line in session.truth["speech"]
    ]


def heard_late_ms(session: Session) -> float:
    """Where the narration's first sample lies in the take: by the correlation of their loudness, 5 ms fine."""
    if not session.truth["speech"]:
        return session.zero_ms
    with wave.open(str(session.narration)) as file:
        track = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32)
        told = _loudness(track, file.getframerate())
    heard = _loudness(read_sound(session.take.video), SOUND_RATE)
    size = 1 << (len(told) + len(heard)).bit_length()
    both = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(told, size)), size)
    return float(np.argmax(both[: len(heard)])) * 5


def _loudness(sound: np.ndarray, rate: int) -> np.ndarray:
    step = rate // 200
    whole = sound[: len(sound) // step * step].reshape(-1, step)
    loud = np.abs(whole).mean(axis=1)
    return loud / (loud.max() or 1)


def _at(session: Session, seconds: float) -> int:
    return max(0, round(session.zero_ms + seconds * 1000))
