"""The sound of a clip as AAC, frame by frame, and only those encoded that were not before.

Owns the encoder's settings and which frames may be taken from an earlier clip: those around which the same is heard.
Refuses to cut and to write files.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

from capture.render.clip_audio import RATE, ClipAudio, Content
from capture.render.encode_cache import EncodeCache
from capture.video.audio_reader import Samples
from capture.video.media_file import TICKS

FRAME = 1_024
"""Samples in an AAC frame, 32 ms."""
_RUN_UP = 4
"""Frames encoded before the first that is used: the encoder is then as it would have been, had it heard all of it."""
_AHEAD = 3
"""Frames from the beginning of one to the end of the last that has a say in it."""
LAYOUTS = {1: "mono", 2: "stereo"}
_BITS = 80_000  # a second, for each channel: what the encoder bounds its bandwidth by
# CPU and nearness of a minute of narration, mono (signal to noise, log spectrum below 8 kHz): the fast coder at an even
# quality 0.19 s, 33.2 dB, 3.6 dB for 618 kB; at 96 kb/s and 48 kHz 0.32 s, 32.6 dB, 3.7 dB for 771 kB, and of a soft
# voice 0.5 s, for it goes round and round to spend its bits; the other coder 0.8 s, 26 dB. Temporal noise shaping costs
# a tenth and brings none nearer.
AAC = {"aac_coder": "fast", "aac_pns": "0", "aac_tns": "0", "flags": "+qscale", "global_quality": "142"}


class Frame(NamedTuple):
    """The tick of the clip at which an AAC frame begins, its number and itself."""

    at: int
    number: int
    data: bytes


def aac_encoder(channels: int) -> AudioCodecContext:
    """An encoder of RATE Hz, as it has heard nothing."""
    context = av.CodecContext.create("aac", "w")
    assert isinstance(context, AudioCodecContext)  # noqa: S101  the stubs do not tell by the codec's name
    context.sample_rate, context.layout, context.format = RATE, LAYOUTS[channels], "fltp"
    context.time_base, context.bit_rate = Fraction(1, RATE), _BITS * channels
    context.options = dict(AAC)
    context.open()
    return context


def aac_frames(sound: ClipAudio, channels: int, parts: EncodeCache | None) -> Iterator[Frame]:
    """All frames of the clip's sound in order."""
    for first, end, kept in _runs(sound, channels, parts):
        if kept and parts is not None:
            yield from (Frame(_tick(n), n, parts.get(_name(sound, channels, n)) or b"") for n in range(first, end))
            continue
        for n, data in _encoded(sound, channels, first, end):
            if parts is not None:
                parts.put(_name(sound, channels, n), data)
            yield Frame(_tick(n), n, data)


def _runs(sound: ClipAudio, channels: int, parts: EncodeCache | None) -> list[tuple[int, int, bool]]:
    """From which frame to which they were kept or are to be encoded; between two that are encoded there is run-up."""
    count = -(-len(sound) // FRAME)
    if parts is None:
        return [(0, count, False)]
    runs: list[tuple[int, int, bool]] = []
    for there, numbers in groupby(range(count), key=lambda n: _name(sound, channels, n) in parts):
        first, *rest = numbers
        end = (rest or [first])[-1] + 1
        kept = there and end - first > _RUN_UP + _AHEAD
        if runs and not kept and not runs[-1][2]:
            first = runs.pop()[0]
        runs.append((first, end, kept))
    return runs


def _tick(number: int) -> int:
    return number * FRAME * TICKS * 1000 // RATE


def _name(sound: ClipAudio, channels: int, number: int) -> tuple[int, Content]:
    """What a frame holds: it overlaps its neighbours, and the encoder looks ahead at the next."""
    return channels, sound.content((number - 1) * FRAME, (number + _AHEAD) * FRAME)


def _encoded(sound: ClipAudio, channels: int, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Frames ``[first, end)``, what comes before them being the encoder's run-up."""
    encoder, waiting = aac_encoder(channels), AudioFifo()
    begin = max(0, first - _RUN_UP)
    at, stop = begin * FRAME, min((end + _AHEAD) * FRAME, len(sound))
    packets: list[Packet[AudioStream]] = []
    for start in range(at, stop, RATE):
        waiting.write(_frame(sound.take(start, min(start + RATE, stop)), start - at, channels))
        for whole in waiting.read_many(FRAME, partial=start + RATE >= stop):
            packets += encoder.encode(whole)
        yield from _wanted(packets, begin, first, end)
        packets.clear()
    yield from _wanted(encoder.encode(None), begin, first, end)


def _frame(samples: Samples, at: int, channels: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=LAYOUTS[channels])
    frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
    return frame


def _wanted(packets: list[Packet[AudioStream]], begin: int, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The encoder's priming frame lies before zero; left out, no edit list is needed and nothing shifts."""
    for packet in packets:
        if packet.pts is not None and first <= (number := begin + packet.pts // FRAME) < end:
            yield number, bytes(packet)
