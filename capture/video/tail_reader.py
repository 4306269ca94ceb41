"""Reads the sound of a take while it is recorded, as it reaches the disk; equals the closed file sample for sample.

Owns reading a growing fragmented MP4. Costs the recorder nothing, which does not take part. Sound is available 0.3 s
after its capture, most of it the length of a fragment (see ``take_writer.py``). Does not interpret the sound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from capture.errors import VideoError
from capture.video.audio_reader import AudioTrackReader

_POLL_S = 0.05
"""Poll interval at the end of the file: a fifth of a fragment."""


class Growing:
    """A file object for av to read in order: at its end it waits for more data, until ``grows`` returns false."""

    def __init__(self, path: Path, grows: Callable[[], bool]) -> None:
        self._file: IO[bytes] = path.open("rb", buffering=0)
        self._grows = grows

    def read(self, count: int) -> bytes:
        """Up to ``count`` bytes; empty at the final end."""
        while True:
            last = not self._grows()  # before reading: data written before the end is still read
            if (data := self._file.read(count)) or last:
                return data
            time.sleep(_POLL_S)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def growing_sound(path: Path, rate: int, grows: Callable[[], bool]) -> Iterator[NDArray[np.float32]]:
    """The first sound track of a growing take at ``rate`` Hz: blocks of mono float32 [samples] from time zero on.

    Ends when ``grows`` returns false and everything was read; a finished take is read like any file. Raises VideoError
    when nothing can be read.
    """
    if grows():
        file = Growing(path, grows)
        try:
            with AudioTrackReader(path, rate=rate, growing=file) as sound:
                yield from sound.blocks()
                return
        except VideoError:
            if grows():
                raise
            # The take was closed, and so became an ordinary MP4, while its beginning was being read.
        finally:
            file.close()
    with AudioTrackReader(path, rate=rate) as sound:
        yield from sound.blocks()
