"""Hearing a take while it is recorded: its sound as it reaches the disk, sample for sample what the closed file holds.

Owns reading a fragmented MP4 that grows. Costs the recorder nothing: it is not asked, and does not know. Sound comes
0.3 s after it was heard, most of it the length of a fragment (see ``write.py``). Refuses to know what is said.
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

_LOOK_S = 0.05
"""Between two looks at the end of the file: a fifth of a fragment."""


class Growing:
    """A file for av to read in order: at its end it waits for more, until ``grows`` says that there is none to come."""

    def __init__(self, path: Path, grows: Callable[[], bool]) -> None:
        self._file: IO[bytes] = path.open("rb", buffering=0)
        self._grows = grows

    def read(self, count: int) -> bytes:
        """Up to ``count`` bytes; none at the very end."""
        while True:
            last = not self._grows()  # asked first: what was written before it ended is still read
            if (data := self._file.read(count)) or last:
                return data
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """Let it go."""
        self._file.close()


def growing_sound(path: Path, rate: int, grows: Callable[[], bool]) -> Iterator[NDArray[np.float32]]:
    """The first sound track of a growing take at ``rate``: mono float32 [samples] from time zero, as it comes.

    Ends when ``grows`` is false and everything was read; a take that has ended is read like any file. Raises VideoError
    when there is nothing that can be read.
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
            # It was closed, and so became an ordinary MP4, while its beginning was being read.
        finally:
            file.close()
    with AudioTrackReader(path, rate=rate) as sound:
        yield from sound.blocks()
