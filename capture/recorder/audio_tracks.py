"""The sound tracks of a take: for each an open audio source, an aligner that keeps it in sync, and its notices.

Owns lost and returning devices: a gap becomes silence at once, is reported once, and ends when sound arrives again.
Muting silences the narration, not the system sound. Does not encode. For the recorder's thread only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from capture.audio.block import Block
from capture.audio.downmix import Downmix
from capture.audio.level import LevelTracker
from capture.backends.audio import (
    DEFAULT,
    NONE,
    find_microphone,
    find_system_sound,
    label_of,
    list_microphones,
    open_audio_source,
    why_silent,
)
from capture.model import Level, Microphone
from capture.recorder.audio_aligner import Aligner
from capture.recorder.clock import NS_PER_MS, ActivePeriods, Clock
from capture.recorder.options import RecordOptions
from capture.recorder.silence_watch import SilenceWatch

FIRST_S = 2.5
"""How long a take waits for its first sound: a suspended device starts in less."""
SETTLED_S, SETTLED_BLOCKS, JITTER_NS, FRESH_NS = 1.5, 3, 30 * NS_PER_MS, 100 * NS_PER_MS
"""A device that has just started reports its sound as up to 600 ms older than it is, and corrects that in jumps."""
LATE_NS, BEHIND_NS = 1_500 * NS_PER_MS, 1_000 * NS_PER_MS
"""Sound this late counts as lost; silence is then written up to a second ago, so that a kill loses at most that."""
_WAIT_S = 0.3


class RecordingTrack:
    """One audio source being recorded. ``what`` names it in notices: "microphone", "system sound".

    With one channel it is a voice: all channels of the source are mixed into it, and that nothing is heard is told.
    ``follow``: see ``open_audio_source``.
    """

    def __init__(
        self,
        source: Microphone,
        what: str,
        clock: Clock,
        muted: ActivePeriods,
        channels: int,
        *,
        follow: bool = False,
    ) -> None:
        self.source, self.what, self.channels = source, what, channels
        self._clock = clock
        self._downmix = Downmix() if channels == 1 else None
        self._audio_source = open_audio_source(source, None if channels == 1 else channels, follow=follow)
        self._open_name = self._audio_source.name
        self._silence = SilenceWatch(f"{what} {source.label}") if channels == 1 else None
        self._aligner = Aligner(clock, muted, channels)
        self._level_tracker = LevelTracker()
        self._was_live = self._asleep = False
        self._received_until_ns = 0
        self._settled = 0
        self._notices: list[str] = []

    @property
    def level(self) -> Level:
        """Current loudness."""
        return self._level_tracker.level

    @property
    def peak_db(self) -> float | None:
        """The loudest sample so far in dBFS; None unless it is a voice."""
        return self._silence.peak_db if self._silence is not None else None

    @property
    def lost_ms(self) -> int:
        """Milliseconds of missing sound."""
        return round(self._aligner.lost_ms)

    def wake(self) -> None:
        """Wait for the first sound, so that a take does not begin without it; add a notice when none arrives."""
        deadline_ns = self._clock.now() + round((FIRST_S + SETTLED_S) * 1e9)
        self._was_live = self._audio_source.wait(FIRST_S)
        # What the machine plays may well begin later: its output sleeps until then.
        self._asleep = not self._was_live and self._silence is None and not self._audio_source.failure
        if not self._was_live and not self._asleep:
            why = f" ({self._audio_source.failure.rstrip('.')})" if self._audio_source.failure else ""
            self._notices.append(f"The {self.what} {self.source.label} gives no sound yet{why}.")
        while self._was_live and self._settled < SETTLED_BLOCKS and self._clock.now() < deadline_ns:
            self._audio_source.wait_next(_WAIT_S)
            self._settle()
        self._aligner.restart()  # the jumping timestamps so far would place the first seconds 100 to 200 ms early

    def _settle(self) -> None:
        blocks = self._audio_source.drain()
        fresh = (
            bool(blocks) and self._clock.now() - blocks[-1].end_ns < FRESH_NS
        )  # earlier blocks arrived together with it
        for block in blocks:
            steady = abs(block.start_ns - self._received_until_ns) < JITTER_NS
            self._settled = self._settled + 1 if steady and fresh else 0
            self._receive(block)

    def _receive(self, block: Block) -> NDArray[np.int16]:
        self._received_until_ns = block.end_ns
        if self._downmix is not None:
            block = block._replace(samples=self._downmix.mix(block.samples))
        level = self._level_tracker.update(block.samples, block.end_ns)
        if self._silence is not None and self._downmix is not None:
            cancelling = self._downmix.cancelling
            self._notices += self._silence.update(level.peak_db, block.start_ns, block.end_ns, cancelling=cancelling)
        return self._aligner.add(block)

    def read(self, now_ns: int) -> Iterator[NDArray[np.int16]]:
        """The samples to append now, at ``now_ns`` of take time."""
        for block in self._audio_source.drain():
            yield self._receive(block)
        self._watch()
        if now_ns - self._written_ns > LATE_NS:
            yield self._aligner.pad(now_ns - BEHIND_NS)

    def caught_up(self, at_ns: int) -> bool:
        """Whether all sound until ``at_ns`` of the monotonic clock has arrived, or the source is lost."""
        return self._received_until_ns >= at_ns or not self._audio_source.live

    def end(self, end_ns: int) -> NDArray[np.int16]:
        """Close the source; returns the silence still missing up to ``end_ns`` of take time."""
        self._audio_source.close()
        return self._aligner.pad(end_ns)

    def notices(self) -> list[str]:
        """Notices for the user since the last call."""
        notices, self._notices = self._notices, []
        return notices

    @property
    def _written_ns(self) -> int:
        return self._aligner.written * 1_000_000_000 // 48_000

    def _watch(self) -> None:
        live, moved = self._audio_source.live, self._follow()
        if live == self._was_live or (live and (moved or self._asleep)):
            self._asleep = self._asleep and not live
            self._was_live = live
            return
        self._was_live = live
        if live:
            self._notices.append(f"The {self.what} is back.")
        else:
            self._level_tracker.lose()
            if self._silence is not None:
                self._silence.lost()
            self._notices.append(f"The {self.what} {self.source.label} went away; silence until it returns.")

    def _follow(self) -> bool:
        """Whether the source went over to another one since the last call; adds a notice."""
        name = self._audio_source.name
        if name == self._open_name or name is None:
            return False
        self._open_name = name
        self.source = Microphone(name, label_of(name))
        if self._silence is not None:
            self._silence.renamed(f"{self.what} {self.source.label}")
        self._notices.append(f"The {self.what} is now {self.source.label}.")
        return True


class RecordingTracks:
    """The tracks of one take, narration first."""

    def __init__(self, tracks: Sequence[RecordingTrack]) -> None:
        self.tracks = tuple(tracks)

    @property
    def channels(self) -> list[int]:
        """Channel count of each track."""
        return [track.channels for track in self.tracks]

    @property
    def level(self) -> Level:
        """Current loudness of the narration."""
        return self.tracks[0].level if self.tracks else Level()

    @property
    def peak_db(self) -> float | None:
        """The loudest sample of the narration in dBFS; None without one."""
        return next((track.peak_db for track in self.tracks if track.peak_db is not None), None)

    @property
    def lost_ms(self) -> int:
        """Milliseconds of missing sound, summed over all tracks."""
        return sum(track.lost_ms for track in self.tracks)

    def wake(self) -> None:
        """Wait for the first sound of each track; the devices start in parallel."""
        for track in self.tracks:
            track.wake()

    def read(self, now_ns: int) -> Iterator[tuple[int, NDArray[np.int16]]]:
        """Track numbers and the samples to append to them now."""
        for number, track in enumerate(self.tracks):
            for samples in track.read(now_ns):
                yield number, samples

    def caught_up(self, at_ns: int) -> bool:
        """Whether each track has all sound until ``at_ns`` of the monotonic clock, or lost its source."""
        return all(track.caught_up(at_ns) for track in self.tracks)

    def end(self, end_ns: int) -> Iterator[tuple[int, NDArray[np.int16]]]:
        """Close the sources; track numbers and the silence still missing up to ``end_ns`` of take time."""
        for number, track in enumerate(self.tracks):
            yield number, track.end(end_ns)

    def close(self) -> None:
        """Close the sources when nothing was recorded."""
        for track in self.tracks:
            track.end(0)

    def notices(self) -> list[str]:
        """Notices for the user since the last call."""
        return [text for track in self.tracks for text in track.notices()]


def open_tracks(options: RecordOptions, clock: Clock, muted: ActivePeriods) -> tuple[RecordingTracks, list[str]]:
    """Open the sources of the options; returns them and notices for the user. Raises CaptureError for a bad name."""
    microphone = find_microphone(options.microphone)
    system = find_system_sound(options.system_sound) if options.system_sound is not None else None
    notices = []
    if microphone is None and (options.microphone or "").lower() != NONE:
        notices.append(_no_microphone())
    tracks = []
    if microphone is not None:
        follow = options.microphone is None
        tracks.append(RecordingTrack(microphone, "microphone", clock, muted, channels=1, follow=follow))
        if why := why_silent(microphone):
            notices.append(why)
        if microphone.muted:
            notices.append(f"The microphone {microphone.label} is muted in the sound settings.")
    if system is not None:
        follow = options.system_sound == DEFAULT
        tracks.append(RecordingTrack(system, "system sound", clock, ActivePeriods(), channels=2, follow=follow))
    return RecordingTracks(tracks), notices


def _no_microphone() -> str:
    what = "No microphone was found; the take has no narration."
    return f"{what} What the loudspeakers play is recorded with --system-sound." if list_microphones() else what
