"""The sound tracks of a take: each a microphone that listens, an aligner that keeps it in step, and what to tell of it.

Owns the coming and going of devices: a gap is silence at once, is told once, and ends when sound comes again.
Muting silences the narration, not what the machine plays. Refuses to encode. Belongs to the recorder's thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from capture.audio.block import Block
from capture.audio.level import LevelTracker
from capture.backends.audio import NONE, find_microphone, find_system_sound, open_feed
from capture.model import Level, Microphone
from capture.recorder.audio_aligner import Aligner
from capture.recorder.clock import NS_PER_MS, ActivePeriods, Clock
from capture.recorder.options import RecordOptions

FIRST_S = 2.5
"""How long a take waits for its first sound: a sleeping device wakes in less."""
SETTLED_S, SETTLED_BLOCKS, WOBBLE_NS, FRESH_NS = 1.5, 3, 30 * NS_PER_MS, 100 * NS_PER_MS
"""A device that has just woken up claims its sound to be up to 600 ms older than it is, and takes it back in leaps."""
LATE_NS, BEHIND_NS = 1_500 * NS_PER_MS, 1_000 * NS_PER_MS
"""Sound this late is given up; silence is then written up to a second ago, so that a kill loses no more than that."""
_ASK_S = 0.3


class RecordingTrack:
    """One source being recorded. ``what`` names it in notices: "microphone", "system sound"."""

    def __init__(self, source: Microphone, what: str, clock: Clock, muted: ActivePeriods, channels: int) -> None:
        self.source, self.what, self.channels = source, what, channels
        self._clock = clock
        self._feed = open_feed(source, channels)
        self._aligner = Aligner(clock, muted, channels)
        self._loudness = LevelTracker()
        self._was_live = False
        self._heard_until_ns = 0
        self._settled = 0
        self._notices: list[str] = []

    @property
    def level(self) -> Level:
        """How loud it is."""
        return self._loudness.level

    @property
    def lost_ms(self) -> int:
        """Milliseconds in which sound was missing."""
        return round(self._aligner.lost_ms)

    def wake(self) -> None:
        """Wait for the first sound, so that a take does not begin without it; tell when there is none."""
        deadline_ns = self._clock.now() + round((FIRST_S + SETTLED_S) * 1e9)
        self._was_live = self._feed.wait(FIRST_S)
        if not self._was_live:
            why = f" ({self._feed.failure.rstrip('.')})" if self._feed.failure else ""
            self._notices.append(f"The {self.what} {self.source.label} gives no sound yet{why}.")
        while self._was_live and self._settled < SETTLED_BLOCKS and self._clock.now() < deadline_ns:
            self._feed.wait_next(_ASK_S)
            self._settle()
        self._aligner.restart()  # stamps that leapt until now would pull the first seconds' sound 100 to 200 ms early

    def _settle(self) -> None:
        blocks = self._feed.drain()
        fresh = bool(blocks) and self._clock.now() - blocks[-1].end_ns < FRESH_NS  # those before it came along with it
        for block in blocks:
            steady = abs(block.start_ns - self._heard_until_ns) < WOBBLE_NS
            self._settled = self._settled + 1 if steady and fresh else 0
            self._take_in(block)

    def _take_in(self, block: Block) -> NDArray[np.int16]:
        self._heard_until_ns = block.end_ns
        self._loudness.update(block.samples, block.end_ns)
        return self._aligner.add(block)

    def read(self, now_ns: int) -> Iterator[NDArray[np.int16]]:
        """What to append now, at ``now_ns`` of take time."""
        for block in self._feed.drain():
            yield self._take_in(block)
        self._watch()
        if now_ns - self._written_ns > LATE_NS:
            yield self._aligner.pad(now_ns - BEHIND_NS)

    def caught_up(self, at_ns: int) -> bool:
        """Whether everything until ``at_ns`` of the monotonic clock has been heard, or nothing more will come."""
        return self._heard_until_ns >= at_ns or not self._feed.live

    def end(self, end_ns: int) -> NDArray[np.int16]:
        """Stop listening; silence up to ``end_ns`` of take time."""
        self._feed.close()
        return self._aligner.pad(end_ns)

    def notices(self) -> list[str]:
        """What to tell since the last call."""
        told, self._notices = self._notices, []
        return told

    @property
    def _written_ns(self) -> int:
        return self._aligner.written * 1_000_000_000 // 48_000

    def _watch(self) -> None:
        live = self._feed.live
        if live == self._was_live:
            return
        self._was_live = live
        if live:
            self._notices.append(f"The {self.what} is back.")
        else:
            self._loudness.lose()
            self._notices.append(f"The {self.what} {self.source.label} went away; silence until it returns.")


class RecordingTracks:
    """The tracks of one take, narration first."""

    def __init__(self, tracks: Sequence[RecordingTrack]) -> None:
        self.tracks = tuple(tracks)

    @property
    def channels(self) -> list[int]:
        """Of each track, as the writer wants them."""
        return [track.channels for track in self.tracks]

    @property
    def level(self) -> Level:
        """Of the narration."""
        return self.tracks[0].level if self.tracks else Level()

    @property
    def lost_ms(self) -> int:
        """In all tracks together."""
        return sum(track.lost_ms for track in self.tracks)

    def wake(self) -> None:
        """Wait for the first sound of each; they wake side by side."""
        for track in self.tracks:
            track.wake()

    def read(self, now_ns: int) -> Iterator[tuple[int, NDArray[np.int16]]]:
        """Track numbers and what to append to them now."""
        for number, track in enumerate(self.tracks):
            for samples in track.read(now_ns):
                yield number, samples

    def caught_up(self, at_ns: int) -> bool:
        """Whether all was heard until a moment of the monotonic clock."""
        return all(track.caught_up(at_ns) for track in self.tracks)

    def end(self, end_ns: int) -> Iterator[tuple[int, NDArray[np.int16]]]:
        """Stop listening; what is missing of each until ``end_ns`` of take time."""
        for number, track in enumerate(self.tracks):
            yield number, track.end(end_ns)

    def close(self) -> None:
        """Stop listening; nothing was recorded."""
        for track in self.tracks:
            track.end(0)

    def notices(self) -> list[str]:
        """What to tell since the last call."""
        return [text for track in self.tracks for text in track.notices()]


def open_tracks(options: RecordOptions, clock: Clock, muted: ActivePeriods) -> tuple[RecordingTracks, list[str]]:
    """Start listening to what the options name; and what to tell the user of it. Raises CaptureError for a bad name."""
    microphone = find_microphone(options.microphone)
    system = find_system_sound(options.system_sound) if options.system_sound is not None else None
    told = []
    if microphone is None and (options.microphone or "").lower() != NONE:
        told.append("No microphone was found; the take has no narration.")
    tracks = []
    if microphone is not None:
        tracks.append(RecordingTrack(microphone, "microphone", clock, muted, channels=1))
    if system is not None:
        tracks.append(RecordingTrack(system, "system sound", clock, ActivePeriods(), channels=2))
    return RecordingTracks(tracks), told
