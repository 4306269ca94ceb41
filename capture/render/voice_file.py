"""A spoken sentence as a small file: Opus in Ogg, one channel, 24 kbit/s; a minute is about 180 kB."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

_RATE, _BITS = 48_000, 24_000
_OPUS = {"application": "voip", "frame_duration": "60"}
_BARE = {"fflags": "+bitexact"}  # no version of the encoder, no serial number made of the time


def voice_file(samples: NDArray[np.int16], rate: int) -> bytes:
    """The file of samples [n] at ``rate`` Hz."""
    sink = io.BytesIO()
    with av.open(sink, "w", format="ogg", options=_BARE) as container:
        stream = container.add_stream("libopus", rate=_RATE, options=dict(_OPUS), layout="mono")
        stream.bit_rate = _BITS
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples[None, :]), format="s16", layout="mono")
        frame.rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        resampler = AudioResampler(format="s16", layout="mono", rate=_RATE)
        for part in (*resampler.resample(frame), *resampler.resample(None), None):
            container.mux(list(stream.encode(part)))
    return sink.getvalue()
