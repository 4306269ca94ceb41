"""``RecordModel``: state of the record screen: sources, microphones, countdown and options, and the choice. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from capture.errors import ShowhowError
from capture.model import Microphone, Monitor, Region, Target, Window
from tui.model import ModelOffer, RecordChoice
from tui.services.remembered import LastSetup

COUNTDOWNS = (0, 3, 5, 10)
_WINDOWS_SHOWN = 6


class Keys(Enum):
    """What is done with clicks and keys; a key press selects the next one."""

    NOTED = "noted, clicks ringed"
    SHOWN = "shown, clicks ringed"
    OFF = "not noted"


@dataclass(frozen=True)
class CaptureChoice:
    """One source that can be recorded. ``target`` is None for a region that is not chosen yet."""

    label: str
    detail: str
    target: Target | None


@dataclass
class RecordModel:
    """The recording setup. The primary screen and the preferred microphone are preselected."""

    countdown_s: int = 3
    title: str = ""
    sources: list[CaptureChoice] = field(default_factory=list)
    microphones: list[Microphone | None] = field(default_factory=lambda: [None])
    source_index: int = 0
    microphone_index: int = 0
    machine_sound: bool = False
    keys: Keys = Keys.NOTED
    words_ready: str = ""
    offer_of_model: ModelOffer | None = None
    words: bool = True
    problem: str = ""
    last: LastSetup | None = None

    def set_up(self, countdown_s: int, *, words: bool, last: LastSetup | None) -> None:
        """Begin with the settings, or with what was chosen for the last recording if they have not changed since."""
        self.countdown_s, self.words, self.last = countdown_s, words, last
        if last is not None:
            if last.countdown_setting == countdown_s:
                self.countdown_s = last.countdown_s
            self.words, self.machine_sound = words and last.words, last.machine_sound
            self.keys = next((keys for keys in Keys if keys.name == last.keys), self.keys)

    def setup(self, countdown_setting: int, microphone_setting: str | None) -> LastSetup:
        """What is chosen now, to remember it."""
        source, microphone = self.source, self.microphone
        region = source.target.region if source is not None and source.target is not None else None
        return LastSetup(
            source=source.label if source is not None else "",
            region=None if region is None else (region.x, region.y, region.width, region.height),
            microphone=microphone.name if microphone is not None else None if self.microphones[:-1] else "",
            microphone_setting=microphone_setting,
            countdown_s=self.countdown_s,
            countdown_setting=countdown_setting,
            machine_sound=self.machine_sound,
            keys=self.keys.name,
            words=self.words,
        )

    def offer(
        self,
        monitors: Sequence[Monitor],
        windows: Sequence[Window],
        microphones: Sequence[Microphone],
        preferred: str | None,
        setting: str | None = None,
    ) -> None:
        """Set the sources and microphones of this machine, and preselect.

        ``preferred``: the microphone to take; ``setting``: the one that the settings name.
        """
        self.sources = list_sources(monitors, windows)
        self.source_index = next((i for i, m in enumerate(monitors) if m.primary), 0)
        self.microphones = [*microphones, None]
        names = [microphone.name for microphone in microphones]
        self.microphone_index = names.index(preferred) if preferred in names else len(names)
        if self.last is not None:
            self._take_source(self.last, monitors)
            if self.last.microphone_setting == setting:
                self._take_microphone(self.last.microphone, names)

    def _take_source(self, last: LastSetup, monitors: Sequence[Monitor]) -> None:
        """Choose the source of the last recording, if it is there."""
        if last.region is None:
            labels = [source.label for source in self.sources]
            self.source_index = labels.index(last.source) if last.source in labels else self.source_index
        elif any(_inside(Region(*last.region), monitor.region) for monitor in monitors):
            self.give_region(Region(*last.region))

    def _take_microphone(self, name: str | None, names: Sequence[str]) -> None:
        if name is None:
            self.microphone_index = len(names)
        elif name in names:
            self.microphone_index = names.index(name)

    @property
    def live_words_text(self) -> str:
        """Status of live transcription, for display."""
        if self.offer_of_model is not None:
            return f"none yet: {self.offer_of_model.words}"
        if not self.words_ready.endswith("ready"):
            return self.words_ready
        if self.microphone is None:
            return "off: nobody is listened to"
        return f"on while recording ({self.words_ready})" if self.words else "off while recording"

    @property
    def source(self) -> CaptureChoice | None:
        """The chosen source; None while there are none."""
        return self.sources[self.source_index] if self.sources else None

    @property
    def microphone(self) -> Microphone | None:
        """The chosen microphone; None records without a voice."""
        return self.microphones[self.microphone_index]

    def choose_source(self, index: int) -> None:
        """Choose a source; wraps around."""
        if self.sources:
            self.source_index = index % len(self.sources)

    def choose_microphone(self, index: int) -> None:
        """Choose a microphone; wraps around."""
        self.microphone_index = index % len(self.microphones)

    def choose_countdown(self) -> None:
        """The next longer countdown; after the longest, the shortest."""
        longer = [seconds for seconds in COUNTDOWNS if seconds > self.countdown_s]
        self.countdown_s = longer[0] if longer else COUNTDOWNS[0]

    def choose_keys(self) -> None:
        """The next of Keys; wraps around."""
        every = list(Keys)
        self.keys = every[(every.index(self.keys) + 1) % len(every)]

    def give_region(self, region: Region) -> None:
        """Choose a drawn or typed region as the source."""
        made = CaptureChoice(
            "Region", f"{region.width}×{region.height} at {region.x},{region.y}", Target(region=region)
        )
        self.sources[-1] = made
        self.source_index = len(self.sources) - 1

    def choice(self) -> RecordChoice | None:
        """What to record; None while the region is not chosen."""
        source, microphone = self.source, self.microphone
        if source is None or source.target is None:
            return None
        return RecordChoice(
            source.target,
            source.label,
            microphone.name if microphone else None,
            self.machine_sound,
            default_microphone=microphone is not None and microphone.default,
            words=self.words,
            events=self.keys is not Keys.OFF,
            show_keys=self.keys is Keys.SHOWN,
        )


def list_sources(monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[CaptureChoice]:
    """Monitors, all monitors together if there are several, up to six windows, and a region."""
    found = [CaptureChoice(f"Monitor {m.number}", _pixels(m.region), Target(monitor=m.number)) for m in monitors]
    if len(monitors) > 1:
        found.append(CaptureChoice("All monitors", "side by side", Target(monitor=0)))
    shown = windows[:_WINDOWS_SHOWN]
    names = Counter(window.name for window in shown)
    found += [CaptureChoice(w.name, _window_detail(w, alone=names[w.name] == 1), w.target) for w in shown]
    return [*found, CaptureChoice("A region…", "draw it: g", None)]


def _window_detail(window: Window, *, alone: bool) -> str:
    """What tells windows of the same name apart: their sizes and places."""
    region = window.region
    return "window" if alone else f"window {_pixels(region)} at {region.x},{region.y}"


def parse_region(text: str) -> Region:
    """Parse ``100,80,1280,720`` (left, top, width, height in desktop pixels). Raises ShowhowError."""
    parts = text.replace("x", ",").replace("×", ",").replace(" ", ",").split(",")
    numbers = [part for part in parts if part]
    if len(numbers) != 4 or not all(part.lstrip("-").isdigit() for part in numbers):
        raise ShowhowError(f"“{text}” is not a region", "Write left, top, width and height: 100,80,1280,720")
    x, y, width, height = (int(part) for part in numbers)
    if width <= 0 or height <= 0:
        raise ShowhowError("A region needs a width and a height", "Write for example 100,80,1280,720")
    return Region(x, y, width, height)


def _inside(inner: Region, outer: Region) -> bool:
    return inner.x >= outer.x and inner.y >= outer.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def _pixels(region: Region) -> str:
    return f"{region.width}×{region.height}"
