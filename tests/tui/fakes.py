"""Services that only pretend: they keep what they were asked, and answer from the sample."""
# ruff: noqa: ARG002  a fake takes what the protocol gives, whether it needs it or not

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from capture.errors import ShowhowError
from capture.model import Microphone, Monitor, Region, Take, Target, Window
from capture.progress import Progress
from library.draft.journal import Entry, Journal
from library.intake.replacing.step_wanted import StepWanted
from library.maintenance.edit import EditClash
from library.maintenance.glossary import FolderGlossary
from library.model import Demo, Draft, LibraryError
from tests.tui import sample
from tests.tui.fake_feedback import FakeFeedbackService
from tests.tui.fake_learning_service import FakeLearningService
from tests.tui.fake_library_service import FakeLibraryService, drawn
from tests.tui.fake_pathways import FakePathwayService
from tests.tui.fake_practice import FakePracticeService
from tests.tui.fake_prompts import FakePromptService
from tests.tui.fake_recording import FakeLabels, FakeMeter, FakeRecording, FakeWords
from transcribe.model import Segment, TranscribeError, Transcript
from tui.model import ModelOffer, Picture, RecordChoice, Unfiled
from tui.services.library_service import LocalGlossaryService
from tui.services.protocols import Begun, Services

_LOOK_S, _LOOKS = 0.02, 5_000  # nobody waits for ever where a test fails


@dataclass
class FakeRecordingService:
    """Recording without a recorder."""

    folder: Path
    recording: FakeRecording = field(init=False)
    meter: FakeMeter = field(default_factory=FakeMeter)
    words: FakeWords | None = field(default_factory=FakeWords)
    labels: list[FakeLabels] = field(default_factory=list)
    choices: list[RecordChoice] = field(default_factory=list)
    no_microphone: bool = False
    no_screen: str = ""
    draws: bool = True
    bad_hotkeys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recording = FakeRecording(self.folder)

    def monitors(self) -> list[Monitor]:
        if self.no_screen:
            raise ShowhowError(self.no_screen)
        return [
            Monitor(1, "eDP-1", Region(0, 0, 1920, 1080), primary=True),
            Monitor(2, "HDMI-1", Region(1920, 0, 2560, 1440)),
        ]

    def hotkey_problems(self) -> list[str]:
        return self.bad_hotkeys

    def windows(self) -> list[Window]:
        return [
            Window(77, "Purchase orders", "Orders", Region(100, 90, 1200, 800)),
            Window(78, "Calendar — week 32", "Calendar", Region(300, 120, 900, 700)),
        ]

    def microphones(self) -> list[Microphone]:
        if self.no_microphone:
            return []
        return [
            Microphone("pulse:builtin", "Built-in Audio Analog", default=True),
            Microphone("pulse:usb", "USB Headset Mono"),
        ]

    def preferred_microphone(self) -> str | None:
        return None if self.no_microphone else "pulse:builtin"

    def can_draw(self) -> bool:
        return self.draws

    def pick_region(self, given_up: Callable[[], bool]) -> Region | None:
        return Region(100, 80, 1280, 720)

    def open_meter(self, name: str) -> FakeMeter:
        return self.meter

    def preview(self, target: Target) -> Picture:
        return drawn("Orders 4.2", "Purchase orders", 2)

    def record(self, choice: RecordChoice) -> FakeRecording:
        self.choices.append(choice)
        return self.recording

    def start_live_transcription(self, take: Path) -> FakeWords | None:
        return self.words

    def start_live_labels(self, take: Path) -> FakeLabels:
        self.labels.append(FakeLabels())
        return self.labels[-1]


@dataclass
class FakeReviewService:
    """Reviewing without a recording. A draft is made for as long as ``going_on`` is not set."""

    folder: Path
    library: FakeLibraryService
    kept: list[Draft] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    filed: list[Draft] = field(default_factory=list)
    waiting: list[Unfiled] = field(default_factory=list)
    fail_filing: list[str] = field(default_factory=list)
    pace_s: float = 0.0
    going_on: threading.Event = field(default_factory=threading.Event)
    begins: bool = False
    clash: EditClash | None = None
    gone: list[str] = field(default_factory=list)
    prepared: list[Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.going_on.set()

    def propose(self, take: Take, title: str, progress: Progress, begun: Begun) -> Draft:
        if self.begins:
            whole = sample.draft(self.folder)
            begun(msgspec.structs.replace(whole, title="Demo of today", steps=whole.steps[:1], waiting_for_words=True))
        for done in range(3):
            progress(done, 3, "transcribing")
        for _ in range(_LOOKS):
            if self.going_on.wait(_LOOK_S):
                break
            progress(2, 3, "transcribing")  # raises when it is cancelled
        draft = sample.draft(self.folder)
        return msgspec.structs.replace(draft, title=title) if title else draft

    def reopen(self, demo_id: str, progress: Progress) -> Draft:
        demo = self.library.demo(demo_id)
        if self.fail_filing:
            raise LibraryError(self.fail_filing.pop(0), "Mount it.")
        whole = sample.draft(self.folder)
        return msgspec.structs.replace(whole, title=demo.title, draft_id=demo_id, revises=demo_id, base=demo.version)

    def step_wanted(self, demo_id: str, step: int) -> StepWanted:
        demo = self.library.demo(demo_id)
        return StepWanted(demo_id=demo_id, version=demo.version, step=demo.step(step).number)

    def unfiled(self) -> list[Unfiled]:
        return list(self.waiting)

    def resume(self, unfiled: Unfiled, progress: Progress, begun: Begun) -> Draft:
        return self.propose(sample.take(self.folder), unfiled.title, progress, begun)

    def hear_again(self, draft: Draft, language: str | None, progress: Progress) -> Draft:
        if language is None:
            return self.propose(sample.take(self.folder), draft.title, progress, lambda _draft: None)
        progress(0, 1, "transcribing")
        if language == "la":
            raise TranscribeError("base could not transcribe it")
        segments = (Segment(4_000, 8_000, text="Öffnet das Menü."),)
        transcript = Transcript(segments=segments, language=language, model="base")
        steps = (msgspec.structs.replace(draft.steps[0], title="Öffnet das Menü", text="Öffnet das Menü."),)
        return msgspec.structs.replace(draft, title="Ein Menü öffnen", transcript=transcript, steps=steps)

    def languages(self, draft: Draft) -> list[str]:
        return ["en", "de", "la"]

    def keep(self, draft: Draft, entries: Sequence[Entry] = ()) -> None:
        self.kept.append(draft)
        self.entries += entries

    def journal(self, draft: Draft) -> Journal:
        return Journal(self.entries)

    def envelope(self, draft: Draft, bins: int) -> list[float]:
        speech = draft.transcript.segments
        moments = [draft.take.duration_ms * (2 * n + 1) // (2 * bins) for n in range(bins)]
        return [0.75 if any(said.contains(ms) for said in speech) else 0.1 for ms in moments]

    def prepare(self, draft: Draft) -> None:
        self.prepared.append(draft)

    def release(self, draft: Draft) -> None:
        self.prepared.clear()

    def close(self) -> None:
        self.prepared.clear()

    def discard(self, draft: Draft) -> None:
        self.gone.append(draft.draft_id)

    def frame(self, draft: Draft, take_ms: int) -> Picture:
        steps = [step for step in draft.steps if step.start_ms <= take_ms] or list(draft.steps[:1])
        return drawn(draft.title, steps[-1].title if steps else "", len(steps))

    def hide(self, picture: Picture, regions: Sequence[Region]) -> Picture:
        hidden = picture.copy()
        for region in regions:
            hidden[region.y : region.bottom, region.x : region.right] = 128
        return hidden

    def motion(self, draft: Draft, take_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        for at_ms in range(take_ms, draft.take.duration_ms, 100):
            yield at_ms, self.frame(draft, at_ms)

    def file(self, draft: Draft, progress: Progress, over: int = 0) -> Demo:
        if self.clash is not None and not over:
            raise self.clash
        for done in range(4):
            progress(done, 4, "cutting the clip")
            time.sleep(self.pace_s)
        if self.fail_filing:
            raise LibraryError(self.fail_filing.pop(0), "Free some space.")
        self.filed.append(draft)
        if draft.revises:
            old = self.library.demo(draft.revises)
            new = msgspec.structs.replace(old, title=draft.title, version=draft.base + 1)
            self.library.demos[self.library.demos.index(old)] = new
            return new
        demo = msgspec.structs.replace(
            sample.demos()[-2], demo_id="new0001", title=draft.title, tags=draft.tags, updated_unix_ms=sample.now_ms()
        )
        self.library.demos.insert(0, demo)
        return demo


@dataclass
class FakeModelService:
    """A hub without a network; ``offered`` is None while there is a model."""

    offered: ModelOffer | None = None
    fetched: list[str] = field(default_factory=list)
    fail: list[str] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def offer(self) -> ModelOffer | None:
        return self.offered

    def fetch(self, name: str, progress: Progress) -> str:
        self.fetched.append(name)
        while not self.go_on.wait(0.02):
            progress(40, 100, f"{name} from the hub")
        if self.fail:
            raise TranscribeError(self.fail.pop(0), "Check the network.")
        self.offered = None
        return "the hub"


class Fakes:
    """All of them, over a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.library = folder, FakeLibraryService(folder)
        self.models, self.learning = FakeModelService(), FakeLearningService(self.library.demos)
        self.practice, self.feedback = FakePracticeService(self.library), FakeFeedbackService(self.library)
        self.prompts = FakePromptService(self.library)
        self.pathways = FakePathwayService(self.library)
        self.recorder, self.review = FakeRecordingService(folder), FakeReviewService(folder, self.library)

    def services(self) -> Services:
        """As the application gets them."""
        return Services(
            self.library,
            self.recorder,
            self.review,
            author="Priya",
            hotkeys=(("stop", "ctrl+alt+s"),),
            glossary=LocalGlossaryService(FolderGlossary(self.folder)),
            models=self.models,
            practice=self.practice,
            feedback=self.feedback,
            prompts=self.prompts,
            pathways=self.pathways,
            words_ready=lambda: "base, ready",
            learning=self.learning,
        )


def services(folder: Path) -> Services:
    """Fake services over a folder of their own."""
    return Fakes(folder).services()
