"""The recorder process and the open microphone as the live screen sees them.

Owns turning decibels into what a meter shows. Refuses to record by itself: ``capture/recorder/handle.py`` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from capture.backends.audio import open_meter
from capture.model import Level, Take
from capture.recorder.handle import Recording, RecordOptions
from capture.span import Span
from library.intake.options import IntakeOptions
from tui.config import Settings
from tui.model import LiveStatus, RecordChoice, SoundLevel
from tui.services.live_words import hear_along, last_words, live_words_status

if TYPE_CHECKING:
    from transcribe.streaming.live_transcriber import LiveTranscriber

_QUIETEST_DB = -60.0
"""The foot of the meter. Speech lies near -40 to -15 dB, so that it uses the middle of the height."""


def loudness(level: Level) -> SoundLevel:
    """Decibels of full scale as a meter shows them, linear in decibels."""
    part = 1 - level.rms_db / _QUIETEST_DB
    return SoundLevel(max(0.0, min(1.0, part)), clipping=level.clipping, dead=level.silent)


class OpenMicrophoneMeter:
    """A microphone that is listened to before the take."""

    def __init__(self, name: str) -> None:
        self._meter = open_meter(name)

    def loudness(self) -> SoundLevel:
        """What it hears now."""
        return loudness(self._meter.level())

    def close(self) -> None:
        """Let the microphone go."""
        self._meter.close()


class RecorderAdapter:
    """A recorder process, from its launch on."""

    def __init__(self, recording: Recording, intake: IntakeOptions, *, sound: bool, words: bool) -> None:
        self._recording, self._intake, self._sound, self._words = recording, intake, sound, words
        self._live: LiveTranscriber | None = None
        self._abandoned = False

    @classmethod
    def launch(cls, choice: RecordChoice, settings: Settings, intake: IntakeOptions) -> RecorderAdapter:
        """Start its process; returns at once."""
        options = RecordOptions(
            target=choice.target,
            takes_folder=settings.takes_folder,
            microphone=choice.microphone or "none",
            system_sound="default" if choice.machine_sound else None,
            fps=settings.fps,
            events=choice.events,
            chords=choice.show_keys,
            hotkeys=dict(settings.hotkeys),
        )
        sound = choice.microphone is not None
        return cls(Recording.launch(options), intake, sound=sound, words=choice.words and sound)

    def wait_started(self) -> None:
        """Wait until it records, then start a recogniser beside it if words are wanted.

        Raises CaptureError when it cannot record, or was abandoned meanwhile.
        """
        self._recording.wait_started()
        if self._words:
            self._live = hear_along(Path(self._recording.status.take_path), self._intake)
            if self._abandoned and self._live is not None:
                self._live.close()

    @property
    def status(self) -> LiveStatus:
        """The latest figures."""
        now = self._recording.status
        return LiveStatus(
            elapsed_ms=now.elapsed_ms,
            fps=now.fps,
            late_ticks=now.late_ticks,
            loudness=loudness(now.level) if self._sound else None,
            bytes_written=now.bytes_written,
            free_bytes=now.free_bytes,
            paused=now.paused,
            muted=now.muted,
            ended=now.ended,
            notices=tuple(now.notices),
            words=last_words(self._live.said) if self._live is not None else "",
            words_note=live_words_status(self._live, wanted=self._words),
        )

    def stop(self) -> Take:
        """End it; one that has ended by itself gives its take too."""
        return self._recording.stop()

    def pause(self) -> None:
        """Stand still."""
        self._recording.pause()

    def resume(self) -> None:
        """Go on."""
        self._recording.resume()

    def mark(self) -> None:
        """A step begins here."""
        self._recording.mark()

    def mute(self, on: bool) -> None:
        """Silence the narration, or hear it again."""
        self._recording.mute(on)

    def scrap(self, last_ms: int) -> None:
        """Take the last stretch back."""
        if self._live is not None:
            now_ms = self._recording.status.elapsed_ms
            self._live.scrap(Span(max(0, now_ms - last_ms), now_ms))
        self._recording.scrap(last_ms)

    def abandon(self) -> None:
        """Not wanted: end it and delete what there is."""
        self._abandoned = True
        if self._live is not None:
            self._live.close()
        self._recording.abandon()
