"""Service protocols of the screens (``Services``): library, recording, review and glossary.

Screens depend on these only, so that they can be tested without a recorder or a library. The implementations are
``tui/services/library_service.py`` and its neighbours.
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
from library.intake.replacing.step_wanted import StepWanted
from library.maintenance.stats import Work
from library.model import Demo, Draft, Found, HeardAgain
from tui.model import DemoEdit, Exported, ModelOffer, Names, Picture, RecordChoice, Unfiled
from tui.services.learning.protocol import LearningService
from tui.services.practice.feedback_protocol import FeedbackService
from tui.services.practice.pathway_protocol import PathwayService
from tui.services.practice.prompt_protocol import PromptService
from tui.services.practice.protocols import PracticeService
from tui.services.remembered import Remembered
from tui.services.sharing.link_sharing import LinkSharing

Begun = Callable[[Draft], None]
"""Callback for a draft that is not finished yet; called in the thread that makes it."""


class MicrophoneMeter(Protocol):
    """An open microphone whose level is measured; nothing is recorded."""

    def level(self) -> Level:
        """Current level; never blocks."""

    def close(self) -> None:
        """Release the microphone."""


class LiveRecording(Protocol):
    """A launched recorder (``capture.recorder.handle.Recording``). All but ``status`` may block: use a thread."""

    @property
    def status(self) -> Status:
        """Latest status; never blocks."""

    def wait_started(self) -> None:
        """Wait until it records. Raises ShowhowError when it cannot, or was abandoned."""

    def send(self, command: RecorderCommand) -> None:
        """Send a command."""

    def stop(self) -> Take:
        """Stop; returns the closed take."""

    def abandon(self) -> None:
        """Stop and delete what was recorded; also while it starts."""


class LiveWords(Protocol):
    """A live transcriber; it ends with its recording. See ``transcribe/streaming/live_transcriber.py``."""

    ready: bool
    problem: str

    @property
    def text(self) -> str:
        """Everything recognised so far, without scrapped spans."""

    def scrap(self, span: Span) -> None:
        """Drop the words of a span of take time."""

    def close(self) -> None:
        """Stop transcribing."""


class LiveLabels(Protocol):
    """Reading of the labels under the clicks while a recording runs."""

    def close(self) -> None:
        """Stop reading."""


class LibraryService(Protocol):
    """Library service for the screens. Raises LibraryError."""

    @property
    def name(self) -> str:
        """Display name of the library."""

    def count(self) -> int:
        """Number of demos."""

    def search(self, query: str, pause: Callable[[], None] = no_pause) -> Found:
        """Hits, best first; for an empty query the newest demos. Raises Cancelled when ``pause`` does."""

    @property
    def has_meaning(self) -> bool:
        """Whether demos can be found by their meaning too."""

    @property
    def trouble(self) -> str:
        """One line on why meaning is not searched, or not everywhere; empty otherwise."""

    def ask(self, query: str, pause: Callable[[], None] = no_pause) -> Found:
        """Hits by words and by meaning for a complete question. Raises Cancelled when ``pause`` does."""

    def read_meanings(self, progress: Progress) -> None:
        """Prepare the search by meaning for demos that it does not know yet."""

    def like(self, demo_id: str) -> Found:
        """Demos like this one."""

    def note_search(self, query: str, hits: int) -> None:
        """Record a search that the user kept for a while; never fails."""

    def ask_for(self, query: str) -> str:
        """Note that the user wants a demo with these words; returns them."""

    def note_opened(self) -> None:
        """Say that a demo was opened: the searches before it were not in vain; never fails."""

    def demo(self, demo_id: str) -> Demo:
        """One demo. Raises DemoNotFound."""

    def still(self, demo: Demo, number: int) -> Path | None:
        """Still of a step; None when it has none."""

    def play(self, demo: Demo, start_ms: int, speed: float, loop: Span | None = None) -> str:
        """Open the clip at ``start_ms``, repeating ``loop``; returns a message for the user. Raises ShowhowError."""

    def playing(self, demo: Demo) -> int | None:
        """Position of an open player in this demo, in ms; None when none shows it."""

    def motion(self, demo: Demo, start_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        """Frames of the clip as (ms, picture), scaled to about ``width`` pixels, about ten per second."""

    def edit(self, demo: Demo, changes: DemoEdit) -> Demo:
        """File changes based on ``demo``. Raises EditClash when others changed the same fields since then."""

    def every_demo(self) -> Sequence[Demo]:
        """Every demo, newest first, without transcripts and events."""

    def work(self) -> Work:
        """Work queued for the team's workers."""

    def names(self) -> Names:
        """Tags, collections and people in use, most used first."""

    def remove(self, demo: Demo) -> None:
        """Move a demo to the library's trash."""

    def export(self, demo: Demo, form: str, step: int) -> Exported:
        """Export in one of ``library.export.exporter.FORMS``. ``step`` is for forms of one step."""

    def transcribe(self, demo_id: str, progress: Progress) -> Demo:
        """Add words and steps to a demo that waits for them."""

    def read_screens(self, progress: Progress) -> None:
        """Index the text on new stills."""


class RecordingService(Protocol):
    """Recording service for the screens. Raises ShowhowError."""

    def monitors(self) -> list[Monitor]:
        """Available monitors."""

    def windows(self) -> list[Window]:
        """Windows that can be recorded."""

    def microphones(self) -> list[Microphone]:
        """Available audio sources."""

    def preferred_microphone(self) -> str | None:
        """Name of the microphone in the settings, else of the default one; None when there is none."""

    def hotkey_problems(self) -> list[str]:
        """Problems of the hotkeys in the settings, one line each; empty when all of them work."""

    def can_draw(self) -> bool:
        """Whether a region can be drawn on this desktop."""

    def pick_region(self, given_up: Callable[[], bool]) -> Region | None:
        """Have the user draw a region on the screen; blocks. None when the user cancelled, or ``given_up()``."""

    def open_meter(self, name: str) -> MicrophoneMeter:
        """Open a level meter on a microphone."""

    def preview(self, target: Target) -> Picture:
        """Current picture of a target."""

    def record(self, choice: RecordChoice) -> LiveRecording:
        """Launch a recorder; returns at once, so that its start can be abandoned."""

    def start_live_labels(self, take: Path) -> LiveLabels | None:
        """Start reading the labels under the clicks of a take being recorded; None when it cannot be started."""

    def start_live_transcription(self, take: Path) -> LiveWords | None:
        """Start a live transcriber for a take being recorded; None without a suitable local model."""


class ReviewService(Protocol):
    """Review service for the screens: drafts, their pictures, filing. Raises ShowhowError."""

    def propose(self, take: Take, title: str, progress: Progress, begun: Begun) -> Draft:
        """Trim, transcribe and make steps; ``title`` replaces the proposed one. ``begun`` gets the first draft."""

    def reopen(self, demo_id: str, progress: Progress) -> Draft:
        """A filed demo as a draft that becomes its next version."""

    def step_wanted(self, demo_id: str, step: int) -> StepWanted:
        """A step of a filed demo, to be replaced by a recording; ``propose`` does it for a take that says so."""

    def unfiled(self) -> list[Unfiled]:
        """Takes and drafts not filed yet, newest first."""

    def resume(self, unfiled: Unfiled, progress: Progress, begun: Begun) -> Draft:
        """Draft of an unfiled take, recovered first if damaged; ``begun`` as in ``propose``."""

    def hear_again(self, draft: Draft, language: str | None, progress: Progress) -> Draft:
        """Transcribe the recording of a draft, in a language (None: the one that is heard).

        What nobody edited of title and steps follows the words.
        """

    def languages(self, draft: Draft) -> Sequence[str]:
        """Codes of the languages a draft may be in, the most probable first; all others that have a name after them."""

    def keep(self, draft: Draft, entries: Sequence[Entry] = ()) -> None:
        """Save a draft, and the journal entries since the last save."""

    def journal(self, draft: Draft) -> Journal:
        """Edit journal of a draft, for undo and redo."""

    def envelope(self, draft: Draft, bins: int) -> Sequence[float]:
        """Loudness of the recording in ``bins`` equal parts, 0 to 1; empty without sound."""

    def prepare(self, draft: Draft) -> None:
        """Render in the background what filing needs; replaces the render of another draft. Returns at once."""

    def release(self, draft: Draft) -> None:
        """Stop rendering a draft and delete what was rendered."""

    def close(self) -> None:
        """Stop all rendering, before the application ends."""

    def discard(self, draft: Draft) -> None:
        """Delete a draft and its take; neither an added video file nor what is filed is deleted."""

    def frame(self, draft: Draft, take_ms: int) -> Picture:
        """Frame of the recording at ``take_ms``, with its blurs."""

    def hide(self, picture: Picture, regions: Sequence[Region]) -> Picture:
        """Copy of a picture with these regions blurred."""

    def motion(self, draft: Draft, take_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        """Frames as (take time in ms, picture), without the cuts."""

    def file(self, draft: Draft, progress: Progress, over: int = 0) -> Demo:
        """File a draft into the library, also as the next version of a demo.

        Raises EditClash when others changed the same in a version after ``over``.
        """


class SecondHearing(Protocol):
    """Hears filed takes once more as a whole. Raises LibraryError."""

    def waits(self) -> bool:
        """Whether a take waits for it, and it is switched on."""

    def run(self, progress: Progress) -> Sequence[HeardAgain]:
        """Hear all that wait; returns how each ended."""


class GlossaryService(Protocol):
    """Glossary service for the screens. Raises LibraryError."""

    def offered(self, draft: Draft) -> tuple[str, ...]:
        """Corrected names of a draft that are not in the glossary yet."""

    def keep(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Add terms; returns the new ones."""


class ModelService(Protocol):
    """Speech models for the screens. Raises TranscribeError."""

    def offer(self) -> ModelOffer | None:
        """The model to fetch; None when there is one already, or when none would be used."""

    def fetch(self, name: str, progress: Progress) -> str:
        """Fetch a model; returns where it came from, in words."""


@dataclass(frozen=True)
class Services:
    """All services, and the settings that screens show."""

    library: LibraryService
    recording: RecordingService
    review: ReviewService
    author: str = ""
    countdown_s: int = 3
    fps: int = 30
    hotkeys: tuple[tuple[str, str], ...] = ()
    glossary: GlossaryService | None = None
    models: ModelService | None = None
    second_hearing: SecondHearing | None = None
    practice: PracticeService | None = None
    feedback: FeedbackService | None = None
    prompts: PromptService | None = None
    pathways: PathwayService | None = None
    live_words: bool = True
    words_ready: Callable[[], str] = lambda: ""
    """Status line of the speech model: ready, or what to do. Empty when unknown."""
    remembered: Remembered | None = None
    """What was chosen last; None remembers nothing."""
    microphone: str | None = None
    """The microphone of the settings; None when they name none."""
    learning: LearningService | None = None
    reader_url: str = ""
    """Address of the web reader, for links; empty when there is none."""
    sharing: LinkSharing | None = None
    settings_file: str = "config.toml"
    """Path of the settings, for messages."""
    notices: tuple[str, ...] = ()
    """Messages from opening the library, for the user."""
    close: Callable[[], None] = lambda: None
    """Called once when the application has ended."""
