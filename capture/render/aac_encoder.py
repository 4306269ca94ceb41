"""Encodes a clip's sound as AAC frames; frames encoded for an earlier clip come from the cache.

Owns the encoder's settings and which cached frames may be reused: those with the same sound around them. Does not cut
or write files.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
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

from capture.errors import VideoError
from capture.render.clip_audio import RATE, ClipSound
from capture.render.encode_cache import FrameStore
from capture.video.audio_reader import Samples
from capture.video.media_file import TICKS

FRAME = 1_024
"""Samples in an AAC frame, 32 ms."""
_WARM_UP = 4
"""Warm-up frames before the first used one: the encoder's state is then as if it had encoded everything."""
_LOOKAHEAD = 3
"""Frames from the start of one to the end of the last that affects it."""
LAYOUTS = {1: "mono", 2: "stereo"}
_BITS = 80_000  # bits a second for each channel; the encoder derives its bandwidth limit from it
# CPU, signal to noise and log spectral distance below 8 kHz of a minute of narration, mono: the fast coder at constant
# quality 0.19 s, 33.2 dB, 3.6 dB for 618 kB; at 96 kb/s and 48 kHz 0.32 s, 32.6 dB, 3.7 dB for 771 kB, and 0.5 s for a
# soft voice, because it iterates to use up its bits; the other coder 0.8 s, 26 dB. Temporal noise shaping costs a tenth
# and improves nothing.
AAC = {"aac_coder": "fast", "aac_pns": "0", "aac_tns": "0", "flags": "+qscale", "global_quality": "142"}


class Frame(NamedTuple):
    """An AAC frame: the tick of the clip at which it begins, its number and its bytes."""

    at: int
    number: int
    data: bytes


def aac_encoder(channels: int) -> AudioCodecContext:
    """A new encoder of RATE Hz."""
    context = av.CodecContext.create("aac", "w")
    assert isinstance(context, AudioCodecContext)  # noqa: S101  the stubs do not tell by the codec's name
    context.sample_rate, context.layout, context.format = RATE, LAYOUTS[channels], "fltp"
    context.time_base, context.bit_rate = Fraction(1, RATE), _BITS * channels
    context.options = dict(AAC)
    context.open()
    return context


def aac_frames(sound: ClipSound, channels: int, cache: FrameStore | None) -> Iterator[Frame]:
    """All AAC frames of the clip's sound in order. Raises VideoError when the cache is emptied meanwhile."""
    for first, end, cached in _runs(sound, channels, cache):
        if cached and cache is not None:
            for n in range(first, end):
                if (known := cache.get(_cache_key(sound, channels, n))) is None:
                    raise VideoError("The sound of the clip before was dropped while it was used", "Render it again.")
                yield Frame(_tick(n), n, known)
            continue
        for n, data in _encoded(sound, channels, first, end):
            if cache is not None:
                cache.put(_cache_key(sound, channels, n), data)
            yield Frame(_tick(n), n, data)


def _runs(sound: ClipSound, channels: int, cache: FrameStore | None) -> list[tuple[int, int, bool]]:
    """Ranges of frames (first, end, whether cached); cached ones are longer than warm-up and lookahead together."""
    count = -(-len(sound) // FRAME)
    if cache is None:
        return [(0, count, False)]
    runs: list[tuple[int, int, bool]] = []
    for known, numbers in groupby(range(count), key=lambda n: _cache_key(sound, channels, n) in cache):
        first, *rest = numbers
        end = (rest or [first])[-1] + 1
        cached = known and end - first > _WARM_UP + _LOOKAHEAD
        if runs and not cached and not runs[-1][2]:
            first = runs.pop()[0]
        runs.append((first, end, cached))
    return runs


def _tick(number: int) -> int:
    return number * FRAME * TICKS * 1000 // RATE


def _cache_key(sound: ClipSound, channels: int, number: int) -> tuple[int, Hashable]:
    """Cache key of a frame. It covers the neighbours too: frames overlap, and the encoder looks ahead."""
    return channels, sound.content((number - 1) * FRAME, (number + _LOOKAHEAD) * FRAME)


def _encoded(sound: ClipSound, channels: int, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Encode frames ``[first, end)``, with warm-up frames before them."""
    encoder, waiting = aac_encoder(channels), AudioFifo()
    begin = max(0, first - _WARM_UP)
    at, stop = begin * FRAME, min((end + _LOOKAHEAD) * FRAME, len(sound))
    packets: list[Packet[AudioStream]] = []
    for start in range(at, stop, RATE):
        waiting.write(_frame(sound.take(start, min(start + RATE, stop)), start - at, channels))
        for whole in waiting.read_many(FRAME, partial=start + RATE >= stop):
            packets += encoder.encode(whole)
        yield from _selected(packets, begin, first, end)
        packets.clear()
    yield from _selected(encoder.encode(None), begin, first, end)


def _frame(samples: Samples, at: int, channels: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=LAYOUTS[channels])
    frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
    return frame


def _selected(packets: list[Packet[AudioStream]], begin: int, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Packets of ``[first, end)``. The priming frame before zero is dropped, so that no edit list is needed."""
    for packet in packets:
        if packet.pts is not None and first <= (number := begin + packet.pts // FRAME) < end:
            yield number, bytes(packet)
