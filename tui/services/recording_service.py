"""``LocalRecordingService``: recording service for the screens (monitors, windows, microphones, recorder).

Heavy libraries are imported on first use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from capture.errors import CaptureError
from capture.model import Microphone, Monitor, Region, Target, Window
from library.intake.options import IntakeOptions
from tui.config import Settings
from tui.model import Picture, RecordChoice
from tui.services.live_labels import LabelReading, start_live_labels
from tui.services.live_words import start_live_transcription

if TYPE_CHECKING:
    from capture.audio.meter import LevelMeter
    from capture.recorder.handle import Recording
    from transcribe.streaming.live_transcriber import LiveTranscriber


class LocalRecordingService:
    """Monitors, windows, microphones and recorder of this machine."""

    def __init__(self, settings: Settings, options: IntakeOptions) -> None:
        self._settings, self._options = settings, options

    def monitors(self) -> list[Monitor]:
        """Available monitors."""
        from capture.backends.screen import list_monitors

        return list_monitors()

    def windows(self) -> list[Window]:
        """Windows that can be recorded."""
        from capture.backends.windows import list_windows

        return list_windows()

    def microphones(self) -> list[Microphone]:
        """Audio sources, those of the machine's own sound last."""
        from capture.backends.audio import list_microphones

        return sorted(list_microphones(), key=lambda found: found.monitor)

    def preferred_microphone(self) -> str | None:
        """Name of the microphone in the settings, else of the system default."""
        from capture.backends.audio import find_microphone

        found = find_microphone(self._settings.microphone)
        return found.name if found is not None else None

    def hotkey_problems(self) -> list[str]:
        """Hotkeys of the settings that will not work here, one line each."""
        from capture.backends.capabilities import hotkey_warnings

        return hotkey_warnings(filter(None, self._settings.hotkeys.values()))

    def can_draw(self) -> bool:
        """Whether a region can be drawn on this desktop."""
        from capture.backends.windows import can_draw

        return can_draw()

    def pick_region(self, given_up: Callable[[], bool]) -> Region | None:
        """Have the user draw a region on the screen."""
        from capture.backends.windows import pick_region

        return pick_region(given_up=given_up)

    def open_meter(self, name: str) -> LevelMeter:
        """Open a level meter on a microphone."""
        from capture.backends.audio import open_meter

        return open_meter(name)

    def preview(self, target: Target) -> Picture:
        """Current picture of a target (RGB)."""
        from capture.backends.screen import grab

        return grab(self._region(target))[..., 2::-1]

    def _region(self, target: Target) -> Region:
        if target.region is not None:
            return target.region
        monitors = self.monitors()
        desktop = reduce(Region.unite, (monitor.region for monitor in monitors))
        if target.is_window:
            return self._window_region(target).intersect(desktop)  # a window may hang over the edge
        if target.monitor == 0:
            return desktop
        return next((m.region for m in monitors if m.number == target.monitor), monitors[0].region)

    def _window_region(self, target: Target) -> Region:
        for window in self.windows():
            if window.window_id == target.window_id:
                return window.region
        raise CaptureError(f"There is no window “{target.window}” any more", "F5 looks again.")

    def record(self, choice: RecordChoice) -> Recording:
        """Launch a recorder."""
        from capture.recorder.handle import Recording, RecordOptions

        options = RecordOptions(
            target=choice.target,
            takes_folder=self._settings.takes_folder,
            microphone=self._microphone(choice),
            system_sound="default" if choice.machine_sound else None,
            fps=self._settings.fps,
            events=choice.events,
            chords=choice.show_keys,
            hotkeys=dict(self._settings.hotkeys),
        )
        return Recording.launch(options)

    def start_live_labels(self, take: Path) -> LabelReading | None:
        """Start reading the labels of a take being recorded."""
        return start_live_labels(take)

    def _microphone(self, choice: RecordChoice) -> str | None:
        """The name of the microphone; None for the default one, which the recorder follows."""
        if choice.default_microphone and self._settings.microphone is None:
            return None
        return choice.microphone or "none"

    def start_live_transcription(self, take: Path) -> LiveTranscriber | None:
        """Start a live transcriber for a take being recorded."""
        return start_live_transcription(take, self._options)
