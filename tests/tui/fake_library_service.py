"""A library that only pretends: it keeps what it was asked, and answers from the sample."""
# ruff: noqa: ARG002  a fake takes what the protocol gives, whether it needs it or not

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec
from PIL import Image

from capture.errors import ShowhowError
from capture.progress import Progress
from capture.span import Span
from library.maintenance.edit import EditClash
from library.maintenance.stats import NO_WORK, Work
from library.model import Demo, DemoNotFound, Found, Hit, LibraryError, Match
from tests.tui import sample
from tui.model import DemoEdit, Exported, Names, Picture


@lru_cache(maxsize=64)
def drawn(title: str, step: str, number: int) -> Picture:
    return sample.picture(title, step, number)


@dataclass
class FakeLibraryService:
    """A library in memory."""

    folder: Path
    demos: list[Demo] = field(default_factory=sample.demos)
    name: str = "Finance how-tos"
    played: list[tuple[str, int, float]] = field(default_factory=list)
    looped: Span | None = None
    player_at: tuple[str, int] = ("", 0)
    looks: int = 0
    queries: list[str] = field(default_factory=list)
    noted: list[tuple[str, int]] = field(default_factory=list)
    opened: int = 0
    cannot_play: str = ""
    no_stills: str = ""
    pace_s: float = 0.0
    cannot_open: str = ""
    cannot_write: str = ""
    export_notices: tuple[str, ...] = ()
    wishes: list[str] = field(default_factory=list)
    near: dict[str, list[str]] = field(default_factory=dict)
    """By question, the titles of the demos that are only nearest to it."""
    screens_read: int = 0
    slow_screens: threading.Event | None = None
    clash: EditClash | None = None
    for_workers: Work = NO_WORK
    has_meaning: bool = False
    trouble: str = ""
    meant: dict[str, list[str]] = field(default_factory=dict)
    """By question, the titles of the demos that answer it by their meaning."""
    asked: list[str] = field(default_factory=list)
    slow_meaning: threading.Event | None = None

    def count(self) -> int:
        if self.cannot_open:
            raise LibraryError(self.cannot_open)
        return len(self.demos)

    def like(self, demo_id: str) -> Found:
        hits = tuple(self._hit(demo, 1, 1.0, []) for demo in self.demos if demo.demo_id != demo_id)
        return Found(query="like", hits=hits[:3])

    def ask(self, query: str, pause: Callable[[], None] = lambda: None) -> Found:
        self.asked.append(query)
        if self.slow_meaning:
            self.slow_meaning.wait(10)
        words = self.search(query).hits
        near = [self._hit(demo, 1, 0.5, []) for demo in self.demos if demo.title in self.meant.get(query, ())]
        hits = [*(msgspec.structs.replace(hit, why="meaning") for hit in near), *words]
        far = [self._hit(demo, 1, 0.2, []) for demo in self.demos if demo.title in self.near.get(query, ())]
        hits += [msgspec.structs.replace(hit, why="meaning", nearest=True) for hit in far]
        return Found(query=query, hits=tuple(hits))

    def read_meanings(self, progress: Progress) -> None:
        progress(0, 0, "")

    def note_search(self, query: str, hits: int) -> None:
        self.noted.append((query, hits))

    def ask_for(self, query: str) -> str:
        if self.cannot_write:
            raise LibraryError(self.cannot_write)
        self.wishes.append(query)
        return query

    def note_opened(self) -> None:
        self.opened += 1

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
        if self.no_stills:
            raise LibraryError(self.no_stills)
        path = self.folder / f"{demo.demo_id}-{number}.png"
        if not path.exists():
            Image.fromarray(drawn(demo.title, demo.step(number).title, number)).save(path, compress_level=1)
        return path

    def play(self, demo: Demo, start_ms: int, speed: float, loop: Span | None = None) -> str:
        if self.cannot_play:
            raise ShowhowError(self.cannot_play)
        self.played.append((demo.demo_id, start_ms, speed))
        self.looped, self.player_at = loop, (demo.demo_id, start_ms)
        return "Playing in mpv"

    def playing(self, demo: Demo) -> int | None:
        self.looks += 1
        return self.player_at[1] if self.player_at[0] == demo.demo_id else None

    def motion(self, demo: Demo, start_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        for at_ms in range(start_ms, demo.clip.duration_ms, 100):
            number = min(len(demo.steps), at_ms // 6_200 + 1)
            yield at_ms, drawn(demo.title, demo.step(number).title, number)

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

    def export(self, demo: Demo, form: str, step: int) -> Exported:
        path = self.folder / f"{demo.demo_id}.{form}"
        path.write_text(demo.title, encoding="utf-8")
        return Exported(path, self.export_notices)

    def transcribe(self, demo_id: str, progress: Progress) -> Demo:
        progress(1, 1, "transcribing")
        heard = msgspec.structs.replace(self.demo(demo_id), waiting_for_words=False)
        self.demos[self.demos.index(self.demo(demo_id))] = heard
        return heard

    def read_screens(self, progress: Progress) -> None:
        while self.slow_screens is not None and not self.slow_screens.wait(0.02):
            progress(1, 2, "Reading the screens")
        self.screens_read += 1
