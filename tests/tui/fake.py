"""A shelf and a studio that only pretend: they keep what they were asked, and answer from the sample."""
# ruff: noqa: ARG002  a fake takes what the protocol gives, whether it needs it or not

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import msgspec
from PIL import Image

from capture.errors import ShowhowError
from capture.model import Microphone, Monitor, Region, Take, TakeState, Target, Window
from capture.progress import Progress
from capture.span import Span
from library.edits import EditClash
from library.glossary import FolderGlossary
from library.insight import NO_WORK, Work
from library.journal import Entry, Journal
from library.model import Demo, DemoNotFound, Draft, Found, Hit, LibraryError, Match
from tests.tui import sample
from tui.model import DemoEdit, LiveStatus, Loudness, Names, Picture, RecordChoice, Unfiled
from tui.services import Begun, Services
from tui.terms import HouseTerms


@lru_cache(maxsize=64)
def _picture(title: str, step: str, number: int) -> Picture:
    return sample.picture(title, step, number)


@dataclass
class FakeShelf:
    """A library in memory."""

    folder: Path
    demos: list[Demo] = field(default_factory=sample.demos)
    name: str = "Finance how-tos"
    played: list[tuple[str, int, float]] = field(default_factory=list)
    looped: Span | None = None
    player_at: tuple[str, int] = ("", 0)
    queries: list[str] = field(default_factory=list)
    noted: list[tuple[str, int]] = field(default_factory=list)
    helped: list[tuple[str, bool]] = field(default_factory=list)
    cannot_play: str = ""
    pace_s: float = 0.0
    cannot_open: str = ""
    screens_read: int = 0
    slow_screens: threading.Event | None = None
    clash: EditClash | None = None
    for_workers: Work = NO_WORK

    def count(self) -> int:
        if self.cannot_open:
            raise LibraryError(self.cannot_open)
        return len(self.demos)

    def like(self, demo_id: str) -> Found:
        hits = tuple(self._hit(demo, 1, 1.0, []) for demo in self.demos if demo.demo_id != demo_id)
        return Found(query="like", hits=hits[:3])

    def note_search(self, query: str, hits: int) -> None:
        self.noted.append((query, hits))

    def note_help(self, demo: Demo, helped: bool) -> None:
        self.helped.append((demo.demo_id, helped))

    def search(self, query: str, pause: Callable[[], None] = lambda: None) -> Found:
        self.queries.append(query)
        time.sleep(self.pace_s)
        words = query.lower().split()
        hits = [hit for demo in self.demos for hit in self._hits(demo, words)]
        hits.sort(key=lambda hit: -hit.score)
        suggestion = "purchase" if not hits and query.lower().startswith("purhc") else ""
        return Found(query=query, hits=tuple(hits), took_ms=3.2, suggestion=suggestion)

    def _hits(self, demo: Demo, words: list[str]) -> Iterator[Hit]:
        for step in demo.steps[:1] if not words else demo.steps:
            text = f"{demo.title} {step.title} {step.text}".lower()
            score = sum(3.0 * (w in step.text.lower()) + (w in text) for w in words)
            if all(word in text for word in words):
                yield self._hit(demo, step.number, score, words)

    def _hit(self, demo: Demo, number: int, score: float, words: list[str]) -> Hit:
        step = demo.step(number)
        found = [(step.text.lower().find(w), len(w)) for w in words]
        return Hit(
            demo_id=demo.demo_id,
            title=demo.title,
            step=number,
            step_title=step.title,
            start_ms=step.start_ms,
            snippet=step.text,
            matches=tuple(Match(at, at + length) for at, length in sorted(found) if at >= 0),
            score=score,
            author=demo.author,
            tags=demo.tags,
            updated_unix_ms=demo.updated_unix_ms,
            review_unix_ms=demo.review_unix_ms,
        )

    def demo(self, demo_id: str) -> Demo:
        for demo in self.demos:
            if demo.demo_id == demo_id:
                return demo
        raise DemoNotFound(f"No demo is called {demo_id}")

    def still(self, demo: Demo, number: int) -> Path | None:
        path = self.folder / f"{demo.demo_id}-{number}.png"
        if not path.exists():
            Image.fromarray(_picture(demo.title, demo.step(number).title, number)).save(path, compress_level=1)
        return path

    def play(self, demo: Demo, start_ms: int, speed: float, loop: Span | None = None) -> str:
        if self.cannot_play:
            raise ShowhowError(self.cannot_play)
        self.played.append((demo.demo_id, start_ms, speed))
        self.looped, self.player_at = loop, (demo.demo_id, start_ms)
        return "Playing in mpv"

    def playing(self, demo: Demo) -> int | None:
        return self.player_at[1] if self.player_at[0] == demo.demo_id else None

    def motion(self, demo: Demo, start_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        for at_ms in range(start_ms, demo.clip.duration_ms, 100):
            number = min(len(demo.steps), at_ms // 6_200 + 1)
            yield at_ms, _picture(demo.title, demo.step(number).title, number)

    def edit(self, demo: Demo, changes: DemoEdit) -> Demo:
        if self.clash is not None:
            clash, self.clash = self.clash, None
            raise clash
        given = {name: value for name, value in asdict(changes).items() if value is not None}
        edited = msgspec.structs.replace(demo, **given, version=demo.version + 1)
        at = next(i for i, one in enumerate(self.demos) if one.demo_id == demo.demo_id)
        self.demos[at] = edited
        return edited

    def every_demo(self) -> list[Demo]:
        return list(self.demos)

    def work(self) -> Work:
        return self.for_workers

    def names(self) -> Names:
        return Names(tags=("finance", "Office", "Rooms"))

    def remove(self, demo: Demo) -> None:
        self.demos.remove(demo)

    def export(self, demo: Demo, form: str, step: int) -> Path:
        path = self.folder / f"{demo.demo_id}.{form}"
        path.write_text(demo.title, encoding="utf-8")
        return path

    def hear(self, demo_id: str, progress: Progress) -> Demo:
        progress(1, 1, "transcribing")
        heard = msgspec.structs.replace(self.demo(demo_id), waiting_for_words=False)
        self.demos[self.demos.index(self.demo(demo_id))] = heard
        return heard

    def read_screens(self, progress: Progress) -> None:
        while self.slow_screens is not None and not self.slow_screens.wait(0.02):
            progress(1, 2, "Reading the screens")
        self.screens_read += 1


LIVE = LiveStatus(
    elapsed_ms=42_300, fps=30.0, loudness=Loudness(0.4), bytes_written=1_640_000, free_bytes=48_200_000_000
)


@dataclass
class FakeRecording:
    """A recorder that runs in no time."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    now: LiveStatus = field(default_factory=lambda: LIVE)
    levels: int = 0
    steady: bool = False
    lagging: bool = False
    ending: TakeState = TakeState.FINISHED

    @property
    def status(self) -> LiveStatus:
        self.levels += 1
        wave = (0.05, 0.3, 0.5, 0.75, 0.55, 0.3, 0.1)[self.levels % 7]
        if self.steady:
            return self.now
        loudness = Loudness(wave) if self.now.loudness else None
        return replace(self.now, loudness=loudness)

    def stop(self) -> Take:
        self.asked.append("stop")
        return msgspec.structs.replace(sample.take(self.folder), state=self.ending)

    def pause(self) -> None:
        self.asked.append("pause")
        self._set(paused=True)

    def resume(self) -> None:
        self.asked.append("resume")
        self._set(paused=False)

    def mark(self) -> None:
        self.asked.append("mark")

    def mute(self, on: bool) -> None:
        self.asked.append(f"mute {on}")
        self._set(muted=on)

    def scrap(self, last_ms: int) -> None:
        self.asked.append(f"scrap {last_ms}")

    def abandon(self) -> None:
        self.asked.append("abandon")

    def _set(self, **changes: object) -> None:
        if not self.lagging:
            self.now = replace(self.now, **changes)


@dataclass
class FakeMeter:
    """A microphone that hears a steady voice, or nothing."""

    silent: bool = False
    closed: bool = False
    heard: int = 0

    def loudness(self) -> Loudness:
        self.heard += 1
        if self.silent:
            return Loudness(dead=True)
        wave = (0.05, 0.3, 0.5, 0.75, 0.55, 0.3, 0.1)[self.heard % 7]
        return Loudness(wave)

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeStudio:
    """Recording and reviewing without a recorder."""

    folder: Path
    shelf: FakeShelf
    recording: FakeRecording = field(init=False)
    meter: FakeMeter = field(default_factory=FakeMeter)
    choices: list[RecordChoice] = field(default_factory=list)
    kept: list[Draft] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    filed: list[Draft] = field(default_factory=list)
    waiting: list[Unfiled] = field(default_factory=list)
    fail_filing: list[str] = field(default_factory=list)
    pace_s: float = 0.0
    pieces: int = 3
    begins: bool = False
    gone: list[str] = field(default_factory=list)
    prepared: list[Draft] = field(default_factory=list)
    no_microphone: bool = False
    no_screen: str = ""

    def __post_init__(self) -> None:
        self.recording = FakeRecording(self.folder)

    def monitors(self) -> list[Monitor]:
        if self.no_screen:
            raise ShowhowError(self.no_screen)
        return [
            Monitor(1, "eDP-1", Region(0, 0, 1920, 1080), primary=True),
            Monitor(2, "HDMI-1", Region(1920, 0, 2560, 1440)),
        ]

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

    def pick_region(self) -> Region | None:
        return Region(100, 80, 1280, 720)

    def listen(self, name: str) -> FakeMeter:
        return self.meter

    def look(self, target: Target) -> Picture:
        return _picture("Orders 4.2", "Purchase orders", 2)

    def record(self, choice: RecordChoice) -> FakeRecording:
        self.choices.append(choice)
        if choice.microphone is None:
            self.recording.now = replace(LIVE, loudness=None)
        return self.recording

    def propose(self, take: Take, title: str, progress: Progress, begun: Begun) -> Draft:
        if self.begins:
            whole = sample.draft(self.folder)
            begun(msgspec.structs.replace(whole, title="Demo of today", steps=whole.steps[:1], waiting_for_words=True))
        for done in range(self.pieces):
            progress(done, self.pieces, "transcribing")
            time.sleep(self.pace_s)
        draft = sample.draft(self.folder)
        return msgspec.structs.replace(draft, title=title) if title else draft

    def unfiled(self) -> list[Unfiled]:
        return list(self.waiting)

    def resume(self, unfiled: Unfiled, progress: Progress, begun: Begun) -> Draft:
        return self.propose(sample.take(self.folder), unfiled.title, progress, begun)

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

    def let_go(self, draft: Draft) -> None:
        self.gone.append(draft.draft_id)

    def frame(self, draft: Draft, take_ms: int) -> Picture:
        steps = [step for step in draft.steps if step.start_ms <= take_ms] or list(draft.steps[:1])
        return _picture(draft.title, steps[-1].title if steps else "", len(steps))

    def hide(self, picture: Picture, regions: Sequence[Region]) -> Picture:
        hidden = picture.copy()
        for region in regions:
            hidden[region.y : region.bottom, region.x : region.right] = 128
        return hidden

    def motion(self, draft: Draft, take_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        for at_ms in range(take_ms, draft.take.duration_ms, 100):
            yield at_ms, self.frame(draft, at_ms)

    def file(self, draft: Draft, progress: Progress) -> Demo:
        for done in range(4):
            progress(done, 4, "cutting the clip")
            time.sleep(self.pace_s)
        if self.fail_filing:
            raise LibraryError(self.fail_filing.pop(0), "Free some space.")
        self.filed.append(draft)
        demo = msgspec.structs.replace(
            sample.demos()[-2], demo_id="new0001", title=draft.title, tags=draft.tags, updated_unix_ms=sample.NOW_MS
        )
        self.shelf.demos.insert(0, demo)
        return demo


def services(folder: Path) -> Services:
    """Both, over a folder of their own."""
    shelf = FakeShelf(folder)
    studio = FakeStudio(folder, shelf)
    hotkeys, terms = (("stop", "ctrl+alt+s"),), HouseTerms(FolderGlossary(folder))
    return Services(shelf, studio, author="Priya", hotkeys=hotkeys, terms=terms, words_ready=lambda: "base, ready")
