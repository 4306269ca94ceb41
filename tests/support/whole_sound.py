"""The whole sound of a video file at once, to compare with what was recorded or rendered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.video.audio_reader import AudioTrackReader

SOUND_RATE = 16_000


def read_sound(path: Path, track: int = 0, rate: int = SOUND_RATE) -> NDArray[np.float32]:
    """The sound of a file: float32 [samples], mono, at ``rate`` Hz, sample 0 at the video's time zero.

    Empty when there is no such track. Raises VideoError when the file cannot be read.
    """
    blocks = [np.zeros(0, np.float32)]
    with AudioTrackReader(path, rate=rate, track=track) as sound:
        while not sound.ended:
            blocks.append(sound.read(rate * 10)[0])
    return np.concatenate(blocks)
