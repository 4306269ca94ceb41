"""Demos, drafts and bundles for the library's tests: small, exact, and without a video where none is looked at."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from capture.model import Cut, CutReason
from library.model import ClipFacts, Demo, Draft, TakeFacts
from library.storage.bundle import write_bundle
from library.storage.folder_store import FolderStore
from library.storage.store import Store
from transcribe.model import Segment, Step, Transcript, Word

WORD_MS, PAUSE_MS = 400, 1_000


def words(text: str, start_ms: int = 0) -> tuple[Word, ...]:
    """One word every 400 ms, 300 ms long."""
    spoken = enumerate(text.split())
    return tuple(Word(start_ms + i * WORD_MS, start_ms + i * WORD_MS + 300, text=f" {word}") for i, word in spoken)


def transcript(*texts: str, start_ms: int = 0) -> Transcript:
    """Sentences with a second between them."""
    segments = []
    for text in texts:
        spoken = words(text, start_ms)
        segments.append(Segment(spoken[0].start_ms, spoken[-1].end_ms, text=text, words=spoken))
        start_ms = spoken[-1].end_ms + PAUSE_MS
    return Transcript(segments=tuple(segments), language="en", model="test")


def steps_of(spoken: Transcript, titles: Sequence[str] = ()) -> tuple[Step, ...]:
    """A step for each sentence, until the next one begins."""
    starts = [segment.start_ms for segment in spoken.segments]
    ends = [*starts[1:], *(segment.end_ms + PAUSE_MS for segment in spoken.segments[-1:])]
    named = [*titles, *(segment.text for segment in spoken.segments[len(titles) :])]
    rows = zip(starts, ends, named, spoken.segments, strict=True)
    return tuple(
        Step(start, end, number=n, title=title, text=segment.text, at_ms=start + 200)
        for n, (start, end, title, segment) in enumerate(rows, 1)
    )


def demo(
    demo_id: str, title: str, *texts: str, titles: Sequence[str] = (), tags: Sequence[str] = (), author: str = "",
    age_days: float = 0, start_ms: int = 0,
) -> Demo:  # fmt: skip
    """A demo with one step for each sentence."""
    spoken = transcript(*texts, start_ms=start_ms)
    steps = steps_of(spoken, titles)
    now = round((time.time() - age_days * 86_400) * 1000)
    length = steps[-1].end_ms if steps else 1_000
    return Demo(
        demo_id=demo_id, title=title, tags=tuple(tags), author=author, steps=steps, transcript=spoken,
        clip=ClipFacts(duration_ms=length), created_unix_ms=now, updated_unix_ms=now,
    )  # fmt: skip


def draft(*texts: str, cuts: Sequence[tuple[int, int]] = (), **more: object) -> Draft:
    """A draft with one step for each sentence, all in take time."""
    spoken = transcript(*texts) if texts else Transcript()
    steps = steps_of(spoken)
    length = steps[-1].end_ms if steps else 10_000
    decided = tuple(Cut(start, end, reason=CutReason.STILL) for start, end in cuts)
    fields = {"title": "A demo", "cuts": decided, "transcript": spoken, "steps": steps} | more
    take = TakeFacts(take_id="take-1", duration_ms=length)
    return Draft(draft_id="d1", source="nowhere", take=take, width=64, height=48, has_sound=True, **fields)  # type: ignore[arg-type]  # a test's own fields


def store_in(demos: Path) -> Store:
    """The store of a folder of bundles."""
    return FolderStore(demos, demos.parent / ".trash")


def put_bundle(demos: Path | Store, one: Demo) -> Demo:
    """A bundle as it is filed, but with a few bytes in place of the video."""

    def fill(folder: Path) -> Demo:
        (folder / one.clip.path).write_bytes(f"not a video of {one.demo_id}".encode())
        (folder / "steps").mkdir()
        steps = tuple(replace(step, still=f"steps/{step.number:02}.webp") for step in one.steps)
        for step in steps:
            (folder / step.still).write_bytes(f"still {step.number}".encode())
        return replace(one, steps=steps, files={})

    return write_bundle(one, store_in(demos) if isinstance(demos, Path) else demos, fill)
