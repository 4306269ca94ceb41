"""What the screens ask of the rest of showhow: protocols for the library, for recording and for reviewing.

Owns the shape of the seam, so that a screen can be drawn and tested without a recorder or a library.
Refuses to do anything: ``tui/services/library_service.py`` and its neighbours are the product's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from capture.model import Level, Microphone, Monitor, Region, Take, Target, Window
from capture.progress import Progress
from capture.recorder.options import RecorderCommand, Status
from capture.span import Span
from library.draft.journal import Entry, Journal
from library.index.model import no_pause
from library.maintenance.stats import Work
from library.model import Demo, Draft, Found
from tui.model import DemoEdit, Names, Picture, RecordChoice, Unfiled

Begun = Callable[[Draft], None]
"""Told of a draft that is not finished yet, from the thread that makes it."""


class MicrophoneMeter(Protocol):
    """An open microphone, listened to but not recorded."""

    def level(self) -> Level:
        """What it hears now; never blocks."""

    def close(self) -> None:
        """Let the microphone go."""


class LiveRecording(Protocol):
    """A recorder, from its launch on: ``capture.recorder.handle.Recording``.

    All but ``status`` may take a moment: call them from a thread.
    """

    @property
    def status(self) -> Status:
        """The latest figures; never blocks."""

    def wait_started(self) -> None:
        """Wait until it records. Raises ShowhowError when it cannot, or was abandoned meanwhile."""

    def send(self, command: RecorderCommand) -> None:
        """Tell the recorder something."""

    def stop(self) -> Take:
        """End and close the take."""

    def abandon(self) -> None:
        """End it and delete what there is; also while it still starts."""


class LiveWords(Protocol):
    """A recogniser beside a recording, which it ends with: ``transcribe/streaming/live_transcriber.py`` has it."""

    ready: bool
    problem: str

    @property
    def text(self) -> str:
        """Everything recognised so far, scrapped stretches left out."""

    def scrap(self, span: Span) -> None:
        """Forget the words of this stretch of take time."""

    def close(self) -> None:
        """End it now."""


class LibraryService(Protocol):
    """The library as the screens need it. Raises LibraryError."""

    @property
    def name(self) -> str:
        """What people call it."""

    def count(self) -> int:
        """How many demos it holds."""

    def search(self, query: str, pause: Callable[[], None] = no_pause) -> Found:
        """Hits, best first; for an empty query the newest demos. Raises Cancelled when ``pause`` does."""

    def like(self, demo_id: str) -> Found:
        """Demos like this one."""

    def note_search(self, query: str, hits: int) -> None:
        """Note a search somebody stayed with; never fails."""

    def note_help(self, demo: Demo, helped: bool) -> None:
        """Note whether a demo helped; never fails."""

    def demo(self, demo_id: str) -> Demo:
        """One demo. Raises DemoNotFound."""

    def still(self, demo: Demo, number: int) -> Path | None:
        """The picture of a step; None when it has none."""

    def play(self, demo: Demo, start_ms: int, speed: float, loop: Span | None = None) -> str:
        """Open the clip at a moment, ``loop`` over and over; returns what happened. Raises ShowhowError."""

    def playing(self, demo: Demo) -> int | None:
        """The moment of this demo at which an open player stands; None when none shows it."""

    def motion(self, demo: Demo, start_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        """Moments of the clip and their pictures, reduced to about ``width`` pixels; about ten a second."""

    def edit(self, demo: Demo, changes: DemoEdit) -> Demo:
        """File what was changed of the demo as it was seen. Raises EditClash when others changed the same meanwhile."""

    def every_demo(self) -> Sequence[Demo]:
        """Every demo, newest first, without transcripts and events."""

    def work(self) -> Work:
        """What a team's workers have before them."""

    def names(self) -> Names:
        """The tags, collections and people there are, most used first."""

    def remove(self, demo: Demo) -> None:
        """Take a demo out of the library."""

    def export(self, demo: Demo, form: str, step: int) -> Path:
        """Write it in one of ``library.export.exporter.FORMS``; returns the file. ``step`` is for forms of one step."""

    def transcribe(self, demo_id: str, progress: Progress) -> Demo:
        """Words and steps for a demo that waits for them."""

    def read_screens(self, progress: Progress) -> None:
        """Make the text on new stills findable."""


class RecordingService(Protocol):
    """Recording as the screens need it. Raises ShowhowError."""

    def monitors(self) -> list[Monitor]:
        """The screens there are."""

    def windows(self) -> list[Window]:
        """The windows that can be recorded."""

    def microphones(self) -> list[Microphone]:
        """What can be listened to."""

    def preferred_microphone(self) -> str | None:
        """The name of the one to offer first; None when there is none."""

    def pick_region(self, given_up: Callable[[], bool]) -> Region | None:
        """Let the user draw a box on the screen; blocks until then. None when the user left, or ``given_up()``."""

    def open_meter(self, name: str) -> MicrophoneMeter:
        """Open a microphone for its meter."""

    def preview(self, target: Target) -> Picture:
        """What would be recorded now."""

    def record(self, choice: RecordChoice) -> LiveRecording:
        """Launch a recorder; returns at once, so that its start can be abandoned."""

    def hear_along(self, take: Path) -> LiveWords | None:
        """A recogniser for the take that is being recorded; None when no model of this machine can be it."""


class ReviewService(Protocol):
    """Drafts and their review as the screens need it. Raises ShowhowError."""

    def propose(self, take: Take, title: str, progress: Progress, begun: Begun) -> Draft:
        """Trim, transcribe and make steps; ``title`` wins over theirs. ``begun`` gets what is known at once."""

    def unfiled(self) -> list[Unfiled]:
        """What waits for review, newest first."""

    def resume(self, unfiled: Unfiled, progress: Progress, begun: Begun) -> Draft:
        """The draft of something unfiled, mended first if need be; ``begun`` as in ``propose``."""

    def keep(self, draft: Draft, entries: Sequence[Entry] = ()) -> None:
        """Save a draft as it now is, and what was done to it since it was last saved."""

    def journal(self, draft: Draft) -> Journal:
        """What was done to a draft, for undo and redo."""

    def envelope(self, draft: Draft, bins: int) -> Sequence[float]:
        """Loudness of each of so many equal parts of the recording, 0 to 1; empty without sound."""

    def prepare(self, draft: Draft) -> None:
        """Have what filing renders rendered beforehand; another draft takes its place. Returns at once."""

    def release(self, draft: Draft) -> None:
        """Render no more for a draft, and remove what was rendered."""

    def close(self) -> None:
        """End whatever is rendered: the application is about to end."""

    def discard(self, draft: Draft) -> None:
        """Delete a draft with its take; a video file that was only added stays."""

    def frame(self, draft: Draft, take_ms: int) -> Picture:
        """The picture of the recording at a moment, with its blurs."""

    def hide(self, picture: Picture, regions: Sequence[Region]) -> Picture:
        """A picture with these regions made unreadable."""

    def motion(self, draft: Draft, take_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        """Moments of take time and their pictures, cuts left out."""

    def file(self, draft: Draft, progress: Progress) -> Demo:
        """File it into the library."""


class GlossaryService(Protocol):
    """The glossary as the screens need it. Raises LibraryError."""

    def offered(self, draft: Draft) -> tuple[str, ...]:
        """Names put right in a draft that are not in it yet."""

    def keep(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Add them; gives what was new."""


@dataclass(frozen=True)
class Services:
    """What the screens ask, and the settings they show."""

    shelf: LibraryService
    recording: RecordingService
    review: ReviewService
    author: str = ""
    countdown_s: int = 3
    fps: int = 30
    hotkeys: tuple[tuple[str, str], ...] = ()
    terms: GlossaryService | None = None
    live_words: bool = True
    words_ready: Callable[[], str] = lambda: ""
    """One line on the speech model: ready, or what to do. Empty when unknown."""
    reader_url: str = ""
    """Where the library is read in browsers; for links that open there."""
    notices: tuple[str, ...] = ()
    """What the user should be told since the library was opened."""
    close: Callable[[], None] = lambda: None
    """Called once when the application has ended."""
