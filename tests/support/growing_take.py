"""LiveTake: a narrated take in recording, without a recorder: its lock is held, and the test controls its growth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from capture.model import Region, Take, TakeState
from capture.takes import lock_of, new_take_folder, write_take
from capture.video.take_writer import TakeWriter
from tests.support.speech import SENTENCES, speak

_TICK_MS = 100


class LiveTake:
    """Sentences with pauses. ``goes_on`` writes more of it; ``ends`` writes the rest and finishes the take."""

    def __init__(self, takes: Path, sentences: tuple[str, ...] = SENTENCES, *, pause_ms: int = 900) -> None:
        self.path = new_take_folder(takes)
        self.sound, self.spoken = speak(sentences, pause_ms=pause_ms)
        self.take = Take(take_id=self.path.name, started_unix_ms=1_900_000_000_000, width=64, height=64, path=self.path)
        self._lock = lock_of(self.path)
        assert self._lock.take()
        self._writer = TakeWriter(self.path / "take.mp4", 64, 64)
        self._picture: NDArray[np.uint8] = np.zeros((64, 64, 4), np.uint8)
        self.at_ms, self._closed = 0, False
        write_take(self.take)

    @property
    def duration_ms(self) -> int:
        return len(self.sound) // 16

    def goes_on(self, until_ms: int) -> None:
        while self.at_ms + _TICK_MS <= min(until_ms, self.duration_ms):
            self._picture[:] = self.at_ms // _TICK_MS % 250
            self._writer.paint(self._picture, Region(0, 0, 64, 64))
            self._writer.show(self.at_ms * 1_000_000)
            said = self.sound[self.at_ms * 16 : (self.at_ms + _TICK_MS) * 16]
            self._writer.write_sound(0, np.repeat((np.clip(said, -1, 1) * 32_000).astype(np.int16), 3).reshape(-1, 1))
            self.at_ms += _TICK_MS

    def ends(self) -> Take:
        self.goes_on(self.duration_ms)
        self.close()
        self.take = replace(self.take, state=TakeState.FINISHED, duration_ms=self.at_ms)
        write_take(self.take)
        self.killed()
        return self.take

    def killed(self) -> None:
        """Release the lock, as at the end of the recorder."""
        self._lock.release()
        self._lock.path.unlink(missing_ok=True)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._writer.close(self.at_ms * 1_000_000)
